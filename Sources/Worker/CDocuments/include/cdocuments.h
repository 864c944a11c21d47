// The hatch of the reading room: starting and holding children, libxml2 and libarchive with every
// dangerous door shut. No type of theirs leaves this target.
//
// All functions are meant for the confined child, except cdoc_spawn, which the worker calls too.
#ifndef MSSTERM_CDOCUMENTS_H
#define MSSTERM_CDOCUMENTS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// A program to start. `in`, `out` and `err` become its descriptors 0, 1, 2 (-1: /dev/null); it
// inherits no other. A limit of 0 is left as it is.
typedef struct {
  const char *path;
  char *const *argv;
  char *const *envp;
  int in, out, err;
  uint64_t cpu_seconds;
  uint64_t file_bytes;
  int own_session;  // 1: new session and process group, so that kill(-pid) reaches all of it
} cdoc_program;

// Returns the pid, or -errno of fork or exec. Safe in a process with threads: between fork and exec
// only async-signal-safe calls are made.
pid_t cdoc_spawn(const cdoc_program *program);

// Shuts this process in: limits, no core, no ptrace, no new privileges, no socket, no descriptor
// but `input`, `output` and standard error. Returns 0, or errno of what could not be set.
int cdoc_confine(int input, int output, uint64_t address_space, uint64_t open_files);

// Lets this process use that many more seconds of CPU from now; then SIGXCPU ends it.
void cdoc_grant_cpu(unsigned seconds);

// An anonymous file in memory that holds the bytes, or -errno. Nothing to clean up on disk.
int cdoc_memory_file(const uint8_t *bytes, size_t length);

enum {
  CDOC_DONE = 0,
  CDOC_BROKEN = 1,   // not well-formed; what came before was delivered
  CDOC_STOPPED = 2,  // out of its CPU budget
  CDOC_DOCTYPE = 3,  // a DOCTYPE: refused
  CDOC_MEMORY = 4,
  CDOC_CAPPED = 5,   // a cap was reached; what came before was delivered
};

// Called while parsing; strings are UTF-8 and valid during the call only. `attributes` alternates
// names and values (a value may be NULL) and ends with NULL; it may itself be NULL.
typedef struct {
  void *context;
  void (*start)(void *context, const char *name, const char *const *attributes);
  void (*end)(void *context, const char *name);
  void (*text)(void *context, const char *bytes, size_t length);
} cdoc_handlers;

// UTF-8 HTML of any quality. Content of script and style is not delivered.
int cdoc_html(
    const uint8_t *bytes, size_t length, const cdoc_handlers *handlers, unsigned cpu_milliseconds);

// XML: no DTD, no entity of its own, no network. Names keep their prefix.
int cdoc_xml(
    const uint8_t *bytes, size_t length, const cdoc_handlers *handlers, unsigned cpu_milliseconds);

typedef struct {
  size_t entries;        // entries looked at
  size_t total_bytes;    // inflated, all entries together
  size_t entry_bytes;    // inflated, one entry; a longer one is delivered cut, `cut` = 1
} cdoc_archive_caps;

// Called for each file of the archive; return 0 to go on. `name` is hostile and never a path.
typedef int (*cdoc_entry)(
    void *context, const char *name, const uint8_t *bytes, size_t length, int cut);

// A ZIP archive in memory; nothing is ever written.
int cdoc_zip(
    const uint8_t *bytes, size_t length, const cdoc_archive_caps *caps, void *context,
    cdoc_entry entry);

#endif
