#include "lanthorn/crystal/host.hpp"
