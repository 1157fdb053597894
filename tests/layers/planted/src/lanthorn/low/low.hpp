#pragma once

#include <Eigen/Core>
#include <vector>
