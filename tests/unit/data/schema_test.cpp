#include "lanthorn/base/contract.hpp"
#include "lanthorn/data/schema.hpp"
#include "lanthorn/files/toml.hpp"

#include <nlohmann/json.hpp>

using namespace lanthorn;

namespace {

Schema small_schema()
{
    using enum KeyType;
    Schema schema;
    schema.required_tables = {"crystal", "excitation[]"};
    schema.add({
        {.path = "title", .type = text, .sentence = "What this is about.", .default_text = "untitled"},
        {.path = "seed", .type = integer, .sentence = "The seed.", .least = 0, .default_text = "1"},
        {.path = "crystal.host", .type = text, .sentence = "The host crystal.", .required = true},
        {.path = "crystal.shape",
         .type = choice,
         .sentence = "Its shape.",
         .default_text = "sphere",
         .choices = {"sphere", "cube"}},
        {.path = "crystal.diameter",
         .type = quantity,
         .sentence = "Its diameter.",
         .dimension = Dimension::length,
         .least = 0.5,
         .most = 200,
         .required = true,
         .mistaken_for = {{"radius", "The diameter is twice the radius."}}},
        {.path = "crystal.dopants", .type = fractions, .sentence = "Dopants."},
        {.path = "crystal.vacancies.bulk",
         .type = number,
         .sentence = "Vacancies.",
         .least = 0,
         .most = 1,
         .default_text = "0"},
        {.path = "crystal.shell[].thickness",
         .type = quantity,
         .sentence = "Thickness.",
         .dimension = Dimension::length,
         .least = 0,
         .required = true},
        {.path = "excitation[].wavelength",
         .type = quantity,
         .sentence = "The wavelength of the laser.",
         .dimension = Dimension::length,
         .least = 200,
         .most = 20000,
         .required = true},
        {.path = "excitation[].irradiance",
         .type = quantity,
         .sentence = "Irradiance.",
         .dimension = Dimension::irradiance,
         .least = 0,
         .mistaken_for = {{"power", "W is a power; divide by the beam area."}}},
        {.path = "excitation[].pulse.width",
         .type = quantity,
         .sentence = "Pulse width.",
         .dimension = Dimension::time,
         .least = 0,
         .required = true},
        {.path = "anneal.temperature",
         .type = schedule,
         .sentence = "The oven.",
         .dimension = Dimension::temperature,
         .least = 0,
         .required = true},
        {.path = "anneal.on", .type = flag, .sentence = "Whether.", .default_text = "true"},
        {.path = "luminescence.bands", .type = list, .sentence = "Bands.", .default_text = "[\"a\", \"b\"]"},
    });
    return schema;
}

std::string const good =
    "title = \"t\"\n"
    "[crystal]\nhost = \"beta-NaYF4\"\ndiameter = \"8 nm\"\ndopants = { Yb = 0.2, Er = 0.02 }\n"
    "[[crystal.shell]]\nthickness = \"20 Å\"\n"
    "[[excitation]]\nwavelength = \"980 nm\"\nirradiance = \"10 W/cm^2\"\npulse = { width = \"1 ms\" }\n"
    "[anneal]\ntemperature = [[\"25 degC\", \"0 s\"], [\"300 degC\", \"20 min\"]]\n";

std::vector<Finding> findings_of(std::string const& text)
{
    Schema const schema = small_schema();
    return check(parse_toml(text, "broken.toml"), schema);
}

/// The only finding of `good` with one piece replaced.
Finding only(std::string const& piece, std::string const& replacement)
{
    std::string text = good;
    std::size_t const at = text.find(piece);
    EXPECT_NE(at, std::string::npos) << piece;
    auto const findings = findings_of(text.replace(at, piece.size(), replacement));
    std::string all;
    for (auto const& finding : findings) all += to_text(finding) + "\n";
    EXPECT_EQ(findings.size(), 1u) << all;
    return findings.empty() ? Finding{} : findings.front();
}

} // namespace

