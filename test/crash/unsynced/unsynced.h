// What the three parts of the power-loss model share: overlay.c keeps what each file looks like to
// the process, power-cut.c decides what of it is on the disk in the end, calls.c stands between the
// process and libc.

#ifndef UNSYNCED_H
#define UNSYNCED_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SECTOR = 512, FD_MAX = 65536 };

struct file {
  dev_t dev;
  ino_t ino;
  char path[PATH_MAX];
  int own_fd;            // open while the inode lives: closing one would drop SQLite's locks
  unsigned char *bytes;  // the file as the process sees it
  off_t size, capacity;
  bool *dirty;           // per sector: written since the last sync
  off_t cut_to;          // the smallest size since the last sync
  int descriptors;
  bool unlinked;
  bool entry_synced;     // the directory has been synced since the file was created
  struct file *next;
};

// libc's own function behind one that calls.c replaces.
#define REAL(name)                                                                   \
  ({                                                                                 \
    static __typeof__(&name) real;                                                   \
    if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name);                    \
    real;                                                                            \
  })

// Held by whoever touches a file's state.
extern pthread_mutex_t unsynced_lock;
extern struct file *files;

// overlay.c
struct file *file_of(int fd);
struct file *find_inode(dev_t dev, ino_t ino);
size_t sectors(off_t size);
ssize_t read_at(struct file *f, void *to, size_t count, off_t at);
ssize_t write_at(struct file *f, const void *from, size_t count, off_t at);
void cut(struct file *f, off_t size);
bool watching(void);
void track(int fd, bool created, bool emptied);
void untrack(int fd);
void track_copy(int from, int to);
struct file *leaving(const char *path);
void gone(struct file *f);
void sync_directory(int fd);

// power-cut.c
void carry_to_disk(struct file *f);
void power_cut(void);
void watch_trigger(void);

#endif
