#include "lanthorn/luminescence/tally.hpp"
