#pragma once

#include <string>
#include <utility>
#include <vector>

namespace lanthorn {

/// A figure of the validation gallery: curves that are known, what engines find beside them, and below what is left
/// between the two. `tools/draw_validation.py` draws it.
///
///     LANTHORN_FIGURES=FOLDER test_validation --gtest_filter='Gallery.*'   writes FOLDER/validation_<name>.json
class Figure {
public:
    struct Axis {
        std::string label;
        bool log = false;
    };
    /// Places in the upper panel and, where `left` has entries, in the lower one.
    struct Points {
        std::vector<double> x, y, error, left, left_error;

        /// y beside a known value: what is left is y/known - 1.
        void add(double at, double seen, double standard_error, double known);
        /// y alone.
        void add(double at, double seen, double standard_error = 0);
        /// y, and a number of the lower panel that is no relative deviation.
        void add_beside(double at, double seen, double standard_error, double below, double below_error);
        double largest_left() const;
    };

    Figure(std::string name, std::string title, Axis x, Axis y, Axis lower = {"relative deviation", false});

    void curve(std::string label, std::vector<double> x, std::vector<double> y);
    /// A curve that is not what engines are held against.
    void dashed(std::string label, std::vector<double> x, std::vector<double> y);
    void lower_curve(std::vector<double> x, std::vector<double> y);
    /// @param engine  "Monte Carlo", "mean field" or "microscopic": decides colour and shape
    /// @param label   empty = the engine
    void seen(std::string engine, Points points, std::string label = {});

    /// Writes the figure where it is asked for, and says on stdout how large the largest deviations are.
    void show() const;

private:
    struct Series {
        std::string kind, label;
        Points points;
    };
    std::string name_, title_;
    Axis x_, y_, lower_;
    std::vector<Series> series_;
};

/// n numbers from `first` to `last` in equal ratios.
std::vector<double> log_spaced(double first, double last, std::size_t n);
/// n numbers from `first` to `last` in equal steps.
std::vector<double> spaced(double first, double last, std::size_t n);

}  // namespace lanthorn
