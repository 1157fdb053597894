#include "lanthorn/base/constants.hpp"
#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/cpu.hpp"
#include "lanthorn/base/errors.hpp"
#include "lanthorn/base/moments.hpp"
#include "lanthorn/base/quantity.hpp"
#include "lanthorn/base/stop_token.hpp"

#include <cmath>
#include <numeric>
#include <type_traits>

using namespace lanthorn;

RC_GTEST_PROP(Moments, MergingIsAdding, ())
{
    auto const numbers = *rc::gen::container<std::vector<int>>(rc::gen::inRange(-1000, 1000));
    auto const cut = *rc::gen::inRange<std::size_t>(0, numbers.size() + 1);
    Moments all, left, right;
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        double const x = numbers[i] * 0.37;
        all.add(x);
        (i < cut ? left : right).add(x);
        sum += x;
    }
    double const n = double(numbers.size()), mean = n > 0 ? sum / n : 0;
    for (int x : numbers) squares += (x * 0.37 - mean) * (x * 0.37 - mean);
    left.merge(right);
    RC_ASSERT(left.count() == std::int64_t(numbers.size()));
    for (Moments const& moments : {all, left}) {
        RC_ASSERT(std::abs(moments.mean() - mean) < 1e-9);
        RC_ASSERT(std::abs(moments.squares() - squares) < 1e-9 * (1 + squares));
        if (n > 1) {
            RC_ASSERT(std::abs(moments.variance() - squares / (n - 1)) < 1e-9 * (1 + squares));
            RC_ASSERT(std::abs(moments.standard_error() - std::sqrt(moments.variance() / n)) <
                      1e-12 * (1 + squares));
        }
        else
            RC_ASSERT(moments.variance() == 0 && moments.standard_error() == 0);
    }
    RC_ASSERT(Moments::from_state(all.count(), all.mean(), all.squares()) == all);
}

TEST(Moments, AreExactWhereTheTextbookFormulaIsNot)
{
    Moments moments;
    for (int i = 0; i < 1000; ++i) moments.add(1e9 + i % 2);
    EXPECT_NEAR(moments.variance(), 0.25 * 1000 / 999, 1e-9);
}

TEST(Quantity, IsTakenOutByUnit)
{
    Length const length{2, um};
    EXPECT_EQ(length.in(nm), 2000.0);
    EXPECT_EQ(length.in(angstrom), 20000.0);
    EXPECT_LT((Length{9, angstrom}), (Length{1, nm}));
    EXPECT_EQ((Time{1, ms}), (Time{1000, us}));
    EXPECT_EQ((Irradiance{1, W_per_cm2}.in(mW_per_cm2)), 1000.0);
    EXPECT_EQ((Rate{3, per_ms}.in(per_s)), 3000.0);
    static_assert(!std::is_convertible_v<double, Length>);
    static_assert(!std::is_convertible_v<Length, double>);
    static_assert(!std::is_constructible_v<Length, double, TimeUnit>);
}

TEST(Constants, AgreeWithTheirDefinitions)
{
    EXPECT_NEAR(constants::eV_in_per_cm, 8065.543937, 1e-6);
    EXPECT_NEAR(constants::boltzmann_per_cm_K, 0.695034800, 1e-9);
    EXPECT_NEAR(constants::elementary_charge_esu, 4.80320471e-10, 1e-18);
}

#ifdef LANTHORN_CHECKED
TEST(Contract, SaysWhatAndWhere)
{
    EXPECT_NO_THROW(LANTHORN_EXPECT(1 + 1 == 2));
    try {
        LANTHORN_EXPECT(1 + 1 == 3);
        FAIL();
    }
    catch (ContractError const& error) {
        std::string const text = error.what();
        EXPECT_NE(text.find("values_test.cpp:"), std::string::npos);
        EXPECT_TRUE(text.ends_with("expected 1 + 1 == 3"));
    }
    EXPECT_THROW(InputError(std::vector<Finding>{}), ContractError);
}
#endif

TEST(Errors, ReadAsLinesWithPlaces)
{
    Finding finding{.place = Place{"a.toml", 3, 7}, .key = "k", .problem = "wrong", .excerpt = "  3 | x"};
    EXPECT_EQ(to_text(finding), "a.toml:3:7: wrong\n  3 | x");
    finding.place.column = 0;
    finding.excerpt.clear();
    EXPECT_EQ(to_text(finding), "a.toml:3: wrong");
    finding.place.line = 0;
    finding.severity = Severity::warning;
    EXPECT_EQ(to_text(finding), "a.toml: warning: wrong");
    finding.place.file.clear();
    EXPECT_EQ(to_text(finding), "warning: wrong");
    InputError const error({finding, {.place = Place{"b", 1, 1}, .problem = "second"}});
    EXPECT_STREQ(error.what(), "warning: wrong\nb:1:1: second");
    EXPECT_EQ(error.findings().size(), 2u);
    InputError const single({"c", 1, 2}, "key", "problem");
    EXPECT_EQ(single.first().key, "key");
    EXPECT_STREQ(single.what(), "c:1:2: problem");
    NumericsError const numerics("bdf", 0.5, 1e-13);
    EXPECT_STREQ(numerics.what(), "bdf did not converge: residual 1e-13 at t = 0.5 s");
    EXPECT_EQ(numerics.method, "bdf");
    EXPECT_EQ(numerics.time_s, 0.5);
    EXPECT_EQ(numerics.residual, 1e-13);
}

TEST(StopToken, CopiesWatchOneFlag)
{
    EXPECT_FALSE(StopToken().stop_requested());
    std::atomic<bool> flag{false};
    StopToken const token(flag), copy = token;
    EXPECT_FALSE(copy.stop_requested());
    flag = true;
    EXPECT_TRUE(copy.stop_requested());
}

TEST(Cpu, LevelsHaveNames)
{
    for (auto level : {KernelLevel::baseline, KernelLevel::v3, KernelLevel::v4})
        EXPECT_EQ(kernel_level_from(to_text(level)), level);
    EXPECT_EQ(kernel_level_from("v5"), std::nullopt);
    EXPECT_LE(kernel_level(), best_kernel_level());
}
