#include "lanthorn/data/unit.hpp"
