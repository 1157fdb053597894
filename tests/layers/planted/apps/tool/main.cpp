#include "lanthorn/nowhere/nowhere.hpp"
#include "lanthorn/high/high.hpp"

#include <iostream>
