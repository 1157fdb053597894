#include "lanthorn/data/schema_level.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

std::string shown(Node const& node)
{
    if (node.is_text()) return fmt::format("\"{}\"", node.text());
    if (node.is_number()) return fmt::format("{}", node.number());
    if (auto const* flag = std::get_if<bool>(&node.value)) return *flag ? "true" : "false";
    return node.is_array() ? "a list" : "a table";
}

std::string joined(std::vector<std::string> const& words)
{
    std::string text;
    for (auto const& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

class Check {
public:
    Check(Document const& document, SchemaLevel const& root) : document_(document), root_(root) {}

    std::vector<Finding> run()
    {
        table(document_.root, root_, "");
        std::ranges::stable_sort(findings_, {}, [](Finding const& finding) {
            return std::pair(finding.place.line, finding.place.column);
        });
        return std::move(findings_);
    }

private:
    void add(Place place, std::string key, std::string problem, std::string const& hint = {}, int width = 0)
    {
        if (place.file.empty()) place.file = document_.name;
        std::string excerpt = document_.excerpt(place, width);
        if (!excerpt.empty() && !hint.empty())
            excerpt += "  " + hint;
        else if (!hint.empty())
            problem += "; " + hint;
        findings_.push_back({.severity = Severity::error,
                             .place = std::move(place),
                             .key = std::move(key),
                             .problem = std::move(problem),
                             .excerpt = std::move(excerpt)});
    }

    void table(Node const& node, SchemaLevel const& level, std::string const& path)
    {
        auto const below = [&](std::string const& name) { return path.empty() ? name : path + "." + name; };
        std::vector<std::string> meant;  // a key that is misspelt is not missing as well
        for (auto const& [name, value] : node.table()) {
            if (SchemaLevel const* child = level.find(name))
                entry(name, value, *child, below(name));
            else
                meant.push_back(unknown(name, value, level, below(name)));
        }
        std::string const where = level.heading.empty() ? std::string("the recipe") : level.heading;
        Place const place = level.heading.empty() ? Place{document_.name, 0, 0} : node.place;
        for (SchemaLevel const& child : level.children) {
            if (node.find(child.name) != nullptr) continue;
            if (std::ranges::find(meant, child.name) != meant.end()) continue;
            if (child.key != nullptr && child.key->required)
                add(place, below(child.name),
                    fmt::format("{} lacks \"{}\": {}", where, child.name, child.key->sentence));
            if (child.required)
                add(place, below(child.name), fmt::format("{} lacks the table {}", where, child.heading));
        }
    }

    void entry(std::string const& name, Node const& value, SchemaLevel const& level, std::string const& path)
    {
        if (level.list) {
            list_of_tables(name, value, level, path);
            return;
        }
        if (value.is_table() && !level.children.empty()) {
            table(value, level, path);
            return;
        }
        if (level.key != nullptr) {
            leaf(name, value, *level.key, path);
            return;
        }
        bool const doubled = value.is_array() && !value.array().empty() && value.array().front().is_table();
        Place const place = doubled ? value.array().front().place : value.place;
        add(place, path,
            doubled ? fmt::format("[{0}] is a list of tables where there is only one {0}; write {0}",
                                  level.heading)
                    : fmt::format("{} is {} where a table is wanted, with the keys {}", name, shown(value),
                                  joined(level.names())));
    }

    void list_of_tables(std::string const& name, Node const& value, SchemaLevel const& level,
                        std::string const& path)
    {
        if (value.is_table()) {
            add(value.place, path,
                fmt::format(
                    "there can be several of {0}, so it is a list of tables: write {0}, with two brackets",
                    level.heading));
            table(value, level, path + "[0]");
            return;
        }
        if (!value.is_array()) {
            add(value.place, path,
                fmt::format("{} is {} where a list of tables is wanted: write {}", name, shown(value),
                            level.heading));
            return;
        }
        for (std::size_t i = 0; i < value.array().size(); ++i) {
            Node const& item = value.array()[i];
            std::string const item_path = fmt::format("{}[{}]", path, i);
            if (item.is_table())
                table(item, level, item_path);
            else
                add(item.place, item_path,
                    fmt::format("{}: {} stands where a table is wanted", name, shown(item)));
        }
        if (value.array().empty() && level.required)
            add(value.place, path, fmt::format("{} is empty; at least one is wanted", level.heading));
    }

    /// @return the key that was probably meant, or an empty text
    std::string unknown(std::string const& name, Node const& value, SchemaLevel const& level,
                        std::string const& path)
    {
        std::string const where = level.heading.empty() ? std::string() : " in " + level.heading;
        std::string problem = value.is_table() && where.empty()
                                  ? fmt::format("unknown table [{}]", name)
                                  : fmt::format("unknown key \"{}\"{}", name, where);
        int const width = int(name.size());
        for (SchemaLevel const& child : level.children) {
            if (child.key == nullptr) continue;
            for (auto const& mistake : child.key->mistaken_for)
                if (mistake.name == name) {
                    add(value.key_place, path,
                        fmt::format("{}; did you mean \"{}\"? {}", problem, child.name, mistake.advice), {},
                        width);
                    return child.name;
                }
        }
        auto const near = nearest(name, level.names());
        if (near)
            problem += fmt::format("; did you mean \"{}\"?", *near);
        else if (auto const elsewhere = heading_with(root_, name))
            problem += elsewhere->empty() ? "; it stands above all tables, at the top of the file"
                                          : fmt::format("; it belongs to {}", *elsewhere);
        else
            problem += "; known here: " + joined(level.names());
        add(value.key_place, path, std::move(problem), {}, width);
        return near.value_or("");
    }

    static std::optional<std::string> heading_with(SchemaLevel const& level, std::string_view name)
    {
        if (level.find(name) != nullptr) return level.heading;
        for (auto const& child : level.children)
            if (auto found = heading_with(child, name)) return found;
        return std::nullopt;
    }

    void leaf(std::string const& name, Node const& value, Key const& key, std::string const& path)
    {
        auto const bad = [&](std::string const& wanted, std::string const& hint = {}) {
            add(value.place, path,
                fmt::format("{}: {} stands where {} is wanted", name, shown(value), wanted), hint);
        };
        switch (key.type) {
        case KeyType::text:
            if (!value.is_text()) bad("a text in quotes");
            return;
        case KeyType::choice:
            choice(name, value, key, path);
            return;
        case KeyType::flag:
            if (!std::holds_alternative<bool>(value.value)) bad("true or false, without quotes,");
            return;
        case KeyType::integer:
            if (!value.is_number() || value.number() != std::floor(value.number()) ||
                std::abs(value.number()) > 0x1p63)
                bad(value.is_text() ? "a whole number, without quotes," : "a whole number");
            else
                range(name, shown(value), value.number(), value.place, key, path);
            return;
        case KeyType::number:
            if (!value.is_number() || std::isnan(value.number()))
                bad(value.is_text() ? "a number, without quotes," : "a number", without_quotes(value));
            else
                range(name, shown(value), value.number(), value.place, key, path);
            return;
        case KeyType::quantity:
            quantity(name, value, key.dimension, &key, path);
            return;
        case KeyType::fractions:
            fractions(name, value, path);
            return;
        case KeyType::schedule:
            schedule(name, value, key, path);
            return;
        case KeyType::list:
            if (!value.is_array()) return bad("a list of texts, [\"…\", \"…\"],");
            for (std::size_t i = 0; i < value.array().size(); ++i)
                choice(name, value.array()[i], key, fmt::format("{}[{}]", path, i));
            return;
        case KeyType::series:
            series(name, value, path);
            return;
        }
    }

    static std::string without_quotes(Node const& value)
    {
        if (!value.is_text()) return {};
        auto const house = to_house(value.text(), Dimension::none).house;
        return house ? fmt::format("did you mean {}?", *house) : std::string();
    }

    void choice(std::string const& name, Node const& value, Key const& key, std::string const& path)
    {
        if (!value.is_text()) {
            add(value.place, path,
                fmt::format("{}: {} stands where a text in quotes is wanted", name, shown(value)));
            return;
        }
        if (key.choices.empty() || std::ranges::find(key.choices, value.text()) != key.choices.end()) return;
        auto const near = nearest(value.text(), key.choices);
        add(value.place, path, fmt::format("{}: {} is none of {}", name, shown(value), joined(key.choices)),
            near ? fmt::format("did you mean \"{}\"?", *near) : std::string());
    }

    /// @param key  whose range counts; null = any value
    std::optional<double> quantity(std::string const& name, Node const& value, Dimension dimension,
                                   Key const* key, std::string const& path)
    {
        if (!value.is_text() && !value.is_number()) {
            add(value.place, path,
                fmt::format("{}: {} stands where a number with a unit is wanted, for example \"10 {}\"", name,
                            shown(value), house_unit(dimension)));
            return std::nullopt;
        }
        if (value.is_number() && dimension != Dimension::none) {
            auto const missing = to_house(fmt::format("{}", value.number()), dimension);
            add(value.place, path, fmt::format("{}: {}", name, missing.problem));
            return std::nullopt;
        }
        Conversion const conversion =
            value.is_text() ? to_house(value.text(), dimension) : to_house(value.number(), "", dimension);
        if (!conversion.house) {
            add(value.place, path, fmt::format("{}: {}", name, conversion.problem));
            return std::nullopt;
        }
        if (key != nullptr) range(name, shown(value), *conversion.house, value.place, *key, path);
        return conversion.house;
    }

    void range(std::string const& name, std::string const& text, double house, Place const& place,
               Key const& key, std::string const& path)
    {
        if (house >= key.least && house <= key.most) return;
        std::string const unit = key.type == KeyType::number || key.type == KeyType::integer
                                     ? std::string()
                                     : " " + std::string(house_unit(key.dimension));
        std::string wanted;
        if (std::isfinite(key.least) && std::isfinite(key.most))
            wanted = fmt::format("{} to {}{}", key.least, key.most, unit);
        else if (std::isfinite(key.least))
            wanted = fmt::format("at least {}{}", key.least, unit);
        else
            wanted = fmt::format("at most {}{}", key.most, unit);
        add(place, path, fmt::format("{}: {} is out of range, {} is wanted", name, text, wanted),
            hint_for(text, house, key));
    }

    /// The same number in the house unit or as per cent, where that would do.
    static std::string hint_for(std::string const& text, double house, Key const& key)
    {
        auto const fits = [&](double x) { return x >= key.least && x <= key.most; };
        if (key.type == KeyType::number && key.most <= 1 && house > 1 && house <= 100 && fits(house / 100))
            return fmt::format("did you mean {}?", house / 100);
        if (key.type == KeyType::number || key.type == KeyType::integer || text.size() < 2) return {};
        auto const parts = split_number(std::string_view(text).substr(1, text.size() - 2));
        if (!parts || !fits(parts->number) || !std::isfinite(key.least) || key.least <= 0 ||
            !std::isfinite(key.most))
            return {};
        return fmt::format("did you mean \"{} {}\"?", parts->number, house_unit(key.dimension));
    }

    void fractions(std::string const& name, Node const& value, std::string const& path)
    {
        if (!value.is_table()) {
            add(value.place, path,
                fmt::format("{}: {} stands where a table of fractions is wanted, for example {{ Yb = 0.2, Er "
                            "= 0.02 }}",
                            name, shown(value)));
            return;
        }
        double sum = 0;
        bool sound = true;
        for (auto const& [part, fraction] : value.table()) {
            double const x = fraction.is_number() ? fraction.number() : std::nan("");
            sum += x;
            if (x >= 0 && x <= 1) continue;
            sound = false;
            auto const percent =
                fraction.is_text() ? to_house(fraction.text(), Dimension::none).house : std::nullopt;
            std::string hint;
            if (percent && *percent >= 0 && *percent <= 1) hint = fmt::format("did you mean {}?", *percent);
            if (x > 1 && x <= 100) hint = fmt::format("did you mean {}?", x / 100);
            add(fraction.place, path + "." + part,
                fmt::format("{}: {} is {}, a fraction between 0 and 1 is wanted", name, part,
                            shown(fraction)),
                hint);
        }
        if (sound && sum > 1 + 1e-9)
            add(value.place, path,
                fmt::format(
                    "{}: the fractions sum to {:.6g}; they are parts of one site, so at most 1 in all", name,
                    sum));
    }

    void schedule(std::string const& name, Node const& value, Key const& key, std::string const& path)
    {
        std::string const form =
            fmt::format("a list of [value, time] pairs, for example [[\"10 {}\", \"0 s\"], …],",
                        house_unit(key.dimension));
        if (!value.is_array() || value.array().empty()) {
            add(value.place, path, fmt::format("{}: {} stands where {} is wanted", name, shown(value), form));
            return;
        }
        std::optional<double> before;
        for (std::size_t i = 0; i < value.array().size(); ++i) {
            Node const& pair = value.array()[i];
            std::string const pair_path = fmt::format("{}[{}]", path, i);
            if (!pair.is_array() || pair.array().size() != 2) {
                add(pair.place, pair_path,
                    fmt::format("{}: entry {} is not a pair; {} is wanted", name, i, form));
                continue;
            }
            quantity(name, pair.array()[0], key.dimension, &key, pair_path);
            auto const time = quantity(name, pair.array()[1], Dimension::time, nullptr, pair_path);
            if (time && before && *time < *before)
                add(pair.array()[1].place, pair_path,
                    fmt::format("{}: the times of a schedule ascend", name));
            if (time) before = time;
        }
    }

    /// Of its form alone; what the values may be depends on the key that they are of.
    void series(std::string const& name, Node const& value, std::string const& path)
    {
        if (value.is_array() && !value.array().empty()) return;
        if (!value.is_table()) {
            add(value.place, path,
                fmt::format(
                    "{}: {} stands where a list of values, {{ from, to, per_decade }} or {{ from, to, "
                    "steps }} is wanted",
                    name, value.is_array() ? "an empty list" : shown(value)));
            return;
        }
        std::vector<std::string> const known{"from", "to", "per_decade", "steps"};
        for (auto const& [part, node] : value.table()) {
            if (std::ranges::find(known, part) != known.end()) continue;
            auto const near = nearest(part, known);
            add(node.key_place, path + "." + part,
                fmt::format("unknown key \"{}\" in {}; {}", part, name,
                            near ? fmt::format("did you mean \"{}\"?", *near)
                                 : "known here: " + joined(known)),
                {}, int(part.size()));
        }
        for (char const* part : {"from", "to"})
            if (value.find(part) == nullptr)
                add(value.place, path, fmt::format("{} lacks \"{}\"", name, part));
        Node const *decade = value.find("per_decade"), *steps = value.find("steps");
        if ((decade == nullptr) == (steps == nullptr))
            add(value.place, path,
                fmt::format(
                    "{}: either per_decade (even on a logarithmic scale) or steps (even on a linear one) "
                    "is wanted",
                    name));
        for (Node const* count : {decade, steps})
            if (count != nullptr && (!count->is_number() || count->number() != std::floor(count->number()) ||
                                     count->number() < 1 || count->number() > 1e6))
                add(count->place, path + (count == decade ? ".per_decade" : ".steps"),
                    fmt::format("{}: {} stands where a whole number from 1 is wanted",
                                count == decade ? "per_decade" : "steps", shown(*count)));
    }

    Document const& document_;
    SchemaLevel const& root_;
    std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> check(Document const& document, Schema const& schema)
{
    SchemaLevel const root = levels_of(schema);
    return Check(document, root).run();
}

}  // namespace lanthorn
