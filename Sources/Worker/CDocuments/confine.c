#include "cdocuments.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <locale.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__)
#define HOUSE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define HOUSE_ARCH AUDIT_ARCH_AARCH64
#endif

// Without bwrap this is what keeps a hostile document off the network: no socket can be made, and
// the filter passes on to every program started from here.
static int refuse_sockets(void) {
#ifdef HOUSE_ARCH
#define REFUSE(call) \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1), \
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES)
  struct sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, HOUSE_ARCH, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
#ifdef __x86_64__
      // The x32 calls are the same ones under other numbers.
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
#endif
      REFUSE(SYS_socket),
      REFUSE(SYS_connect),
      REFUSE(SYS_bind),
      REFUSE(SYS_ptrace),
      REFUSE(SYS_process_vm_readv),
      REFUSE(SYS_process_vm_writev),
#ifdef SYS_io_uring_setup
      REFUSE(SYS_io_uring_setup),
#endif
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof rules / sizeof rules[0], rules};
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) return errno;
#endif
  return 0;
}

static int limit(int resource, uint64_t value) {
  struct rlimit both;
  if (getrlimit(resource, &both) != 0) return errno;
  if (both.rlim_max < value) value = both.rlim_max;
  both.rlim_cur = both.rlim_max = value;
  return setrlimit(resource, &both) == 0 ? 0 : errno;
}

static void close_others(int input, int output) {
  for (int fd = 3; fd < 4096; fd++) {
    if (fd != input && fd != output) close(fd);
  }
}

int cdoc_confine(int input, int output, uint64_t address_space, uint64_t open_files) {
  close_others(input, output);
  umask(077);
  signal(SIGPIPE, SIG_IGN);
  // Names inside archives are converted by the C library.
  setlocale(LC_CTYPE, "C.UTF-8");
  int code = limit(RLIMIT_CORE, 0);
  if (code == 0) code = limit(RLIMIT_AS, address_space);
  if (code == 0) code = limit(RLIMIT_NOFILE, open_files);
  if (code == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) code = errno;
  if (code == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) code = errno;
  if (code == 0) code = refuse_sockets();
  return code;
}

void cdoc_grant_cpu(unsigned seconds) {
  struct timespec used = {0, 0};
  struct rlimit both;
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0) return;
  if (getrlimit(RLIMIT_CPU, &both) != 0) return;
  // Only the soft limit moves: it can be raised again for the next request.
  both.rlim_cur = (rlim_t)used.tv_sec + seconds + 1;
  if (both.rlim_cur > both.rlim_max) both.rlim_cur = both.rlim_max;
  setrlimit(RLIMIT_CPU, &both);
}
