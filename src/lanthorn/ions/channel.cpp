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
    default:
        return "other";
    }
}

}  // namespace lanthorn
