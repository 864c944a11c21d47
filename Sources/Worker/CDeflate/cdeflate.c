#include "cdeflate.h"
int cdeflate_place(void) { return 0; }
