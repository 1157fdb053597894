#include "lanthorn/crystal/crystal.hpp"
