#include "lanthorn/base/errors.hpp"
#include "lanthorn/files/library.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace lanthorn {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

using Fields = std::map<std::string, std::string>;

class BibReader {
public:
    explicit BibReader(std::string_view text) : text_(text) {}

    std::vector<Reference> entries()
    {
        std::vector<Reference> result;
        std::set<std::string> keys;
        while (skip_to_entry()) {
            std::size_t const begin = at_++;
            std::string const type = word("{");
            if (type.empty()) fail(begin, "an entry begins with its type, for example @article{key,");
            if (type == "comment" || type == "preamble" || type == "string") {
                braces();
                continue;
            }
            Reference reference = entry(begin);
            if (!keys.insert(reference.key).second)
                fail(begin, fmt::format("the key \"{}\" stands here for the second time", reference.key));
            result.push_back(std::move(reference));
        }
        return result;
    }

private:
    Reference entry(std::size_t begin)
    {
        expect('{', begin);
        std::string const key = word(",}", Case::kept);
        if (key.empty()) fail(begin, "the entry has no key");
        Fields fields;
        for (;;) {
            skip_space();
            if (peek() == ',') {
                ++at_;
                skip_space();
            }
            if (peek() == '}') break;
            std::size_t const field_begin = at_;
            std::string const name = word("=,}");
            if (name.empty())
                fail(at_ < text_.size() ? field_begin : begin,
                     fmt::format("\"{}\": the entry is not closed by }}", key));
            skip_space();
            if (peek() != '=')
                fail(field_begin, fmt::format("\"{}\": the field \"{}\" has no value", key, name));
            ++at_;
            fields[name] = value(key, name);
            skip_space();
            if (peek() != ',' && peek() != '}')
                fail(at_ < text_.size() ? at_ : begin,
                     fmt::format("\"{}\": a comma or }} is missing after the field \"{}\"", key, name));
        }
        ++at_;
        for (auto required : {"author", "title", "year"})
            if (!fields.contains(required) &&
                !(std::string_view(required) == "author" && fields.contains("editor")))
                fail(begin, fmt::format("\"{}\": no field \"{}\"", key, required));
        return {key, std::string(text_.substr(begin, at_ - begin)), citation(fields)};
    }

    std::string value(std::string const& key, std::string const& name)
    {
        skip_space();
        if (peek() == '{') return braces();
        if (peek() != '"') return word(",}", Case::kept);
        std::size_t const begin = ++at_;
        for (int depth = 0; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\\')
                ++at_;
            else if (text_[at_] == '{')
                ++depth;
            else if (text_[at_] == '}')
                --depth;
            else if (text_[at_] == '"' && depth == 0)
                return std::string(text_.substr(begin, at_++ - begin));
        }
        fail(begin, fmt::format("\"{}\": the quote of the field \"{}\" is not closed", key, name));
    }

    /// The text between a brace and its partner.
    std::string braces()
    {
        skip_space();
        std::size_t const begin = at_;
        expect('{', begin);
        for (int depth = 1; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\\')
                ++at_;
            else if (text_[at_] == '{')
                ++depth;
            else if (text_[at_] == '}' && --depth == 0)
                return std::string(text_.substr(begin + 1, at_++ - begin - 1));
        }
        fail(begin, "this { is not closed");
    }

    enum class Case { lowered, kept };
    std::string word(std::string_view ends, Case letters = Case::lowered)
    {
        skip_space();
        std::string result;
        while (at_ < text_.size() && ends.find(text_[at_]) == std::string_view::npos &&
               !is_space(text_[at_])) {
            result += letters == Case::lowered ? lower(text_[at_]) : text_[at_];
            ++at_;
        }
        return result;
    }

    bool skip_to_entry()
    {
        while (at_ < text_.size() && text_[at_] != '@') {
            if (text_[at_] == '%')
                while (at_ < text_.size() && text_[at_] != '\n') ++at_;
            else
                ++at_;
        }
        return at_ < text_.size();
    }

    void skip_space()
    {
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    }

    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    void expect(char c, std::size_t begin)
    {
        skip_space();
        if (peek() != c) fail(begin, fmt::format("{} is missing", c));
        ++at_;
    }

    [[noreturn]] void fail(std::size_t at, std::string const& problem) const
    {
        std::string_view const before = text_.substr(0, std::min(at, text_.size()));
        int const line = 1 + int(std::ranges::count(before, '\n'));
        int const column = int(before.size() - (before.rfind('\n') + 1)) + 1;
        throw InputError({"references.bib", line, column}, {}, problem);
    }

    static std::string citation(Fields const& fields);

    std::string_view text_;
    std::size_t at_ = 0;
};

/// Without braces, TeX dashes and runs of space.
std::string plain(std::string_view tex)
{
    std::string result;
    for (std::size_t i = 0; i < tex.size(); ++i) {
        if (tex[i] == '{' || tex[i] == '}') continue;
        if (tex[i] == '\\' && i + 1 < tex.size() &&
            std::string_view("&%$#_").find(tex[i + 1]) != std::string_view::npos)
            continue;
        if (is_space(tex[i]) || tex[i] == '~') {
            if (!result.empty() && result.back() != ' ') result += ' ';
        }
        else if (!(tex[i] == '-' && result.ends_with('-')))
            result += tex[i];
    }
    while (result.ends_with(' ')) result.pop_back();
    return result;
}

/// "Carnall, W. T. and Fields, P. R." -> "Carnall, Fields"; four names at most, then "et al."
std::string family_names(std::string const& authors)
{
    std::vector<std::string> names;
    for (std::size_t begin = 0; begin <= authors.size();) {
        std::size_t const end = std::min(authors.find(" and ", begin), authors.size());
        std::string name = authors.substr(begin, end - begin);
        std::size_t const comma = name.find(',');
        if (comma != std::string::npos)
            name.resize(comma);
        else if (std::size_t const space = name.rfind(' '); space != std::string::npos)
            name.erase(0, space + 1);
        names.push_back(std::move(name));
        begin = end + 5;
    }
    if (names.size() > 4) return names.front() + " et al.";
    std::string result;
    for (auto const& name : names) result += (result.empty() ? "" : ", ") + name;
    return result;
}

std::string BibReader::citation(Fields const& fields)
{
    auto const field = [&](char const* name) {
        auto const found = fields.find(name);
        return found == fields.end() ? std::string() : plain(found->second);
    };
    auto const first = [&](std::initializer_list<char const*> names) {
        for (auto name : names)
            if (auto text = field(name); !text.empty()) return text;
        return std::string();
    };
    std::string text = family_names(first({"author", "editor"}));
    std::string const venue = first({"journal", "booktitle"});
    text += ", " + (venue.empty() ? field("title") : venue);
    if (auto const volume = field("volume"); !volume.empty()) text += " " + volume;
    if (venue.empty())
        if (auto const publisher = first({"publisher", "institution", "school", "howpublished"});
            !publisher.empty())
            text += ", " + publisher;
    std::string const pages = field("pages");
    if (!pages.empty()) text += ", " + pages.substr(0, pages.find('-'));
    return text + " (" + field("year") + ")";
}

}  // namespace

std::vector<Reference> references_from(std::string_view bibtex) { return BibReader(bibtex).entries(); }

}  // namespace lanthorn
