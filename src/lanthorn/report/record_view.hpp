#pragma once

#include "lanthorn/data/tree.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lanthorn {

// Reading a record that may lack anything: what is missing, or of another type, is empty and no error.

/// A number on its own: an array of one value, or an attribute. Not-a-number counts as missing.
std::optional<double> number_in(Tree const& tree, std::string_view name);
/// A whole number on its own, where it was stored as one.
std::optional<std::int64_t> count_in(Tree const& tree, std::string_view name);
/// A text on its own: an array of one text, or an attribute.
std::string text_in(Tree const& tree, std::string_view name);
/// The values of an array as doubles; whole numbers are converted.
std::vector<double> column_in(Tree const& tree, std::string_view name);
std::vector<std::string> texts_in(Tree const& tree, std::string_view name);
std::string unit_in(Tree const& tree, std::string_view name);

/// The group of that name, or an empty one.
Tree const& group_in(Tree const& tree, std::string_view name);

/// A group that holds the array `marker`, wherever it lies below; its name is the path below the start, so that
/// "Er:4S3/2->4I15/2" is read back as it was given although "/" parts groups.
struct Leaf {
    std::string name;
    Tree const* tree;
};
std::vector<Leaf> leaves_in(Tree const& tree, std::string_view marker);

/// The names of the numbers that stand alone in a group, without the errors ("x_error") of others.
std::vector<std::string> scalars_in(Tree const& tree);

}  // namespace lanthorn
