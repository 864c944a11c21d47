#include "cdocuments.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void limit(int resource, uint64_t value) {
  struct rlimit both = {value, value};
  if (value) setrlimit(resource, &both);
}

// Moves `from` out of the way of 0, 1 and 2.
static int aside(int from, int flags) {
  return from < 0 ? open("/dev/null", flags | O_CLOEXEC) : fcntl(from, F_DUPFD_CLOEXEC, 10);
}

static void become(const cdoc_program *program, int report) {
  int in = aside(program->in, O_RDONLY);
  int out = aside(program->out, O_WRONLY);
  int err = aside(program->err, O_WRONLY);
  if (in < 0 || out < 0 || err < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
    goto failed;
  // The report pipe closes with the others at exec, which is how the parent knows of success.
  if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) != 0) {
    long most = sysconf(_SC_OPEN_MAX);
    for (int fd = 3; fd < (most > 65536 ? 65536 : most); fd++) fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
  for (int number = 1; number < NSIG; number++) {
    if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  if (program->own_session) setsid();
  struct rlimit core = {0, 0};
  setrlimit(RLIMIT_CORE, &core);
  limit(RLIMIT_CPU, program->cpu_seconds);
  limit(RLIMIT_FSIZE, program->file_bytes);
  execve(program->path, program->argv, program->envp);
failed:;
  int code = errno;
  ssize_t written = write(report, &code, sizeof code);
  (void)written;
  _exit(127);
}

pid_t cdoc_spawn(const cdoc_program *program) {
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return -errno;
  pid_t pid = fork();
  if (pid == 0) become(program, report[1]);
  int code = errno;
  close(report[1]);
  if (pid < 0) {
    close(report[0]);
    return -code;
  }
  ssize_t got;
  do {
    got = read(report[0], &code, sizeof code);
  } while (got < 0 && errno == EINTR);
  close(report[0]);
  if (got != sizeof code) return pid;
  while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
  }
  return -code;
}

int cdoc_memory_file(const uint8_t *bytes, size_t length) {
  int fd = memfd_create("document", MFD_CLOEXEC);
  if (fd < 0) return -errno;
  while (length > 0) {
    ssize_t written = write(fd, bytes, length);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      int code = errno;
      close(fd);
      return -(code ? code : EIO);
    }
    bytes += written;
    length -= (size_t)written;
  }
  lseek(fd, 0, SEEK_SET);
  return fd;
}
