#include "lanthorn/ions/pair_law.hpp"

#include "lanthorn/base/constants.hpp"
#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/elementary.hpp"
#include "lanthorn/base/errors.hpp"
#include "lanthorn/ions/rates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace lanthorn {

namespace {

constexpr double never = -std::numeric_limits<double>::infinity();

double log_of(double strength) { return strength > 0 ? portable_log(strength) : never; }

/// ln(exp(a) + exp(b)), the same for both orders.
double log_sum(double a, double b)
{
    auto const [less, more] = std::minmax(a, b);
    return less == never ? more : more + portable_log(1 + portable_exp(less - more));
}

}  // namespace

double log_distance_factor(DistanceLaw law, double distance_nm, double range_nm)
{
    if (law == DistanceLaw::exponential) return -2 * distance_nm / range_nm;
    return -power_of(law) * portable_log(distance_nm);
}

PairLaw::Side::Side(Ion const& ion, HostOptics const& host, double temperature_K, Multipoles multipoles,
                    LocalField field)
{
    Manifolds const manifolds(ion, host, temperature_K);
    std::size_t const n = ion.levels.size();
    for (std::uint32_t l = 0; l < n; ++l) {
        energy_per_cm.push_back(manifolds.energy_per_cm({l}));
        free_energy_per_cm.push_back(manifolds.free_energy_per_cm({l}));
        log_g.push_back(portable_log(manifolds.degeneracy({l})));
    }
    log_dipole.assign(n * n, never);
    double const log_chi = portable_log(transfer_field(host.refractive_index.value, field));
    for (Transition const& t : ion.transitions)
        log_dipole[at(t.upper, t.lower)] = log_dipole[at(t.lower, t.upper)] =
            log_chi + log_of(electric_line_strength_cm2(ion, t, host).value);
    if (multipoles == Multipoles::dipole) return;
    if (!ion.r2_cm2)
        throw InputError(
            {.file = fmt::format("ions/{}.toml", ion.symbol), .line = 0, .column = 0}, "r2",
            fmt::format("quadrupoles of {} need <r^2> of its 4f shell; give r2 = {{ value = ..., unit "
                        "= \"bohr^2\", source = ... }}",
                        ion.symbol));
    log_quadrupole.assign(n * n, never);
    for (Transition const& t : ion.transitions)
        log_quadrupole[at(t.upper, t.lower)] = log_quadrupole[at(t.lower, t.upper)] =
            log_of(quadrupole_strength_cm4(ion.r2_cm2->value, t.U2));
}

PairLaw::PairLaw(Ion const& donor, HostOptics const& donor_host, Ion const& acceptor,
                 HostOptics const& acceptor_host, double temperature_K, Multipoles multipoles,
                 LocalField field)
    : multipoles_(multipoles), kT_per_cm_(constants::boltzmann_per_cm_K * temperature_K),
      donor_(donor, donor_host, temperature_K, multipoles, field),
      acceptor_(acceptor, acceptor_host, temperature_K, multipoles, field),
      overlap_(donor_host.line_width_per_cm.value, acceptor_host.line_width_per_cm.value,
               mean_of(donor_host.phonons(), acceptor_host.phonons()), temperature_K),
      log_prefactor_{portable_log(dipole_transfer_sixth(1, 1, 1, 1, 1, 1, 1)),
                     portable_log(dipole_quadrupole_transfer_eighth(1, 1, 1, 1, 1, 1)),
                     portable_log(quadrupole_transfer_tenth(1, 1, 1, 1, 1))}
{
    LANTHORN_EXPECT(temperature_K > 0);
}

double PairLaw::mismatch_per_cm(PairStep const& step) const
{
    auto const& D = donor_.free_energy_per_cm;
    auto const& A = acceptor_.free_energy_per_cm;
    return (A[step.acceptor_to.value] - A[step.acceptor_from.value]) -
           (D[step.donor_from.value] - D[step.donor_to.value]);
}

double PairLaw::heat_per_cm(PairStep const& step) const
{
    auto const& D = donor_.energy_per_cm;
    auto const& A = acceptor_.energy_per_cm;
    return (D[step.donor_from.value] - D[step.donor_to.value]) -
           (A[step.acceptor_to.value] - A[step.acceptor_from.value]);
}

double PairLaw::log_even(DistanceLaw law, PairStep const& step) const
{
    LANTHORN_EXPECT(law == DistanceLaw::inverse_sixth ||
                    (power_of(law) > 6 && multipoles_ == Multipoles::up_to_quadrupole));
    std::size_t const d = donor_.at(step.donor_from, step.donor_to);
    std::size_t const a = acceptor_.at(step.acceptor_from, step.acceptor_to);
    double const strengths =
        law == DistanceLaw::inverse_sixth    ? donor_.log_dipole[d] + acceptor_.log_dipole[a]
        : law == DistanceLaw::inverse_eighth ? log_sum(donor_.log_dipole[d] + acceptor_.log_quadrupole[a],
                                                       donor_.log_quadrupole[d] + acceptor_.log_dipole[a])
                                             : donor_.log_quadrupole[d] + acceptor_.log_quadrupole[a];
    return log_prefactor_[std::size_t(power_of(law) / 2 - 3)] + strengths +
           overlap_.log_at(mismatch_per_cm(step));
}

double PairLaw::log_coefficient(DistanceLaw law, PairStep const& step) const
{
    double const uphill = std::max(0.0, mismatch_per_cm(step));
    return log_even(law, step) - uphill / kT_per_cm_ -
           (donor_.log_g[step.donor_from.value] + acceptor_.log_g[step.acceptor_from.value]);
}

double PairLaw::log_coefficient_back(DistanceLaw law, PairStep const& step) const
{
    double const uphill = std::max(0.0, -mismatch_per_cm(step));
    return log_even(law, step) - uphill / kT_per_cm_ -
           (donor_.log_g[step.donor_to.value] + acceptor_.log_g[step.acceptor_to.value]);
}

double PairLaw::log_balance(PairStep const& step) const
{
    return (donor_.log_g[step.donor_to.value] + acceptor_.log_g[step.acceptor_to.value]) -
           (donor_.log_g[step.donor_from.value] + acceptor_.log_g[step.acceptor_from.value]) -
           mismatch_per_cm(step) / kT_per_cm_;
}

}  // namespace lanthorn
