#pragma once
int cpkcs11_place(void);
