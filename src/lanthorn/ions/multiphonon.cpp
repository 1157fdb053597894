#include "lanthorn/ions/multiphonon.hpp"

#include "lanthorn/base/constants.hpp"
#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/elementary.hpp"

#include <algorithm>

namespace lanthorn {

double boltzmann_factor(double energy_per_cm, double temperature_K)
{
    LANTHORN_EXPECT(temperature_K > 0 || energy_per_cm >= 0);
    if (energy_per_cm == 0) return 1;
    if (temperature_K == 0) return 0;
    return portable_exp(-energy_per_cm / (constants::boltzmann_per_cm_K * temperature_K));
}

double phonon_occupation(double phonon_per_cm, double temperature_K)
{
    LANTHORN_EXPECT(phonon_per_cm > 0);
    double const factor = boltzmann_factor(phonon_per_cm, temperature_K);
    return factor / (1 - factor);
}

double phonon_sideband(PhononLaw const& law, double slope_cm, double energy_per_cm, double temperature_K)
{
    LANTHORN_EXPECT(energy_per_cm >= 0);
    double const bose = (1 + phonon_occupation(law.effective_per_cm, temperature_K)) /
                        (1 + phonon_occupation(law.effective_per_cm, law.reference_K));
    return portable_exp(energy_per_cm * (portable_log(bose) / law.effective_per_cm - slope_cm));
}

double multiphonon_down_per_s(PhononLaw const& law, double gap_per_cm, double temperature_K)
{
    LANTHORN_EXPECT(gap_per_cm > 0);
    double const onset = law.law == GapLaw::modified ? 2 * law.highest_per_cm : 0;
    double const bose = phonon_sideband(law, 0, gap_per_cm, temperature_K);
    return law.W0_per_s * portable_exp(-law.alpha_cm * std::max(0.0, gap_per_cm - onset)) * bose;
}

}  // namespace lanthorn
