#pragma once
int cdeflate_place(void);
