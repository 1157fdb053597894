#include "lanthorn/study/record.hpp"
