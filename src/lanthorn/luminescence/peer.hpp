#pragma once

#include "lanthorn/data/tree.hpp"
#include "lanthorn/luminescence/network.hpp"
#include "lanthorn/luminescence/pump_program.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace lanthorn {

/// A simulation described by the two databases of NPMC (nanoparticle and initial state).
struct PeerJob {
    Network network;
    InitialState initial;
    std::vector<std::string>
        interaction_type;  ///< (interactions) "NR", "Rad", "ET", ...; empty without the column
    std::vector<std::size_t> channel_of_interaction;  ///< (interactions) channel of the network
};

/// Makes the network from the tables of both databases, each a group of columns as `files` reads them.
///
/// Species and levels are named by their numbers; levels have no energies, channels carry no photons and no
/// heat. Sites are ions in the order of site_id. Interactions are numbered in the order of their rows, as
/// NPMC does; a channel of the network is one row, so that rows with the same states stay apart. The two
/// factors are multiplied into the rates: one-site rate [1/s] = rate * one_site_interaction_factor; two-site
/// rate = rate * two_site_interaction_factor * g(d) for d < interaction_radius_bound, with g = d^-6 [nm^-6]
/// for 'inverse_cubic' (so NPMC calls it) and 1 - d/interaction_radius_bound for 'linear'. Tables
/// `trajectories` and `interrupt_*` are not looked at: every trajectory begins at `initial_state`.
///
/// @param np, state            groups of tables: species, sites, interactions (metadata); initial_state,
/// factors
/// @param np_name, state_name  names of the databases for messages
/// @throws InputError with everything that is wrong, each with database, table, row (counted from 1) and cure
PeerJob peer_job_from(Tree const& np, Tree const& state, std::string const& np_name,
                      std::string const& state_name);

}  // namespace lanthorn
