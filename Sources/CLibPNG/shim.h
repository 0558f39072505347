// libpng's simplified API (`png_image_…`), which reports errors by value: `setjmp`, which the rest of
// libpng needs, may not jump across Swift frames.
#include <png.h>
