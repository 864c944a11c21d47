#include "cdocuments.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

// Inflates one entry up to `most` bytes. Returns CDOC_DONE, CDOC_CAPPED, CDOC_BROKEN or
// CDOC_MEMORY; `buffer` is the caller's to free in every case.
static int inflate(struct archive *archive, size_t most, uint8_t **buffer, size_t *length) {
  size_t room = 64 * 1024;
  *length = 0;
  *buffer = malloc(room);
  if (!*buffer) return CDOC_MEMORY;
  for (;;) {
    if (*length == room) {
      size_t wanted = room * 2;
      uint8_t *larger = realloc(*buffer, wanted);
      if (!larger) return CDOC_MEMORY;
      *buffer = larger;
      room = wanted;
    }
    la_ssize_t got = archive_read_data(archive, *buffer + *length, room - *length);
    if (got == 0) return CDOC_DONE;
    if (got == ARCHIVE_RETRY) continue;
    if (got < 0) return CDOC_BROKEN;
    *length += (size_t)got;
    if (*length > most) {
      *length = most;
      return CDOC_CAPPED;
    }
  }
}

static const char *name_of(struct archive_entry *entry) {
  const char *name = archive_entry_pathname_utf8(entry);
  if (!name) name = archive_entry_pathname(entry);
  return name ? name : "";
}

static int walk(
    struct archive *archive, const cdoc_archive_caps *caps, void *context, cdoc_entry deliver) {
  size_t left = caps->total_bytes;
  int result = CDOC_DONE;
  for (size_t seen = 0;; seen++) {
    struct archive_entry *entry;
    int status = archive_read_next_header(archive, &entry);
    if (status == ARCHIVE_EOF) return result;
    if (status == ARCHIVE_RETRY) continue;
    if (status < ARCHIVE_WARN) return CDOC_BROKEN;
    if (seen >= caps->entries || left == 0) return CDOC_CAPPED;
    if (archive_entry_filetype(entry) != AE_IFREG) continue;
    size_t most = caps->entry_bytes < left ? caps->entry_bytes : left;
    uint8_t *buffer = NULL;
    size_t length = 0;
    int inflated = inflate(archive, most, &buffer, &length);
    left -= length < left ? length : left;
    int go_on = inflated != CDOC_MEMORY && inflated != CDOC_BROKEN
        && deliver(context, name_of(entry), buffer, length, inflated == CDOC_CAPPED) == 0;
    free(buffer);
    // A damaged or bulky entry does not cost the good ones.
    if (inflated != CDOC_DONE && result == CDOC_DONE) result = inflated;
    if (inflated == CDOC_MEMORY) return result;
    if (!go_on && inflated != CDOC_BROKEN) return CDOC_CAPPED;
  }
}

int cdoc_zip(
    const uint8_t *bytes, size_t length, const cdoc_archive_caps *caps, void *context,
    cdoc_entry entry) {
  struct archive *archive = archive_read_new();
  if (!archive) return CDOC_MEMORY;
  archive_read_support_format_zip(archive);
  int result = CDOC_BROKEN;
  if (archive_read_open_memory(archive, bytes, length) == ARCHIVE_OK)
    result = walk(archive, caps, context, entry);
  archive_read_free(archive);
  return result;
}
