#include "lanthorn/luminescence/pump_program.hpp"
