#ifndef MSSTERM_CCRYPT_H
#define MSSTERM_CCRYPT_H
int mss_crypt_placeholder(void);
#endif
