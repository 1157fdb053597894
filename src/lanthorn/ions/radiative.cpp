#include "lanthorn/ions/rates.hpp"
