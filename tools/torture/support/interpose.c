// A library to be preloaded into a program. It stands between the program and the system's calls on
// files and counts them; at a chosen one it lets the call fail, stops the process, or waits.
//
//   TORTURE_CALLS    names of the calls that count, with commas between them
//   TORTURE_AT       the number of the call to meddle with, from 1; 0 for every one
//   TORTURE_ONWARD   set: all calls after it, too
//   TORTURE_ACTION   fail, kill (before the call), half (a write stops half done, then kill), delay,
//                    short (a read or write of half of what was asked for)
//   TORTURE_NUMBER   the error number of fail, the microseconds of delay
//   TORTURE_LOG      a file that gets a line for each call that counts
//   TORTURE_SPACE    the bytes that can be written to files before the disk is full
//   TORTURE_DENY     the start of paths that cannot be opened

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum action { NOTHING, FAIL, KILL, HALF, DELAY, SHORT };

static char calls[256];
static char denied[256];
static long chosen = -1;
static enum action action;
static int number;
static int onward;
static int log_descriptor = -1;
static atomic_long counted;
static atomic_long space;
static int space_is_limited;

static void read_environment(void) {
  static atomic_int done;
  if (atomic_exchange(&done, 1)) return;
  const char *text = getenv("TORTURE_CALLS");
  if (text) snprintf(calls, sizeof calls, ",%s,", text);
  if ((text = getenv("TORTURE_DENY"))) snprintf(denied, sizeof denied, "%s", text);
  if ((text = getenv("TORTURE_NUMBER"))) number = atoi(text);
  if ((text = getenv("TORTURE_SPACE"))) {
    space_is_limited = 1;
    atomic_store(&space, atol(text));
  }
  if ((text = getenv("TORTURE_LOG"))) {
    int descriptor =
        (int)syscall(SYS_openat, AT_FDCWD, text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    log_descriptor = fcntl(descriptor, F_DUPFD_CLOEXEC, 200);
    syscall(SYS_close, descriptor);
  }
  if ((text = getenv("TORTURE_ACTION"))) {
    action = !strcmp(text, "fail")    ? FAIL
             : !strcmp(text, "kill")  ? KILL
             : !strcmp(text, "half")  ? HALF
             : !strcmp(text, "delay") ? DELAY
             : !strcmp(text, "short") ? SHORT
                                      : NOTHING;
  }
  if ((text = getenv("TORTURE_AT"))) chosen = atol(text);
  onward = getenv("TORTURE_ONWARD") != NULL;
}

// Libraries of the program may call before this one has been set up.
__attribute__((constructor)) static void set_up(void) { read_environment(); }

static _Noreturn void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

// Counts a call. Returns what is to happen to it: NOTHING, FAIL with errno set, HALF or SHORT.
static enum action count(const char *name, const char *path) {
  char word[32];
  snprintf(word, sizeof word, ",%s,", name);
  if (!strstr(calls, word)) return NOTHING;
  long here = atomic_fetch_add(&counted, 1) + 1;
  if (log_descriptor >= 0) {
    char line[600];
    int length = snprintf(line, sizeof line, "%ld %s %.500s\n", here, name, path ? path : "");
    syscall(SYS_write, log_descriptor, line, (size_t)length);
  }
  if (chosen != 0 && chosen != here && !(onward && here > chosen)) return NOTHING;
  if (action == KILL) die();
  if (action == DELAY) usleep((useconds_t)number);
  if (action == FAIL) errno = number;
  return action == FAIL || action == HALF || action == SHORT ? action : NOTHING;
}

#define REAL(name) \
  static __typeof__(name) *real; \
  if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static int is_denied(const char *path) {
  read_environment();
  while (path[0] == '/' && path[1] == '/') path++;
  if (!denied[0] || strncmp(path, denied, strlen(denied))) return 0;
  errno = EACCES;
  return 1;
}

// Now and then libdispatch looks at the state of its threads in /proc/THREAD/stat. It ends the process where
// it may not, and does so when it likes: these files are no run's, and their calls do not count.
enum { DESCRIPTORS = 1024 };
static atomic_bool is_of_threads[DESCRIPTORS];

static int is_thread_state(const char *path) {
  int end = 0;
  return sscanf(path, "/proc/%*[0-9]/stat%n", &end) == 0 && end > 0 && !path[end];
}

static int uncounted(int descriptor) {
  if (descriptor >= 0 && descriptor < DESCRIPTORS) atomic_store(&is_of_threads[descriptor], 1);
  return descriptor;
}

static int counts(int descriptor) {
  return descriptor < 0 || descriptor >= DESCRIPTORS || !atomic_load(&is_of_threads[descriptor]);
}

#define OPENING(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    va_list list; \
    va_start(list, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0; \
    va_end(list); \
    if (is_denied(path)) return -1; \
    if (is_thread_state(path)) return uncounted(real(path, flags, mode)); \
    if (count("open", path) == FAIL) return -1; \
    return real(path, flags, mode); \
  }
OPENING(open)
OPENING(open64)

#define OPENING_AT(name) \
  int name(int folder, const char *path, int flags, ...) { \
    REAL(name); \
    va_list list; \
    va_start(list, flags); \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0; \
    va_end(list); \
    if (is_denied(path) || count("open", path) == FAIL) return -1; \
    return real(folder, path, flags, mode); \
  }
OPENING_AT(openat)
OPENING_AT(openat64)

#define OPENING_STREAM(name) \
  FILE *name(const char *path, const char *mode) { \
    REAL(name); \
    if (is_denied(path) || count("open", path) == FAIL) return NULL; \
    return real(path, mode); \
  }
OPENING_STREAM(fopen)
OPENING_STREAM(fopen64)

// The bytes that still fit; a full disk takes part of the last write. Standard output and error lie
// elsewhere.
static size_t fitting(int descriptor, size_t size) {
  struct stat status;
  if (!space_is_limited || descriptor <= STDERR_FILENO || fstat(descriptor, &status) || !S_ISREG(status.st_mode)) return size;
  long before = atomic_fetch_sub(&space, (long)size);
  if (before >= (long)size) return size;
  atomic_store(&space, 0);
  return before > 0 ? (size_t)before : 0;
}

static size_t half_of(size_t size) { return size > 1 ? size / 2 : size; }

ssize_t write(int descriptor, const void *bytes, size_t size) {
  REAL(write);
  enum action what = count("write", "");
  if (what == FAIL) return -1;
  if (what == HALF) {
    real(descriptor, bytes, size / 2);
    die();
  }
  if (what == SHORT) size = half_of(size);
  size_t fits = fitting(descriptor, size);
  if (size > 0 && fits == 0) {
    errno = ENOSPC;
    return -1;
  }
  return real(descriptor, bytes, fits);
}

ssize_t read(int descriptor, void *bytes, size_t size) {
  REAL(read);
  if (!counts(descriptor)) return real(descriptor, bytes, size);
  enum action what = count("read", "");
  return what == FAIL ? -1 : real(descriptor, bytes, what == SHORT ? half_of(size) : size);
}

ssize_t pread(int descriptor, void *bytes, size_t size, off_t offset) {
  REAL(pread);
  return count("read", "") == FAIL ? -1 : real(descriptor, bytes, size, offset);
}

ssize_t pread64(int descriptor, void *bytes, size_t size, off64_t offset) {
  REAL(pread64);
  return count("read", "") == FAIL ? -1 : real(descriptor, bytes, size, offset);
}

int fsync(int descriptor) {
  REAL(fsync);
  return count("fsync", "") == FAIL ? -1 : real(descriptor);
}

int rename(const char *from, const char *to) {
  REAL(rename);
  return count("rename", to) == FAIL ? -1 : real(from, to);
}

int link(const char *from, const char *to) {
  REAL(link);
  return count("link", to) == FAIL ? -1 : real(from, to);
}

int unlink(const char *path) {
  REAL(unlink);
  return count("unlink", path) == FAIL ? -1 : real(path);
}

int mkdir(const char *path, mode_t mode) {
  REAL(mkdir);
  return count("mkdir", path) == FAIL ? -1 : real(path, mode);
}

// A close that fails has closed its descriptor, as on Linux.
int close(int descriptor) {
  REAL(close);
  if (!counts(descriptor)) {
    atomic_store(&is_of_threads[descriptor], 0);
    return real(descriptor);
  }
  if (count("close", "") != FAIL) return real(descriptor);
  int error = errno;
  real(descriptor);
  errno = error;
  return -1;
}

int flock(int descriptor, int operation) {
  REAL(flock);
  return count("flock", "") == FAIL ? -1 : real(descriptor, operation);
}

void *mmap(void *place, size_t size, int protection, int flags, int descriptor, off_t offset) {
  REAL(mmap);
  if (count("mmap", "") == FAIL) return MAP_FAILED;
  return real(place, size, protection, flags, descriptor, offset);
}

void *mmap64(void *place, size_t size, int protection, int flags, int descriptor, off64_t offset) {
  REAL(mmap64);
  if (count("mmap", "") == FAIL) return MAP_FAILED;
  return real(place, size, protection, flags, descriptor, offset);
}
