#pragma once

#include "lanthorn/low/low.hpp"
