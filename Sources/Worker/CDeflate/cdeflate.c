#include "cdeflate.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

struct cdeflate {
  z_stream stream;
  int inflating;
};

// Negative: raw, without a header (RFC 4978, 3).
static const int window = -15;

static cdeflate *opened(int inflating) {
  cdeflate *made = calloc(1, sizeof *made);
  if (!made) return NULL;
  made->inflating = inflating;
  int code = inflating ? inflateInit2(&made->stream, window)
                       : deflateInit2(&made->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window, 8,
                                      Z_DEFAULT_STRATEGY);
  if (code == Z_OK) return made;
  free(made);
  return NULL;
}

cdeflate *cdeflate_open_inflate(void) { return opened(1); }
cdeflate *cdeflate_open_deflate(void) { return opened(0); }

enum cdeflate_state cdeflate_run(cdeflate *stream, const unsigned char *input, size_t length,
                                 size_t *taken, unsigned char *output, size_t room, size_t *made) {
  z_stream *zlib = &stream->stream;
  *taken = 0;
  *made = 0;
  if (length > UINT_MAX || room > UINT_MAX || room == 0) return CDEFLATE_BAD;
  zlib->next_in = (unsigned char *)input;
  zlib->avail_in = (unsigned)length;
  zlib->next_out = output;
  zlib->avail_out = (unsigned)room;
  int code = stream->inflating ? inflate(zlib, Z_SYNC_FLUSH) : deflate(zlib, Z_SYNC_FLUSH);
  *taken = length - zlib->avail_in;
  *made = room - zlib->avail_out;
  // zlib must keep no pointer into memory of the caller's.
  zlib->next_in = NULL;
  zlib->next_out = NULL;
  if (code == Z_STREAM_END) return CDEFLATE_ENDED;
  // Z_BUF_ERROR only says that there was nothing to do.
  if (code != Z_OK && code != Z_BUF_ERROR) return CDEFLATE_BAD;
  if (zlib->avail_out == 0) return CDEFLATE_MORE;
  return zlib->avail_in == 0 ? CDEFLATE_DONE : CDEFLATE_BAD;
}

void cdeflate_close(cdeflate *stream) {
  if (!stream) return;
  if (stream->inflating)
    inflateEnd(&stream->stream);
  else
    deflateEnd(&stream->stream);
  free(stream);
}
