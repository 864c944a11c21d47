// PIN hashing over libxcrypt: Debian's own password scheme, yescrypt (crypt(5)).
#define _GNU_SOURCE
#include "ccrypt.h"

#include <crypt.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

_Static_assert(MSS_CRYPT_SIZE >= CRYPT_OUTPUT_SIZE, "a hash must fit");

int mss_crypt_again(const char *phrase, const char *setting, char *output, size_t size) {
  // 32 KiB: too large for a thread's stack to be taken for granted.
  struct crypt_data *data = calloc(1, sizeof *data);
  if (data == NULL) return ENOMEM;
  errno = 0;
  const char *hash = crypt_r(phrase, setting, data);
  int problem = 0;
  if (hash == NULL || hash[0] == '*') {
    problem = errno != 0 ? errno : EINVAL;
  } else if (strlen(hash) >= size) {
    problem = ERANGE;
  } else {
    memcpy(output, hash, strlen(hash) + 1);
  }
  explicit_bzero(data, sizeof *data);
  free(data);
  return problem;
}

int mss_crypt_new(const char *phrase, char *output, size_t size) {
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  // No random bytes given: libxcrypt asks the kernel. 0 is its own default cost.
  if (crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof setting) == NULL) {
    return errno != 0 ? errno : EINVAL;
  }
  return mss_crypt_again(phrase, setting, output, size);
}

int mss_crypt_equal(const char *a, const char *b) {
  size_t length = strlen(a);
  if (length != strlen(b)) return 0;
  volatile unsigned char difference = 0;
  for (size_t i = 0; i < length; i++) difference |= (unsigned char)(a[i] ^ b[i]);
  return difference == 0;
}

long long mss_file_system_type(const char *path) {
  struct statfs facts;
  if (statfs(path, &facts) != 0) return -1;
  // Magic numbers have 32 bits; the field is wider and signed on some machines.
  return (long long)((unsigned long long)facts.f_type & 0xFFFFFFFFULL);
}

int mss_exchange(const char *a, const char *b) {
  // RENAME_EXCHANGE of <linux/fs.h>.
  long result = syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, 2U);
  return result == 0 ? 0 : errno;
}
