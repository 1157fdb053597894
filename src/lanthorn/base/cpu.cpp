#include "lanthorn/base/cpu.hpp"

#include <algorithm>
#include <cstdlib>

namespace lanthorn {

KernelLevel best_kernel_level()
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    bool const v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                    __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    bool const v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                    __builtin_cpu_supports("avx512cd");
    return v4 ? KernelLevel::v4 : v3 ? KernelLevel::v3 : KernelLevel::baseline;
#else
    return KernelLevel::baseline;
#endif
}

std::string_view to_text(KernelLevel level)
{
    switch (level) {
    case KernelLevel::v3:
        return "v3";
    case KernelLevel::v4:
        return "v4";
    default:
        return "baseline";
    }
}

std::optional<KernelLevel> kernel_level_from(std::string_view text)
{
    for (auto level : {KernelLevel::baseline, KernelLevel::v3, KernelLevel::v4})
        if (to_text(level) == text) return level;
    return std::nullopt;
}

KernelLevel kernel_level()
{
    static KernelLevel const chosen = [] {
        KernelLevel const best = best_kernel_level();
        char const* asked = std::getenv("LANTHORN_KERNEL");
        return std::min(best, asked ? kernel_level_from(asked).value_or(best) : best);
    }();
    return chosen;
}

}  // namespace lanthorn
