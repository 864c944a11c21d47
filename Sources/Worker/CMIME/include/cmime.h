// The flat face of GMime: bytes in, a table of offsets out. No GLib type leaves this target.
//
// Every offset counts from the first byte given to cmime_parse; nothing of the mail is copied, so
// the caller keeps the bytes and cuts names, values and contents out of them (NUL-safe by
// construction). A table belongs to the thread that made it. Functions never fail on content; they
// return NULL only when memory is out.
#ifndef MSSTERM_CMIME_H
#define MSSTERM_CMIME_H

#include <stddef.h>
#include <stdint.h>

// Caps (reliability.md M05). The first two are Dovecot's defaults.
enum {
  CMIME_MAX_DEPTH = 100,
  CMIME_MAX_PARTS = 10000,
  CMIME_MAX_HEADERS = 20000,
  CMIME_MAX_HEADER_BYTES = 10 * 1024 * 1024,
  CMIME_MAX_DASH_LINES = 20000,
  CMIME_MAX_INPUT = 1024 * 1024 * 1024,
};

enum { CMIME_LEAF = 0, CMIME_MULTIPART = 1, CMIME_MESSAGE = 2 };

// Table flags: what happened to the whole message.
enum {
  CMIME_CUT_PARTS = 1,      // too many parts or boundary-like lines: the rest is in the raw bytes
  CMIME_CUT_HEADERS = 2,    // a header block or the number of headers above the cap
  CMIME_CUT_DEPTH = 4,      // nested deeper than CMIME_MAX_DEPTH: the deepest part is shown whole
  CMIME_TRUNCATED = 8,      // the bytes end inside a header or an open multipart
  CMIME_NO_HEADERS = 16,    // the first line is no header: everything is body
  CMIME_MBOX_LINE = 32,     // an mbox "From " line came before the headers
  CMIME_CUT_INPUT = 64,     // longer than CMIME_MAX_INPUT
  CMIME_BAD_HEADER = 128,   // lines that are no header stand between headers
};

// Part flags.
enum {
  CMIME_PART_NO_BOUNDARY = 1,  // a multipart whose boundary never appears: given as one leaf
  CMIME_PART_UNCLOSED = 2,     // a multipart without its closing boundary
  CMIME_PART_TOO_DEEP = 4,     // a container at the depth cap: given as one leaf
};

typedef struct {
  uint64_t name_begin, name_length;
  uint64_t value_begin, value_length;  // folds included, final line end excluded
} cmime_header;

typedef struct {
  int32_t parent;  // index in the table, -1 for the first part
  int32_t depth;   // 0 for the first part
  int32_t kind;
  uint32_t flags;
  uint64_t first_header, header_count;
  uint64_t content_begin, content_length;  // still transfer-encoded
} cmime_part;

typedef struct cmime_table cmime_table;

cmime_table *cmime_parse(const uint8_t *bytes, size_t length);
void cmime_free(cmime_table *table);
const cmime_part *cmime_parts(const cmime_table *table, size_t *count);
const cmime_header *cmime_headers(const cmime_table *table, size_t *count);
uint32_t cmime_flags(const cmime_table *table);

// Base64 in slices of any size. `broken` counts bytes outside the alphabet and torn last quads.
typedef struct {
  uint32_t bits, count, padded;
  uint64_t broken;
} cmime_base64;

// Writes at most length / 4 * 3 + 3 bytes; returns how many.
size_t cmime_base64_step(cmime_base64 *state, const uint8_t *in, size_t length, uint8_t *out);
// Flushes the last quad (at most 2 bytes).
size_t cmime_base64_end(cmime_base64 *state, uint8_t *out);
// Decoded size without decoding, as step + end would give it.
uint64_t cmime_base64_size(const uint8_t *in, size_t length, uint64_t *broken);

// Quoted-printable (RFC 2045 6.7); `out` holds at least `length` bytes. A bad escape stays literal.
size_t cmime_quoted_decode(const uint8_t *in, size_t length, uint8_t *out, uint64_t *broken);

// uuencode between "begin" and "end"; `out` holds at least `length` bytes.
size_t cmime_uu_decode(const uint8_t *in, size_t length, uint8_t *out, uint64_t *broken);

// Converts to UTF-8 with iconv. Returns 0 and a buffer for cmime_release, or -1 for an unknown
// charset or no memory. `broken` counts bytes that became U+FFFD.
int cmime_to_utf8(
    const char *charset, const uint8_t *in, size_t length, uint8_t **out, size_t *out_length,
    uint64_t *broken);
void cmime_release(uint8_t *buffer);

#endif
