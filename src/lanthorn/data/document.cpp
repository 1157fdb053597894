#include "lanthorn/data/document.hpp"
