#include "lanthorn/ions/channel.hpp"
