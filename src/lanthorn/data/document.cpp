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

namespace {

/// Bytes before the n-th character (from 0) of UTF-8 text.
std::size_t byte_of(std::string_view line, int n)
{
    std::size_t at = 0;
    for (; n > 0 && at < line.size(); --n) do
            ++at;
        while (at < line.size() && (static_cast<unsigned char>(line[at]) & 0xc0) == 0x80);
    return at;
}

int characters(std::string_view text)
{
    return int(std::ranges::count_if(text, [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

/// Characters of the value at the front: to its closing quote, or to the next comma, bracket or space.
int value_width(std::string_view rest)
{
    if (rest.empty()) return 1;
    std::size_t end = rest.find_first_of(" ,=]}#");
    if (rest.front() == '"' || rest.front() == '\'') {
        std::size_t const close = rest.find(rest.front(), 1);
        end = close == std::string_view::npos ? 1 : close + 1;
    }
    return std::max(1, characters(rest.substr(0, end)));
}

}  // namespace

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
    if (caret_width < 1)
        caret_width = value_width(std::string_view(line).substr(byte_of(line, place.column - 1)));
    if (place.column > 0)
        result += "\n  " + std::string(number.size(), ' ') + " | " +
                  std::string(std::size_t(place.column - 1), ' ') +
                  std::string(std::size_t(caret_width), '^');
    return result;
}

}  // namespace lanthorn
