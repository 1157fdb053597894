#include "lanthorn/data/document.hpp"

#include "lanthorn/base/contract.hpp"

#include <algorithm>

namespace lanthorn {

double Node::number() const
{
    if (auto const* integer = std::get_if<std::int64_t>(&value)) return double(*integer);
    return std::get<double>(value);
}

Node const* Node::find(std::string_view key) const
{
    if (!is_table()) return nullptr;
    auto const entry = std::ranges::find(table(), key, &Table::value_type::first);
    return entry == table().end() ? nullptr : &entry->second;
}

Node* Node::find(std::string_view key) { return const_cast<Node*>(std::as_const(*this).find(key)); }

Node& Node::operator[](std::string_view key)
{
    LANTHORN_EXPECT(is_table());
    if (Node* found = find(key)) return *found;
    return table().emplace_back(std::string(key), Node{}).second;
}

std::string Document::excerpt(Place const& place, int caret_width) const
{
    if (place.line < 1) return {};
    std::size_t begin = 0;
    for (int line = 1; line < place.line; ++line) {
        std::size_t const end = text.find('\n', begin);
        if (end == std::string::npos) return {};
        begin = end + 1;
    }
    std::string line = text.substr(begin, text.find('\n', begin) - begin);
    if (line.ends_with('\r')) line.pop_back();
    std::ranges::replace(line, '\t', ' ');
    std::string const number = std::to_string(place.line);
    std::string result = "  " + number + " | " + line;
    if (place.column > 0)
        result += "\n  " + std::string(number.size(), ' ') + " | " +
                  std::string(std::size_t(place.column - 1), ' ') +
                  std::string(std::size_t(std::max(1, caret_width)), '^');
    return result;
}

} // namespace lanthorn
