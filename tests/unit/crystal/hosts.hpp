#pragma once

#include "lanthorn/crystal/crystal.hpp"
#include "lanthorn/files/toml.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace lanthorn::testing {

inline std::string data_file(std::string const& name)
{
    return std::string(LANTHORN_SOURCE_DIR "/data/") + name;
}

inline Host host(std::string const& name)
{
    return host_from(read_toml(data_file("hosts/" + name + ".toml")));
}

inline std::vector<std::string> all_hosts()
{
    std::vector<std::string> names;
    for (auto const& entry : std::filesystem::directory_iterator(data_file("hosts")))
        if (entry.path().extension() == ".toml") names.push_back(entry.path().stem());
    return names;
}

inline Particle sphere(Host const& host, double diameter_nm,
                       std::vector<std::pair<std::string, double>> dopants = {})
{
    return {.regions = {{.host = host, .shape = {}, .size_nm = diameter_nm, .dopants = std::move(dopants)}}};
}

inline std::int64_t count(Crystal const& crystal, std::string const& element)
{
    return std::int64_t(sites_of(crystal, std::span(&element, 1)).size());
}

}  // namespace lanthorn::testing
