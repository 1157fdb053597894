#include "lanthorn/base/stream.hpp"

#include <benchmark/benchmark.h>

namespace {

/// One block of random numbers, four words: what every draw of every sampler pays.
void philox_block(benchmark::State& state)
{
    lanthorn::StreamKey const key = lanthorn::StreamSeed{.seed = 1}.key(lanthorn::Purpose::transfer);
    lanthorn::Words counter{0, 0, 0, 0};
    for (auto _ : state) {
        ++counter[0];
        benchmark::DoNotOptimize(lanthorn::philox(counter, key));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(philox_block);

}  // namespace
