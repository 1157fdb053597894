#include "lanthorn/data/key_path.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace lanthorn {

namespace {

[[noreturn]] void no_path(std::string_view text, std::string_view why)
{
    throw InputError(
        {}, std::string(text),
        fmt::format("\"{}\" is no key path: {}; write for example \"excitation[0].irradiance\"", text, why));
}

bool is_bare(std::string_view key)
{
    return !key.empty() && key.find_first_of(".[]\" \t") == std::string_view::npos;
}

std::string path_text(KeyPath const& path, bool with_numbers)
{
    std::string text;
    for (auto const& [key, index] : path.steps) {
        if (!text.empty()) text += ".";
        text += is_bare(key) ? key : "\"" + key + "\"";
        if (index) text += with_numbers ? fmt::format("[{}]", *index) : "[]";
    }
    return text;
}

}  // namespace

KeyPath key_path_from(std::string_view text)
{
    KeyPath path;
    std::string_view rest = text;
    for (;;) {
        KeyPath::Step step;
        if (rest.starts_with('"')) {
            std::size_t const end = rest.find('"', 1);
            if (end == std::string_view::npos) no_path(text, "a quote is not closed");
            step.key = rest.substr(1, end - 1);
            rest.remove_prefix(end + 1);
        }
        else {
            std::size_t const end = std::min(rest.find_first_of(".[]\" \t"), rest.size());
            if (end == 0) no_path(text, "a name is missing");
            step.key = rest.substr(0, end);
            rest.remove_prefix(end);
        }
        if (rest.starts_with('[')) {
            std::size_t index = 0;
            auto const [end, error] = std::from_chars(rest.data() + 1, rest.data() + rest.size(), index);
            if (error != std::errc() || end == rest.data() + rest.size() || *end != ']')
                no_path(text, "brackets hold the number of an entry, counted from 0");
            step.index = index;
            rest.remove_prefix(std::size_t(end - rest.data()) + 1);
        }
        path.steps.push_back(std::move(step));
        if (rest.empty()) return path;
        if (!rest.starts_with('.')) no_path(text, fmt::format("\"{}\" is not expected", rest));
        rest.remove_prefix(1);
    }
}

std::string to_text(KeyPath const& path) { return path_text(path, true); }

std::string declared_key(KeyPath const& path) { return path_text(path, false); }

Node const* find(Node const& root, KeyPath const& path)
{
    Node const* node = &root;
    for (auto const& [key, index] : path.steps) {
        node = node->find(key);
        if (node == nullptr) return nullptr;
        if (!index) continue;
        if (!node->is_array() || *index >= node->array().size()) return nullptr;
        node = &node->array()[*index];
    }
    return node;
}

void set(Node& root, KeyPath const& path, Node value)
{
    Node* node = &root;
    for (auto const& [key, index] : path.steps) {
        auto const fail = [&](std::string const& problem) {
            throw InputError(node->place, to_text(path), fmt::format("{}: {}", to_text(path), problem));
        };
        if (!node->is_table()) fail(fmt::format("what should hold \"{}\" is not a table", key));
        bool const made = node->find(key) == nullptr;
        node = &(*node)[key];
        if (!index) continue;
        if (made) node->value = Node::Array{};
        if (!node->is_array()) fail(fmt::format("\"{}\" is not a list", key));
        if (*index > node->array().size())
            fail(fmt::format("\"{}\" has {} entries, so entry {} cannot be set", key, node->array().size(),
                             *index));
        if (*index == node->array().size()) node->array().emplace_back();
        node = &node->array()[*index];
    }
    value.key_place = node->key_place;
    *node = std::move(value);
}

}  // namespace lanthorn
