#pragma once

#include "lanthorn/luminescence/network.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace lanthorn {

/// The microscopic rate equations of a network (theory: rate-equations.12 to 14): every ion alone, in the fields of all
/// others.
///
/// Inside, ions stand by species: those of species s are [ions_of(s).first, ...) and their states follow one another.
/// A field of an ion is a sum over what others do, g(d) times the population of one level of each partner of one
/// species, or for a triple the product of both partners; given its fields, the ion is a small linear system.
class SiteRates {
public:
    /// Of one species: where its ions, states, excited states and fields stand.
    struct Block {
        std::size_t levels, ions;
        std::size_t first_ion = 0, first_state = 0, first_excited = 0;  // excited: without the ground level
        std::size_t fields = 0, first_field = 0;                        // fields of one ion; of the first
        std::size_t changes = 0, first_change = 0;  // the same for changes of fields, see below
    };

    static constexpr std::uint32_t none = 0xffffffffu;

    /// @pre the network is valid
    explicit SiteRates(Network network);

    Network const& network() const { return network_; }

    std::size_t ions() const { return order_.size(); }
    std::size_t states() const { return states_; }
    std::size_t excited() const { return states_ - order_.size(); }
    std::size_t fields() const { return fields_; }
    std::size_t changes() const { return changes_; }
    std::vector<Block> const& blocks() const { return blocks_; }
    /// (ions) the network's number of each ion
    std::vector<std::uint32_t> const& order() const { return order_; }

    /// One-site rates at an irradiance: (levels x levels) of each species.
    using OneSite = std::vector<std::vector<double>>;
    OneSite one_site_at(std::span<double const> irradiance_W_per_cm2) const;

    /// @param y  (states)
    /// @param u  (fields)
    void find_fields(std::span<double const> y, std::span<double> u) const;

    /// What changes of the populations change in the fields. Levels of one ion change by nothing in sum, so that v
    /// leaves the ground level out, and a field of a partner's ground level is that of its others, less.
    /// @param v   (excited)
    /// @param du  (changes)
    void find_changes(std::span<double const> y, std::span<double const> v, std::span<double> du) const;

    /// (species)(changes of one ion) the class, without ground levels, whose populations alone it follows; `none` of
    /// triples.
    std::vector<std::vector<std::uint32_t>> const& class_of_change() const { return class_of_change_; }

    /// Of the ions of a species under one law, the few neighbours of another that weigh most.
    struct Near {
        std::size_t to, of;                ///< species
        std::size_t change;                ///< where the levels of `of` begin among the changes of an ion
        std::vector<std::uint32_t> first;  ///< (ions of `to` + 1)
        std::vector<std::uint32_t> who;    ///< ranks in their species, ascending
        std::vector<double> weight;
    };
    std::vector<Near> const& near() const { return near_; }

    /// Rates between the levels of one ion (of the species, by its rank) in its fields: rate[a * levels + b].
    void rates_of(OneSite const& one_site, std::size_t species, std::size_t rank, std::span<double const> u,
                  std::span<double> rate) const;

    /// What an ion gains, per second and level, by a unit of each change of fields at populations y: (changes of one
    /// ion x levels).
    void gains_by_changes(std::size_t species, std::span<double const> y, std::span<double> gain) const;

    /// Sums that fluxes of channels are made of.
    std::size_t products() const { return products_; }
    void find_products(std::span<double const> y, std::span<double const> u, std::span<double> value) const;
    /// Events of each channel that belong to values, or time integrals, of the products.
    std::vector<double> events(std::span<double const> products, std::span<double const> irradiance) const;

private:
    /// Whom the ions of a species feel under one law.
    struct Neighbours {
        std::size_t law, to, of;           // species: who feels, who is felt
        std::size_t field, change;         // where the levels of the felt begin among those of an ion
        std::vector<std::uint32_t> first;  // (ions of `to` + 1)
        std::vector<std::uint32_t> who;    // rank in its species
        std::vector<double> weight;
    };
    /// A rate proportional to a field, which depends on `spans` changes with a factor of -1 or, where that is 0, on one
    /// with 1.
    struct Entry {
        std::uint32_t from, to, field, change, spans;
        double coefficient;
    };
    struct Extra {
        std::uint32_t from, to, product;
        double rate;
    };
    /// Donors of a species around the acceptors of another.
    struct Donors {
        std::size_t around, of;
        std::vector<std::uint32_t> first, who;  // (acceptors + 1), ranks
        std::vector<double> weight;
    };
    struct Triple {
        TripleChannel channel;
        bool like;
        std::size_t donors_a, donors_b;  // among donors_
        std::size_t field_a = 0, field_b = 0, field_c = 0;
        std::size_t change_a = 0, change_b = 0, change_c = 0;
    };
    struct TripleTargets;

    void place_ions();
    std::size_t law_of(PairChannel const& channel);
    std::size_t neighbours_of(std::size_t law, std::size_t to, std::size_t of);
    void place_pairs();
    void place_triples();
    void find_neighbours();
    void find_near();
    void find_donors();
    void sort_entries();
    void find_triple_fields(std::span<double const> y, std::span<double> u) const;
    void find_triple_changes(std::span<double const> y, std::span<double const> v,
                             std::span<double> du) const;
    void triple_sums(Triple const& t, std::span<double const> ya, std::span<double const> yb,
                     std::span<double const> yc, TripleTargets const& into) const;

    Network network_;
    std::vector<Block> blocks_;
    std::vector<std::uint32_t> order_, rank_;  // rank_ by the network's number
    std::size_t states_ = 0, fields_ = 0, changes_ = 0, products_ = 0;
    std::vector<PairChannel> laws_;  // each with coefficient 1
    std::vector<Neighbours> neighbours_;
    std::vector<Near> near_;  // of each of neighbours_
    std::vector<Donors> donors_;
    std::vector<Triple> triples_;
    std::vector<std::vector<Entry>> entries_;  // (species)
    std::vector<std::vector<std::uint32_t>> class_of_change_;
    std::vector<std::size_t> first_extra_;  // (ions + 1)
    std::vector<Extra> extra_;
    std::vector<std::size_t> first_product_;  // (species) of level x field
    std::vector<std::size_t> extra_product_;  // (one-site channels), 0 = none
    std::vector<std::size_t> product_of_;     // (pair, then triple channels)
};

}  // namespace lanthorn
