#include "lanthorn/high/high.hpp"
#include "lanthorn/nowhere/nowhere.hpp"

#include <iostream>
