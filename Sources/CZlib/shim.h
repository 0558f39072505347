// zlib, of which `inflate` and `crc32` are used.
#include <zlib.h>
