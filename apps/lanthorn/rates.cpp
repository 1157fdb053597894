#include "lanthorn/base/errors.hpp"
#include "lanthorn/ions/photon.hpp"
#include "lanthorn/study/notation.hpp"

#include "commands.hpp"
#include "console.hpp"
#include "json.hpp"
#include "npmc_files.hpp"
#include "rate_table.hpp"
#include "recipe_input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>

namespace lanthorn::app {

namespace {

constexpr std::size_t rows_for_readers = 40;

struct RatesOptions {
    RecipeInput input;
    std::string npmc;
    std::optional<std::size_t> top;
    bool json = false, overwrite = false;
};

std::vector<double> irradiances(Recipe const& recipe)
{
    std::vector<double> values;
    for (ExcitationRecipe const& e : recipe.excitations) values.push_back(e.irradiance_W_per_cm2);
    return values;
}

class Rates {
public:
    Rates(Recipe const& recipe, Assembly const& assembly, std::optional<std::size_t> top)
        : recipe_(recipe), network_(assembly.network), table_(rate_table(assembly, irradiances(recipe))),
          top_(top)
    {}

    std::string json() const
    {
        std::vector<std::string> one_site, pairs, triples, sites;
        for (OneSiteRate const& row : first(table_.one_site)) one_site.push_back(json_of(row));
        for (PairRate const& row : first(table_.pairs)) pairs.push_back(json_of(row));
        for (TripleRate const& row : first(table_.triples)) triples.push_back(json_of(row));
        for (SiteRate const& row : first(table_.sites)) sites.push_back(json_of(row));
        JsonObject units, document;
        std::set<DistanceLaw> laws;
        units.text("distance", "nm").text("rate", "s^-1").text("rate_at_nearest", "s^-1");
        units.text("coefficient", "nm^6 s^-1");
        for (PairChannel const& c : network_.pair) laws.insert(c.law);
        if (laws.contains(DistanceLaw::inverse_eighth)) units.text("coefficient of multipole 8", "nm^8 s^-1");
        if (laws.contains(DistanceLaw::inverse_tenth))
            units.text("coefficient of multipole 10", "nm^10 s^-1");
        if (laws.contains(DistanceLaw::exponential)) units.text("coefficient of exchange", "s^-1");
        if (!triples.empty()) units.text("coefficient of cooperative", "nm^12 s^-1");
        units.text("mismatch", "cm^-1").text("photon", "cm^-1").text("heat", "cm^-1").text("range", "nm");
        units.text("wavelength", "nm").text("irradiance", "W cm^-2").text("temperature", "K");
        document.number("nearest_distance", table_.nearest_nm).json("units", units.line());
        document.number("temperature", recipe_.temperature_K)
            .number("interaction_radius", network_.interaction_radius_nm);
        std::vector<std::string> lasers;
        for (ExcitationRecipe const& e : recipe_.excitations)
            lasers.push_back(JsonObject()
                                 .number("wavelength", e.wavelength_nm)
                                 .number("irradiance", e.irradiance_W_per_cm2)
                                 .flag("pulsed", e.pulse ? std::optional(true) : std::nullopt)
                                 .line());
        document.json("lasers", json_lines(lasers));
        document.json("one_site", json_lines(one_site)).json("pairs", json_lines(pairs));
        if (!triples.empty()) document.json("cooperative", json_lines(triples));
        if (!sites.empty()) document.json("per_site", json_lines(sites));
        return document.document();
    }

