// GMime 3.2 from Debian's libgmime-3.0-dev. Only the C target CMIME includes it.
#include <gmime/gmime.h>
