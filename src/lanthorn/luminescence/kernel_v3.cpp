#define LANTHORN_KERNEL_NAME v3
#include "lanthorn/luminescence/kernel_body.hpp"
