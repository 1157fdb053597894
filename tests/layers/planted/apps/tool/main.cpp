#include "lanthorn/high/high.hpp"

#include <iostream>
