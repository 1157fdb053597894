#include "lanthorn/data/key_path.hpp"
