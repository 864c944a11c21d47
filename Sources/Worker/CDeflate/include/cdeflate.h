// The hatch to zlib: raw deflate (RFC 1951, no header, window of 32 KiB) in one direction. Why C:
// zlib's stream is a structure that must not move, and its beginnings are macros.
#ifndef MSSTERM_CDEFLATE_H
#define MSSTERM_CDEFLATE_H

#include <stddef.h>

// How far one call came.
enum cdeflate_state {
  // All input was taken and everything that it gave was handed out.
  CDEFLATE_DONE = 0,
  // The output is full: call again with what is left of the input, even nothing.
  CDEFLATE_MORE,
  // The other side ended its stream; what is left of the input is no part of it.
  CDEFLATE_ENDED,
  // No stream, or no memory: nothing more can be had.
  CDEFLATE_BAD
};

typedef struct cdeflate cdeflate;

// NULL when there is no memory. Ended by cdeflate_close, once.
cdeflate *cdeflate_open_inflate(void);
cdeflate *cdeflate_open_deflate(void);

// Takes from input, gives to output; `taken` and `made` say how many bytes of each. A deflating
// stream is flushed to a byte (Z_SYNC_FLUSH) at the end of the input: the other side can read it.
enum cdeflate_state cdeflate_run(cdeflate *stream, const unsigned char *input, size_t length,
                                 size_t *taken, unsigned char *output, size_t room, size_t *made);

void cdeflate_close(cdeflate *stream);

#endif
