#ifndef MSSTERM_CDOCUMENTS_H
#define MSSTERM_CDOCUMENTS_H
int cdocuments_placeholder(void);
#endif
