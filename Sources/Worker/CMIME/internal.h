// Shared by the files of this target only.
#ifndef MSSTERM_CMIME_INTERNAL_H
#define MSSTERM_CMIME_INTERNAL_H

#include <gmime/gmime.h>
#include <stdbool.h>

#include "cmime.h"

struct cmime_table {
  cmime_part *parts;
  size_t part_count, part_room;
  cmime_header *headers;
  size_t header_count, header_room;
  uint32_t flags;
  bool failed;  // out of memory
};

// An open multipart on the way down the tree.
struct boundary {
  const char *text;
  size_t length;
  bool closed;
};

struct walk {
  cmime_table *table;
  const uint8_t *bytes;
  size_t end;
  struct boundary open[CMIME_MAX_DEPTH + 1];
  size_t open_count;
};

// Lines: all take an offset and the end of the bytes, and never read past it.
size_t cmime_next_line(const uint8_t *bytes, size_t at, size_t end);
bool cmime_is_blank_line(const uint8_t *bytes, size_t at, size_t end);
// Just after the last line of the header that begins at `at`, folds included.
size_t cmime_header_end(const uint8_t *bytes, size_t at, size_t end);
// Length of "name" before ":" when the line at `at` is a header line, else 0.
size_t cmime_header_name(const uint8_t *bytes, size_t at, size_t end);

cmime_part *cmime_add_part(cmime_table *table, int32_t parent, int32_t depth);
bool cmime_add_header(cmime_table *table, const uint8_t *bytes, size_t at, size_t end);

// Flattens the tree below `object`. `message` owns the headers that GMime keeps beside the part.
void cmime_walk(
    struct walk *walk, GMimeObject *object, GMimeMessage *message, int32_t parent, int32_t depth);
// One leaf out of anything, for what GMime refuses.
void cmime_plain(cmime_table *table, const uint8_t *bytes, size_t begin, size_t end);

#endif
