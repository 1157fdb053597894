#include "lanthorn/low/secret.hpp"

#include <lanthorn/high/high.hpp>
