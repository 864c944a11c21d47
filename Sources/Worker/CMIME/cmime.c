// Parsing: GMime finds the tree, we keep only offsets. GMime alone is not bounded against hostile
// mail (one object per header, recursion per address group), so a guard sits in its header
// callback: it hides from GMime the values it does not need and ends the input at a cap.
#include "cmime.h"

#include <gmime/gmime.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "internal.h"

// GMime reads at most this much of a Content-* value; the table still points at the whole.
enum { GUARD_VALUE_MAX = 8 * 1024 };

struct guard {
  const uint8_t *bytes;
  size_t length;
  GMimeStream *stream;
  size_t count;        // headers seen
  size_t block_begin;  // first header of the block being read
  size_t last_end;     // just after the last header seen
  bool typed;          // the block already has a Content-Type
  bool cut;
};

static void initialise(void) { g_mime_init(); }

// True when only non-blank lines lie between two offsets: both are in one header block.
static bool same_block(const struct guard *guard, size_t from, size_t to) {
  while (from < to) {
    if (cmime_is_blank_line(guard->bytes, from, guard->length)) return false;
    from = cmime_next_line(guard->bytes, from, guard->length);
  }
  return true;
}

static void end_input(struct guard *guard) {
  guard->cut = true;
  guard->stream->bound_end = guard->stream->position;
}

// Called for each header, before GMime makes an object of it. The two strings are heap copies owned
// by the parser; shortening them in place is how a value is hidden from it.
static void on_header(
    GMimeParser *parser, const char *name, const char *value, gint64 offset, gpointer data) {
  (void)parser;
  struct guard *guard = data;
  if (guard->cut || offset < 0 || (size_t)offset >= guard->length) {
    ((char *)value)[0] = '\0';
    return;
  }
  size_t begin = (size_t)offset;
  if (guard->count == 0 || !same_block(guard, guard->last_end, begin)) {
    guard->block_begin = begin;
    guard->typed = false;
  }
  guard->count++;
  guard->last_end = cmime_header_end(guard->bytes, begin, guard->length);
  if (guard->count > CMIME_MAX_HEADERS
      || guard->last_end - guard->block_begin > CMIME_MAX_HEADER_BYTES) {
    end_input(guard);
  }
  if (strncasecmp(name, "Content-", 8) != 0) {
    ((char *)value)[0] = '\0';
    return;
  }
  if (strlen(value) > GUARD_VALUE_MAX) ((char *)value)[GUARD_VALUE_MAX] = '\0';
  // The first Content-Type decides, here and in Swift; GMime would take the last one.
  if (strcasecmp(name, "Content-Type") == 0) {
    if (guard->typed) ((char *)name)[0] = 'X';
    guard->typed = true;
  }
}

// Where to stop reading so that GMime never makes more than a bounded number of parts.
static size_t view_length(const uint8_t *bytes, size_t length, uint32_t *flags) {
  if (length > CMIME_MAX_INPUT) {
    *flags |= CMIME_CUT_INPUT;
    length = CMIME_MAX_INPUT;
  }
  size_t dashes = 0;
  for (size_t at = 0; at < length; at = cmime_next_line(bytes, at, length)) {
    if (bytes[at] != '-' || at + 1 >= length || bytes[at + 1] != '-') continue;
    if (++dashes > CMIME_MAX_DASH_LINES) {
      *flags |= CMIME_CUT_PARTS;
      return at;
    }
  }
  return length;
}

// A first header block above the cap is not given to GMime at all: it would hold it twice.
static bool header_block_fits(const uint8_t *bytes, size_t length) {
  if (length <= CMIME_MAX_HEADER_BYTES) return true;
  for (size_t at = 0; at < CMIME_MAX_HEADER_BYTES; at = cmime_next_line(bytes, at, length)) {
    if (cmime_is_blank_line(bytes, at, length)) return true;
  }
  return false;
}

static void parse_with_gmime(cmime_table *table, const uint8_t *bytes, size_t begin, size_t end) {
  GByteArray *array = g_byte_array_new_take((guint8 *)bytes, end);
  GMimeStream *stream = g_mime_stream_mem_new();
  g_mime_stream_mem_set_owner((GMimeStreamMem *)stream, FALSE);
  g_mime_stream_mem_set_byte_array((GMimeStreamMem *)stream, array);
  g_mime_stream_mem_set_owner((GMimeStreamMem *)stream, FALSE);
  g_mime_stream_seek(stream, (gint64)begin, GMIME_STREAM_SEEK_SET);
  struct guard guard = {.bytes = bytes, .length = end, .stream = stream};
  GMimeParser *parser = g_mime_parser_new_with_stream(stream);
  // An empty pattern matches every header name.
  g_mime_parser_set_header_regex(parser, "", on_header, &guard);
  GMimeObject *root = g_mime_parser_construct_part(parser, NULL);
  if (guard.cut) table->flags |= CMIME_CUT_HEADERS;
  if (root != NULL) {
    struct walk walk = {.table = table, .bytes = bytes, .end = end};
    cmime_walk(&walk, root, NULL, -1, 0);
    g_object_unref(root);
  }
  g_object_unref(parser);
  g_object_unref(stream);
  g_byte_array_free(array, FALSE);
}

cmime_table *cmime_parse(const uint8_t *bytes, size_t length) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, initialise);
  cmime_table *table = calloc(1, sizeof *table);
  if (table == NULL) return NULL;
  size_t end = view_length(bytes, length, &table->flags);
  size_t begin = 0;
  if (end >= 5 && memcmp(bytes, "From ", 5) == 0) {
    table->flags |= CMIME_MBOX_LINE;
    begin = cmime_next_line(bytes, 0, end);
  }
  if (begin < end && header_block_fits(bytes + begin, end - begin)) {
    parse_with_gmime(table, bytes, begin, end);
  }
  if (table->part_count == 0) cmime_plain(table, bytes, begin, end);
  if (table->failed) {
    cmime_free(table);
    return NULL;
  }
  return table;
}

void cmime_free(cmime_table *table) {
  if (table == NULL) return;
  free(table->parts);
  free(table->headers);
  free(table);
}

const cmime_part *cmime_parts(const cmime_table *table, size_t *count) {
  *count = table->part_count;
  return table->parts;
}

const cmime_header *cmime_headers(const cmime_table *table, size_t *count) {
  *count = table->header_count;
  return table->headers;
}

uint32_t cmime_flags(const cmime_table *table) { return table->flags; }
