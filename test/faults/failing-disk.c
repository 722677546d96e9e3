// A disk that fails on demand: loaded before a server (LD_PRELOAD), it makes what changes files below WEIR_DISK
// fail with the error whose number stands in the file WEIR_DISK_SWITCH, as long as that file is there.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/** The error to fail with, or 0. */
static int failure(void) {
  const char *path = getenv("WEIR_DISK_SWITCH");
  char text[16] = {0};
  int file = path ? (int)NEXT(open)(path, O_RDONLY) : -1;
  if (file < 0) return 0;
  ssize_t length = read(file, text, sizeof text - 1);
  close(file);
  return length > 0 ? atoi(text) : 0;
}

static int on_disk(const char *path) {
  const char *disk = getenv("WEIR_DISK");
  return disk && path && strncmp(path, disk, strlen(disk)) == 0;
}

static int fails(int file) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return on_disk(path) && (errno = failure());
}

#define CHANGES(flags) ((flags) & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC))

#define OPEN(name)                                                         \
  int name(const char *path, int flags, ...) {                             \
    va_list rest;                                                          \
    va_start(rest, flags);                                                 \
    mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;              \
    va_end(rest);                                                          \
    if (CHANGES(flags) && on_disk(path) && (errno = failure())) return -1; \
    return NEXT(name)(path, flags, mode);                                  \
  }

#define WRITE(name, kind, parameters, arguments)              \
  kind name parameters {                                      \
    return fails(file) ? (kind)-1 : NEXT(name) arguments; \
  }

OPEN(open)
OPEN(open64)
WRITE(write, ssize_t, (int file, const void *bytes, size_t size), (file, bytes, size))
WRITE(pwrite, ssize_t, (int file, const void *bytes, size_t size, off_t at), (file, bytes, size, at))
WRITE(pwrite64, ssize_t, (int file, const void *bytes, size_t size, off64_t at), (file, bytes, size, at))
WRITE(writev, ssize_t, (int file, const struct iovec *parts, int count), (file, parts, count))
WRITE(pwritev, ssize_t, (int file, const struct iovec *parts, int count, off_t at), (file, parts, count, at))
WRITE(pwritev64, ssize_t, (int file, const struct iovec *parts, int count, off64_t at), (file, parts, count, at))
WRITE(ftruncate, int, (int file, off_t size), (file, size))
WRITE(ftruncate64, int, (int file, off64_t size), (file, size))
WRITE(fsync, int, (int file), (file))
WRITE(fdatasync, int, (int file), (file))
