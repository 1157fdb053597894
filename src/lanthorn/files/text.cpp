#include "lanthorn/files/text.hpp"
