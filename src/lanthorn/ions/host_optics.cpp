#include "lanthorn/ions/host_optics.hpp"

#include "lanthorn/base/elementary.hpp"
#include "lanthorn/ions/reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lanthorn {

namespace {

using Need = Reading::Need;

class OpticsReading {
public:
    explicit OpticsReading(Document const& document) : in_(document), root_(document.root) {}

    HostOptics read()
    {
        host_.name = in_.text(root_, "name", "", Need::required).value_or("");
        if (Node const* optics = in_.table(root_, "optics", "", Need::required)) {
            in_.known_keys(*optics, "optics",
                           {"refractive_index", "phonon_effective", "phonon_max", "gap_law", "gap_law_W0",
                            "gap_law_alpha", "gap_law_temperature", "line_width", "judd_ofelt",
                            "line_strength", "stark", "stark_width", "relaxation", "cross_section",
                            "transfer"});
            read_constants(*optics);
            read_strengths(*optics);
            each(*optics, "stark", &OpticsReading::read_stark);
            each(*optics, "relaxation", &OpticsReading::read_relaxation);
            each(*optics, "cross_section", &OpticsReading::read_cross_section);
            each(*optics, "transfer", &OpticsReading::read_transfer);
        }
        in_.done();
        return std::move(host_);
    }

private:
    Sourced<double> constant(Node const& optics, char const* name, Dimension dimension, double above)
    {
        auto const value = in_.sourced(optics, name, "optics", dimension, Need::required);
        if (value && !(value->value > above))
            in_.problem(optics.find(name)->place, fmt::format("optics.{}", name),
                        fmt::format("{} = {} is to be above {}", name, value->value, above));
        return value.value_or(Sourced<double>{});
    }

    void read_constants(Node const& optics)
    {
        host_.refractive_index = constant(optics, "refractive_index", Dimension::none, 1);
        host_.phonon_effective_per_cm = constant(optics, "phonon_effective", Dimension::energy, 0);
        host_.phonon_max_per_cm = constant(optics, "phonon_max", Dimension::energy, 0);
        if (auto const law = in_.text(optics, "gap_law", "optics", Need::optional)) {
            if (*law == "simple")
                host_.gap_law = GapLaw::simple;
            else if (*law != "modified")
                in_.problem(optics.find("gap_law")->place, "optics.gap_law",
                            fmt::format("\"{}\" is no gap law; modified and simple are", *law));
        }
        host_.gap_law_W0_per_s = constant(optics, "gap_law_W0", Dimension::rate, 0);
        host_.gap_law_alpha_cm = constant(optics, "gap_law_alpha", Dimension::inverse_energy, 0);
        host_.gap_law_temperature_K = constant(optics, "gap_law_temperature", Dimension::temperature, 0);
        host_.line_width_per_cm = constant(optics, "line_width", Dimension::energy, 0);
        host_.stark_width_per_cm =
            in_.sourced(optics, "stark_width", "optics", Dimension::energy, Need::optional);
        if (host_.stark_width_per_cm && !(host_.stark_width_per_cm->value > 0))
            in_.problem(optics.find("stark_width")->place, "optics.stark_width", "a width is to be above 0");
    }

    void read_strengths(Node const& optics)
    {
        if (Node const* sets = in_.table(optics, "judd_ofelt", "optics", Need::optional))
            for (auto const& [ion, node] : sets->table()) {
                std::string const path = "optics.judd_ofelt." + ion;
                if (!node.is_table()) {
                    in_.problem(node.place, path,
                                "write { omega = [O2, O4, O6], unit = \"cm^2\", source = … }");
                    continue;
                }
                in_.known_keys(node, path,
                               {"omega", "scatter", "unit", "source", "where", "kind", "recalled", "note"});
                auto const omega = in_.numbers(node, "omega", path);
                auto const unit = in_.unit(node, path, Dimension::area);
                auto const source = in_.source(node, path);
                double const scatter = in_.number(node, "scatter", path, Need::optional).value_or(0);
                if (scatter < 0)
                    in_.problem(node.find("scatter")->place, path + ".scatter", "a scatter is not negative");
                if (omega &&
                    (omega->size() != 3 || std::ranges::any_of(*omega, [](double o) { return o < 0; })))
                    in_.problem(
                        node.find("omega")->place, path + ".omega",
                        "omega is to hold three numbers that are not negative: Omega_2, Omega_4, Omega_6");
                else if (omega && unit && source)
                    host_.judd_ofelt[ion] = {
                        .omega_cm2 = {(*omega)[0] * *unit, (*omega)[1] * *unit, (*omega)[2] * *unit},
                        .scatter = scatter,
                        .source = *source};
            }
        if (Node const* strengths = in_.table(optics, "line_strength", "optics", Need::optional))
            for (auto const& [ion, node] : strengths->table()) {
                auto const S =
                    in_.sourced(*strengths, ion, "optics.line_strength", Dimension::area, Need::required);
                if (!S) continue;
                if (S->value < 0)
                    in_.problem(node.place, "optics.line_strength." + ion, "a strength is not negative");
                host_.line_strength_cm2[ion] = *S;
            }
    }

