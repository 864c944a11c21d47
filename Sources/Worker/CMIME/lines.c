// Lines, headers and the growing table.
#include <stdlib.h>
#include <string.h>

#include "internal.h"

size_t cmime_next_line(const uint8_t *bytes, size_t at, size_t end) {
  const uint8_t *newline = at < end ? memchr(bytes + at, '\n', end - at) : NULL;
  return newline != NULL ? (size_t)(newline - bytes) + 1 : end;
}

bool cmime_is_blank_line(const uint8_t *bytes, size_t at, size_t end) {
  if (at >= end) return false;
  if (bytes[at] == '\n') return true;
  return bytes[at] == '\r' && at + 1 < end && bytes[at + 1] == '\n';
}

size_t cmime_header_end(const uint8_t *bytes, size_t at, size_t end) {
  do {
    at = cmime_next_line(bytes, at, end);
  } while (at < end && (bytes[at] == ' ' || bytes[at] == '\t'));
  return at;
}

size_t cmime_header_name(const uint8_t *bytes, size_t at, size_t end) {
  size_t length = 0;
  bool blank = false;
  for (size_t i = at; i < end; i++) {
    uint8_t c = bytes[i];
    if (c == ':') return length;
    if (c == ' ' || c == '\t') {
      if (length == 0) return 0;
      blank = true;
    } else if (blank || c < 32 || c == 127) {
      return 0;
    } else {
      length++;
    }
  }
  return 0;
}

cmime_part *cmime_add_part(cmime_table *table, int32_t parent, int32_t depth) {
  if (table->part_count == table->part_room) {
    size_t room = table->part_room == 0 ? 8 : table->part_room * 2;
    cmime_part *grown = realloc(table->parts, room * sizeof *grown);
    if (grown == NULL) {
      table->failed = true;
      return NULL;
    }
    table->parts = grown;
    table->part_room = room;
  }
  cmime_part *part = &table->parts[table->part_count++];
  *part = (cmime_part){.parent = parent, .depth = depth, .first_header = table->header_count};
  return part;
}

bool cmime_add_header(cmime_table *table, const uint8_t *bytes, size_t at, size_t end) {
  size_t name = cmime_header_name(bytes, at, end);
  if (name == 0) return false;
  if (table->header_count == table->header_room) {
    size_t room = table->header_room == 0 ? 64 : table->header_room * 2;
    cmime_header *grown = realloc(table->headers, room * sizeof *grown);
    if (grown == NULL) {
      table->failed = true;
      return false;
    }
    table->headers = grown;
    table->header_room = room;
  }
  const uint8_t *colon = memchr(bytes + at, ':', end - at);
  size_t value = (size_t)(colon - bytes) + 1;
  size_t stop = cmime_header_end(bytes, at, end);
  if (stop > value && bytes[stop - 1] == '\n') stop--;
  if (stop > value && bytes[stop - 1] == '\r') stop--;
  table->headers[table->header_count++] = (cmime_header){
      .name_begin = at, .name_length = name, .value_begin = value, .value_length = stop - value};
  return true;
}
