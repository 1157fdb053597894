#include "lanthorn/data/tree.hpp"
