// From GMime's tree to the flat table.
#include <stdlib.h>
#include <string.h>

#include "internal.h"

// Headers of one entity in the order of the bytes; returns the offset of the last one. GMime splits
// them between the message and its part (Content-*); both lists are ascending, so this is a merge.
static size_t add_headers(struct walk *walk, GMimeObject *object, GMimeMessage *message) {
  GMimeHeaderList *lists[2] = {
      message != NULL ? g_mime_object_get_header_list((GMimeObject *)message) : NULL,
      g_mime_object_get_header_list(object)};
  int counts[2] = {0, 0}, next[2] = {0, 0};
  for (int i = 0; i < 2; i++) {
    if (lists[i] != NULL) counts[i] = g_mime_header_list_get_count(lists[i]);
  }
  size_t last = SIZE_MAX;
  while (next[0] < counts[0] || next[1] < counts[1]) {
    gint64 offsets[2] = {INT64_MAX, INT64_MAX};
    for (int i = 0; i < 2; i++) {
      if (next[i] >= counts[i]) continue;
      offsets[i] = g_mime_header_get_offset(g_mime_header_list_get_header_at(lists[i], next[i]));
    }
    int side = offsets[0] <= offsets[1] ? 0 : 1;
    next[side]++;
    // Headers that GMime made up itself have no offset.
    if (offsets[side] < 0 || (size_t)offsets[side] >= walk->end) continue;
    if (walk->table->header_count >= CMIME_MAX_HEADERS) {
      walk->table->flags |= CMIME_CUT_HEADERS;
      break;
    }
    size_t at = (size_t)offsets[side];
    // GMime steps over lines that are no header without a word.
    if (last != SIZE_MAX && cmime_header_end(walk->bytes, last, walk->end) != at) {
      walk->table->flags |= CMIME_BAD_HEADER;
    }
    if (cmime_add_header(walk->table, walk->bytes, at, walk->end)) last = at;
  }
  return last;
}

// The line at `at` is "--boundary" or "--boundary--", blanks allowed after it (RFC 2046 5.1.1).
static bool is_boundary(const struct walk *walk, const struct boundary *open, size_t at) {
  if (walk->end - at < open->length + 2) return false;
  if (memcmp(walk->bytes + at + 2, open->text, open->length) != 0) return false;
  at += open->length + 2;
  if (walk->end - at >= 2 && memcmp(walk->bytes + at, "--", 2) == 0) at += 2;
  while (at < walk->end && walk->bytes[at] != '\n') {
    if (walk->bytes[at] > ' ') return false;
    at++;
  }
  return true;
}

// First byte after the blank line that ends the block whose last header begins at `last`.
static size_t body_begin(struct walk *walk, size_t last) {
  size_t at = cmime_header_end(walk->bytes, last, walk->end);
  while (at < walk->end) {
    if (cmime_is_blank_line(walk->bytes, at, walk->end)) {
      return cmime_next_line(walk->bytes, at, walk->end);
    }
    if (walk->bytes[at] == '-' && walk->end - at > 1 && walk->bytes[at + 1] == '-') return at;
    walk->table->flags |= CMIME_BAD_HEADER;
    at = cmime_next_line(walk->bytes, at, walk->end);
  }
  return at;
}

// End of an entity that begins at `from`: the line end before the next boundary of any open
// multipart.
static size_t body_end(const struct walk *walk, size_t from) {
  for (size_t at = from; at < walk->end; at = cmime_next_line(walk->bytes, at, walk->end)) {
    if (walk->bytes[at] != '-' || walk->end - at < 3 || walk->bytes[at + 1] != '-') continue;
    for (size_t i = walk->open_count; i > 0; i--) {
      if (!is_boundary(walk, &walk->open[i - 1], at)) continue;
      if (at > from && walk->bytes[at - 1] == '\n') at--;
      if (at > from && walk->bytes[at - 1] == '\r') at--;
      return at;
    }
  }
  return walk->end;
}

// Bytes that stop inside a multipart may stop inside its boundary line: that torn line and the line
// end before it, are not text (M04: cutting bytes off never adds text).
static void trim_torn_boundary(struct walk *walk, cmime_part *part) {
  size_t begin = part->content_begin, end = begin + part->content_length;
  if (end < walk->end) return;
  bool open = false, torn = false;
  size_t line = end;
  while (line > begin && walk->bytes[line - 1] != '\n') line--;
  for (size_t i = 0; i < walk->open_count; i++) {
    const struct boundary *b = &walk->open[i];
    if (b->closed) continue;
    open = true;
    size_t got = end - line;
    if (got == 0 || got > b->length + 4) continue;
    size_t middle = got > 2 ? (got - 2 < b->length ? got - 2 : b->length) : 0;
    size_t tail = got - middle > 2 ? got - middle - 2 : 0;
    if (memcmp(walk->bytes + line, "--", got < 2 ? got : 2) == 0
        && memcmp(walk->bytes + line + (got < 2 ? got : 2), b->text, middle) == 0
        && memcmp(walk->bytes + end - tail, "--", tail) == 0) {
      torn = true;
    }
  }
  if (!open) return;
  if (torn) end = line;
  if (end > begin && walk->bytes[end - 1] == '\n') end--;
  if (end > begin && walk->bytes[end - 1] == '\r') end--;
  part->content_length = end - begin;
}

