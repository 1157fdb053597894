#pragma once

#include <optional>
#include <string_view>

namespace lanthorn {

/// x86-64 instruction-set levels for which hot kernels have a variant. All give the same bytes.
enum class KernelLevel { baseline, v3, v4 };

/// The best level this CPU runs, unless the environment variable LANTHORN_KERNEL
/// (baseline, v3 or v4) asks for a lower one. Decided once per process.
KernelLevel kernel_level();

/// The best level this CPU runs.
KernelLevel best_kernel_level();

std::string_view to_text(KernelLevel level);
std::optional<KernelLevel> kernel_level_from(std::string_view text);

}  // namespace lanthorn