    void print() const
    {
        fmt::print("{} at {}, {:g} K\n", notation_of(recipe_), excitation_notation_of(recipe_),
                   recipe_.temperature_K);
        fmt::print("nearest cation sites {:.3f} nm apart; transfer within {:g} nm\n\n", table_.nearest_nm,
                   network_.interaction_radius_nm);
        fmt::print("{:<34} {:<21} {:>12}   {:<10} {}\n", "one ion", "process", "rate [1/s]", "kind",
                   "source");
        for (OneSiteRate const& row : shown(table_.one_site)) print_row(row);
        say_more(table_.one_site);
        fmt::print("\n{:<30} {:<30} {:>5} {:>12} {:>9} {:>12} {:>8}   {}\n", "donor", "acceptor", "law",
                   "coefficient", "mismatch", "rate [1/s]", "balance", "kind, source");
        for (PairRate const& row : shown(table_.pairs)) print_row(row);
        say_more(table_.pairs);
        fmt::print("coefficient in nm^6/s, nm^8/s, nm^10/s by law; mismatch in 1/cm, what the lattice must "
                   "give; rate at "
                   "{:.3f} nm\n",
                   table_.nearest_nm);
        if (!table_.triples.empty()) {
            fmt::print("\n{:<30} {:<30} {:<30} {:>12} {:>12}\n", "donor", "donor", "acceptor", "nm^12/s",
                       "rate [1/s]");
            for (TripleRate const& row : shown(table_.triples)) print_row(row);
            say_more(table_.triples);
        }
        if (!table_.sites.empty()) {
            fmt::print("\n{:<34} {:<38} {:>6} {:>12} {:>12}\n", "single ions beside", "process", "ions",
                       "mean [1/s]", "most [1/s]");
            for (SiteRate const& row : shown(table_.sites)) {
                OneSiteChannel const& c = network_.one_site[row.channel];
                fmt::print("{:<34} {:<38} {:>6} {:>12.4g} {:>12.4g}\n", step(c.species, c.from, c.to),
                           fmt::format("{} by {}", to_text(c.process), c.source.where), row.ions,
                           row.mean_per_s, row.largest_per_s);
            }
            say_more(table_.sites);
        }
    }

private:
    template <class Row>
    std::vector<Row> first(std::vector<Row> const& rows) const
    {
        return {rows.begin(),
                rows.begin() + std::ptrdiff_t(std::min(rows.size(), top_.value_or(rows.size())))};
    }
    template <class Row>
    std::vector<Row> shown(std::vector<Row> const& rows) const
    {
        std::size_t const count = std::min(rows.size(), top_.value_or(rows_for_readers));
        return {rows.begin(), rows.begin() + std::ptrdiff_t(count)};
    }
    template <class Row>
    void say_more(std::vector<Row> const& rows) const
    {
        std::size_t const left = rows.size() - shown(rows).size();
        if (left > 0)
            fmt::print("and {} slower ones: --top {} shows all, so does --json\n", left, rows.size());
    }

    Species const& species(SpeciesId s) const { return network_.species[s.value]; }
    std::string const& label(SpeciesId s, LevelId l) const { return species(s).levels[l.value]; }
    /// "Er shell 1 4I13/2 -> 4I15/2"; the core is not named where there is nothing else.
    std::string step(SpeciesId s, LevelId from, LevelId to) const
    {
        bool const one_region = std::ranges::all_of(network_.species, [&](Species const& other) {
            return other.region == network_.species[0].region;
        });
        return fmt::format("{}{} {} -> {}", species(s).name, one_region ? "" : " " + species(s).region,
                           label(s, from), label(s, to));
    }

    std::vector<std::string> ends(SpeciesId s, LevelId from, LevelId to) const
    {
        return {species(s).name, label(s, from), label(s, to)};
    }

    std::string json_of(OneSiteRate const& row) const
    {
        OneSiteChannel const& c = network_.one_site[row.channel];
        JsonObject o;
        o.text("ion", species(c.species).name).text("region", species(c.species).region);
        o.text("from", label(c.species, c.from))
            .text("to", label(c.species, c.to))
            .text("process", to_text(c.process));
        o.number("rate", row.rate_per_s);
        if (row.laser)
            o.integer("laser", std::int64_t(*row.laser))
                .number("wavelength", recipe_.excitations[*row.laser].wavelength_nm);
        if (c.photon_per_cm != 0) o.number("photon", c.photon_per_cm);
        if (c.heat_per_cm != 0) o.number("heat", c.heat_per_cm);
        return o.flag("detailed_balance", c.detailed_balance).source(c.source).line();
    }

    std::string json_of(PairRate const& row) const
    {
        PairChannel const& c = network_.pair[row.channel];
        JsonObject o;
        o.texts("donor", ends(c.donor, c.donor_from, c.donor_to));
        o.texts("acceptor", ends(c.acceptor, c.acceptor_from, c.acceptor_to));
        if (!species(c.donor).region.empty())
            o.texts("region", std::vector{species(c.donor).region, species(c.acceptor).region});
        if (int const power = power_of(c.law); power > 0)
            o.integer("multipole", power);
        else
            o.text("multipole", c.law == DistanceLaw::exponential ? "exchange" : to_text(c.law));
        o.number("coefficient", c.coefficient);
        if (c.law == DistanceLaw::exponential) o.number("range", c.range_nm);
        if (std::isfinite(row.mismatch_per_cm)) o.number("mismatch", row.mismatch_per_cm);
        o.number("rate_at_nearest", row.rate_per_s);
        return o.flag("detailed_balance", c.detailed_balance).source(c.source).line();
    }

    std::string json_of(TripleRate const& row) const
    {
        TripleChannel const& c = network_.triple[row.channel];
        JsonObject o;
        o.json("donors", fmt::format("[{}, {}]", json_texts(ends(c.donor_a, c.a_from, c.a_to)),
                                     json_texts(ends(c.donor_b, c.b_from, c.b_to))));
        o.texts("acceptor", ends(c.acceptor, c.acceptor_from, c.acceptor_to))
            .number("coefficient", c.coefficient);
        o.number("heat", c.heat_per_cm).number("rate_at_nearest", row.rate_per_s);
        return o.flag("detailed_balance", false).source(c.source).line();
    }

