#define LANTHORN_KERNEL_NAME v4
#include "lanthorn/luminescence/kernel_body.hpp"
