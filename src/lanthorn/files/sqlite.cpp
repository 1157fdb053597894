#include "lanthorn/files/sqlite.hpp"
