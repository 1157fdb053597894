#include "lanthorn/crystal/neighbours.hpp"
