#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

bool nc_use_locale(const char *name) {
  setlocale(LC_CTYPE, name);
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

// ---- The screen -----------------------------------------------------------------------------

// The settings of the tty before us: what every way out restores.
static struct termios saved_settings;
static volatile sig_atomic_t has_saved_settings = 0;

static FILE *open_copy(int descriptor, const char *mode) {
  int copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  if (copy < 0) return NULL;
  FILE *stream = fdopen(copy, mode);
  if (stream == NULL) close(copy);
  return stream;
}

static void close_streams(nc_terminal *terminal) {
  if (terminal->input != NULL) fclose(terminal->input);
  if (terminal->output != NULL) fclose(terminal->output);
  terminal->input = terminal->output = NULL;
}

int nc_open(nc_terminal *terminal, const char *term, int input, int output) {
  memset(terminal, 0, sizeof *terminal);
  if (tcgetattr(output, &saved_settings) != 0) return -2;
  has_saved_settings = 1;
  terminal->output = open_copy(output, "w");
  terminal->input = open_copy(input, "r");
  if (terminal->output == NULL || terminal->input == NULL) {
    close_streams(terminal);
    return -2;
  }
  // The size comes from the kernel, never from a LINES left in the environment.
  use_env(FALSE);
  // Unless it is absurd, and would have ncurses allocate gigabytes: then terminfo's, for a start.
  int rows = 0, columns = 0;
  nc_window_size(output, &rows, &columns);
  use_tioctl(rows <= NC_MOST_ROWS && columns <= NC_MOST_COLUMNS);
  terminal->screen = newterm(term, terminal->output, terminal->input);
  if (terminal->screen == NULL) {
    close_streams(terminal);
    return -1;
  }
  set_term(terminal->screen);
  if (nc_capability("cup") == NULL) {
    nc_close(terminal);
    return -1;
  }
  raw();
  noecho();
  nonl();
  typeahead(-1);  // Input is read by Terminal, not by ncurses: it must not peek at it.
  leaveok(stdscr, FALSE);
  return 0;
}

static void restore_settings(int descriptor) {
  if (has_saved_settings) tcsetattr(descriptor, TCSANOW, &saved_settings);
}

void nc_close(nc_terminal *terminal) {
  if (terminal->screen == NULL) return;
  set_term(terminal->screen);
  int output = fileno(terminal->output);
  // A reader too slow to take the last picture must not keep us from leaving.
  struct pollfd ready = {.fd = output, .events = POLLOUT};
  if (poll(&ready, 1, 200) != 1 || !(ready.revents & POLLOUT)) tcflush(output, TCOFLUSH);
  endwin();
  restore_settings(output);
  delscreen(terminal->screen);
  terminal->screen = NULL;
  close_streams(terminal);
}

void nc_put(int row, int column, const uint32_t scalars[5], uint32_t attributes, int pair) {
  wchar_t text[6] = {0};
  for (int i = 0; i < 5 && scalars[i] != 0; i++) text[i] = (wchar_t)scalars[i];
  cchar_t cell;
  // The pair goes through the extension pointer: the short argument ends at 255 pairs.
  if (setcchar(&cell, text, (attr_t)attributes, 0, &pair) != OK) return;
  mvwadd_wch(stdscr, row, column, &cell);
}

// More cells than a pseudo-terminal holds bytes would wait for a reader who may be gone.
enum { blot_most = 20000 };

void nc_blot(void) {
  werase(stdscr);
  int rows = getmaxy(stdscr), columns = getmaxx(stdscr);
  if (rows * columns <= blot_most) {
    for (int row = 0; row < rows; row++) mvwhline(stdscr, row, 0, '.', columns);
    wnoutrefresh(stdscr);
    doupdate();
  }
  werase(stdscr);
  clearok(stdscr, TRUE);
  wnoutrefresh(stdscr);
  doupdate();
}

int nc_wcwidth(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

const char *nc_capability(const char *name) {
  const char *value = tigetstr((char *)name);
  return value == (const char *)-1 ? NULL : value;
}

bool nc_window_size(int descriptor, int *rows, int *columns) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return false;
  if (size.ws_row == 0 || size.ws_col == 0) return false;
  *rows = size.ws_row;
  *columns = size.ws_col;
  return true;
}

// ---- Descriptors for the one poll() ---------------------------------------------------------

int nc_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

void nc_ring(int descriptor) {
  uint64_t one = 1;
  // A full counter is already readable, which is all a bell is for.
  ssize_t ignored = write(descriptor, &one, sizeof one);
  (void)ignored;
}

int nc_inotify(void) { return inotify_init1(IN_CLOEXEC | IN_NONBLOCK); }

int nc_watch(int descriptor, const char *path) {
  return inotify_add_watch(descriptor, path, IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB);
}

int nc_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC | O_NONBLOCK); }

