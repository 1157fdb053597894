// A comment may name "lanthorn/high/high.hpp" and std::cout.
#include "lanthorn/low/low.hpp"

#include "lanthorn/high/high.hpp"

#include <filesystem>

char const* quoted() { return "std::cout << 1"; }
void speak() { std::cout << quoted(); }
