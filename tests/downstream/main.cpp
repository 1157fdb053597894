#include "lanthorn/base/quantity.hpp"
#include "lanthorn/crystal/neighbours.hpp"
#include "lanthorn/files/toml.hpp"

#include <iostream>
#include <vector>

int main()
{
    // Three ions in a row, 0.3 nm apart: two pairs, each seen from both sides.
    std::vector<lanthorn::Vec3> const row = {{0, 0, 0}, {0.3, 0, 0}, {0.6, 0, 0}};
    auto const list = lanthorn::neighbours(row, lanthorn::Length(5, lanthorn::angstrom).in(lanthorn::nm));
    auto const document = lanthorn::parse_toml("title = \"downstream\"\n", "inline");
    std::cout << list.index.size() << " neighbours, " << document.name << "\n";
    return list.index.size() == 4 ? 0 : 1;
}
