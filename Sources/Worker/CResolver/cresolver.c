#include "cresolver.h"

#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <string.h>

int cresolver_ask(const char *name, int type, const unsigned char *server, int port, int seconds,
                  unsigned char *answer, int size) {
  struct __res_state state;
  memset(&state, 0, sizeof state);
  if (res_ninit(&state) != 0) return -1;
  if (server) {
    struct sockaddr_in *address = &state.nsaddr_list[0];
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_port = htons((unsigned short)port);
    memcpy(&address->sin_addr, server, 4);
    state.nscount = 1;
  }
  state.retrans = seconds;
  state.retry = 2;
  int length = res_nquery(&state, name, ns_c_in, type, answer, size);
  int problem = state.res_h_errno;
  res_nclose(&state);
  if (length >= 0) return length < size ? length : size;
  return problem == HOST_NOT_FOUND || problem == NO_DATA ? 0 : -1;
}
