// CNcurses: the hatch to the basement — what Swift cannot import from ncursesw and the C library.
//
// Swift 6 refuses ncurses' global variables, cast macros and variadic functions; the Glibc module
// lacks eventfd and inotify. Nothing here decides anything: decisions are in Terminal.
#ifndef MSSTERM_CNCURSES_H
#define MSSTERM_CNCURSES_H

// The compiler that reads this header for Swift never sees the target's own defines.
#ifndef NCURSES_WIDECHAR
#define NCURSES_WIDECHAR 1
#endif
#ifndef NCURSES_NOMACROS
#define NCURSES_NOMACROS 1
#endif
#include <curses.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <wchar.h>

static inline WINDOW *nc_stdscr(void) { return stdscr; }
static inline int nc_colors(void) { return COLORS; }
static inline int nc_color_pairs(void) { return COLOR_PAIRS; }

static const uint32_t NC_BOLD = A_BOLD;
static const uint32_t NC_DIM = A_DIM;
static const uint32_t NC_UNDERLINE = A_UNDERLINE;
static const uint32_t NC_REVERSE = A_REVERSE;
static const uint32_t NC_ITALIC = A_ITALIC;

/// A larger window is used in its top left part.
enum { NC_MOST_ROWS = 500, NC_MOST_COLUMNS = 1000 };

/// One screen of ncurses with the streams it writes to and reads from.
typedef struct {
  SCREEN *screen;
  FILE *input;
  FILE *output;
} nc_terminal;

/// Takes a locale for characters only ("" is the environment's). True when it is UTF-8.
bool nc_use_locale(const char *name);

/// Opens a screen on two descriptors (duplicated) in raw mode and remembers the tty's settings.
/// 0; -1 when terminfo does not know `term` or it cannot move a cursor; -2: see errno.
int nc_open(nc_terminal *terminal, const char *term, int input, int output);
/// Ends the screen, restores the tty and frees everything.
void nc_close(nc_terminal *terminal);

/// Draws one character with up to four marks (0 ends the list) at a place of the standard screen.
/// Pair numbers may exceed 255.
void nc_put(int row, int column, const uint32_t scalars[5], uint32_t attributes, int pair);

/// Overwrites every cell with a sign, then clears: what a terminal keeps of erased lines is signs.
void nc_blot(void);

/// The C library's opinion of a scalar in the present locale; -1 when it cannot be written.
int nc_wcwidth(uint32_t scalar);
/// A capability of the open terminal; NULL when it has none.
const char *nc_capability(const char *name);
/// The size the kernel knows; false when it does not know.
bool nc_window_size(int descriptor, int *rows, int *columns);

/// A non-blocking eventfd, an inotify descriptor and a pipe; -1 with errno.
int nc_eventfd(void);
void nc_ring(int eventfd);
int nc_inotify(void);
/// Watches a file for writes and touches; -1 with errno.
int nc_watch(int inotify, const char *path);
int nc_pipe(int ends[2]);
/// Empties a non-blocking descriptor.
void nc_drain(int descriptor);
/// Writes all of it; false when the descriptor is gone.
bool nc_write(int descriptor, const char *bytes, size_t count);

/// From now on SIGWINCH, SIGCONT, SIGTSTP, SIGTERM, SIGHUP and SIGINT write their number to
/// `descriptor`; a fatal signal or exit() first gives the terminal back.
void nc_install_signals(int descriptor);
void nc_restore_signals(void);
/// Stops the process group as Ctrl-Z does in a shell; returns when it goes on.
void nc_stop_group(void);

/// No core file and no look into this process by another one of the same account.
void nc_forbid_dumps(void);
/// Free memory goes back to the kernel.
void nc_give_back(void);

/// What a dying process writes to `descriptor` to leave the screen, and the settings it restores.
void nc_arm_guard(int descriptor, const char *bytes);
void nc_disarm_guard(void);

#endif
