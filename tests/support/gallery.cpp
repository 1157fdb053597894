#include "support/gallery.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace lanthorn {
namespace {

std::string quoted(std::string const& text)
{
    std::string all = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') all += '\\';
        all += c;
    }
    return all + '"';
}

std::string list(std::vector<double> const& x) { return fmt::format("[{:.9g}]", fmt::join(x, ", ")); }

std::string axis(Figure::Axis const& a)
{
    return fmt::format("{{\"label\": {}, \"log\": {}}}", quoted(a.label), a.log);
}

}  // namespace

void Figure::Points::add(double at, double seen, double standard_error, double known)
{
    add_beside(at, seen, standard_error, seen / known - 1, standard_error / known);
}

void Figure::Points::add(double at, double seen, double standard_error)
{
    x.push_back(at);
    y.push_back(seen);
    error.push_back(standard_error);
}

void Figure::Points::add_beside(double at, double seen, double standard_error, double below,
                                double below_error)
{
    add(at, seen, standard_error);
    left.push_back(below);
    left_error.push_back(below_error);
}

double Figure::Points::largest_left() const
{
    double largest = 0;
    for (double d : left) largest = std::max(largest, std::abs(d));
    return largest;
}

Figure::Figure(std::string name, std::string title, Axis x, Axis y, Axis lower)
    : name_(std::move(name)), title_(std::move(title)), x_(std::move(x)), y_(std::move(y)),
      lower_(std::move(lower))
{}

void Figure::curve(std::string label, std::vector<double> x, std::vector<double> y)
{
    series_.push_back({"curve", std::move(label), {std::move(x), std::move(y), {}, {}, {}}});
}

void Figure::dashed(std::string label, std::vector<double> x, std::vector<double> y)
{
    series_.push_back({"dashed", std::move(label), {std::move(x), std::move(y), {}, {}, {}}});
}

void Figure::lower_curve(std::vector<double> x, std::vector<double> y)
{
    series_.push_back({"lower", {}, {std::move(x), {}, {}, std::move(y), {}}});
}

void Figure::seen(std::string engine, Points points, std::string label)
{
    if (label.empty()) label = engine;
    series_.push_back({std::move(engine), std::move(label), std::move(points)});
}

void Figure::show() const
{
    std::vector<std::string> all;
    for (Series const& s : series_) {
        all.push_back(fmt::format("  {{\"kind\": {}, \"label\": {}, \"x\": {}, \"y\": {}, \"error\": {}, "
                                  "\"left\": {}, \"left_error\": {}}}",
                                  quoted(s.kind), quoted(s.label), list(s.points.x), list(s.points.y),
                                  list(s.points.error), list(s.points.left), list(s.points.left_error)));
        if (s.points.left.empty() || s.kind == "lower") continue;
        double sigmas = 0;
        for (std::size_t k = 0; k < s.points.left.size(); ++k)
            if (s.points.left_error[k] > 0)
                sigmas = std::max(sigmas, std::abs(s.points.left[k]) / s.points.left_error[k]);
        std::printf("gallery %s, %s: largest deviation %.2g (%.1f standard errors)\n", name_.c_str(),
                    s.label.c_str(), s.points.largest_left(), sigmas);
    }
    char const* folder = std::getenv("LANTHORN_FIGURES");
    if (!folder || !*folder) return;
    std::filesystem::create_directories(folder);
    std::ofstream(std::filesystem::path(folder) / ("validation_" + name_ + ".json")) << fmt::format(
        "{{\"title\": {},\n \"x\": {},\n \"y\": {},\n \"lower\": {},\n \"series\": [\n{}\n]}}\n",
        quoted(title_), axis(x_), axis(y_), axis(lower_), fmt::join(all, ",\n"));
}

std::vector<double> log_spaced(double first, double last, std::size_t n)
{
    std::vector<double> x = spaced(std::log(first), std::log(last), n);
    for (double& v : x) v = std::exp(v);
    return x;
}

std::vector<double> spaced(double first, double last, std::size_t n)
{
    std::vector<double> x(n);
    for (std::size_t k = 0; k < n; ++k) x[k] = first + (last - first) * double(k) / double(n - 1);
    return x;
}

}  // namespace lanthorn