    void each(Node const& optics, char const* name,
              void (OpticsReading::*read_one)(Node const&, std::string const&))
    {
        Node const* list = in_.array(optics, name, "optics", Need::optional);
        if (list == nullptr) return;
        for (std::size_t i = 0; i < list->array().size(); ++i) {
            std::string const path = fmt::format("optics.{}[{}]", name, i);
            Node const& node = list->array()[i];
            if (node.is_table())
                (this->*read_one)(node, path);
            else
                in_.problem(node.place, path, "a table is wanted here");
        }
    }

    std::vector<double> column(Node const& node, char const* name, std::string const& path,
                               Dimension dimension)
    {
        Node const* table = in_.table(node, name, path, Need::required);
        if (table == nullptr) return {};
        std::string const here = fmt::format("{}.{}", path, name);
        in_.known_keys(*table, here, {"values", "unit"});
        auto values = in_.numbers(*table, "values", here);
        auto const unit = in_.unit(*table, here, dimension);
        if (!values || !unit) return {};
        for (double& v : *values) v *= *unit;
        return *values;
    }

    void read_stark(Node const& node, std::string const& path)
    {
        in_.known_keys(node, path,
                       {"ion", "level", "energies", "unit", "source", "where", "kind", "recalled", "note"});
        StarkManifold manifold;
        manifold.ion = in_.text(node, "ion", path, Need::required).value_or("");
        manifold.level = in_.text(node, "level", path, Need::required).value_or("");
        auto const energies = in_.numbers(node, "energies", path);
        auto const unit = in_.unit(node, path, Dimension::energy);
        manifold.source = in_.source(node, path).value_or(Source{});
        if (!energies || !unit) return;
        for (double const E : *energies) manifold.energy_per_cm.push_back(E * *unit);
        if (energies->empty() || !std::ranges::is_sorted(*energies))
            in_.problem(
                node.find("energies")->place, path + ".energies",
                "the energies of the components are to be in ascending order, counted from the lowest "
                "component of the ground level");
        else
            host_.stark.push_back(std::move(manifold));
    }

    void read_relaxation(Node const& node, std::string const& path)
    {
        in_.known_keys(node, path, {"ion", "level", "rate"});
        RelaxationOverride relaxation;
        relaxation.ion = in_.text(node, "ion", path, Need::required).value_or("");
        relaxation.level = in_.text(node, "level", path, Need::required).value_or("");
        relaxation.rate_per_s =
            in_.sourced(node, "rate", path, Dimension::rate, Need::required).value_or(Sourced<double>{});
        if (relaxation.rate_per_s.value < 0)
            in_.problem(node.find("rate")->place, path + ".rate", "a rate is not negative");
        host_.relaxations.push_back(std::move(relaxation));
    }

    void read_cross_section(Node const& node, std::string const& path)
    {
        in_.known_keys(node, path,
                       {"ion", "from", "to", "wavelength", "cross_section", "source", "where", "kind",
                        "recalled", "note"});
        CrossSectionTable table;
        table.ion = in_.text(node, "ion", path, Need::required).value_or("");
        table.from = in_.text(node, "from", path, Need::required).value_or("");
        table.to = in_.text(node, "to", path, Need::required).value_or("");
        table.wavelength_nm = column(node, "wavelength", path, Dimension::length);
        table.cross_section_cm2 = column(node, "cross_section", path, Dimension::area);
        table.source = in_.source(node, path).value_or(Source{});
        if (table.wavelength_nm.size() != table.cross_section_cm2.size() || table.wavelength_nm.size() < 2)
            in_.problem(node.place, path,
                        "as many cross-sections as wavelengths are wanted, and at least two");
        if (std::ranges::adjacent_find(table.wavelength_nm, std::greater_equal{}) !=
            table.wavelength_nm.end())
            in_.problem(node.find("wavelength")->place, path + ".wavelength", "wavelengths are to ascend");
        if (std::ranges::any_of(table.cross_section_cm2, [](double s) { return s < 0; }))
            in_.problem(node.find("cross_section")->place, path + ".cross_section",
                        "a cross-section is not negative");
        host_.cross_sections.push_back(std::move(table));
    }

