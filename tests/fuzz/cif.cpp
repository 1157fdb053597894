#include "lanthorn/crystal/host.hpp"

#include "fuzz/targets.hpp"

namespace lanthorn::fuzz {

void cif(std::string_view bytes)
{
    accepted([&] {
        Host const host = host_from_cif(bytes, "fuzz.cif", "Y");
        promise(host.cell.volume_nm3() > 0, "a cell has a volume");
        promise(host.dopable_per_cell() > 0, "a host has cations to replace");
    });
}

}  // namespace lanthorn::fuzz
