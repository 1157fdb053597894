#include "lanthorn/study/workers.hpp"

#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace lanthorn {

bool run_in_any_order(std::size_t jobs, unsigned threads, std::function<bool(std::size_t)> const& job)
{
    std::atomic<std::size_t> next{0};
    std::atomic<bool> stopped{false};
    std::mutex mutex;  // of failure
    std::exception_ptr failure;
    auto const work = [&] {
        try {
            for (std::size_t n = next++; n < jobs; n = next++)
                if (!job(n)) {
                    stopped = true;
                    return;
                }
        }
        catch (...) {
            std::scoped_lock const lock(mutex);
            failure = std::current_exception();
            next = jobs;
        }
    };
    {
        std::vector<std::jthread> others;
        for (unsigned t = 1; t < threads; ++t) others.emplace_back(work);
        work();
    }
    if (failure) std::rethrow_exception(failure);
    return !stopped;
}

}  // namespace lanthorn
