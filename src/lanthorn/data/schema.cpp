#include "lanthorn/data/schema.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/data/schema_level.hpp"

#include <algorithm>

namespace lanthorn {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; }

/// Damerau-Levenshtein distance with adjacent swaps, blind to case.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            bool const same = lower(a[i - 1]) == lower(b[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

/// The level of a declared path, made where it is missing.
SchemaLevel& level_at(SchemaLevel& root, std::string_view path)
{
    SchemaLevel* level = &root;
    for (std::size_t begin = 0; begin < path.size();) {
        std::size_t const end = std::min(path.find('.', begin), path.size());
        std::string_view name = path.substr(begin, end - begin);
        bool const list = name.ends_with("[]");
        if (list) name.remove_suffix(2);
        auto entry = std::ranges::find(level->children, name, &SchemaLevel::name);
        if (entry == level->children.end()) {
            SchemaLevel made;
            std::string heading;
            for (char c : path.substr(0, end))
                if (c != '[' && c != ']') heading += c;
            made.name = name;
            made.list = list;
            made.heading = list ? "[[" + heading + "]]" : "[" + heading + "]";
            level->children.push_back(std::move(made));
            entry = level->children.end() - 1;
        }
        LANTHORN_EXPECT(entry->list == list);
        level = &*entry;
        begin = end + 1;
    }
    return *level;
}

}  // namespace

SchemaLevel const* SchemaLevel::find(std::string_view child_name) const
{
    auto const entry = std::ranges::find(children, child_name, &SchemaLevel::name);
    return entry == children.end() ? nullptr : &*entry;
}

std::vector<std::string> SchemaLevel::names() const
{
    std::vector<std::string> result;
    for (auto const& child : children) result.push_back(child.name);
    return result;
}

SchemaLevel levels_of(Schema const& schema)
{
    SchemaLevel root;
    for (auto const& key : schema.keys) level_at(root, key.path).key = &key;
    for (auto const& table : schema.required_tables) level_at(root, table).required = true;
    return root;
}

Key const* Schema::find(std::string_view declared_path) const
{
    auto const found = std::ranges::find(keys, declared_path, &Key::path);
    return found == keys.end() ? nullptr : &*found;
}

void Schema::add(std::vector<Key> more)
{
    for (auto& key : more) {
        LANTHORN_EXPECT(find(key.path) == nullptr);
        keys.push_back(std::move(key));
    }
}

std::optional<std::string> nearest(std::string_view word, std::vector<std::string> const& candidates)
{
    std::size_t best = word.size() < 2 ? 0 : std::max<std::size_t>(1, word.size() / 3);
    std::optional<std::string> result;
    for (auto const& candidate : candidates) {
        std::size_t const wrong = distance(word, candidate);
        if (wrong > best || (result && wrong == best)) continue;
        best = wrong;
        result = candidate;
    }
    return result;
}

}  // namespace lanthorn
