#include "cdocuments.h"
int cdocuments_placeholder(void) { return 0; }
