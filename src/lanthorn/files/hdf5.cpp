#include "lanthorn/files/hdf5.hpp"
