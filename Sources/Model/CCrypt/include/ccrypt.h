// The store's hatch to C: PIN hashing over libxcrypt, and the kind of a file system, which the
// Glibc module does not show.
#ifndef MSSTERM_CCRYPT_H
#define MSSTERM_CCRYPT_H

#include <stddef.h>

// Longest hash with its final NUL (CRYPT_OUTPUT_SIZE of crypt.h).
#define MSS_CRYPT_SIZE 384

// Hashes `phrase` with a fresh yescrypt salt of the system's randomness.
// Returns 0, or an errno. `output` holds a NUL-terminated string on success.
int mss_crypt_new(const char *phrase, char *output, size_t size);

// Hashes `phrase` with the parameters and salt of `setting`, an earlier hash.
int mss_crypt_again(const char *phrase, const char *setting, char *output, size_t size);

// 1 when both strings are equal; the time depends on their lengths alone.
int mss_crypt_equal(const char *a, const char *b);

// `f_type` of statfs(2) in 32 bits, or -1.
long long mss_file_system_type(const char *path);

// Gives two names of one file system to each other's file, at once (renameat2(2)).
// Returns 0, or an errno: EINVAL where the file system cannot.
int mss_exchange(const char *a, const char *b);

#endif