    std::string json_of(SiteRate const& row) const
    {
        OneSiteChannel const& c = network_.one_site[row.channel];
        JsonObject o;
        o.text("ion", species(c.species).name).text("region", species(c.species).region);
        o.text("from", label(c.species, c.from))
            .text("to", label(c.species, c.to))
            .text("process", to_text(c.process));
        o.integer("ions", std::int64_t(row.ions)).number("rate_mean", row.mean_per_s);
        return o.number("rate_largest", row.largest_per_s).source(c.source).line();
    }

    static std::string origin(Source const& source)
    {
        return fmt::format("{:<10} {}{}", to_text(source.kind), source.key,
                           source.recalled ? " (recalled)" : "");
    }

    void print_row(OneSiteRate const& row) const
    {
        OneSiteChannel const& c = network_.one_site[row.channel];
        std::string process(to_text(c.process));
        if (row.laser && recipe_.excitations.size() > 1)
            process += fmt::format(", {:g} nm", recipe_.excitations[*row.laser].wavelength_nm);
        fmt::print("{:<34} {:<21} {:>12.4g}   {}\n", step(c.species, c.from, c.to), process, row.rate_per_s,
                   origin(c.source));
    }

    void print_row(PairRate const& row) const
    {
        PairChannel const& c = network_.pair[row.channel];
        int const power = power_of(c.law);
        fmt::print("{:<30} {:<30} {:>5} {:>12.4g} {:>9} {:>12.4g} {:>8}   {}\n",
                   step(c.donor, c.donor_from, c.donor_to), step(c.acceptor, c.acceptor_from, c.acceptor_to),
                   power > 0                           ? fmt::format("d^-{}", power)
                   : c.law == DistanceLaw::exponential ? "exch."
                                                       : "lin.",
                   c.coefficient,
                   std::isfinite(row.mismatch_per_cm) ? fmt::format("{:.0f}", row.mismatch_per_cm) : "?",
                   row.rate_per_s, c.detailed_balance ? "yes" : "no", origin(c.source));
    }

    void print_row(TripleRate const& row) const
    {
        TripleChannel const& c = network_.triple[row.channel];
        fmt::print("{:<30} {:<30} {:<30} {:>12.4g} {:>12.4g}\n", step(c.donor_a, c.a_from, c.a_to),
                   step(c.donor_b, c.b_from, c.b_to), step(c.acceptor, c.acceptor_from, c.acceptor_to),
                   c.coefficient, row.rate_per_s);
    }

    Recipe const& recipe_;
    Network const& network_;
    RateTable table_;
    std::optional<std::size_t> top_;
};

void run_rates(RatesOptions const& o)
{
    PlacedRecipe const read = o.input.read();
    if (!o.npmc.empty()) check_npmc_folder(o.npmc, o.overwrite);
    Assembly const assembly = read.with(assemble);
    print_findings(read.placed(assembly.warnings));
    if (!o.npmc.empty()) {
        read.with([&](Recipe const& recipe) { write_npmc(o.npmc, recipe, assembly); });
        if (!o.json) {
            fmt::print("written {0}/np.sqlite, {0}/initial_state.sqlite: {1} sites, {2} channels\n"
                       "run them with: lanthorn npmc {0}/np.sqlite {0}/initial_state.sqlite --time 1e-3\n",
                       o.npmc, assembly.network.ions(), assembly.network.channels());
            return;
        }
    }
    Rates const rates(read.recipe, assembly, o.top);
    if (o.json)
        fmt::print("{}", rates.json());
    else
        rates.print();
}

}  // namespace

void add_rates(CLI::App& app)
{
    auto* command = app.add_subcommand(
        "rates", "Print every rate of a recipe's network, the fastest first, with mismatch and source, or "
                 "write it for "
                 "NPMC: lanthorn rates \"NaYF4:Yb20,Er2 (8 nm)\" --at \"980 nm, 1 kW/cm^2\" --npmc job");
    auto o = std::make_shared<RatesOptions>();
    o->input.add_to(*command);
    command->add_option("--top", o->top, "This many of each kind; left out: 40, with --json all")
        ->check(CLI::PositiveNumber);
    command->add_flag("--json", o->json, "Print JSON: numbers in the units of its object \"units\"");
    command->add_option(
        "--npmc", o->npmc,
        "Write np.sqlite and initial_state.sqlite into this folder, as NPMC and lanthorn npmc read them: "
        "the same particle and rates, constant light, all ions in the ground level");
    command->add_flag("--overwrite", o->overwrite, "Replace databases that --npmc finds in its folder");
    command->callback([o] { run_rates(*o); });
}

}  // namespace lanthorn::app
