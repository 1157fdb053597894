#pragma once

#include "lanthorn/data/tree.hpp"
#include "lanthorn/luminescence/network.hpp"

#include <span>

namespace lanthorn {

/// A network as the tables of NPMC's two databases, each a group of columns.
struct PeerTables {
    Tree np;     ///< species, sites, interactions, metadata
    Tree state;  ///< initial_state, factors
};

/// The way back of peer_job_from, under light of constant irradiance and with every ion in its ground level at the
/// start.
///
/// A site is an active ion, a row of interactions a channel, in the order of the network: its one-site channels
/// first, then its pairs. Channels that do nothing under this light have no row, since NPMC's files have none with
/// rate 0. Light is folded into the rate of its row, rate = k0 + sum_l s_l I_l [1/s]; pairs have nm^6/s. Types:
/// "NR" for what carries heat alone, "MD" for magnetic-dipole emission, "Rad" for all other photons out and in, "ET"
/// for pairs. Both factors are 1.
///
/// @param irradiance_W_per_cm2  (lasers)
/// @throws InputError where the format cannot hold the network: the finding with key "extra" is about rates of single
///         ions, "pair" about distance laws other than d^-6, "triple" about cooperative channels
PeerTables peer_tables_from(Network const& network, std::span<double const> irradiance_W_per_cm2);

}  // namespace lanthorn
