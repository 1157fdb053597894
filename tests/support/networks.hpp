#pragma once

#include "lanthorn/luminescence/network.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace lanthorn {

/// Small networks in few words. Species are named "0", "1", ...; levels likewise.
inline Network network_of(std::initializer_list<std::size_t> levels_of_species, std::vector<Vec3> position_nm,
                          std::vector<std::uint32_t> species_of, double radius_nm = 3)
{
    Network network;
    for (std::size_t levels : levels_of_species) {
        Species species{
            .name = std::to_string(network.species.size()), .region = {}, .levels = {}, .energy_per_cm = {}};
        for (std::size_t l = 0; l < levels; ++l) species.levels.push_back(std::to_string(l));
        network.species.push_back(std::move(species));
    }
    network.position_nm = std::move(position_nm);
    for (std::uint32_t s : species_of) network.species_of.push_back({s});
    network.interaction_radius_nm = radius_nm;
    return network;
}

/// A level and the one it goes to.
struct Step {
    std::uint32_t from, to;
};

inline OneSiteChannel one_site(std::uint32_t species, Step step, double k0_per_s,
                               std::vector<double> per_irradiance = {})
{
    OneSiteChannel channel;
    channel.species = {species};
    channel.from = {step.from};
    channel.to = {step.to};
    channel.k0_per_s = k0_per_s;
    channel.per_irradiance = std::move(per_irradiance);
    return channel;
}

inline PairChannel transfer(std::uint32_t donor, Step down, std::uint32_t acceptor, Step up,
                            double coefficient, DistanceLaw law = DistanceLaw::inverse_sixth,
                            double range_nm = 0)
{
    PairChannel channel;
    channel.donor = {donor};
    channel.acceptor = {acceptor};
    channel.donor_from = {down.from};
    channel.donor_to = {down.to};
    channel.acceptor_from = {up.from};
    channel.acceptor_to = {up.to};
    channel.coefficient = coefficient;
    channel.law = law;
    channel.range_nm = range_nm;
    return channel;
}

/// A donor of a triple: its species and what it does.
struct DonorStep {
    std::uint32_t species;
    Step down;
};

inline TripleChannel cooperation(DonorStep a, DonorStep b, std::uint32_t acceptor, Step up,
                                 double coefficient)
{
    TripleChannel channel;
    channel.donor_a = {a.species};
    channel.donor_b = {b.species};
    channel.acceptor = {acceptor};
    channel.a_from = {a.down.from};
    channel.a_to = {a.down.to};
    channel.b_from = {b.down.from};
    channel.b_to = {b.down.to};
    channel.acceptor_from = {up.from};
    channel.acceptor_to = {up.to};
    channel.coefficient = coefficient;
    return channel;
}

/// Three sensitisers around a three-level activator on neighbouring lattice sites, 24 states
/// (tests/data/exact/cluster4_exact_steady_state.csv).
inline Network cluster_of_four()
{
    Network network =
        network_of({2, 3}, {{0, 0, 0}, {.353, 0, 0}, {0, .387, 0}, {.353, .387, 0}}, {0, 0, 0, 1});
    network.one_site = {one_site(0, {0, 1}, 200), one_site(0, {1, 0}, 640), one_site(1, {1, 0}, 130),
                        one_site(1, {2, 0}, 1500)};
    network.pair = {transfer(0, {1, 0}, 0, {0, 1}, 5424), transfer(0, {1, 0}, 1, {0, 1}, 1178),
                    transfer(1, {1, 0}, 0, {0, 1}, 628), transfer(0, {1, 0}, 1, {1, 2}, 866)};
    return network;
}

/// Two three-level ions of one species at 1 nm with upconversion 1 + 1 -> 0 + 2, both orders with W each.
inline Network upconverting_pair(double pump_per_s, double a1_per_s, double a2_per_s, double w_per_s)
{
    Network network = network_of({3}, {{0, 0, 0}, {1, 0, 0}}, {0, 0});
    network.one_site = {one_site(0, {0, 1}, pump_per_s), one_site(0, {1, 0}, a1_per_s),
                        one_site(0, {2, 0}, a2_per_s)};
    network.pair = {transfer(0, {1, 0}, 0, {1, 2}, w_per_s)};
    return network;
}

}  // namespace lanthorn
