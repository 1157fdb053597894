#pragma once

#include "lanthorn/ions/stark_band.hpp"
#include "lanthorn/luminescence/observable_plan.hpp"
#include "lanthorn/luminescence/pump_program.hpp"
#include "lanthorn/luminescence/tally.hpp"
#include "lanthorn/study/recipe.hpp"

#include <functional>
#include <string>
#include <vector>

namespace lanthorn {

/// One emission line or a sum of them: photons per second as a weighted sum over the classes of a network.
struct Band {
    std::string name;  ///< "Er:4S3/2->4I15/2"
    std::string ion, from, to;
    double energy_per_cm = 0;                               ///< mean of its photons
    std::vector<EmissionLine> lines;                        ///< what its spectrum is made of
    std::vector<std::pair<std::size_t, double>> per_class;  ///< Einstein coefficients [1/s]
};

/// Every spontaneous emission line of a network, ions of all regions summed, in descending energy.
/// @param lines  of an emission from one level to another of a species
using EmissionShape = std::function<std::vector<EmissionLine>(SpeciesId species, LevelId from, LevelId to)>;
std::vector<Band> bands_of(Network const& network, EmissionShape const& lines);

/// Light over time and what is measured when. Observables of a window come in this order: the Ledger, then
/// the mean number of ions in each class. Theory: observables.1, observables.7.
struct Schedule {
    enum Ledger : std::size_t {
        absorbed_photons,
        absorbed_power,
        emitted_power,
        heat_power,
        stored_power,
        ledger_size
    };

    InitialState start;
    PumpProgram pump;
    ObservablePlan plan;  ///< window 0 is the average, windows 1… are the decay
    double burn_in_s = 0;
    double duration_s = 0;     ///< of the average
    double decay_start_s = 0;  ///< only where there is a decay

    /// A band as weights over the observables of a window.
    static JointMoments::Weights weights(Band const& band);
};

/// @throws InputError where pulses are too many to follow one by one
Schedule schedule_of(Recipe const& recipe, Network const& network);

/// Whether continuous light is on for so long before anything is averaged that the state is steady, given the slowest time
/// of the particle, and nothing is recorded after it.
bool is_steady(Recipe const& recipe, double burn_in_s, double slowest_s);

/// The longest lifetime of any excited level of any ion on its own [s]: spontaneous processes, phonons, and what quenches
/// that ion.
double longest_lifetime_s(Network const& network);

}  // namespace lanthorn
