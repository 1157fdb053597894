#include "lanthorn/luminescence/layers.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/crystal/crystal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lanthorn {

std::vector<double> depths_nm(Network const& network, Crystal const& crystal)
{
    LANTHORN_EXPECT(network.site.size() == network.ions());
    auto const on_surface = surface_sites(crystal);
    std::vector<Vec3> surface_nm;
    for (std::size_t i = 0; i < crystal.size(); ++i)
        if (on_surface[i] != 0) surface_nm.push_back(crystal.position_nm[i]);
    std::vector<double> depth_nm;
    for (Vec3 const p : network.position_nm) {
        double least = std::numeric_limits<double>::infinity();
        for (Vec3 const q : surface_nm) least = std::min(least, dot(p - q, p - q));
        depth_nm.push_back(std::sqrt(least));
    }
    return depth_nm;
}

namespace {

/// Layer of each ion, from 0, among the ions of its species; numbers without gaps.
std::vector<std::uint32_t> layer_of_ions(Network const& network, std::span<double const> depth_nm,
                                         std::size_t layers)
{
    std::vector<std::uint32_t> layer(network.ions());
    for (std::uint32_t s = 0; s < network.species.size(); ++s) {
        std::vector<std::size_t> ions;
        for (std::size_t i = 0; i < network.ions(); ++i)
            if (network.species_of[i].value == s) ions.push_back(i);
        std::ranges::stable_sort(ions, {}, [&](std::size_t i) { return depth_nm[i]; });
        std::uint32_t number = 0;
        std::size_t previous = 0;
        for (std::size_t begin = 0; begin < ions.size();) {
            std::size_t end = begin;
            while (end < ions.size() && depth_nm[ions[end]] - depth_nm[ions[begin]] < 1e-9) ++end;
            // by the middle of those that belong together
            std::size_t const wanted = (begin + end - 1) * layers / (2 * ions.size());
            if (begin > 0 && wanted != previous) ++number;
            previous = wanted;
            for (; begin < end; ++begin) layer[ions[begin]] = number;
        }
    }
    return layer;
}

}  // namespace

Network layered(Network const& network, std::span<double const> depth_nm, std::size_t layers)
{
    LANTHORN_EXPECT(depth_nm.size() == network.ions() && layers > 0);
    auto const layer = layer_of_ions(network, depth_nm, layers);
    std::vector<std::uint32_t> count(network.species.size(), 1);
    for (std::size_t i = 0; i < network.ions(); ++i) {
        auto& most = count[network.species_of[i].value];
        most = std::max(most, layer[i] + 1);
    }

    Network split = network;
    split.species.clear();
    split.one_site.clear();
    split.pair.clear();
    split.triple.clear();
    std::vector<std::uint32_t> first;  // of a species' layers
    for (std::size_t s = 0; s < network.species.size(); ++s) {
        first.push_back(std::uint32_t(split.species.size()));
        for (std::uint32_t k = 0; k < count[s]; ++k) {
            split.species.push_back(network.species[s]);
            auto& region = split.species.back().region;
            region += (region.empty() ? "layer " : " layer ") + std::to_string(k + 1);
        }
    }
    auto const each_layer = [&](SpeciesId s, auto const& visit) {
        for (std::uint32_t k = 0; k < count[s.value]; ++k) visit(SpeciesId{first[s.value] + k});
    };
    for (std::size_t i = 0; i < network.ions(); ++i)
        split.species_of[i] = {first[network.species_of[i].value] + layer[i]};

    std::vector<std::size_t> first_channel;
    for (auto channel : network.one_site) {
        first_channel.push_back(split.one_site.size());
        each_layer(channel.species, [&](SpeciesId s) {
            split.one_site.push_back(channel);
            split.one_site.back().species = s;
        });
    }
    for (auto& extra : split.extra) extra.channel = first_channel[extra.channel] + layer[extra.ion.value];
    for (auto const& channel : network.pair)
        each_layer(channel.donor, [&](SpeciesId donor) {
            each_layer(channel.acceptor, [&](SpeciesId acceptor) {
                split.pair.push_back(channel);
                split.pair.back().donor = donor;
                split.pair.back().acceptor = acceptor;
            });
        });
    for (auto const& channel : network.triple) {
        bool const alike = has_like_donors(channel);
        each_layer(channel.donor_a, [&](SpeciesId a) {
            each_layer(channel.donor_b, [&](SpeciesId b) {
                // An unordered pair of like donors is one event, whichever layers they are of.
                if (alike && b < a) return;
                each_layer(channel.acceptor, [&](SpeciesId c) {
                    split.triple.push_back(channel);
                    split.triple.back().donor_a = a;
                    split.triple.back().donor_b = b;
                    split.triple.back().acceptor = c;
                });
            });
        });
    }
    return split;
}

std::vector<std::size_t> species_of_layers(Network const& network, Network const& split)
{
    std::vector<std::size_t> of;
    for (Species const& layer : split.species) {
        std::size_t s = of.empty() ? 0 : of.back();
        // Layers stand in the order of their species and are named after its region.
        auto const is_of = [&](Species const& species) {
            return species.name == layer.name &&
                   layer.region.starts_with(species.region + (species.region.empty() ? "layer " : " layer "));
        };
        while (s < network.species.size() && !is_of(network.species[s])) ++s;
        LANTHORN_EXPECT(s < network.species.size());
        of.push_back(s);
    }
    return of;
}

}  // namespace lanthorn
