#include "lanthorn/data/schema.hpp"
