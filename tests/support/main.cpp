#include "support/statistics.hpp"

#include <gtest/gtest.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

/// Prints the seed that replays what failed.
class SeedOnFailure : public testing::EmptyTestEventListener {
    void OnTestProgramEnd(testing::UnitTest const& program) override
    {
        if (program.Failed())
            std::printf("replay with LANTHORN_TEST_SEED=%016" PRIx64 "\n", lanthorn::test_seed());
    }
};

}  // namespace

int main(int argc, char** argv)
{
    setenv("RC_PARAMS", ("seed=" + std::to_string(lanthorn::test_seed())).c_str(), 0);
    testing::InitGoogleTest(&argc, argv);
    testing::UnitTest::GetInstance()->listeners().Append(new SeedOnFailure);
    return RUN_ALL_TESTS();
}
