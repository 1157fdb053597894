#include "lanthorn/data/sourced.hpp"
