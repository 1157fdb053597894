#include "lanthorn/base/errors.hpp"
#include "lanthorn/luminescence/network.hpp"

#include "support/networks.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

using namespace lanthorn;

namespace {

Network sound()
{
    Network network = network_of({2, 3}, {{0, 0, 0}, {0.5, 0, 0}, {0, 0.5, 0}}, {0, 0, 1});
    network.one_site = {one_site(0, {1, 0}, 100)};
    network.pair = {transfer(0, {1, 0}, 1, {0, 1}, 10),
                    transfer(0, {1, 0}, 1, {0, 1}, 10, DistanceLaw::exponential, 0.5),
                    transfer(1, {1, 0}, 0, {0, 1}, 10, DistanceLaw::inverse_tenth)};
    network.triple = {cooperation({0, {1, 0}}, {0, {1, 0}}, 1, {0, 2}, 1),
                      cooperation({0, {1, 0}}, {1, {2, 0}}, 1, {0, 2}, 1)};
    return network;
}

/// The complaints about a network, one per line.
std::string refusal(std::function<void(Network&)> const& spoil)
{
    Network network = sound();
    spoil(network);
    try {
        validate(network);
    }
    catch (InputError const& e) {
        std::string all;
        for (auto const& finding : e.findings()) all += finding.key + ": " + finding.problem + "\n";
        return all;
    }
    return "sound";
}

}  // namespace

TEST(Network, MayHaveSeveralLawsAndTriples)
{
    EXPECT_EQ(refusal([](Network&) {}), "sound");
    EXPECT_EQ(sound().channels(), 6u);
}

TEST(Network, IsRefusedByTheRowThatIsWrong)
{
    EXPECT_EQ(refusal([](Network& n) { n.pair[1].range_nm = 0; }),
              "network: pair channel 1: range 0 nm of its exponential law is not > 0\n");
    EXPECT_EQ(refusal([](Network& n) { n.pair[1].range_nm = std::nan(""); }),
              "network: pair channel 1: range nan nm of its exponential law is not > 0\n");
    EXPECT_EQ(refusal([](Network& n) { n.pair[0].range_nm = 0; }), "sound");
    EXPECT_EQ(refusal([](Network& n) { n.triple[1].coefficient = -2; }),
              "network: triple channel 1: rate -2 is not a finite number >= 0\n");
    EXPECT_EQ(refusal([](Network& n) { n.triple[0].coefficient = std::numeric_limits<double>::infinity(); }),
              "network: triple channel 0: rate inf is not a finite number >= 0\n");
    EXPECT_EQ(refusal([](Network& n) { n.triple[0].b_to = {2}; }),
              "network: triple channel 0: level 2 of species 0, which has 2\n");
    EXPECT_EQ(refusal([](Network& n) { n.triple[1].donor_b = {7}; }),
              "network: triple channel 1: species 7 of 2\n");
    EXPECT_EQ(refusal([](Network& n) { n.triple[1].acceptor_to = {3}; }),
              "network: triple channel 1: level 3 of species 1, which has 3\n");
    EXPECT_EQ(refusal([](Network& n) { n.triple_radius_nm = 0; }),
              "network: radius of triples 0 nm is not > 0\n");
    EXPECT_EQ(refusal([](Network& n) {
                  n.triple_radius_nm = 0;
                  n.triple.clear();
              }),
              "sound");
    EXPECT_EQ(refusal([](Network& n) {
                  n.pair[1].range_nm = -1;
                  n.triple[0].coefficient = -1;
              }),
              "network: pair channel 1: range -1 nm of its exponential law is not > 0\n"
              "network: triple channel 0: rate -1 is not a finite number >= 0\n");
}

TEST(DistanceFactor, IsOfItsLaw)
{
    auto const g = [](DistanceLaw law, double d_nm, double range_nm = 0) {
        return distance_factor(transfer(0, {1, 0}, 0, {0, 1}, 1, law, range_nm), d_nm * d_nm, 3);
    };
    for (double d : {0.35, 1.0, 2.9}) {
        EXPECT_NEAR(g(DistanceLaw::inverse_sixth, d) * std::pow(d, 6), 1, 1e-14);
        EXPECT_NEAR(g(DistanceLaw::inverse_eighth, d) * std::pow(d, 8), 1, 1e-14);
        EXPECT_NEAR(g(DistanceLaw::inverse_tenth, d) * std::pow(d, 10), 1, 1e-14);
        EXPECT_NEAR(g(DistanceLaw::exponential, d, 0.4) / std::exp(-5 * d), 1, 1e-14);
        EXPECT_NEAR(g(DistanceLaw::linear, d), 1 - d / 3, 1e-15);
    }
    EXPECT_EQ(g(DistanceLaw::exponential, 2, 1e-3), 0);
}

TEST(LikeDonors, DoTheSame)
{
    EXPECT_TRUE(has_like_donors(cooperation({0, {1, 0}}, {0, {1, 0}}, 1, {0, 2}, 1)));
    EXPECT_FALSE(has_like_donors(cooperation({0, {1, 0}}, {2, {1, 0}}, 1, {0, 2}, 1)));
    EXPECT_FALSE(has_like_donors(cooperation({0, {1, 0}}, {0, {2, 0}}, 1, {0, 2}, 1)));
    EXPECT_FALSE(has_like_donors(cooperation({0, {2, 0}}, {0, {2, 1}}, 1, {0, 2}, 1)));
}
