#include "lanthorn/luminescence/user_network.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

constexpr double nm3_per_cm3 = 1e21;

double sum_of(LatticeSums const& sums, DistanceLaw law)
{
    switch (law) {
    case DistanceLaw::inverse_sixth:
        return sums.sixth_per_nm6;
    case DistanceLaw::inverse_eighth:
        return sums.eighth_per_nm8;
    case DistanceLaw::inverse_tenth:
        return sums.tenth_per_nm10;
    default:
        throw ContractError("lattice sums are of inverse powers");
    }
}

}  // namespace

double microscopic_nm6_per_s(double macroscopic_cm3_per_s, LatticeSums const& lattice)
{
    return macroscopic_cm3_per_s * nm3_per_cm3 * lattice.density_per_nm3 / lattice.sixth_per_nm6;
}

RateSystem well_mixed(UserNetwork const& user, LatticeSums const* lattice)
{
    Network const& network = user.network;
    bool const all_macroscopic =
        std::ranges::all_of(user.macroscopic_cm3_per_s, [](auto const& k) { return k.has_value(); });
    if (lattice == nullptr && !network.pair.empty() && (!user.site_density_per_nm3 || !all_macroscopic))
        throw InputError(
            {}, "host",
            all_macroscopic ? "transfer needs a density of sites: give site_density, or the host whose sites "
                              "they are"
                            : "a microscopic coefficient (nm^6/s) needs the lattice on which the ions sit: "
                              "give its host, or macroscopic coefficients (cm^3/s)");
    LatticeSums const sums = lattice != nullptr ? *lattice : LatticeSums{};
    double const density_per_nm3 =
        user.site_density_per_nm3 ? user.site_density_per_nm3->value : sums.density_per_nm3;
    auto const first = network.first_class();
    auto const klass = [&](SpeciesId s, LevelId l) { return std::uint32_t(first[s.value] + l.value); };
    std::vector<RateTerm> terms;
    for (auto const& c : network.one_site)
        terms.push_back({.from = {klass(c.species, c.from)},
                         .to = {klass(c.species, c.to)},
                         .k0 = c.k0_per_s,
                         .per_irradiance = c.per_irradiance});
    for (std::size_t m = 0; m < network.pair.size(); ++m) {
        auto const& c = network.pair[m];
        auto const& k = user.macroscopic_cm3_per_s[m];
        terms.push_back({.from = {klass(c.donor, c.donor_from), klass(c.acceptor, c.acceptor_from)},
                         .to = {klass(c.donor, c.donor_to), klass(c.acceptor, c.acceptor_to)},
                         .k0 = k ? *k * nm3_per_cm3 * density_per_nm3 : c.coefficient * sum_of(sums, c.law),
                         .per_irradiance = {}});
    }
    std::vector<double> total;
    for (auto const& fraction : user.fraction) total.push_back(fraction.value);
    return RateSystem(first, total, std::move(terms), network.lasers);
}

namespace {

/// Puts the channels of a file on the species of a particle.
class Replacement {
public:
    Replacement(Network const& calculated, UserNetwork const& user, std::span<LatticeSums const> lattice,
                std::span<double const> wavelength_nm)
        : old_(calculated), user_(user), lattice_(lattice)
    {
        LANTHORN_EXPECT(lattice.size() == calculated.species.size());
        LANTHORN_EXPECT(wavelength_nm.size() == calculated.lasers);
        match_species();
        match_lasers(wavelength_nm);
    }

    UserRates made()
    {
        result_.network = old_;
        Network& network = result_.network;
        network.one_site.clear();
        network.pair.clear();
        network.triple.clear();
        network.extra.clear();
        for (std::size_t s = 0; s < old_.species.size(); ++s)
            if (named_[s]) {
                network.species[s].levels = user_.network.species[named_[s]->value].levels;
                network.species[s].energy_per_cm = user_.network.species[named_[s]->value].energy_per_cm;
            }
        one_site();
        pairs();
        triples();
        return std::move(result_);
    }

private:
    void match_species()
    {
        bool any = false;
        for (auto const& species : old_.species) {
            auto const found = std::ranges::find(user_.network.species, species.name, &Species::name);
            named_.push_back(
                found == user_.network.species.end()
                    ? std::nullopt
                    : std::optional(SpeciesId{std::uint32_t(found - user_.network.species.begin())}));
            any = any || named_.back();
        }
        if (!any)
            throw InputError(
                {}, "species",
                fmt::format("none of the ions of the particle is in the network \"{}\"", user_.title));
    }

    void match_lasers(std::span<double const> wavelength_nm)
    {
        std::vector<Finding> findings;
        for (std::size_t l = 0; l < wavelength_nm.size(); ++l) {
            auto const found = std::ranges::find_if(user_.lasers, [&](UserNetwork::Laser const& laser) {
                return std::abs(laser.wavelength_nm - wavelength_nm[l]) <= 1;
            });
            if (found == user_.lasers.end())
                findings.push_back(
                    {.key = fmt::format("excitation[{}].wavelength", l),
                     .problem = fmt::format("the network \"{}\" has no cross-sections at {:g} nm: give it a "
                                            "laser within 1 nm of that",
                                            user_.title, wavelength_nm[l])});
            else
                laser_.push_back(std::size_t(found - user_.lasers.begin()));
        }
        if (!findings.empty()) throw InputError(std::move(findings));
    }

