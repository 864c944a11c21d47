#pragma once
int cresolver_place(void);
