#include "cpkcs11.h"
int cpkcs11_place(void) { return 0; }
