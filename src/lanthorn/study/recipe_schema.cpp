#include "lanthorn/study/recipe.hpp"

namespace lanthorn {

namespace {

std::vector<Key> crystal_keys()
{
    return {
        {.path = "crystal.host",
         .type = KeyType::text,
         .sentence = "Host of the core: a name of the library (lanthorn doctor lists them) or a CIF file.",
         .required = true},
        {.path = "crystal.dopable",
         .type = KeyType::text,
         .sentence = "Cation that dopants replace; needed for a CIF file only."},
        {.path = "crystal.shape",
         .type = KeyType::choice,
         .sentence = "Shape of the core; shells follow it unless they state their own.",
         .default_text = "sphere",
         .choices = {"sphere", "cube", "rounded-cube", "hexagonal-prism"}},
        {.path = "crystal.diameter",
         .type = KeyType::quantity,
         .sentence =
             "Diameter of a spherical core, edge of a cube, corner-to-corner width of a prism's base.",
         .dimension = Dimension::length,
         .least = 0.5,
         .most = 200,
         .required = true,
         .mistaken_for = {{"radius", "give the diameter, twice the radius"},
                          {"size", "it is called diameter"},
                          {"edge", "the edge of a cube is called diameter here"}}},
        {.path = "crystal.aspect_ratio",
         .type = KeyType::number,
         .sentence = "Height over width of a hexagonal prism.",
         .least = 0.05,
         .most = 20,
         .default_text = "1"},
        {.path = "crystal.rounding",
         .type = KeyType::number,
         .sentence = "Radius of a rounded cube's edges over half its edge: 0 is a cube, 1 a sphere.",
         .least = 0,
         .most = 1,
         .default_text = "0.25"},
        {.path = "crystal.dopants",
         .type = KeyType::fractions,
         .sentence = "Dopants of the core, as fractions of its rare-earth site (0.2 = 20 mol %)."},
        {.path = "crystal.doping",
         .type = KeyType::choice,
         .sentence = "exact: every count is fixed; binomial: each rare-earth site draws its dopant by "
                     "itself; independent: mixed sites draw too.",
         .default_text = "exact",
         .choices = {"exact", "binomial", "independent"}},
        {.path = "crystal.cation_order",
         .type = KeyType::choice,
         .sentence = "Whether Na and the rare earth of the beta phase's mixed column are random or alternate "
                     "along c.",
         .default_text = "random",
         .choices = {"random", "alternating"}},
        {.path = "crystal.vacancies.bulk",
         .type = KeyType::number,
         .sentence = "Fraction of dopable cations that is missing, everywhere in the particle.",
         .least = 0,
         .most = 0.5,
         .default_text = "0"},
        {.path = "crystal.shell[].host",
         .type = KeyType::text,
         .sentence = "Host of this shell; shells follow from the inside out.",
         .required = true},
        {.path = "crystal.shell[].dopable",
         .type = KeyType::text,
         .sentence = "Cation that dopants replace; needed for a CIF file only."},
        {.path = "crystal.shell[].thickness",
         .type = KeyType::quantity,
         .sentence = "Thickness of this shell.",
         .dimension = Dimension::length,
         .least = 0.1,
         .most = 100,
         .required = true,
         .mistaken_for = {{"diameter", "a shell has a thickness"}, {"radius", "a shell has a thickness"}}},
        {.path = "crystal.shell[].shape",
         .type = KeyType::choice,
         .sentence =
             "Shape of this shell's outline, as wide as what is inside plus twice the thickness; left "
             "out: every face of what is inside, moved outwards by the thickness.",
         .choices = {"sphere", "cube", "rounded-cube", "hexagonal-prism"}},
        {.path = "crystal.shell[].aspect_ratio",
         .type = KeyType::number,
         .sentence = "Height over width of this shell's outline, a hexagonal prism.",
         .least = 0.05,
         .most = 20,
         .default_text = "1"},
        {.path = "crystal.shell[].rounding",
         .type = KeyType::number,
         .sentence = "Radius of the edges of this shell's outline, a rounded cube, over half its edge.",
         .least = 0,
         .most = 1,
         .default_text = "0.25"},
        {.path = "crystal.shell[].dopants",
         .type = KeyType::fractions,
         .sentence = "Dopants of this shell, as fractions of its rare-earth site."},
    };
}

std::vector<Key> light_keys()
{
    return {
        {.path = "temperature.value",
         .type = KeyType::quantity,
         .sentence = "Temperature of the lattice.",
         .dimension = Dimension::temperature,
         .least = 1,
         .most = 2000,
         .default_text = "295 K"},
        {.path = "surroundings.medium",
         .type = KeyType::text,
         .sentence = "What is around the particle; it sets the local field and the density of photon modes. "
                     "\"bulk\" means the host goes on for ever.",
         .default_text = "cyclohexane"},
        {.path = "surroundings.refractive_index",
         .type = KeyType::number,
         .sentence = "Refractive index of the surroundings, instead of that of the medium's table entry.",
         .least = 1,
         .most = 4},
        {.path = "surroundings.local_field",
         .type = KeyType::choice,
         .sentence = "The field at an ion over that in its host; intensity parameters are published for the "
                     "virtual cavity.",
         .default_text = "virtual-cavity",
         .choices = {"virtual-cavity", "real-cavity"}},
        {.path = "surroundings.quenching",
         .type = KeyType::flag,
         .sentence = "Whether vibrations of ligands, of OH on the surface and of the medium take energy from "
                     "the ions; in a bulk crystal there are none.",
         .default_text = "true"},
        {.path = "surroundings.ligand",
         .type = KeyType::text,
         .sentence = "What covers the surface: oleate or none. Left out: oleate where the medium has "
                     "vibrations, none in vacuum and air."},
        {.path = "surroundings.ligand_thickness",
         .type = KeyType::quantity,
         .sentence = "Thickness of the layer of ligands, instead of that of the ligand's table entry; the "
                     "medium begins beyond it.",
         .dimension = Dimension::length,
         .least = 0.05,
         .most = 20},
        {.path = "surroundings.standoff",
         .type = KeyType::quantity,
         .sentence = "Distance from the particle's outline, on which its outermost cations are, to the first "
                     "vibrating groups.",
         .dimension = Dimension::length,
         .least = 0.05,
         .most = 5,
         .default_text = "0.25 nm"},
        {.path = "surroundings.hydroxyl",
         .type = KeyType::quantity,
         .sentence = "OH groups on the surface, at the standoff.",
         .dimension = Dimension::areal_density,
         .least = 0,
         .most = 50,
         .default_text = "0 nm^-2"},
        {.path = "surroundings.pseudo_ions.kind",
         .type = KeyType::choice,
         .sentence = "A peer's stand-ins for a quenching surface: pseudo-ions in place of inert rare earths "
                     "below the surface, which accept energy and give it to phonons.",
         .required = true,
         .choices = {"Surface", "Surface3", "Surface4", "Surface5", "Surface6"}},
        {.path = "surroundings.pseudo_ions.fraction",
         .type = KeyType::number,
         .sentence = "Share of the inert rare earths (Y, Gd, Lu and the like) there that become pseudo-ions.",
         .least = 0,
         .most = 1,
         .required = true},
        {.path = "surroundings.pseudo_ions.depth",
         .type = KeyType::quantity,
         .sentence = "How far below the particle's outline pseudo-ions lie.",
         .dimension = Dimension::length,
         .least = 0.05,
         .most = 100,
         .required = true},
        {.path = "excitation[].wavelength",
         .type = KeyType::quantity,
         .sentence = "Vacuum wavelength of this laser.",
         .dimension = Dimension::length,
         .least = 150,
         .most = 6000,
         .required = true},
        {.path = "excitation[].irradiance",
         .type = KeyType::quantity,
         .sentence = "Irradiance at the particle; during the pulse, where there is one.",
         .dimension = Dimension::irradiance,
         .least = 0,
         .most = 1e10,
         .required = true,
         .mistaken_for = {{"power", "an irradiance is wanted, power over beam area (W/cm^2)"},
                          {"intensity", "it is called irradiance (W/cm^2)"},
                          {"power_density", "it is called irradiance (W/cm^2)"}}},
        {.path = "excitation[].pulse.width",
         .type = KeyType::quantity,
         .sentence = "Length of a square pulse; leave the pulse out for continuous light.",
         .dimension = Dimension::time,
         .least = 1e-9,
         .most = 10,
         .required = true},
        {.path = "excitation[].pulse.period",
         .type = KeyType::quantity,
         .sentence = "Time from one pulse to the next.",
         .dimension = Dimension::time,
         .least = 1e-9,
         .most = 100,
         .required = true},
    };
}

std::vector<Key> override_keys()
{
    return
    {
        {.path = "override[].ion",
         .type = KeyType::text,
         .sentence = "Ion whose level or transition this number is of, instead of the calculated one."},
            {.path = "override[].level",
             .type = KeyType::text,
             .sentence = "Its level, from which it decays."},
            {.path = "override[].to",
             .type = KeyType::text,
             .sentence = "The other level of the transition, with a line strength."},
            {.path = "override[].line_strength",
             .type = KeyType::quantity,
             .sentence = "Electric-dipole line strength of the transition between the two levels.",
             .dimension = Dimension::area,
             .least = 0,
             .most = 1e-15},
            {.path = "override[].lifetime",
             .type = KeyType::quantity,
             .sentence = "Lifetime of the level by itself in the bulk host at the recipe's temperature; what "
                         "light does "
                         "not explain of it becomes relaxation.",
             .dimension = Dimension::time,
             .least = 1e-12,
             .most = 10},
            {.path = "override[].relaxation",
             .type = KeyType::quantity,
             .sentence = "Rate of multiphonon relaxation from the level to the next below, at the recipe's "
                         "temperature.",
             .dimension = Dimension::rate,
             .least = 0,
             .most = 1e13},
            {.path = "override[].branching",
             .type = KeyType::fractions,
             .sentence = "Shares of the level's light by lower level, as in { \"4I15/2\" = 0.7 }; the rest "
                         "goes to the "
                         "other lines."},
            {.path = "override[].donor",
             .type = KeyType::list,
             .sentence = "Ion, level before and level after of a transfer's donor."},
            {.path = "override[].acceptor",
             .type = KeyType::list,
             .sentence = "Ion, level before and level after of the acceptor."},
            {.path = "override[].coefficient",
             .type = KeyType::quantity,
             .sentence = "Coefficient of the transfer, its rate times the sixth power of the distance.",
             .dimension = Dimension::transfer_sixth,
             .least = 0,
             .most = 1e12},
            {.path = "override[].factor",
             .type = KeyType::number,
             .sentence = "Factor on the calculated coefficient of the transfer; 0 switches it off.",
             .least = 0,
             .most = 1e6},
            {.path = "override[].exchange",
             .type = KeyType::quantity,
             .sentence = "Rate of transfer by exchange at the distance `at`, beside the calculated transfer.",
             .dimension = Dimension::rate,
             .least = 0,
             .most = 1e15},
            {.path = "override[].range",
             .type = KeyType::quantity,
             .sentence = "Range L of exchange, whose rate falls as exp(-2 d/L).",
             .dimension = Dimension::length,
             .least = 0.005,
             .most = 1},
            {.path = "override[].at",
             .type = KeyType::quantity,
             .sentence = "Distance at which the rate of exchange holds.",
             .dimension = Dimension::length,
             .least = 0.1,
             .most = 2},
            {.path = "override[].source",
             .type = KeyType::text,
             .sentence = "Where the number comes from; it stands in the report.",
             .required = true},
            {.path = "override[].kind",
             .type = KeyType::choice,
             .sentence = "What the number is.",
             .default_text = "measured",
             .choices = {"measured", "calculated", "fitted", "estimated", "assumed"}},
            std::vector<Key> defect_keys()
        {
            return {
                {.path = "defects.vacancy.coefficient",
                 .type = KeyType::quantity,
                 .sentence =
                     "Coefficient C6 with which every excited level loses its energy to each vacancy within "
                     "the interaction radius; nobody has measured it, 10 to 10000 nm^6/s is to be thought "
                     "of.",
                 .dimension = Dimension::transfer_sixth,
                 .least = 0,
                 .most = 1e8,
                 .default_text = "100 nm^6/s"},
                {.path = "defects.vacancy.contact_rate",
                 .type = KeyType::quantity,
                 .sentence =
                     "Rate at which every excited level loses its energy to each vacancy in contact, on top.",
                 .dimension = Dimension::rate,
                 .least = 0,
                 .most = 1e12,
                 .default_text = "0 s^-1"},
                {.path = "defects.vacancy.contact_radius",
                 .type = KeyType::quantity,
                 .sentence = "Ions nearer to a vacancy than this are in contact.",
                 .dimension = Dimension::length,
                 .least = 0.1,
                 .most = 5,
                 .default_text = "0.4 nm"},
            };
        }

        std::vector<Key> luminescence_keys()
        {
            return {
                {.path = "luminescence.engine",
                 .type = KeyType::choice,
                 .sentence = "How the kinetics are solved: exact kinetic Monte Carlo.",
                 .default_text = "monte-carlo",
                 .choices = {"monte-carlo"}},
                {.path = "luminescence.wanted_error",
                 .type = KeyType::number,
                 .sentence = "Relative standard error wanted on each band asked for; trajectories are added "
                             "until it is met.",
                 .least = 1e-4,
                 .most = 1,
                 .default_text = "0.05"},
                {.path = "luminescence.trajectories",
                 .type = KeyType::integer,
                 .sentence = "Fixed number of trajectories, instead of a wanted error.",
                 .least = 1,
                 .most = 1e9},
                {.path = "luminescence.event_limit",
                 .type = KeyType::number,
                 .sentence =
                     "Stop after this many events (counted at the borders of chunks) even where the wanted "
                     "error is not met.",
                 .least = 1e3,
                 .most = 1e15,
                 .default_text = "6e8"},
                {.path = "luminescence.burn_in",
                 .type = KeyType::quantity,
                 .sentence = "Time from the dark before anything is averaged; left out: five times the "
                             "longest lifetime.",
                 .dimension = Dimension::time,
                 .least = 0,
                 .most = 1e4},
                {.path = "luminescence.duration",
                 .type = KeyType::quantity,
                 .sentence =
                     "Time over which a trajectory is averaged after the burn-in; left out: four times the "
                     "burn-in. With pulses it is rounded up to whole periods.",
                 .dimension = Dimension::time,
                 .least = 1e-9,
                 .most = 1e4},
                {.path = "luminescence.bands",
                 .type = KeyType::list,
                 .sentence =
                     "Transitions whose error counts and that head the report, \"Er:4S3/2->4I15/2\"; left "
                     "out: the brightest lines."},
                {.path = "luminescence.interaction_radius",
                 .type = KeyType::quantity,
                 .sentence = "Pairs of ions closer than this exchange energy.",
                 .dimension = Dimension::length,
                 .least = 0.3,
                 .most = 50,
                 .default_text = "3 nm"},
                {.path = "luminescence.multipoles",
                 .type = KeyType::choice,
                 .sentence =
                     "Multipoles of the transitions that exchange energy; quadrupoles act between close "
                     "neighbours, and "
                     "their calculated strength, without shielding, is an upper bound.",
                 .default_text = "dipole",
                 .choices = {"dipole", "up-to-quadrupole"}},
                {.path = "luminescence.cooperative",
                 .type = KeyType::list,
                 .sentence =
                     "Two kinds of ions that together feed a third, as in [\"Yb+Yb->Tb\"]; left out: none."},
                {.path = "luminescence.cooperative_strength",
                 .type = KeyType::number,
                 .sentence =
                     "Strength C12 of cooperative transfer at resonance, in nm^12/s; nobody knows it but for "
                     "one pair "
                     "of ions.",
                 .least = 0,
                 .most = 1e12,
                 .default_text = "2.1e-3"},
                {.path = "luminescence.cooperative_radius",
                 .type = KeyType::quantity,
                 .sentence = "Both donors of a cooperative transfer are closer to the acceptor than this.",
                 .dimension = Dimension::length,
                 .least = 0.3,
                 .most = 3,
                 .default_text = "1 nm"},
                {.path = "luminescence.rates",
                 .type = KeyType::choice,
                 .sentence = "Whose rules make rates of energies and line strengths; those of "
                             "NanoParticleTools are for "
                             "comparison only.",
                 .default_text = "lanthorn",
                 .choices = {"lanthorn", "nanoparticletools"}},
                {.path = "luminescence.levels.max_energy",
                 .type = KeyType::quantity,
                 .sentence = "Levels above this energy are left out, with all processes that end there.",
                 .dimension = Dimension::energy,
                 .least = 100,
                 .most = 1e5,
                 .default_text = "32000 cm^-1"},
                {.path = "luminescence.levels.count",
                 .type = KeyType::integer,
                 .sentence =
                     "At most this many levels of each ion are kept, from the ground level up; left out: the "
                     "choice of the ion's data file.",
                 .least = 2,
                 .most = 400},
                {.path = "luminescence.decay.after",
                 .type = KeyType::choice,
                 .sentence = "Record the decay after continuous light is switched off, or after a pulse.",
                 .required = true,
                 .choices = {"switch-off", "pulse"}},
                {.path = "luminescence.decay.duration",
                 .type = KeyType::quantity,
                 .sentence =
                     "Length of the recorded decay; left out: five times the longest lifetime, or up to the "
                     "next pulse.",
                 .dimension = Dimension::time,
                 .least = 1e-9,
                 .most = 100},
                {.path = "luminescence.decay.points",
                 .type = KeyType::integer,
                 .sentence =
                     "Time bins of the recorded decay; they grow in proportion to the square root of time, "
                     "short ones first.",
                 .least = 5,
                 .most = 2000,
                 .default_text = "100"},
            };
        }

    }  // namespace

    Schema const& recipe_schema()
    {
        static Schema const schema = [] {
            Schema all;
            all.add({{.path = "title", .type = KeyType::text, .sentence = "A name for reports."},
                     {.path = "seed",
                      .type = KeyType::integer,
                      .sentence = "Seed of all random numbers: same seed, same result.",
                      .least = 0,
                      .most = 9007199254740992.0,
                      .default_text = "1"}});
            all.add(crystal_keys());
            all.add(light_keys());
            all.add(override_keys());
            all.add(defect_keys());
            all.add(luminescence_keys());
            all.required_tables = {"crystal", "excitation[]"};
            return all;
        }();
        return schema;
    }

}  // namespace lanthorn
