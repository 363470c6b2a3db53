// Decides what is on the disk when the power is gone. A plain SIGKILL leaves what was synced. A
// power cut (a byte on the descriptor UNSYNCED_TRIGGER_FD, or kill(getpid(), SIGKILL) by the
// process itself) may let a part of the unsynced sectors through first, in no order, as real disks
// do: UNSYNCED_KEEP is none, all or some, and UNSYNCED_SEED drives "some". Deleting and renaming
// count as durable at once; a new file may be lost with "some" until its directory is synced.

#include "unsynced.h"

static uint64_t dice;

static unsigned roll(unsigned sides) {
  dice ^= dice << 13, dice ^= dice >> 7, dice ^= dice << 17;  // xorshift64, Marsaglia 2003
  return (unsigned)(dice >> 33) % sides;
}

static void write_sectors(struct file *f, size_t from, size_t to) {
  off_t at = (off_t)from * SECTOR, end = (off_t)to * SECTOR;
  if (end > f->size) end = f->size;
  while (at < end) {
    ssize_t put = REAL(pwrite64)(f->own_fd, f->bytes + at, (size_t)(end - at), at);
    if (put <= 0) abort();
    at += put;
  }
}

static void resize(struct file *f, off_t size) {
  if (REAL(ftruncate64)(f->own_fd, size)) abort();
}

static off_t size_on_disk(struct file *f) {
  struct stat st;
  if (REAL(syscall)(SYS_fstat, f->own_fd, &st)) abort();
  return st.st_size;
}

void carry_to_disk(struct file *f) {
  size_t n = sectors(f->size);
  if (f->cut_to < size_on_disk(f)) resize(f, f->cut_to);
  for (size_t s = 0; s < n; s += 1) {
    size_t end = s;
    while (end < n && f->dirty[end]) f->dirty[end++] = false;
    if (end == s) continue;
    write_sectors(f, s, end);
    s = end;
  }
  if (f->size != size_on_disk(f)) resize(f, f->size);
  f->cut_to = f->size;
}

static void carry_some(struct file *f) {
  static const unsigned shares[] = {0, 10, 50, 90, 100};
  unsigned share = shares[roll(5)];
  size_t grain = roll(2) ? 1 : 4096 / SECTOR, n = sectors(f->size);
  bool all_reachable = true;
  if (f->cut_to < size_on_disk(f)) {
    // What was written behind a cut can be read back only if the cut itself is on the disk.
    all_reachable = roll(2);
    if (all_reachable) resize(f, f->cut_to);
    else n = (size_t)(f->cut_to / SECTOR);
  }
  for (size_t s = 0; s < n; s += grain) {
    if (roll(100) >= share) continue;
    for (size_t each = s; each < s + grain && each < n; each += 1)
      if (f->dirty[each]) write_sectors(f, each, each + 1);
  }
  // The size may be there before the bytes are, which then read as zeros.
  if (all_reachable && roll(3) == 0 && size_on_disk(f) < f->size) resize(f, f->size);
}

void power_cut(void) {
  pthread_mutex_lock(&unsynced_lock);  // for good: nothing is written after this
  const char *keep = getenv("UNSYNCED_KEEP"), *seed = getenv("UNSYNCED_SEED");
  dice = (seed ? strtoull(seed, NULL, 10) : 0) * 0x9E3779B97F4A7C15u + 1;
  for (int i = 0; i < 16; i += 1) roll(2);
  for (struct file *f = files; f && keep; f = f->next) {
    if (f->unlinked) continue;
    if (strcmp(keep, "all") == 0) carry_to_disk(f);
    if (strcmp(keep, "some") != 0) continue;
    if (!f->entry_synced && roll(2)) REAL(unlink)(f->path);
    else carry_some(f);
  }
  REAL(kill)(getpid(), SIGKILL);
}

static void *wait_for_trigger(void *fd) {
  char byte;
  // End of file: whoever held the other end is gone, and nobody else would end this process.
  if (REAL(read)((int)(intptr_t)fd, &byte, 1) >= 0) power_cut();
  return NULL;
}

void watch_trigger(void) {
  static bool started;
  const char *fd = getenv("UNSYNCED_TRIGGER_FD");
  if (started || !fd) return;
  started = true;
  pthread_t thread;
  if (pthread_create(&thread, NULL, wait_for_trigger, (void *)(intptr_t)atoi(fd))) abort();
}

// A process that ends by itself leaves its writes in the page cache, where they are safe.
__attribute__((destructor)) static void carry_all(void) {
  pthread_mutex_lock(&unsynced_lock);
  for (struct file *f = files; f; f = f->next)
    if (!f->unlinked) carry_to_disk(f);
  pthread_mutex_unlock(&unsynced_lock);
}
