#include "lanthorn/ions/cooperative.hpp"

#include "lanthorn/base/constants.hpp"
#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/elementary.hpp"
#include "lanthorn/ions/manifolds.hpp"
#include "lanthorn/ions/transfer.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

PhononLaw mean_of(PhononLaw const& a, PhononLaw const& b, PhononLaw const& c)
{
    auto const mean = [&](double PhononLaw::* constant) {
        return (a.*constant + b.*constant + c.*constant) / 3;
    };
    return {.law = a.law,
            .W0_per_s = mean(&PhononLaw::W0_per_s),
            .alpha_cm = mean(&PhononLaw::alpha_cm),
            .highest_per_cm = mean(&PhononLaw::highest_per_cm),
            .effective_per_cm = mean(&PhononLaw::effective_per_cm),
            .reference_K = mean(&PhononLaw::reference_K)};
}

}  // namespace

std::vector<TripleChannel> triple_channels(IonInHost const& donor_a, IonInHost const& donor_b,
                                           IonInHost const& acceptor, RateConditions const& conditions,
                                           CooperativeStrength const& strength, std::size_t* dropped)
{
    double const T = conditions.temperature_K, C12 = strength.C12_nm12_per_s.value;
    LANTHORN_EXPECT(T > 0 && C12 >= 0);
    Manifolds const A(donor_a.ion, donor_a.host, T), B(donor_b.ion, donor_b.host, T),
        C(acceptor.ion, acceptor.host, T);
    double const kT_per_cm = constants::boltzmann_per_cm_K * T;
    double const width_a = donor_a.host.line_width_per_cm.value,
                 width_b = donor_b.host.line_width_per_cm.value;
    PhononAssistedOverlap const overlap(
        std::sqrt(width_a * width_a + width_b * width_b), acceptor.host.line_width_per_cm.value,
        mean_of(donor_a.host.phonons(), donor_b.host.phonons(), acceptor.host.phonons()), T);
    double const least =
        portable_log(negligible::slowest_transfer_per_s) + 12 * portable_log(negligible::nearest_nm);
    bool const one_species = donor_a.species == donor_b.species;
    std::vector<TripleChannel> channels;
    if (C12 == 0) return channels;
    for (std::uint32_t a = 1; a < donor_a.ion.levels.size(); ++a)
        for (std::uint32_t b = one_species ? a : 1; b < donor_b.ion.levels.size(); ++b)
            for (std::uint32_t c = 1; c < acceptor.ion.levels.size(); ++c) {
                double const eps =
                    C.free_energy_per_cm({c}) - (A.free_energy_per_cm({a}) + B.free_energy_per_cm({b}));
                double const log_coefficient = portable_log(C12) + overlap.log_at(eps) - overlap.log_at(0) -
                                               std::max(0.0, eps) / kT_per_cm;
                if (log_coefficient < least) {
                    if (dropped != nullptr) ++*dropped;
                    continue;
                }
                channels.push_back(
                    {.donor_a = donor_a.species,
                     .donor_b = donor_b.species,
                     .acceptor = acceptor.species,
                     .a_from = {a},
                     .a_to = {0},
                     .b_from = {b},
                     .b_to = {0},
                     .acceptor_from = {0},
                     .acceptor_to = {c},
                     .coefficient = portable_exp(log_coefficient),
                     .heat_per_cm = A.energy_per_cm({a}) + B.energy_per_cm({b}) - C.energy_per_cm({c}),
                     .source = strength.C12_nm12_per_s.source});
            }
    return channels;
}

}  // namespace lanthorn
