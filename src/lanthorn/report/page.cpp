#include "lanthorn/report/page.hpp"
