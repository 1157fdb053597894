#pragma once

#include "lanthorn/base/stop_token.hpp"
#include "lanthorn/luminescence/network.hpp"
#include "lanthorn/luminescence/rate_course.hpp"
#include "lanthorn/luminescence/rate_system.hpp"

#include <span>
#include <vector>

namespace lanthorn {

/// Sums over the pairs of a network's ions, one matrix per distance law that it uses.
struct PairSums {
    struct OfLaw {
        DistanceLaw law;
        double range_nm;
        Matrix sum;  ///< (species x species) over ordered pairs i of the row, j of the column: g(d_ij)
    };
    std::vector<OfLaw> laws;

    Matrix const& of(PairChannel const& channel) const;
};

/// P_st = sum over i in s, j in t, i != j, d < radius of g(d) (theory: rate-equations.2). Rows and columns agree,
/// N_s G_st = N_t G_ts.
PairSums pair_sums(Network const& network);

/// Rate equations of the populations of a particle: an ion of a species sees the average of all of another, at the
/// distances of the actual particle.
///
/// Exact where the ions of a species stand alike, nothing blocks anything and migration mixes; it does not know that
/// excitations on neighbours are correlated (isolated pairs: wrong up to a factor of hundreds) nor that ions of a
/// species differ. Species split by region, or by depth (`layered`), resolve the latter. Extra rates are averaged
/// over their species.
/// Theory: rate-equations.1 to 3.
class MeanField {
public:
    /// @throws InputError where the network is not valid (see validate)
    explicit MeanField(Network network);

    Network const& network() const { return network_; }
    /// Amounts are ions in classes; terms are the network's channels.
    RateSystem const& system() const { return system_; }

    std::vector<double> amounts_of(InitialState const& initial) const;
    /// From the dark, or from the state at another irradiance.
    SteadyState steady(std::span<double const> irradiance_W_per_cm2) const;
    SteadyState steady(std::span<double const> irradiance_W_per_cm2, SteadyState const& near) const;

    Tally run(PumpProgram const& pump, InitialState const& initial, ObservablePlan const& plan,
              CourseTolerance tolerance = {}, StopToken stop = {}) const;

private:
    Network network_;
    RateSystem system_;
};

/// Where energy goes, per second.
struct EnergyFlow {
    double absorbed_W = 0;  ///< net of stimulated emission
    double emitted_W = 0;   ///< spontaneous photons
    double heat_W = 0;
    double stored_W = 0;  ///< what the levels gain, 0 in a steady state

    /// (absorbed - emitted - heat - stored) / absorbed
    double residual() const;
};

/// @param flux  (channels) events per second
/// @pre all levels of the network have energies
EnergyFlow energy_flow(Network const& network, std::span<double const> flux);

}  // namespace lanthorn