TEST(Check, AGoodRecipeHasNoFindings) { EXPECT_TRUE(findings_of(good).empty()); }

TEST(Check, PerCentForAFractionIsGuessed)
{
    auto const finding = only("{ Yb = 0.2, Er = 0.02 }", "{ Yb = 49, Tm = 0.01 }");
    EXPECT_EQ(finding.place, (Place{"broken.toml", 5, 18}));
    EXPECT_EQ(finding.key, "crystal.dopants.Yb");
    EXPECT_EQ(to_text(finding), "broken.toml:5:18: dopants: Yb is 49, a fraction between 0 and 1 is wanted\n"
                                "  5 | dopants = { Yb = 49, Tm = 0.01 }\n"
                                "    |                  ^^  did you mean 0.49?");
    EXPECT_NE(only("Yb = 0.2", "Yb = \"20 %\"").excerpt.find("did you mean 0.2?"), std::string::npos);
    EXPECT_EQ(only("Yb = 0.2", "Yb = -0.2").excerpt.find("did you mean"), std::string::npos);
    EXPECT_NE(only("Yb = 0.2", "Yb = 0.99").problem.find("sum to 1.01"), std::string::npos);
}

TEST(Check, UnknownKeysNameTheNearest)
{
    auto const finding = only("irradiance", "iradiance");
    EXPECT_EQ(finding.problem, "unknown key \"iradiance\" in [[excitation]]; did you mean \"irradiance\"?");
    EXPECT_EQ(finding.place, (Place{"broken.toml", 10, 1}));
    EXPECT_EQ(finding.key, "excitation[0].iradiance");
    EXPECT_NE(finding.excerpt.find("| ^^^^^^^^^"), std::string::npos);
    auto const power = only("irradiance = \"10 W/cm^2\"", "power = \"10 W\"");
    EXPECT_EQ(power.problem,
              "unknown key \"power\" in [[excitation]]; did you mean \"irradiance\"? W is a power; divide "
              "by the beam area.");
    EXPECT_EQ(only("title", "titel").problem, "unknown key \"titel\"; did you mean \"title\"?");
    EXPECT_EQ(only("dopants", "wavelength").problem.find("it belongs to [[excitation]]") != std::string::npos,
              true);
    EXPECT_NE(only("dopants", "xyzzy").problem.find("known here: host, shape"), std::string::npos);
    EXPECT_EQ(only("[anneal]\n", "[aneal]\n").problem, "unknown table [aneal]; did you mean \"anneal\"?");
}

TEST(Check, WrongUnitsAreExplained)
{
    auto const power = only("10 W/cm^2", "4 W");
    EXPECT_EQ(power.problem,
              "irradiance: W is a power; an irradiance is wanted (W/cm^2). Divide by the beam area.");
    EXPECT_EQ(power.place, (Place{"broken.toml", 10, 14}));
    EXPECT_EQ(only("\"8 nm\"", "8").problem,
              "diameter: \"8\" has no unit; a length is wanted (nm, um or angstrom), for example \"8 nm\"");
    EXPECT_NE(only("8 nm", "8 nn").problem.find("Did you mean \"nm\"?"), std::string::npos);
    EXPECT_NE(only("8 nm", "8,5 nm").problem.find("decimal point"), std::string::npos);
    EXPECT_NE(only("8 nm", "big").problem.find("not a number with a unit"), std::string::npos);
    EXPECT_NE(only("20 min", "20 nm").problem.find("nm is a length; a time is wanted"), std::string::npos);
}

TEST(Check, RangesAreInclusiveAndSaid)
{
    auto const small = only("8 nm", "0.4 nm");
    EXPECT_EQ(small.problem, "diameter: \"0.4 nm\" is out of range, 0.5 to 200 nm is wanted");
    auto const wrong_unit = only("980 nm", "980 um");
    EXPECT_NE(wrong_unit.excerpt.find("did you mean \"980 nm\"?"), std::string::npos) << to_text(wrong_unit);
    auto const vacancies = only("dopants = {", "vacancies = { bulk = 2 }\ndopants = {");
    EXPECT_NE(vacancies.excerpt.find("did you mean 0.02?"), std::string::npos);
    EXPECT_EQ(vacancies.key, "crystal.vacancies.bulk");
    EXPECT_EQ(only("title = \"t\"", "seed = -1").problem, "seed: -1 is out of range, at least 0 is wanted");
    EXPECT_FALSE(only("title = \"t\"", "seed = nan").problem.empty());
}

