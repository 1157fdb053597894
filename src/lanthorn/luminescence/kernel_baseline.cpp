#define LANTHORN_KERNEL_NAME baseline
#include "lanthorn/luminescence/kernel_body.hpp"
