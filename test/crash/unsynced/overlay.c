// Keeps every regular file under UNSYNCED_DIR that the process has opened as the process sees it,
// by device and inode, with the sectors that no sync has carried to the disk yet. Files whose names
// end in -shm are left alone: SQLite maps them and rebuilds them. Must not write to the real files.

#include "unsynced.h"

pthread_mutex_t unsynced_lock = PTHREAD_MUTEX_INITIALIZER;
struct file *files;
static struct file *by_fd[FD_MAX];
static char directory[PATH_MAX];

__attribute__((constructor)) static void start(void) {
  const char *dir = getenv("UNSYNCED_DIR");
  if (dir && !realpath(dir, directory)) directory[0] = 0;
}

bool watching(void) { return directory[0] != 0; }

struct file *file_of(int fd) { return fd >= 0 && fd < FD_MAX ? by_fd[fd] : NULL; }

struct file *find_inode(dev_t dev, ino_t ino) {
  struct file *f = files;
  while (f && (f->dev != dev || f->ino != ino)) f = f->next;
  return f;
}

size_t sectors(off_t size) { return (size_t)((size + SECTOR - 1) / SECTOR); }

// ── Contents ────────────────────────────────────────────────────────────────────────────────────

static void have_room(struct file *f, off_t size) {
  off_t capacity = f->capacity ? f->capacity : 65536;
  while (capacity < size) capacity *= 2;
  if (capacity == f->capacity) return;
  f->bytes = realloc(f->bytes, (size_t)capacity);
  f->dirty = realloc(f->dirty, sectors(capacity) * sizeof *f->dirty);
  if (!f->bytes || !f->dirty) abort();
  memset(f->bytes + f->capacity, 0, (size_t)(capacity - f->capacity));
  memset(f->dirty + sectors(f->capacity), 0, sectors(capacity) - sectors(f->capacity));
  f->capacity = capacity;
}

ssize_t read_at(struct file *f, void *to, size_t count, off_t at) {
  if (at >= f->size) return 0;
  size_t got = (off_t)count < f->size - at ? count : (size_t)(f->size - at);
  memcpy(to, f->bytes + at, got);
  return (ssize_t)got;
}

ssize_t write_at(struct file *f, const void *from, size_t count, off_t at) {
  if (count == 0) return 0;
  off_t end = at + (off_t)count;
  have_room(f, end);
  memcpy(f->bytes + at, from, count);
  for (off_t s = at / SECTOR; s <= (end - 1) / SECTOR; s += 1) f->dirty[s] = true;
  if (end > f->size) f->size = end;
  return (ssize_t)count;
}

void cut(struct file *f, off_t size) {
  have_room(f, size);
  if (size < f->size) {
    memset(f->bytes + size, 0, (size_t)(f->size - size));
    memset(f->dirty + sectors(size), 0, sectors(f->size) - sectors(size));
    if (size < f->cut_to) f->cut_to = size;
  }
  f->size = size;
}

// ── Which descriptors belong to which file ──────────────────────────────────────────────────────

static bool path_of(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length <= 0) return false;
  path[length] = 0;
  return true;
}

static bool is_ours(const char *path) {
  size_t prefix = strlen(directory), length = strlen(path);
  if (strncmp(path, directory, prefix) != 0 || path[prefix] != '/') return false;
  return length < 4 || strcmp(path + length - 4, "-shm") != 0;
}

static struct file *load(int fd, const struct stat *st, const char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  struct file *f = calloc(1, sizeof *f);
  if (!f) abort();
  f->dev = st->st_dev, f->ino = st->st_ino;
  strcpy(f->path, path);
  f->own_fd = REAL(open64)(link, O_RDWR | O_CLOEXEC);
  if (f->own_fd < 0) f->own_fd = REAL(open64)(link, O_RDONLY | O_CLOEXEC);
  have_room(f, st->st_size);
  f->size = f->cut_to = st->st_size;
  for (off_t at = 0; at < f->size;) {
    ssize_t got = REAL(pread64)(f->own_fd, f->bytes + at, (size_t)(f->size - at), at);
    if (got <= 0) abort();
    at += got;
  }
  f->next = files;
  return files = f;
}

void track(int fd, bool created, bool emptied) {
  char path[PATH_MAX];
  struct stat st;
  if (!watching() || fd >= FD_MAX || !path_of(fd, path) || !is_ours(path) ||
      REAL(syscall)(SYS_fstat, fd, &st) || !S_ISREG(st.st_mode)) {
    if (emptied) (void)!REAL(ftruncate64)(fd, 0);
    return;
  }
  pthread_mutex_lock(&unsynced_lock);
  struct file *f = find_inode(st.st_dev, st.st_ino);
  if (!f) {
    f = load(fd, &st, path);
    f->entry_synced = !created;
  }
  f->descriptors += 1;
  by_fd[fd] = f;
  if (emptied) cut(f, 0);
  watch_trigger();
  pthread_mutex_unlock(&unsynced_lock);
}

static void forget(struct file *f) {
  struct file **at = &files;
  while (*at != f) at = &(*at)->next;
  *at = f->next;
  REAL(close)(f->own_fd);
  free(f->bytes), free(f->dirty), free(f);
}

void untrack(int fd) {
  struct file *f = file_of(fd);
  if (!f) return;
  by_fd[fd] = NULL;
  f->descriptors -= 1;
  if (f->unlinked && f->descriptors == 0) forget(f);
}

void track_copy(int from, int to) {
  if (to < 0 || to >= FD_MAX || from == to) return;
  pthread_mutex_lock(&unsynced_lock);
  untrack(to);
  by_fd[to] = file_of(from);
  if (by_fd[to]) by_fd[to]->descriptors += 1;
  pthread_mutex_unlock(&unsynced_lock);
}

// ── Directory entries ───────────────────────────────────────────────────────────────────────────

// The file whose last name this is.
struct file *leaving(const char *path) {
  struct stat st;
  if (!watching() || REAL(syscall)(SYS_newfstatat, AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW))
    return NULL;
  return st.st_nlink > 1 ? NULL : find_inode(st.st_dev, st.st_ino);
}

void gone(struct file *f) {
  f->unlinked = true;
  if (f->descriptors == 0) forget(f);
}

void sync_directory(int fd) {
  char path[PATH_MAX];
  if (!watching() || !path_of(fd, path)) return;
  size_t length = strlen(path);
  pthread_mutex_lock(&unsynced_lock);
  for (struct file *f = files; f; f = f->next) {
    bool inside = strncmp(f->path, path, length) == 0 && f->path[length] == '/';
    if (inside && !strchr(f->path + length + 1, '/')) f->entry_synced = true;
  }
  pthread_mutex_unlock(&unsynced_lock);
}
