#include "lanthorn/ions/host_optics.hpp"
