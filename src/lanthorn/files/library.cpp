#include "lanthorn/files/library.hpp"
