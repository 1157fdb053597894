#include "lanthorn/luminescence/network.hpp"
