#include <lanthorn/high/high.hpp>
#include "lanthorn/low/secret.hpp"
