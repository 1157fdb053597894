#pragma once

#include "lanthorn/crystal/particle.hpp"
#include "lanthorn/data/document.hpp"
#include "lanthorn/data/schema.hpp"
#include "lanthorn/data/sourced.hpp"
#include "lanthorn/ions/radiative.hpp"
#include "lanthorn/ions/transfer.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lanthorn {

/// Core or shell as a recipe states it. Lengths in nm, fractions of the rare-earth site.
struct RegionRecipe {
    std::string host;            ///< of the library, or a CIF file
    std::string dopable;         ///< cation that dopants replace; empty = as the host file says
    double size_nm = 0;          ///< diameter of the core, thickness of a shell
    std::optional<Shape> shape;  ///< of a shell: none = every face of what is inside moved outwards
    std::vector<std::pair<std::string, double>> dopants;
    double vacancies = 0;
};

struct ExcitationRecipe {
    double wavelength_nm = 0;
    double irradiance_W_per_cm2 = 0;
    struct Pulse {
        double width_s = 0, period_s = 0;
    };
    std::optional<Pulse> pulse;  ///< none = continuous
};

struct DecayRecipe {
    enum class After { switch_off, pulse };
    After after = After::switch_off;
    std::optional<double> duration_s;  ///< none = from the lifetimes of the network, or up to the next pulse
    std::int64_t points = 0;
};

/// Whose rules make rates of energies and line strengths.
enum class RateRules { lanthorn, nanoparticletools };

/// What solves the kinetics; `automatic` decides by what a sample says (theory: observables.12).
enum class Engine { monte_carlo, microscopic, mean_field, automatic };

/// How trajectories begin: in the dark, or with the populations of the mean field.
enum class Start { dark, mean_field };

/// What corrects means over structures.
enum class Control { none, mean_field };

struct LuminescenceRecipe {
    Engine engine = Engine::monte_carlo;
    std::int64_t layers = 1;  ///< of each species by depth, in the mean field
    double comparison_events =
        0;  ///< of the Monte Carlo that rate equations are compared with; 0 = no comparison
    Start start = Start::dark;
    double wanted_error = 0;                   ///< relative standard error of each asked-for band
    std::optional<std::int64_t> trajectories;  ///< fixed number instead of a wanted error
    std::int64_t structures = 1;     ///< least number of random structures; 1 = the one particle of the seed
    std::optional<Control> control;  ///< none = the mean field in continuous light
    double event_limit = 0;          ///< stop here even if the error is not reached
    std::optional<double> burn_in_s, duration_s;  ///< none = from the lifetimes of the network
    std::vector<std::string> bands;               ///< "Er:4S3/2->4I15/2"; empty = the main lines
    std::optional<DecayRecipe> decay;
    double interaction_radius_nm = 0;
    Multipoles multipoles = Multipoles::dipole;
    std::vector<std::string> cooperative;          ///< "Yb+Yb->Tb": two donors that may feed one acceptor
    std::optional<double> cooperative_nm12_per_s;  ///< C12, instead of the default
    double cooperative_radius_nm = 0;
    RateRules rules = RateRules::lanthorn;
    std::string network;  ///< file with levels and rates in the place of calculated ones; empty = none
    double max_energy_per_cm = 0;
    std::optional<std::int64_t> max_levels;  ///< none = the choice of each ion's data file
};

/// A number of the user's own in the place of a calculated one.
struct OverrideRecipe {
    std::string ion, level, to;                ///< of a level, or of a transition
    std::vector<std::string> donor, acceptor;  ///< of a transfer: ion, level before, level after
    std::optional<double> line_strength_cm2, lifetime_s, relaxation_per_s;
    std::vector<std::pair<std::string, double>> branching;  ///< level -> share of the radiative rate
    std::optional<double> coefficient_nm6_per_s, factor;
    std::optional<double> exchange_per_s;   ///< its rate at the distance `at_nm`
    std::optional<double> range_nm, at_nm;  ///< of exchange
    std::string source;
    Kind kind = Kind::measured;
};

/// What takes energy from the ions beside the lattice and each other.
struct QuenchingRecipe {
    bool surroundings = true;                           ///< ligands, surface OH and medium quench
    std::string ligand;                                 ///< of data/quenchers.toml, or "none"
    std::optional<double> ligand_thickness_nm;          ///< none = that of the ligand's table entry
    double standoff_nm = 0.25;                          ///< from the particle's outline to the first groups
    double hydroxyl_per_nm2 = 0;                        ///< OH groups on the surface
    double vacancy_nm6_per_s = 100;                     ///< C6 from every excited level to a vacancy
    double contact_per_s = 0, contact_radius_nm = 0.4;  ///< rate to each vacancy nearer than this
};

/// Stand-ins for a quenching surface, see data/pseudo_ions.toml.
struct PseudoIonRecipe {
    std::string kind;
    double fraction = 0;  ///< of the optically inert rare earths that lie there
    double depth_nm = 0;  ///< below the particle's outline
};

/// A key that a run varies.
struct SweepRecipe {
    std::string key;           ///< "excitation[0].irradiance"
    std::vector<Node> values;  ///< as the key is written, quantities in the house unit
};

/// Everything a run depends on beside data files and code version.
struct Recipe {
    std::string title;
    std::uint64_t seed = 1;
    Doping doping = Doping::exact;
    CationOrder cation_order = CationOrder::random;
    std::vector<RegionRecipe> regions;  ///< core first
    double temperature_K = 295;
    std::string medium;                      ///< of data/media.toml; "bulk" = no surface, field of the host
    std::optional<double> refractive_index;  ///< of the medium, instead of the table's
    LocalField local_field = LocalField::virtual_cavity;
    std::vector<OverrideRecipe> overrides;
    QuenchingRecipe quenching;
    std::optional<PseudoIonRecipe> pseudo_ions;
    std::vector<ExcitationRecipe> excitations;
    LuminescenceRecipe luminescence;
    std::vector<SweepRecipe> sweeps;  ///< the points are every combination, the last varies fastest
};

/// Both donors and the acceptor of "Yb+Yb->Tb"; nothing where the text is of another form.
std::optional<std::array<std::string, 3>> cooperative_from(std::string_view text);

/// Every key a recipe may have.
Schema const& recipe_schema();

/// A recipe of a document that passed `check`; with what is wrong or doubtful beyond the schema.
/// @throws InputError with all errors of the schema and beyond it, sorted by place; warnings go to `warnings`
Recipe recipe_from(Document const& document, std::vector<Finding>& warnings);

/// The recipe as TOML, every default filled in: reading it gives the same recipe. Its hash is the run's identity.
std::string to_toml(Recipe const& recipe);

}  // namespace lanthorn