static void set_leaf(struct walk *walk, size_t index, GMimeObject *object, size_t last) {
  cmime_part *part = &walk->table->parts[index];
  GMimeDataWrapper *wrapper = NULL;
  if (GMIME_IS_PART(object)) wrapper = g_mime_part_get_content((GMimePart *)object);
  GMimeStream *stream = wrapper != NULL ? g_mime_data_wrapper_get_stream(wrapper) : NULL;
  part->kind = CMIME_LEAF;
  if (stream != NULL && stream->bound_start >= 0 && stream->bound_end >= stream->bound_start
      && (size_t)stream->bound_end <= walk->end) {
    part->content_begin = (uint64_t)stream->bound_start;
    part->content_length = (uint64_t)(stream->bound_end - stream->bound_start);
    // Before a last boundary without a line end GMime leaves the CR of the CRLF that belongs to it.
    size_t end = (size_t)stream->bound_end;
    if (part->content_length > 0 && end < walk->end && walk->bytes[end] == '\n'
        && walk->bytes[end - 1] == '\r') {
      part->content_length--;
    }
  } else if (!GMIME_IS_PART(object) && last != SIZE_MAX) {
    // A container that we do not open: all of its bytes, so that nothing is hidden.
    part->content_begin = body_begin(walk, last);
    part->content_length = body_end(walk, part->content_begin) - part->content_begin;
  }
  trim_torn_boundary(walk, part);
}

static void walk_multipart(
    struct walk *walk, GMimeMultipart *multipart, size_t index, int32_t depth) {
  cmime_part *part = &walk->table->parts[index];
  const char *boundary = g_mime_multipart_get_boundary(multipart);
  part->kind = CMIME_MULTIPART;
  if (!multipart->write_end_boundary) part->flags |= CMIME_PART_UNCLOSED;
  walk->open[walk->open_count++] = (struct boundary){
      .text = boundary != NULL ? boundary : "",
      .length = boundary != NULL ? strlen(boundary) : 0,
      .closed = multipart->write_end_boundary};
  int count = g_mime_multipart_get_count(multipart);
  for (int i = 0; i < count && !walk->table->failed; i++) {
    if (walk->table->part_count >= CMIME_MAX_PARTS) {
      walk->table->flags |= CMIME_CUT_PARTS;
      break;
    }
    GMimeObject *child = g_mime_multipart_get_part(multipart, i);
    cmime_walk(walk, child, NULL, (int32_t)index, depth + 1);
  }
  walk->open_count--;
}

static void walk_message(
    struct walk *walk, GMimeMessage *message, size_t index, size_t last, int32_t depth) {
  cmime_part *part = &walk->table->parts[index];
  part->kind = CMIME_MESSAGE;
  if (last != SIZE_MAX) {
    part->content_begin = body_begin(walk, last);
    part->content_length = body_end(walk, part->content_begin) - part->content_begin;
    trim_torn_boundary(walk, part);
  }
  cmime_walk(walk, g_mime_message_get_mime_part(message), message, (int32_t)index, depth + 1);
}

void cmime_walk(
    struct walk *walk, GMimeObject *object, GMimeMessage *message, int32_t parent, int32_t depth) {
  cmime_table *table = walk->table;
  if (cmime_add_part(table, parent, depth) == NULL) return;
  size_t index = table->part_count - 1;
  size_t last = add_headers(walk, object, message);
  table->parts[index].header_count = table->header_count - table->parts[index].first_header;
  GMimeMessage *inner = NULL;
  if (GMIME_IS_MESSAGE_PART(object)) {
    inner = g_mime_message_part_get_message((GMimeMessagePart *)object);
  }
  bool full =
      GMIME_IS_MULTIPART(object) && g_mime_multipart_get_count((GMimeMultipart *)object) > 0;
  bool nested = inner != NULL && g_mime_message_get_mime_part(inner) != NULL;
  if ((full || nested) && depth >= CMIME_MAX_DEPTH) {
    table->flags |= CMIME_CUT_DEPTH;
    table->parts[index].flags |= CMIME_PART_TOO_DEEP;
    set_leaf(walk, index, object, last);
  } else if (full) {
    walk_multipart(walk, (GMimeMultipart *)object, index, depth);
  } else if (nested && table->part_count < CMIME_MAX_PARTS) {
    walk_message(walk, inner, index, last, depth);
  } else {
    if (GMIME_IS_MULTIPART(object)) table->parts[index].flags |= CMIME_PART_NO_BOUNDARY;
    set_leaf(walk, index, object, last);
  }
}

void cmime_plain(cmime_table *table, const uint8_t *bytes, size_t begin, size_t end) {
  cmime_part *part = cmime_add_part(table, -1, 0);
  if (part == NULL) return;
  size_t at = begin;
  while (at < end && !cmime_is_blank_line(bytes, at, end)) {
    size_t next = cmime_header_end(bytes, at, end);
    if (next - begin > CMIME_MAX_HEADER_BYTES || table->header_count >= CMIME_MAX_HEADERS) {
      table->flags |= CMIME_CUT_HEADERS;
      break;
    }
    if (!cmime_add_header(table, bytes, at, end)) {
      bool torn = memchr(bytes + at, '\n', end - at) == NULL
          && memchr(bytes + at, ' ', end - at) == NULL;
      // The first line is no header: what came is a body without headers, unless a name was torn.
      if (table->header_count == 0 && !torn) break;
      table->flags |= torn ? CMIME_TRUNCATED : CMIME_BAD_HEADER;
    }
    at = next;
  }
  if (table->header_count == 0 && at < end) table->flags |= CMIME_NO_HEADERS;
  if (table->header_count > 0 && at >= end) table->flags |= CMIME_TRUNCATED;
  if (table->header_count > 0 && cmime_is_blank_line(bytes, at, end)) {
    at = cmime_next_line(bytes, at, end);
  }
  part->header_count = table->header_count;
  part->content_begin = at;
  part->content_length = end - at;
}
