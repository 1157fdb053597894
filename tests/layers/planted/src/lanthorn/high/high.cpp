#include <lanthorn/high/high.hpp>