TEST(Check, TypesAreChecked)
{
    EXPECT_NE(only("\"beta-NaYF4\"", "3").problem.find("a text in quotes"), std::string::npos);
    EXPECT_NE(only("title = \"t\"", "seed = 1.5").problem.find("a whole number"), std::string::npos);
    EXPECT_NE(only("title = \"t\"", "seed = \"1\"").problem.find("without quotes"), std::string::npos);
    EXPECT_NE(only("dopants = {", "shape = \"cubes\"\ndopants = {").excerpt.find("did you mean \"cube\"?"),
              std::string::npos);
    EXPECT_NE(only("[anneal]\n", "[anneal]\non = \"true\"\n").problem.find("true or false"),
              std::string::npos);
    EXPECT_NE(only("[[\"25 degC\", \"0 s\"], ", "[[\"25 degC\"], ").problem.find("not a pair"),
              std::string::npos);
    EXPECT_NE(only("\"0 s\"", "\"1 h\"").problem.find("ascend"), std::string::npos);
    EXPECT_NE(only("[anneal]\n", "[luminescence]\nbands = \"x\"\n[anneal]\n").problem.find("list of texts"),
              std::string::npos);
}

TEST(Check, OneTableAgainstSeveral)
{
    auto const single = only("[[excitation]]", "[excitation]");
    EXPECT_EQ(single.problem,
              "there can be several of [[excitation]], so it is a list of tables: write [[excitation]], "
              "with two brackets");
    EXPECT_EQ(single.place.line, 8);
    auto const several = only("[anneal]\ntemperature", "[[anneal]]\ntemperature");
    EXPECT_EQ(several.problem,
              "[[anneal]] is a list of tables where there is only one [anneal]; write [anneal]");
    EXPECT_NE(only("pulse = { width = \"1 ms\" }", "pulse = \"1 ms\"")
                  .problem.find("a table is wanted, with the keys width"),
              std::string::npos);
}

TEST(Check, MissingKeysAndTablesAreNamed)
{
    auto const key = only("wavelength = \"980 nm\"\n", "");
    EXPECT_EQ(key.problem, "[[excitation]] lacks \"wavelength\": The wavelength of the laser.");
    EXPECT_EQ(key.key, "excitation[0].wavelength");
    EXPECT_EQ(key.place.line, 8);
    EXPECT_EQ(only("pulse = { width = \"1 ms\" }", "pulse = {}").key, "excitation[0].pulse.width");
    auto const findings = findings_of("title = \"t\"\n");
    ASSERT_EQ(findings.size(), 2u);
    EXPECT_EQ(findings[0].problem, "the recipe lacks the table [crystal]");
    EXPECT_EQ(findings[1].problem, "the recipe lacks the table [[excitation]]");
    EXPECT_EQ(findings[0].place.file, "broken.toml");
}

TEST(Check, AllFindingsComeSortedByPlace)
{
    auto const findings =
        findings_of("titel = \"t\"\n[crystal]\nradius = \"4 nm\"\nhost = 1\n[[excitation]]\npower = 1\n");
    // titel, radius (which stands for the missing diameter), host, no wavelength, power (for the irradiance)
    ASSERT_EQ(findings.size(), 5u);
    EXPECT_TRUE(std::ranges::is_sorted(
        findings, {}, [](Finding const& f) { return std::pair(f.place.line, f.place.column); }));
}