    TransferOverride::Step step(Node const& node, char const* name, std::string const& path)
    {
        Node const* list = in_.array(node, name, path, Need::required);
        if (list == nullptr) return {};
        auto const& a = list->array();
        if (a.size() == 3 && std::ranges::all_of(a, &Node::is_text))
            return {a[0].text(), a[1].text(), a[2].text()};
        in_.problem(list->place, fmt::format("{}.{}", path, name),
                    fmt::format("{} is to be [ion, level before, level after]", name));
        return {};
    }

    std::optional<DistanceLaw> multipole(Node const& node, std::string const& path)
    {
        auto const power = in_.number(node, "multipole", path, Need::optional);
        if (!power) return std::nullopt;
        for (auto const law :
             {DistanceLaw::inverse_sixth, DistanceLaw::inverse_eighth, DistanceLaw::inverse_tenth})
            if (*power == power_of(law)) return law;
        in_.problem(node.find("multipole")->place, path + ".multipole",
                    "multipole is the power of the distance: 6 (dipole-dipole), 8 (dipole-quadrupole) or 10 "
                    "(quadrupole-quadrupole)");
        return std::nullopt;
    }

    Sourced<double> positive(Node const& node, char const* name, std::string const& path, Dimension dimension,
                             Need zero)
    {
        auto const value = in_.sourced(node, name, path, dimension, Need::required);
        if (value && (value->value < 0 || (zero == Need::required && value->value == 0)))
            in_.problem(node.find(name)->place, fmt::format("{}.{}", path, name),
                        fmt::format("a {} is {}", name, value->value < 0 ? "not negative" : "to be above 0"));
        return value.value_or(Sourced<double>{});
    }

    TransferOverride::Exchange exchange(Node const& node, std::string const& path)
    {
        in_.known_keys(node, path, {"rate", "range", "at"});
        TransferOverride::Exchange const exchange{
            .rate_per_s = positive(node, "rate", path, Dimension::rate, Need::optional),
            .range_nm = positive(node, "range", path, Dimension::length, Need::required),
            .at_nm = positive(node, "at", path, Dimension::length, Need::required)};
        if (exchange.range_nm.value > 0 && !std::isfinite(exchange.at_contact_per_s()))
            in_.problem(node.find("range")->place, path + ".range",
                        fmt::format("a range of {} nm is too short for a rate at {} nm",
                                    exchange.range_nm.value, exchange.at_nm.value));
        return exchange;
    }

    /// Whether two entries of one channel say what cannot both hold.
    static bool contradict(TransferOverride const& a, TransferOverride const& b)
    {
        using Exchange = TransferOverride::Exchange;
        if (a.donor != b.donor || a.acceptor != b.acceptor) return false;
        bool const a_adds = std::holds_alternative<Exchange>(a.what);
        if (a_adds || std::holds_alternative<Exchange>(b.what)) return a.what.index() == b.what.index();
        auto const law_of = [](TransferOverride const& o) -> std::optional<DistanceLaw> {
            if (auto const* c = std::get_if<TransferOverride::Coefficient>(&o.what)) return c->law;
            return std::get<TransferOverride::Factor>(o.what).law;
        };
        return !law_of(a) || !law_of(b) || law_of(a) == law_of(b);
    }

