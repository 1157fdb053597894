#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace lanthorn {

/// An index that cannot be mistaken for another kind of index.
template <class Tag>
struct Index {
    std::uint32_t value = 0;

    constexpr auto operator<=>(Index const&) const = default;
};

using SiteId = Index<struct SiteTag>;        ///< a site of a crystal's topology
using IonId = Index<struct IonTag>;          ///< an optically active ion of a network
using SpeciesId = Index<struct SpeciesTag>;  ///< a kind of ion of a network (element and host region)
using LevelId = Index<struct LevelTag>;      ///< a level within its ion, 0 = ground level
using LaserId = Index<struct LaserTag>;      ///< an excitation of a pump program

}  // namespace lanthorn
