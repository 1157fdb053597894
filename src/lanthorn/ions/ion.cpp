#include "lanthorn/ions/ion.hpp"