    void read_transfer(Node const& node, std::string const& path)
    {
        in_.known_keys(node, path, {"donor", "acceptor", "coefficient", "factor", "multipole", "exchange"});
        TransferOverride transfer;
        transfer.donor = step(node, "donor", path);
        transfer.acceptor = step(node, "acceptor", path);
        auto const law = multipole(node, path);
        int given = 0;
        for (char const* name : {"coefficient", "factor", "exchange"})
            given += node.find(name) != nullptr ? 1 : 0;
        if (given != 1)
            return in_.problem(node.place, path,
                               "one of coefficient, factor or exchange is wanted, and one in each entry");
        if (node.find("coefficient") != nullptr) {
            TransferOverride::Coefficient coefficient{.law = law.value_or(DistanceLaw::inverse_sixth)};
            auto const dimension = coefficient.law == DistanceLaw::inverse_sixth ? Dimension::transfer_sixth
                                   : coefficient.law == DistanceLaw::inverse_eighth
                                       ? Dimension::transfer_eighth
                                       : Dimension::transfer_tenth;
            coefficient.value = positive(node, "coefficient", path, dimension, Need::optional);
            transfer.what = coefficient;
        }
        else if (node.find("factor") != nullptr)
            transfer.what = TransferOverride::Factor{
                .law = law, .value = positive(node, "factor", path, Dimension::none, Need::optional)};
        else if (Node const* table = in_.table(node, "exchange", path, Need::required)) {
            if (law)
                in_.problem(node.find("multipole")->place, path + ".multipole",
                            "an exchange is of no multipole");
            transfer.what = exchange(*table, path + ".exchange");
        }
        auto const same = std::ranges::find_if(
            host_.transfers, [&](TransferOverride const& o) { return contradict(o, transfer); });
        if (same != host_.transfers.end())
            in_.problem(node.place, path,
                        fmt::format("optics.transfer[{}] already says so of this channel",
                                    same - host_.transfers.begin()));
        host_.transfers.push_back(std::move(transfer));
    }

    Reading in_;
    Node const& root_;
    HostOptics host_;
};

}  // namespace

std::optional<double> CrossSectionTable::at(double nm) const
{
    if (wavelength_nm.empty() || nm < wavelength_nm.front() || nm > wavelength_nm.back()) return std::nullopt;
    auto const right = std::ranges::upper_bound(wavelength_nm, nm);
    if (right == wavelength_nm.end()) return cross_section_cm2.back();
    std::size_t const i = std::size_t(right - wavelength_nm.begin());
    double const t = (nm - wavelength_nm[i - 1]) / (wavelength_nm[i] - wavelength_nm[i - 1]);
    return cross_section_cm2[i - 1] + t * (cross_section_cm2[i] - cross_section_cm2[i - 1]);
}

StarkManifold const* HostOptics::manifold(std::string_view ion, std::string_view level) const
{
    auto const found =
        std::ranges::find_if(stark, [&](StarkManifold const& m) { return m.ion == ion && m.level == level; });
    return found == stark.end() ? nullptr : &*found;
}

double TransferOverride::Exchange::at_contact_per_s() const
{
    return rate_per_s.value * portable_exp(2 * at_nm.value / range_nm.value);
}

PhononLaw HostOptics::phonons() const
{
    return {.law = gap_law,
            .W0_per_s = gap_law_W0_per_s.value,
            .alpha_cm = gap_law_alpha_cm.value,
            .highest_per_cm = phonon_max_per_cm.value,
            .effective_per_cm = phonon_effective_per_cm.value,
            .reference_K = gap_law_temperature_K.value};
}

std::vector<Finding> unknown_labels(HostOptics const& host, Ion const& ion)
{
    std::vector<Finding> findings;
    auto const look = [&](std::string const& symbol, std::string const& label, std::string const& key) {
        if (symbol != ion.symbol) return;
        try {
            ion.level(label);
        }
        catch (InputError const& error) {
            Finding finding = error.first();
            finding.place.file = host.name;
            finding.key = key;
            findings.push_back(std::move(finding));
        }
    };
    for (std::size_t i = 0; i < host.stark.size(); ++i)
        look(host.stark[i].ion, host.stark[i].level, fmt::format("optics.stark[{}].level", i));
    for (std::size_t i = 0; i < host.relaxations.size(); ++i)
        look(host.relaxations[i].ion, host.relaxations[i].level,
             fmt::format("optics.relaxation[{}].level", i));
    for (std::size_t i = 0; i < host.cross_sections.size(); ++i) {
        auto const& table = host.cross_sections[i];
        look(table.ion, table.from, fmt::format("optics.cross_section[{}].from", i));
        look(table.ion, table.to, fmt::format("optics.cross_section[{}].to", i));
    }
    for (std::size_t i = 0; i < host.transfers.size(); ++i) {
        auto const& [donor, acceptor, what] = host.transfers[i];
        for (auto const& label : {donor.from, donor.to})
            look(donor.ion, label, fmt::format("optics.transfer[{}].donor", i));
        for (auto const& label : {acceptor.from, acceptor.to})
            look(acceptor.ion, label, fmt::format("optics.transfer[{}].acceptor", i));
    }
    return findings;
}

HostOptics host_optics_from(Document const& document) { return OpticsReading(document).read(); }

}  // namespace lanthorn
