#include "low.hpp"