    void visit_named(SpeciesId user_species, auto const& visit) const
    {
        for (std::uint32_t s = 0; s < named_.size(); ++s)
            if (named_[s] == user_species) visit(SpeciesId{s});
    }

    /// A calculated level where it is now; nothing where the file has none of its label.
    std::optional<LevelId> kept(SpeciesId s, LevelId level) const
    {
        if (!named_[s.value]) return level;
        auto const& labels = result_.network.species[s.value].levels;
        auto const found = std::ranges::find(labels, old_.species[s.value].levels[level.value]);
        if (found == labels.end()) return std::nullopt;
        return LevelId{std::uint32_t(found - labels.begin())};
    }

    std::string step(SpeciesId s, LevelId from, LevelId to) const
    {
        auto const& species = old_.species[s.value];
        return fmt::format("{} {} {}->{}", species.name, species.region, species.levels[from.value],
                           species.levels[to.value]);
    }

    void one_site()
    {
        Network& network = result_.network;
        std::vector<std::optional<std::size_t>> channel_of;  // (calculated channels)
        for (auto c : old_.one_site) {
            channel_of.emplace_back();
            bool const replaced = named_[c.species.value].has_value();
            if (replaced && c.process != Process::quenching) continue;
            auto const from = kept(c.species, c.from), to = kept(c.species, c.to);
            if (!from || !to) {
                result_.left_out.push_back(fmt::format("quenching of {}: the network \"{}\" lacks the level",
                                                       step(c.species, c.from, c.to), user_.title));
                continue;
            }
            c.from = *from;
            c.to = *to;
            channel_of.back() = network.one_site.size();
            network.one_site.push_back(std::move(c));
        }
        for (auto const& c : user_.network.one_site)
            visit_named(c.species, [&](SpeciesId s) {
                network.one_site.push_back(c);
                network.one_site.back().species = s;
                auto& pumps = network.one_site.back().per_irradiance;
                if (c.per_irradiance.empty()) return;
                pumps.clear();
                for (std::size_t l : laser_) pumps.push_back(c.per_irradiance[l]);
            });
        for (auto extra : old_.extra) {
            if (!channel_of[extra.channel]) continue;
            extra.channel = *channel_of[extra.channel];
            network.extra.push_back(extra);
        }
    }

    void pairs()
    {
        Network& network = result_.network;
        std::size_t lost = 0;
        for (auto c : old_.pair) {
            if (named_[c.donor.value] && named_[c.acceptor.value]) continue;
            auto const d_from = kept(c.donor, c.donor_from), d_to = kept(c.donor, c.donor_to);
            auto const a_from = kept(c.acceptor, c.acceptor_from), a_to = kept(c.acceptor, c.acceptor_to);
            if (!d_from || !d_to || !a_from || !a_to) {
                ++lost;
                continue;
            }
            c.donor_from = *d_from;
            c.donor_to = *d_to;
            c.acceptor_from = *a_from;
            c.acceptor_to = *a_to;
            network.pair.push_back(std::move(c));
        }
        if (lost > 0)
            result_.left_out.push_back(fmt::format(
                "{} calculated transfer channels whose levels the network \"{}\" lacks", lost, user_.title));
        for (std::size_t m = 0; m < user_.network.pair.size(); ++m) {
            auto const& c = user_.network.pair[m];
            visit_named(c.donor, [&](SpeciesId donor) {
                visit_named(c.acceptor, [&](SpeciesId acceptor) {
                    network.pair.push_back(c);
                    auto& channel = network.pair.back();
                    channel.donor = donor;
                    channel.acceptor = acceptor;
                    if (auto const& k = user_.macroscopic_cm3_per_s[m])
                        channel.coefficient = microscopic_nm6_per_s(*k, lattice_[donor.value]);
                });
            });
        }
    }

    void triples()
    {
        for (auto const& c : old_.triple)
            if (!named_[c.donor_a.value] && !named_[c.donor_b.value] && !named_[c.acceptor.value])
                result_.network.triple.push_back(c);
        if (result_.network.triple.size() != old_.triple.size())
            result_.left_out.push_back(
                fmt::format("cooperative processes of the ions of the network \"{}\"", user_.title));
    }

    Network const& old_;
    UserNetwork const& user_;
    std::span<LatticeSums const> lattice_;
    std::vector<std::optional<SpeciesId>> named_;  // (species) which species of the file it is
    std::vector<std::size_t> laser_;               // (lasers) of the file
    UserRates result_;
};

}  // namespace

UserRates with_user_rates(Network const& calculated, UserNetwork const& user,
                          std::span<LatticeSums const> lattice, std::span<double const> wavelength_nm)
{
    return Replacement(calculated, user, lattice, wavelength_nm).made();
}

}  // namespace lanthorn
