#include "cresolver.h"
int cresolver_place(void) { return 0; }
