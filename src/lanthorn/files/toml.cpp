#include "lanthorn/files/toml.hpp"
