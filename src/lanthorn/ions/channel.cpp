#include "lanthorn/ions/channel.hpp"

namespace lanthorn {

std::string_view to_text(Process process)
{
    switch (process) {
    case Process::electric_dipole:
        return "electric dipole";
    case Process::magnetic_dipole:
        return "magnetic dipole";
    case Process::multiphonon:
        return "multiphonon";
    case Process::absorption:
        return "absorption";
    case Process::stimulated_emission:
        return "stimulated emission";
    case Process::transfer:
        return "transfer";
    case Process::quenching:
        return "quenching";
    default:
        return "other";
    }
}

std::string_view to_text(DistanceLaw law)
{
    switch (law) {
    case DistanceLaw::inverse_sixth:
        return "inverse sixth";
    case DistanceLaw::inverse_eighth:
        return "inverse eighth";
    case DistanceLaw::inverse_tenth:
        return "inverse tenth";
    case DistanceLaw::exponential:
        return "exponential";
    default:
        return "linear";
    }
}

int power_of(DistanceLaw law)
{
    switch (law) {
    case DistanceLaw::inverse_sixth:
        return 6;
    case DistanceLaw::inverse_eighth:
        return 8;
    case DistanceLaw::inverse_tenth:
        return 10;
    default:
        return 0;
    }
}

}  // namespace lanthorn
