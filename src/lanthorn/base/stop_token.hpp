#pragma once

#include <atomic>

namespace lanthorn {

/// Asks a long computation to stop at its next safe point. Copies watch the same flag;
/// a default-made one never stops anything.
class StopToken {
public:
    StopToken() = default;
    explicit StopToken(std::atomic<bool> const& flag) : flag_(&flag) {}

    bool stop_requested() const { return flag_ != nullptr && flag_->load(std::memory_order_relaxed); }

private:
    std::atomic<bool> const* flag_ = nullptr;
};

}  // namespace lanthorn
