#include "lanthorn/crystal/host.hpp"
#include "lanthorn/files/toml.hpp"
#include "lanthorn/ions/host_optics.hpp"
#include "lanthorn/ions/ion.hpp"

#include "fuzz/targets.hpp"

namespace lanthorn::fuzz {

void data_file(std::string_view bytes)
{
    Document document;
    if (!accepted([&] { document = parse_toml(bytes, "fuzz.toml"); })) return;
    accepted([&] {
        Host const host = host_from(document);
        promise(host.cell.volume_nm3() > 0, "a cell has a volume");
        promise(!host.positions.empty(), "a host has positions");
    });
    accepted([&] { host_optics_from(document); });
    accepted([&] {
        Ion const ion = ion_from(document);
        promise(!ion.levels.empty(), "an ion has levels");
        for (Transition const& t : ion.transitions)
            promise(t.upper.value < ion.levels.size() && t.lower.value < t.upper.value,
                    "transitions join levels");
    });
}

}  // namespace lanthorn::fuzz
