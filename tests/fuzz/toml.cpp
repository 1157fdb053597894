#include "lanthorn/files/toml.hpp"

#include "lanthorn/data/schema.hpp"

#include "fuzz/targets.hpp"

#include <algorithm>
#include <cmath>

namespace lanthorn::fuzz {

namespace {

Schema a_key_of_each_type()
{
    Schema schema;
    schema.keys = {
        {.path = "title", .type = KeyType::text, .sentence = "A text."},
        {.path = "seed", .type = KeyType::integer, .sentence = "An integer.", .least = 0},
        {.path = "crystal.shape",
         .type = KeyType::choice,
         .sentence = "A choice.",
         .required = true,
         .choices = {"sphere", "cube"}},
        {.path = "crystal.diameter",
         .type = KeyType::quantity,
         .sentence = "A length.",
         .dimension = Dimension::length,
         .least = 0.5,
         .most = 100,
         .mistaken_for = {{"radius", "the diameter is wanted, twice the radius"}}},
        {.path = "crystal.dopants", .type = KeyType::fractions, .sentence = "Fractions."},
        {.path = "crystal.order", .type = KeyType::flag, .sentence = "A flag.", .default_text = "false"},
        {.path = "excitation[].irradiance",
         .type = KeyType::quantity,
         .sentence = "An irradiance.",
         .dimension = Dimension::irradiance,
         .required = true},
        {.path = "anneal.temperature",
         .type = KeyType::schedule,
         .sentence = "A schedule.",
         .dimension = Dimension::temperature},
        {.path = "luminescence.wanted_error",
         .type = KeyType::number,
         .sentence = "A number.",
         .least = 0,
         .most = 1},
        {.path = "luminescence.bands", .type = KeyType::list, .sentence = "Texts."},
    };
    return schema;
}

/// Same values, places aside; not-a-number equals itself.
bool same(Node const& a, Node const& b)
{
    if (a.value.index() != b.value.index()) return false;
    if (a.is_table())
        return std::ranges::equal(a.table(), b.table(), [](auto const& x, auto const& y) {
            return x.first == y.first && same(x.second, y.second);
        });
    if (a.is_array()) return std::ranges::equal(a.array(), b.array(), same);
    if (auto const* x = std::get_if<double>(&a.value)) {
        double const y = std::get<double>(b.value);
        return *x == y || (std::isnan(*x) && std::isnan(y));
    }
    if (auto const* x = std::get_if<std::int64_t>(&a.value)) return *x == std::get<std::int64_t>(b.value);
    if (auto const* x = std::get_if<bool>(&a.value)) return *x == std::get<bool>(b.value);
    return a.text() == b.text();
}

/// Tables before values would open another table, so writing sorts; both sides are compared sorted.
void sort_keys(Node& node)
{
    if (node.is_array()) std::ranges::for_each(node.array(), sort_keys);
    if (!node.is_table()) return;
    std::ranges::sort(node.table(), {}, [](auto const& entry) { return entry.first; });
    for (auto& entry : node.table()) sort_keys(entry.second);
}

}  // namespace

void toml(std::string_view bytes)
{
    static Schema const schema = a_key_of_each_type();
    Document document;
    if (!accepted([&] { document = parse_toml(bytes, "fuzz.toml"); })) return;
    for (Finding const& finding : check(document, schema)) {
        promise(!finding.problem.empty(), "a finding has a sentence");
        promise(!to_text(finding).empty(), "a finding can be shown");
    }
    Document again = parse_toml(to_toml(document.root), "again.toml");
    sort_keys(document.root);
    sort_keys(again.root);
    promise(same(document.root, again.root), "what is written reads back the same");
}

}  // namespace lanthorn::fuzz
