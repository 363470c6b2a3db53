// Loaded by LD_PRELOAD, stands between a process and libc for every call that opens, reads, writes,
// sizes or syncs a file. Writes under UNSYNCED_DIR stay in memory, where the process reads them
// back; only fsync or fdatasync carries them to the real file, so that after a SIGKILL the disk
// holds what was synced and nothing else. Mapping such a file fails. Must never be loaded outside
// tests. UNSYNCED_SYNC_US makes each sync take that long.

#include "unsynced.h"

#define LOCKED(action)                    \
  do {                                    \
    pthread_mutex_lock(&unsynced_lock);   \
    action;                               \
    pthread_mutex_unlock(&unsynced_lock); \
  } while (0)

// ── Opening and closing ─────────────────────────────────────────────────────────────────────────

static int open_any(int at, const char *path, int flags, va_list rest) {
  bool has_mode = (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
  mode_t mode = has_mode ? va_arg(rest, mode_t) : 0;
  bool created = watching() && (flags & O_CREAT) && faccessat(at, path, F_OK, 0) != 0;
  int fd = REAL(openat)(at, path, flags & ~O_TRUNC, mode);
  int error = errno;
  if (fd >= 0) track(fd, created, flags & O_TRUNC);
  errno = error;
  return fd;
}

#define OPEN(at, name, ...)                       \
  int name(__VA_ARGS__, int flags, ...) {         \
    va_list rest;                                 \
    va_start(rest, flags);                        \
    int fd = open_any(at, path, flags, rest);     \
    va_end(rest);                                 \
    return fd;                                    \
  }
OPEN(AT_FDCWD, open, const char *path)
OPEN(AT_FDCWD, open64, const char *path)
OPEN(at, openat, int at, const char *path)
OPEN(at, openat64, int at, const char *path)

int close(int fd) {
  if (file_of(fd)) LOCKED(untrack(fd));
  return REAL(close)(fd);
}

int dup(int fd) {
  int to = REAL(dup)(fd);
  return track_copy(fd, to), to;
}
int dup2(int fd, int to) {
  to = REAL(dup2)(fd, to);
  return track_copy(fd, to), to;
}
int dup3(int fd, int to, int flags) {
  to = REAL(dup3)(fd, to, flags);
  return track_copy(fd, to), to;
}

#define FCNTL(name)                                                                         \
  int name(int fd, int command, ...) {                                                      \
    va_list rest;                                                                           \
    va_start(rest, command);                                                                \
    void *argument = va_arg(rest, void *);                                                  \
    va_end(rest);                                                                           \
    int answer = REAL(fcntl64)(fd, command, argument);                                      \
    if (command == F_DUPFD || command == F_DUPFD_CLOEXEC) track_copy(fd, answer);           \
    return answer;                                                                          \
  }
FCNTL(fcntl)
FCNTL(fcntl64)

// ── Reading and writing ─────────────────────────────────────────────────────────────────────────

typedef struct iovec parts;

// `at` below 0: at the descriptor's own offset, which moves on.
static ssize_t move_bytes(int fd, const parts *part, int count, off_t at, bool writes) {
  ssize_t total = 0;
  pthread_mutex_lock(&unsynced_lock);
  struct file *f = file_of(fd);
  bool moves_on = at < 0;
  if (moves_on) at = REAL(lseek64)(fd, 0, SEEK_CUR);
  if (writes && (REAL(fcntl64)(fd, F_GETFL) & O_APPEND)) at = f->size;
  for (int i = 0; i < count; i += 1) {
    ssize_t done = writes ? write_at(f, part[i].iov_base, part[i].iov_len, at + total)
                          : read_at(f, part[i].iov_base, part[i].iov_len, at + total);
    total += done;
    if (done < (ssize_t)part[i].iov_len) break;
  }
  if (moves_on) REAL(lseek64)(fd, at + total, SEEK_SET);
  pthread_mutex_unlock(&unsynced_lock);
  return total;
}

#define ONE(buffer, size) &(parts){(void *)(buffer), (size)}, 1
#define MOVE(name, writes, data, part, real, at, ...)                     \
  ssize_t name(int fd, __VA_ARGS__) {                                     \
    return file_of(fd) ? move_bytes(fd, part, at, writes) : REAL(name) real; \
  }
#define GROUP(...) __VA_ARGS__
MOVE(read, false, to, GROUP(ONE(to, n)), (fd, to, n), -1, void *to, size_t n)
MOVE(write, true, from, GROUP(ONE(from, n)), (fd, from, n), -1, const void *from, size_t n)
MOVE(readv, false, p, GROUP(p, n), (fd, p, n), -1, const parts *p, int n)
MOVE(writev, true, p, GROUP(p, n), (fd, p, n), -1, const parts *p, int n)
MOVE(pread, false, to, GROUP(ONE(to, n)), (fd, to, n, at), at, void *to, size_t n, off_t at)
MOVE(pread64, false, to, GROUP(ONE(to, n)), (fd, to, n, at), at, void *to, size_t n, off_t at)
MOVE(pwrite, true, p, GROUP(ONE(p, n)), (fd, p, n, at), at, const void *p, size_t n, off_t at)
MOVE(pwrite64, true, p, GROUP(ONE(p, n)), (fd, p, n, at), at, const void *p, size_t n, off_t at)
MOVE(preadv, false, p, GROUP(p, n), (fd, p, n, at), at, const parts *p, int n, off_t at)
MOVE(preadv64, false, p, GROUP(p, n), (fd, p, n, at), at, const parts *p, int n, off_t at)
MOVE(pwritev, true, p, GROUP(p, n), (fd, p, n, at), at, const parts *p, int n, off_t at)
MOVE(pwritev64, true, p, GROUP(p, n), (fd, p, n, at), at, const parts *p, int n, off_t at)

#define LSEEK(name)                                                        \
  off_t name(int fd, off_t at, int from) {                                 \
    struct file *f = file_of(fd);                                          \
    if (!f || from != SEEK_END) return REAL(lseek64)(fd, at, from);        \
    return REAL(lseek64)(fd, f->size + at, SEEK_SET);                      \
  }
LSEEK(lseek)
LSEEK(lseek64)

#define MMAP(name)                                                                         \
  void *name(void *at, size_t length, int protection, int flags, int fd, off_t offset) {   \
    if (!(flags & MAP_ANONYMOUS) && file_of(fd)) return errno = ENODEV, MAP_FAILED;        \
    return REAL(mmap64)(at, length, protection, flags, fd, offset);                        \
  }
MMAP(mmap)
MMAP(mmap64)

// ── Sizes ───────────────────────────────────────────────────────────────────────────────────────

#define FTRUNCATE(name)                                   \
  int name(int fd, off_t size) {                          \
    if (!file_of(fd)) return REAL(ftruncate64)(fd, size); \
    LOCKED(cut(file_of(fd), size));                       \
    return 0;                                             \
  }
FTRUNCATE(ftruncate)
FTRUNCATE(ftruncate64)

// SQLite and Node allocate no space ahead; a build that does falls back to writing.
#define FALLOCATE(name)                                          \
  int name(int fd, int mode, off_t at, off_t size) {             \
    if (file_of(fd)) return errno = EOPNOTSUPP, -1;              \
    return REAL(fallocate64)(fd, mode, at, size);                \
  }
FALLOCATE(fallocate)
FALLOCATE(fallocate64)

static int as_seen(int answer, struct stat *st) {
  if (answer != 0 || !files || !S_ISREG(st->st_mode)) return answer;
  pthread_mutex_lock(&unsynced_lock);
  struct file *f = find_inode(st->st_dev, st->st_ino);
  if (f) st->st_size = f->size;
  pthread_mutex_unlock(&unsynced_lock);
  return answer;
}

static int stat_fd(int fd, void *st) { return as_seen(REAL(syscall)(SYS_fstat, fd, st), st); }
static int stat_at(const char *path, void *st, int flags) {
  return as_seen(REAL(syscall)(SYS_newfstatat, AT_FDCWD, path, st, flags), st);
}

int fstat(int fd, struct stat *st) { return stat_fd(fd, st); }
int fstat64(int fd, struct stat64 *st) { return stat_fd(fd, st); }
int stat(const char *path, struct stat *st) { return stat_at(path, st, 0); }
int stat64(const char *path, struct stat64 *st) { return stat_at(path, st, 0); }
// The names that programs built against a glibc before 2.33 call.
int __fxstat(int version, int fd, struct stat *st) { return (void)version, stat_fd(fd, st); }
int __fxstat64(int version, int fd, struct stat64 *st) { return (void)version, stat_fd(fd, st); }
int __xstat(int version, const char *path, struct stat *st) {
  return (void)version, stat_at(path, st, 0);
}
int __xstat64(int version, const char *path, struct stat64 *st) {
  return (void)version, stat_at(path, st, 0);
}

// Node's own file functions ask for statx by its number.
long syscall(long number, ...) {
  long a[6];
  va_list rest;
  va_start(rest, number);
  for (int i = 0; i < 6; i += 1) a[i] = va_arg(rest, long);
  va_end(rest);
  // As Node closes its files.
  if (number == SYS_close && file_of((int)a[0])) LOCKED(untrack((int)a[0]));
  long answer = REAL(syscall)(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  if (number != SYS_statx || answer != 0 || !files) return answer;
  struct statx *st = (struct statx *)a[4];
  pthread_mutex_lock(&unsynced_lock);
  struct file *f = find_inode(makedev(st->stx_dev_major, st->stx_dev_minor), st->stx_ino);
  if (f) st->stx_size = (uint64_t)f->size;
  pthread_mutex_unlock(&unsynced_lock);
  return answer;
}
int statx(int at, const char *path, int flags, unsigned mask, struct statx *st) {
  return (int)syscall(SYS_statx, at, path, flags, mask, st);
}

// ── Syncing, deleting, dying ────────────────────────────────────────────────────────────────────

static int sync_file(int fd, int (*real)(int)) {
  const char *pause_us = getenv("UNSYNCED_SYNC_US");
  if (!file_of(fd)) {
    int answer = real(fd);
    if (answer == 0) sync_directory(fd);
    return answer;
  }
  if (pause_us) usleep((useconds_t)atoi(pause_us));
  LOCKED(carry_to_disk(file_of(fd)));
  return 0;
}
int fsync(int fd) { return sync_file(fd, REAL(fsync)); }
int fdatasync(int fd) { return sync_file(fd, REAL(fdatasync)); }

int unlink(const char *path) {
  pthread_mutex_lock(&unsynced_lock);
  struct file *f = leaving(path);
  int answer = REAL(unlink)(path);
  if (answer == 0 && f) gone(f);
  pthread_mutex_unlock(&unsynced_lock);
  return answer;
}

int rename(const char *from, const char *to) {
  pthread_mutex_lock(&unsynced_lock);
  struct file *moved = leaving(from), *replaced = leaving(to);
  int answer = REAL(rename)(from, to);
  if (answer == 0 && replaced && replaced != moved) gone(replaced);
  if (answer == 0 && moved && !realpath(to, moved->path)) abort();
  pthread_mutex_unlock(&unsynced_lock);
  return answer;
}

int kill(pid_t pid, int number) {
  if (number == SIGKILL && pid == getpid() && files) power_cut();
  return REAL(kill)(pid, number);
}