void nc_drain(int descriptor) {
  char buffer[4096];
  while (read(descriptor, buffer, sizeof buffer) > 0) {
  }
}

bool nc_write(int descriptor, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(descriptor, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes += written;
    count -= (size_t)written;
  }
  return true;
}

// ---- Leaving the terminal as it was ---------------------------------------------------------

static char guard_bytes[256];
static volatile sig_atomic_t guard_count = 0;
static volatile sig_atomic_t guard_descriptor = -1;

// Async-signal-safe: write and tcsetattr only.
static void leave_now(void) {
  int descriptor = guard_descriptor;
  if (descriptor < 0) return;
  guard_descriptor = -1;
  ssize_t ignored = write(descriptor, guard_bytes, (size_t)guard_count);
  (void)ignored;
  restore_settings(descriptor);
}

// Copies a capability without its padding ($<5>), which only ncurses knows how to honour.
static void append_without_padding(char *target, size_t size, const char *bytes) {
  size_t used = strlen(target);
  while (*bytes != 0 && used + 1 < size) {
    const char *end = bytes[0] == '$' && bytes[1] == '<' ? strchr(bytes, '>') : NULL;
    if (end != NULL) {
      bytes = end + 1;
    } else {
      target[used++] = *bytes++;
    }
  }
  target[used] = 0;
}

void nc_arm_guard(int descriptor, const char *bytes) {
  guard_descriptor = -1;
  memset(guard_bytes, 0, sizeof guard_bytes);
  append_without_padding(guard_bytes, sizeof guard_bytes, bytes);
  const char *names[] = {"sgr0", "clear", "cnorm", "rmcup"};
  for (int i = 0; i < 4; i++) {
    const char *capability = nc_capability(names[i]);
    if (capability != NULL) append_without_padding(guard_bytes, sizeof guard_bytes, capability);
  }
  guard_count = (sig_atomic_t)strlen(guard_bytes);
  guard_descriptor = descriptor;
}

void nc_disarm_guard(void) { guard_descriptor = -1; }

// ---- Signals --------------------------------------------------------------------------------

static const int told[] = {SIGWINCH, SIGCONT, SIGTSTP, SIGTERM, SIGHUP, SIGINT};
static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGQUIT};
enum { told_count = sizeof told / sizeof *told, fatal_count = sizeof fatal / sizeof *fatal };
static struct sigaction before_told[told_count];
static struct sigaction before_fatal[fatal_count];
static volatile sig_atomic_t signal_descriptor = -1;

static void tell(int number) {
  int error = errno;
  unsigned char byte = (unsigned char)number;
  ssize_t ignored = write(signal_descriptor, &byte, 1);
  (void)ignored;
  errno = error;
}

// No report: Swift's would print memory, and with it patient data, over the screen.
static void die(int number) {
  leave_now();
  signal(number, SIG_DFL);
  raise(number);
}

void nc_install_signals(int descriptor) {
  static bool has_exit_guard = false;
  if (!has_exit_guard) has_exit_guard = atexit(leave_now) == 0;
  signal_descriptor = descriptor;
  struct sigaction action = {.sa_handler = tell, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < told_count; i++) sigaction(told[i], &action, &before_told[i]);
  struct sigaction last = {.sa_handler = die, .sa_flags = (int)SA_RESETHAND | SA_NODEFER};
  sigemptyset(&last.sa_mask);
  for (int i = 0; i < fatal_count; i++) sigaction(fatal[i], &last, &before_fatal[i]);
}

void nc_restore_signals(void) {
  for (int i = 0; i < told_count; i++) sigaction(told[i], &before_told[i], NULL);
  for (int i = 0; i < fatal_count; i++) sigaction(fatal[i], &before_fatal[i], NULL);
  signal_descriptor = -1;
}

void nc_forbid_dumps(void) {
  struct rlimit none = {.rlim_cur = 0, .rlim_max = 0};
  // Neither can fail for a limit that is lowered; a kernel without them has nothing to forbid.
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

void nc_give_back(void) { malloc_trim(0); }

void nc_stop_group(void) {
  struct sigaction before, action = {.sa_handler = SIG_DFL};
  sigemptyset(&action.sa_mask);
  sigaction(SIGTSTP, &action, &before);
  kill(0, SIGTSTP);
  sigaction(SIGTSTP, &before, NULL);
}
