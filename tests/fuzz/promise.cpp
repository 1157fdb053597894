#include "fuzz/targets.hpp"

#include <stdexcept>

void lanthorn::fuzz::promise(bool holds, char const* what)
{
    if (!holds) throw std::logic_error(what);
}