TEST(Reader, FillsInDefaultsAndConverts)
{
    Schema const schema = small_schema();
    auto const document = parse_toml(good, "g.toml");
    Reader const reader(document, schema);
    EXPECT_EQ(reader.text("title"), "t");
    EXPECT_EQ(reader.integer("seed"), 1);
    EXPECT_EQ(reader.text("crystal.shape"), "sphere");
    EXPECT_EQ(reader.number("crystal.diameter"), 8);
    EXPECT_EQ(reader.number("crystal.shell[0].thickness"), 2);
    EXPECT_EQ(reader.number("excitation[0].irradiance"), 10);
    EXPECT_EQ(reader.number("crystal.vacancies.bulk"), 0);
    EXPECT_EQ(reader.optional_text("title"), "t");
    EXPECT_EQ(reader.count("excitation"), 1u);
    EXPECT_EQ(reader.count("crystal.shell"), 1u);
    EXPECT_TRUE(reader.has("anneal"));
    EXPECT_TRUE(reader.has("excitation[0].pulse"));
    EXPECT_FALSE(reader.has("luminescence"));
    EXPECT_TRUE(reader.flag("anneal.on"));
    EXPECT_EQ(reader.list("luminescence.bands"), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(reader.fractions("crystal.dopants"),
              (std::vector<std::pair<std::string, double>>{{"Yb", 0.2}, {"Er", 0.02}}));
    EXPECT_EQ(reader.schedule("anneal.temperature"),
              (std::vector<std::pair<double, double>>{{298.15, 0}, {573.15, 1200}}));
    auto const finding =
        reader.finding("excitation[0].wavelength", "no ion absorbs there", Severity::warning);
    EXPECT_EQ(finding.place, (Place{"g.toml", 9, 14}));
    EXPECT_NE(finding.excerpt.find("^^^^^^^^"), std::string::npos);
    EXPECT_EQ(reader.finding("crystal.shape", "x").place.line, 2);
#ifdef LANTHORN_CHECKED
    EXPECT_THROW(reader.text("crystal.colour"), ContractError);
    EXPECT_THROW(reader.has("crystals"), ContractError);
#endif
}

TEST(Nearest, AllowsAThirdOfTheLettersToBeWrong)
{
    std::vector<std::string> const words{"irradiance", "wavelength", "pulse"};
    EXPECT_EQ(nearest("iradiance", words), "irradiance");
    EXPECT_EQ(nearest("Wavelenght", words), "wavelength");
    EXPECT_EQ(nearest("plus", words), std::nullopt);
    EXPECT_EQ(nearest("PULSE", words), "pulse");
    EXPECT_EQ(nearest("x", words), std::nullopt);
    EXPECT_EQ(nearest("", words), std::nullopt);
}

TEST(JsonSchema, SaysWhatTheSchemaSays)
{
    auto const json = nlohmann::json::parse(json_schema(small_schema()));
    EXPECT_EQ(json["$schema"], "https://json-schema.org/draft/2020-12/schema");
    EXPECT_EQ(json["required"], (nlohmann::json{"crystal", "excitation"}));
    EXPECT_EQ(json["additionalProperties"], false);
    auto const& crystal = json["properties"]["crystal"];
    EXPECT_EQ(crystal["required"], (nlohmann::json{"host", "diameter"}));
    EXPECT_EQ(crystal["properties"]["shape"]["enum"], (nlohmann::json{"sphere", "cube"}));
    EXPECT_EQ(crystal["properties"]["shape"]["default"], "sphere");
    EXPECT_EQ(crystal["properties"]["shell"]["type"], "array");
    EXPECT_EQ(crystal["properties"]["vacancies"]["properties"]["bulk"]["maximum"], 1);
    EXPECT_EQ(json["properties"]["seed"]["default"], 1);
    EXPECT_EQ(json["properties"]["seed"]["type"], "integer");
    auto const& pulse = json["properties"]["excitation"]["items"]["properties"]["pulse"];
    EXPECT_EQ(pulse["properties"]["width"]["type"], "string");
    EXPECT_EQ(pulse["properties"]["width"]["description"], "Pulse width.");
}
