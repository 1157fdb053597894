#include "lanthorn/study/sweep_reading.hpp"

#include "lanthorn/data/key_path.hpp"
#include "lanthorn/files/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lanthorn {

Key const* swept_key(KeyPath const& path)
{
    if (Key const* key = recipe_schema().find(declared_key(path))) return key;
    if (path.steps.size() < 2 || path.steps.back().index) return nullptr;
    KeyPath table = path;
    table.steps.pop_back();
    Key const* key = recipe_schema().find(declared_key(table));
    return key != nullptr && key->type == KeyType::fractions ? key : nullptr;
}

std::optional<double> house_number(Key const& key, Node const& value)
{
    if (value.is_number()) return value.number();
    if (key.type != KeyType::quantity || !value.is_text()) return std::nullopt;
    return to_house(value.text(), key.dimension).house;
}

namespace {

class SweepReader {
public:
    SweepReader(Document const& document, std::vector<Finding>& findings)
        : document_(document), read_(document, recipe_schema()), findings_(findings)
    {}

    std::vector<SweepRecipe> sweeps()
    {
        std::vector<SweepRecipe> all;
        double points = 1;
        for (std::size_t k = 0; k < read_.count("sweep"); ++k) {
            std::size_t const before = findings_.size();
            table_ = fmt::format("sweep[{}]", k);
            SweepRecipe one = sweep();
            if (findings_.size() > before) continue;
            if (std::ranges::find(all, one.key, &SweepRecipe::key) != all.end())
                add(".key", fmt::format("{} is varied by two sweeps", one.key));
            points *= double(one.values.size());
            all.push_back(std::move(one));
        }
        if (points > double(most_points))
            add(".values", fmt::format("the run would have {:g} points; {} are the most there can be", points,
                                       most_points));
        return all;
    }

private:
    void add(std::string const& below, std::string problem)
    {
        findings_.push_back(read_.finding(table_ + below, std::move(problem)));
    }

    SweepRecipe sweep()
    {
        SweepRecipe result{.key = read_.text(table_ + ".key"), .values = {}};
        try {
            path_ = key_path_from(result.key);
        }
        catch (InputError const& error) {
            add(".key", error.first().problem);
            return result;
        }
        key_ = swept_key(path_);
        if (!is_varied(result.key)) return result;
        result.key = to_text(path_);
        Node const& values = *read_.node(table_ + ".values");
        if (values.is_table())
            result.values = series(values);
        else
            for (auto const& value : values.array())
                if (sound(value)) result.values.push_back(in_house_unit(value));
        return result;
    }

    /// Whether the key is one that can be varied in this recipe.
    bool is_varied(std::string const& text)
    {
        if (key_ == nullptr) {
            std::vector<std::string> known;
            for (auto const& key : recipe_schema().keys) known.push_back(first_of(key.path));
            auto const meant = nearest(text, known);
            add(".key", fmt::format("there is no key \"{}\" that could be varied{}", text,
                                    meant ? fmt::format("; did you mean \"{}\"?", *meant)
                                          : "; lanthorn explain lists the keys"));
            return false;
        }
        bool const whole_table = key_->type == KeyType::fractions && declared_key(path_) == key_->path;
        if (whole_table || key_->type == KeyType::list || key_->type == KeyType::schedule ||
            key_->type == KeyType::series) {
            add(".key", whole_table ? fmt::format("{0} is a table; name what varies, as in \"{0}.Er\"", text)
                                    : fmt::format("{} is no single value, so it cannot be varied", text));
            return false;
        }
        KeyPath to_here;
        for (auto const& step : path_.steps) {
            to_here.steps.push_back(step);
            if (step.index && find(document_.root, to_here) == nullptr) {
                add(".key",
                    fmt::format("there is no {} in the recipe whose key could be varied", to_text(to_here)));
                return false;
            }
        }
        return true;
    }

    static std::string first_of(std::string path)
    {
        for (auto at = path.find("[]"); at != std::string::npos; at = path.find("[]"))
            path.insert(at + 1, "0");
        return path;
    }

    /// Checks a value as if it stood at the key.
    bool sound(Node const& value)
    {
        Document alone{.root = {}, .name = document_.name, .text = document_.text};
        KeyPath first = path_;
        for (auto& step : first.steps)
            if (step.index) step.index = 0;
        set(alone.root, first, value);
        Schema schema;
        schema.add({*key_});
        auto const wrong = check(alone, schema);
        for (auto finding : wrong) {
            finding.key = table_ + ".values";
            findings_.push_back(std::move(finding));
        }
        return wrong.empty();
    }

    Node in_house_unit(Node const& value) const
    {
        auto const number = house_number(*key_, value);
        return key_->type == KeyType::quantity && number ? written(*number) : value;
    }

    Node written(double house) const
    {
        if (key_->type == KeyType::quantity && key_->dimension != Dimension::none)
            return Node(exact(house) + " " + std::string(house_unit(key_->dimension)));
        if (key_->type == KeyType::integer) return Node(std::int64_t(std::llround(house)));
        return Node(house);
    }

    std::vector<Node> series(Node const& values)
    {
        Node const &first = *values.find("from"), &last = *values.find("to");
        bool const numbers = key_->type == KeyType::quantity || key_->type == KeyType::number ||
                             key_->type == KeyType::integer || key_->type == KeyType::fractions;
        if (!numbers) {
            add(".values",
                fmt::format("{} is no number, so it has no values between from and to; list them as "
                            "[\"…\", \"…\"]",
                            to_text(path_)));
            return {};
        }
        bool const from_sound = sound(first);
        if (!sound(last) || !from_sound) return {};
        double const from = house_number(*key_, first).value(), to = house_number(*key_, last).value();
        Node const* decade = values.find("per_decade");
        double const number = decade != nullptr ? decade->number() : values.find("steps")->number();
        if (!(from < to)) {
            add(".values.from", fmt::format("from ({}) is not below to ({})", shown(first), shown(last)));
            return {};
        }
        if (decade != nullptr && !(from > 0)) {
            add(".values.from", "per_decade needs a from above zero; use steps for an even linear scale");
            return {};
        }
        double const decades = decade != nullptr ? std::log10(to / from) : 0;
        double const steps = decade != nullptr ? std::max(1.0, std::round(decades * number)) : number;
        if (steps + 1 > double(most_points)) {
            add(".values", fmt::format("the run would have {:g} points; {} are the most there can be",
                                       steps + 1, most_points));
            return {};
        }
        std::vector<Node> result;
        for (double k = 0; k < steps; ++k)
            result.push_back(written(k == 0              ? from
                                     : decade != nullptr ? readable(from * std::pow(10, decades * k / steps))
                                                         : readable(from + (to - from) * k / steps)));
        result.push_back(written(to));
        return result;
    }

    /// To six digits, as one would write it.
    static double readable(double value) { return std::stod(fmt::format("{:.5e}", value)); }

    static std::string shown(Node const& node)
    {
        return node.is_text() ? node.text() : fmt::format("{}", node.number());
    }

    Document const& document_;
    Reader read_;
    std::vector<Finding>& findings_;
    std::string table_;
    KeyPath path_;
    Key const* key_ = nullptr;
};

}  // namespace

std::vector<SweepRecipe> sweeps_from(Document const& document, std::vector<Finding>& findings)
{
    return SweepReader(document, findings).sweeps();
}

}  // namespace lanthorn
