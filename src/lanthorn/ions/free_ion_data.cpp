#include "lanthorn/ions/free_ion_data.hpp"

#include "lanthorn/ions/reading.hpp"

#include <fmt/format.h>

#include <cmath>

namespace lanthorn {

namespace {

using Need = Reading::Need;

struct Named {
    char const* name;
    double FreeIonParameters::* member;
};

constexpr Named parameter[] = {
    {"F2", &FreeIonParameters::F2},       {"F4", &FreeIonParameters::F4},
    {"F6", &FreeIonParameters::F6},       {"zeta", &FreeIonParameters::zeta},
    {"alpha", &FreeIonParameters::alpha}, {"beta", &FreeIonParameters::beta},
    {"gamma", &FreeIonParameters::gamma}, {"T2", &FreeIonParameters::T2},
    {"T3", &FreeIonParameters::T3},       {"T4", &FreeIonParameters::T4},
    {"T6", &FreeIonParameters::T6},       {"T7", &FreeIonParameters::T7},
    {"T8", &FreeIonParameters::T8},       {"M0", &FreeIonParameters::M0},
    {"P2", &FreeIonParameters::P2},
};

class FreeIonReading {
public:
    explicit FreeIonReading(Document const& document) : in_(document), root_(document.root) {}

    std::vector<FreeIonData> read()
    {
        in_.known_keys(
            root_, "",
            {"unit", "source", "where", "kind", "recalled", "note", "M_ratios", "P_ratios", "ion"});
        unit_ = in_.unit(root_, "", Dimension::energy).value_or(1);
        source_ = in_.source(root_, "").value_or(Source{});
        M_ = ratios("M_ratios");
        P_ = ratios("P_ratios");
        std::vector<FreeIonData> result;
        if (Node const* ions = in_.array(root_, "ion", "", Need::required))
            for (std::size_t i = 0; i < ions->array().size(); ++i)
                result.push_back(read_ion(ions->array()[i], fmt::format("ion[{}]", i)));
        in_.done();
        return result;
    }

private:
    std::vector<double> ratios(char const* name)
    {
        auto const values = in_.numbers(root_, name, "");
        if (values && values->size() == 2) return *values;
        if (values) in_.problem(root_.find(name)->place, name, "two ratios are wanted here");
        return {0, 0};
    }

    FreeIonData read_ion(Node const& node, std::string const& path)
    {
        FreeIonData ion;
        ion.source = source_;
        in_.known_keys(node, path, {"symbol", "f_electrons", "free", "crystal_field"});
        ion.symbol = in_.text(node, "symbol", path, Need::required).value_or("");
        double const n = in_.number(node, "f_electrons", path, Need::required).value_or(1);
        if (n < 1 || n > 13 || n != std::floor(n))
            in_.problem(node.find("f_electrons")->place, path + ".f_electrons",
                        "f_electrons is to be a whole number from 1 (Ce) to 13 (Yb)");
        else
            ion.f_electrons = int(n);
        if (Node const* free = in_.table(node, "free", path, Need::required))
            ion.parameters = read_free(*free, path + ".free");
        if (Node const* field = in_.table(node, "crystal_field", path, Need::optional))
            ion.crystal_field = read_field(*field, path + ".crystal_field");
        return ion;
    }

    FreeIonParameters read_free(Node const& table, std::string const& path)
    {
        FreeIonParameters p;
        std::vector<std::string> names;
        for (auto const& [name, member] : parameter) {
            names.emplace_back(name);
            p.*member = unit_ * in_.number(table, name, path, Need::optional).value_or(0);
        }
        in_.known_keys(table, path, names);
        p.M2 = M_[0] * p.M0;
        p.M4 = M_[1] * p.M0;
        p.P4 = P_[0] * p.P2;
        p.P6 = P_[1] * p.P2;
        return p;
    }

    std::vector<CrystalFieldParameter> read_field(Node const& table, std::string const& path)
    {
        std::vector<CrystalFieldParameter> field;
        std::vector<std::string> names;
        for (int k = 2; k <= 6; k += 2)
            for (int q = 0; q <= k; ++q) {
                names.push_back(fmt::format("B{}{}", k, q));
                if (auto const B = in_.number(table, names.back(), path, Need::optional))
                    field.push_back({.k = k, .q = q, .B_per_cm = unit_ * *B});
            }
        in_.known_keys(table, path, names);
        return field;
    }

    Reading in_;
    Node const& root_;
    double unit_ = 1;
    Source source_;
    std::vector<double> M_, P_;
};

}  // namespace

std::vector<FreeIonData> free_ion_data_from(Document const& document)
{
    return FreeIonReading(document).read();
}

}  // namespace lanthorn
