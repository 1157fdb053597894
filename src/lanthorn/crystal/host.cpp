#include "lanthorn/crystal/host.hpp"

#include "lanthorn/base/constants.hpp"
#include "lanthorn/crystal/symmetry.hpp"
#include "lanthorn/data/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>

namespace lanthorn {

namespace {

struct ChargedElements {
    int charge;
    std::initializer_list<std::string_view> elements;
};

ChargedElements const formal_charges[] = {
    {3,
     {"Sc", "Y", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu"}},
    {2, {"Mg", "Ca", "Sr", "Ba", "Mn", "Pb"}},
    {1, {"Li", "Na", "K", "Rb", "Cs"}},
    {-1, {"F", "Cl", "Br", "I"}},
    {-2, {"O"}},
};

/// Gathers what is wrong with a host file, so that all is told at once.
struct Findings {
    Document const& document;
    std::vector<Finding> all;

    void add(Place const& place, std::string key, std::string const& problem)
    {
        std::string sentence = fmt::format("{}: {}", key, problem);
        all.push_back({Severity::error, place, std::move(key), std::move(sentence), document.excerpt(place)});
    }
    void add(InputError const& error)
    {
        all.insert(all.end(), error.findings().begin(), error.findings().end());
    }
};

std::optional<double> whole_fraction(std::string_view text)
{
    int parts[2] = {0, 1};
    std::size_t const slash = text.find('/');
    std::string_view const numbers[2] = {text.substr(0, slash),
                                         slash == text.npos ? std::string_view("1") : text.substr(slash + 1)};
    for (int n : {0, 1}) {
        auto const [end, error] =
            std::from_chars(numbers[n].data(), numbers[n].data() + numbers[n].size(), parts[n]);
        if (error != std::errc{} || end != numbers[n].data() + numbers[n].size()) return std::nullopt;
    }
    if (parts[1] <= 0) return std::nullopt;
    return double(parts[0]) / parts[1];
}

class HostReader {
public:
    explicit HostReader(Document const& document) : document_(document), findings_{document, {}} {}

    Host read()
    {
        Node const& root = document_.root;
        for (auto const& [key, node] : root.table())
            if (!key.starts_with("optics"))
                known(key, node, "",
                      {"name", "formula", "topology", "dopable", "structure", "cell", "alternative", "site",
                       "note"});
        host_.name = text(root, "name", "name");
        host_.formula = text(root, "formula", "formula");
        host_.topology = text(root, "topology", "topology");
        if (auto const dopable = ion(root, "dopable", "dopable")) host_.dopable = *dopable;
        if (Node const* structure = table(root, "structure")) read_structure(*structure);
        if (Node const* cell = table(root, "cell"); cell && system_) host_.cell = read_cell(*cell, "cell");
        read_alternatives(root);
        read_sites(root);
        check_dopable();
        if (!findings_.all.empty()) throw InputError(std::move(findings_.all));
        return std::move(host_);
    }

private:
    void known(std::string_view key, Node const& node, std::string_view prefix,
               std::vector<std::string> const& names)
    {
        if (std::ranges::find(names, key) != names.end()) return;
        auto const near = nearest(key, names);
        findings_.add(node.key_place, std::string(prefix) + std::string(key),
                      near ? fmt::format("unknown key; did you mean \"{}\"?", *near) : "unknown key");
    }

    std::string text(Node const& node, std::string_view name, std::string const& key)
    {
        Node const* found = node.find(name);
        if (found && found->is_text() && !found->text().empty()) return found->text();
        findings_.add(found ? found->place : node.place, key, found ? "a text is wanted" : "is missing");
        return {};
    }

    std::optional<Occupant> ion(Node const& node, std::string_view name, std::string const& key)
    {
        std::string const element = text(node, name, key);
        if (element.empty()) return std::nullopt;
        if (auto const charge = formal_charge(element)) return Occupant{element, *charge};
        findings_.add(
            node.find(name)->place, key,
            fmt::format("\"{}\" is no element of these crystals; write the element alone, \"Yb\"", element));
        return std::nullopt;
    }

    Node const* table(Node const& node, std::string_view name)
    {
        Node const* found = node.find(name);
        if (found && found->is_table()) return found;
        findings_.add(found ? found->place : node.place, std::string(name),
                      fmt::format("a table [{}] is wanted", name));
        return nullptr;
    }

    void read_structure(Node const& node)
    {
        for (auto const& [key, child] : node.table())
            known(key, child, "structure.", {"space_group", "source", "where", "kind", "recalled", "note"});
        space_group_ = text(node, "space_group", "structure.space_group");
        try {
            host_.source = source_from(document_, node, "structure");
            host_.sources.emplace_back("structure", host_.source);
        }
        catch (InputError const& error) {
            findings_.add(error);
        }
        if (space_group_.empty()) return;
        system_ = crystal_system(space_group_);
        if (!system_)
            findings_.add(
                node.find("space_group")->place, "structure.space_group",
                fmt::format("\"{}\" is no space group; write Hermann-Mauguin with spaces, \"F m -3 m\"",
                            space_group_));
    }

    std::optional<double> number(Node const& node, std::string const& key, Dimension dimension)
    {
        try {
            auto const value = sourced_from(document_, node, key, dimension);
            host_.sources.emplace_back(key, value.source);
            return value.value;
        }
        catch (InputError const& error) {
            findings_.add(error);
            return std::nullopt;
        }
    }

    Cell read_cell(Node const& node, std::string const& key)
    {
        std::vector<std::string> lengths{"a"};
        std::vector<std::string> angles;
        std::string const& system = *system_;
        bool const hexagonal = system == "hexagonal" || system == "trigonal";
        if (hexagonal || system == "tetragonal") lengths = {"a", "c"};
        if (system == "orthorhombic" || system == "monoclinic" || system == "triclinic")
            lengths = {"a", "b", "c"};
        if (system == "monoclinic") angles = {"beta"};
        if (system == "triclinic") angles = {"alpha", "beta", "gamma"};
        for (auto const& [name, child] : node.table()) {
            if (name == "name" || std::ranges::find(lengths, name) != lengths.end() ||
                std::ranges::find(angles, name) != angles.end())
                continue;
            findings_.add(child.key_place, fmt::format("{}.{}", key, name),
                          fmt::format("is no free parameter of a {} cell, which has {}{}{}", system,
                                      fmt::join(lengths, ", "), angles.empty() ? "" : ", ",
                                      fmt::join(angles, ", ")));
        }
        auto const value = [&](std::string const& name, Dimension dimension) {
            std::string const path = fmt::format("{}.{}", key, name);
            Node const* found = node.find(name);
            if (!found) {
                findings_.add(node.place, path, "is missing");
                return 1.0;
            }
            double const number_read = number(*found, path, dimension).value_or(1.0);
            if (number_read > 0 && (dimension == Dimension::length || number_read < constants::pi))
                return number_read;
            findings_.add(found->place, path, "is out of range");
            return 1.0;
        };
        Cell cell;
        cell.a_nm = cell.b_nm = cell.c_nm = value("a", Dimension::length);
        if (lengths.size() == 3) cell.b_nm = value("b", Dimension::length);
        if (lengths.size() >= 2) cell.c_nm = value("c", Dimension::length);
        cell.alpha_rad = cell.beta_rad = cell.gamma_rad = constants::pi / 2;
        if (hexagonal) cell.gamma_rad = constants::pi * 2 / 3;
        if (system == "monoclinic" || system == "triclinic") cell.beta_rad = value("beta", Dimension::angle);
        if (system == "triclinic") {
            cell.alpha_rad = value("alpha", Dimension::angle);
            cell.gamma_rad = value("gamma", Dimension::angle);
        }
        return cell;
    }

    void read_alternatives(Node const& root)
    {
        Node const* list = root.find("alternative");
        if (!list || !system_) return;
        if (!list->is_array()) return findings_.add(list->place, "alternative", "a list of tables is wanted");
        for (std::size_t n = 0; n < list->array().size(); ++n) {
            Node const& node = list->array()[n];
            std::string const key = fmt::format("alternative[{}]", n);
            if (!node.is_table()) {
                findings_.add(node.place, key, "a table is wanted");
                continue;
            }
            std::size_t const before = host_.sources.size();
            Host::NamedCell alternative{text(node, "name", key + ".name"), read_cell(node, key), {}};
            if (host_.sources.size() > before) alternative.source = host_.sources[before].second;
            // Nothing rests on numbers that are not used.
            host_.sources.resize(before);
            host_.alternatives.push_back(std::move(alternative));
        }
    }

    std::optional<double> coordinate(Node const& site, std::string_view axis, std::string const& key)
    {
        Node const* node = site.find(axis);
        std::string const path = fmt::format("{}.{}", key, axis);
        if (!node) {
            findings_.add(site.place, path, "is missing");
            return std::nullopt;
        }
        if (!node->is_text()) return number(*node, path, Dimension::none);
        if (auto const value = whole_fraction(node->text())) return value;
        findings_.add(node->place, path, "a coordinate fixed by symmetry is written as a fraction, \"2/3\"");
        return std::nullopt;
    }

    bool flag(Node const& node, std::string_view name, std::string const& key)
    {
        Node const* found = node.find(name);
        if (!found) return false;
        if (auto const* value = std::get_if<bool>(&found->value)) return *value;
        findings_.add(found->place, key, "true or false is wanted");
        return false;
    }

    std::vector<Host::Share> content(Node const& site, std::string const& key)
    {
        std::vector<Host::Share> shares;
        Node const* list = site.find("content");
        if (!list || !list->is_array() || list->array().empty()) {
            findings_.add(list ? list->place : site.place, key,
                          "a list like [{ ion = \"Na\", share = \"1/2\" }] is wanted");
            return shares;
        }
        double sum = 0;
        for (Node const& node : list->array()) {
            auto const occupant = node.is_table() ? ion(node, "ion", key + ".ion") : std::nullopt;
            std::string const share = node.is_table() ? text(node, "share", key + ".share") : "";
            auto const fraction = whole_fraction(share);
            if (!fraction || *fraction <= 0 || *fraction > 1)
                findings_.add(node.place, key, "a share is a fraction above 0, at most 1, as text: \"1/2\"");
            else if (occupant)
                shares.push_back({*occupant, *fraction});
            sum += fraction.value_or(0);
        }
        if (sum > 1 + 1e-12)
            findings_.add(list->place, key, fmt::format("the shares sum to {}, above 1", sum));
        return shares;
    }

    void read_sites(Node const& root)
    {
        Node const* list = root.find("site");
        if (!list || !list->is_array() || list->array().empty())
            return findings_.add(list ? list->place : root.place, "site",
                                 "a list of tables [[site]] is wanted");
        for (std::size_t n = 0; n < list->array().size(); ++n) {
            Node const& site = list->array()[n];
            std::string const key = fmt::format("site[{}]", n);
            if (!site.is_table()) {
                findings_.add(site.place, key, "a table is wanted");
                continue;
            }
            for (auto const& [name, child] : site.table())
                known(name, child, key + ".",
                      {"label", "x", "y", "z", "content", "column", "split", "source", "where", "kind",
                       "recalled", "note"});
            Host::Position position;
            position.label = text(site, "label", key + ".label");
            auto const x = coordinate(site, "x", key), y = coordinate(site, "y", key),
                       z = coordinate(site, "z", key);
            position.shares = content(site, key + ".content");
            position.column = flag(site, "column", key + ".column");
            position.split = flag(site, "split", key + ".split");
            try {
                host_.sources.emplace_back(key, source_from(document_, site, key));
            }
            catch (InputError const& error) {
                findings_.add(error);
            }
            if (!x || !y || !z || !system_) continue;
            auto const equivalent = equivalent_positions(space_group_, {*x, *y, *z});
            if (position.split && equivalent.size() != 2)
                findings_.add(site.place, key + ".split",
                              fmt::format("a split site has two positions in the cell, this has {}",
                                          equivalent.size()));
            if (position.column && equivalent.size() != 1)
                findings_.add(
                    site.place, key + ".column",
                    fmt::format("a column has one position in the cell, this has {}", equivalent.size()));
            for (Vec3 const f : equivalent) {
                position.fractional = f;
                host_.positions.push_back(position);
            }
        }
    }

    void check_dopable()
    {
        if (host_.dopable.is_vacancy() || !findings_.all.empty()) return;
        if (host_.dopable.charge < 0)
            findings_.add(document_.root.find("dopable")->place, "dopable", "dopants replace cations");
        else if (host_.dopable_per_cell() == 0)
            findings_.add(document_.root.find("dopable")->place, "dopable",
                          fmt::format("no site holds {}, so there is nothing that dopants could replace",
                                      host_.dopable.element));
    }

    Document const& document_;
    Findings findings_;
    Host host_;
    std::string space_group_;
    std::optional<std::string> system_;
};

}  // namespace

std::optional<int> formal_charge(std::string_view element)
{
    for (auto const& group : formal_charges)
        if (std::ranges::find(group.elements, element) != group.elements.end()) return group.charge;
    return std::nullopt;
}

bool is_rare_earth(std::string_view element)
{
    auto const& elements = formal_charges[0].elements;
    return std::ranges::find(elements, element) != elements.end();
}

Cell Cell::cubic(double a) { return {a, a, a, constants::pi / 2, constants::pi / 2, constants::pi / 2}; }

Cell Cell::hexagonal(double a, double c)
{
    return {a, a, c, constants::pi / 2, constants::pi / 2, constants::pi * 2 / 3};
}

std::array<Vec3, 3> Cell::vectors_nm() const
{
    // Right angles and 120 degrees come out exact, so that faces of symmetric crystals are symmetric.
    auto const cosine = [](double angle) {
        double const c = std::cos(angle);
        double const twice = std::round(2 * c);
        return std::abs(2 * c - twice) < 1e-12 ? twice / 2 : c;
    };
    double const ca = cosine(alpha_rad), cb = cosine(beta_rad), cg = cosine(gamma_rad);
    double const sg = std::sqrt(1 - cg * cg);
    double const cx = cb, cy = (ca - cb * cg) / sg;
    return {Vec3{a_nm, 0, 0}, Vec3{b_nm * cg, b_nm * sg, 0},
            Vec3{c_nm * cx, c_nm * cy, c_nm * std::sqrt(std::max(0.0, 1 - cx * cx - cy * cy))}};
}

Vec3 Cell::cartesian_nm(Vec3 f) const
{
    auto const [a, b, c] = vectors_nm();
    return a * f.x + b * f.y + c * f.z;
}

double Cell::volume_nm3() const
{
    auto const [a, b, c] = vectors_nm();
    return std::abs(dot(a, cross(b, c)));
}

double Host::dopable_per_cell() const
{
    double sum = 0;
    for (auto const& position : positions)
        for (auto const& share : position.shares)
            if (share.occupant == dopable) sum += share.fraction;
    return sum;
}

bool Host::holds_dopable(std::size_t position) const
{
    return std::ranges::any_of(positions[position].shares,
                               [&](Share const& share) { return share.occupant == dopable; });
}

Host host_from(Document const& document) { return HostReader(document).read(); }

}  // namespace lanthorn
