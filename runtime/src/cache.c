//===- cache.c - Packages on disk -----------------------------------------------------------------------------===//
//
// A package is code that will run on the GPU with the user's data, so an entry counts only if nobody else can have
// written it: a regular file that belongs to the user or to root and that neither group nor others may write.
//
//===----------------------------------------------------------------------------------------------------------===//
#define _GNU_SOURCE // asprintf, mkostemp, secure_getenv
#include "cache.h"
#include "status.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

/// Far above any package; keeps a wrong file from being read into memory.
static const int64_t max_entry_size = INT64_C(1) << 28;

mla_status_t mla_cache_default_folder(char **out_folder) {
  mla_status_t status = MLA_STATUS_OK;
  *out_folder = NULL;
  const char *base = secure_getenv("XDG_CACHE_HOME"), *below = "mla";
  // The XDG specification has relative paths ignored.
  if (!base || base[0] != '/') {
    base = secure_getenv("HOME");
    below = ".cache/mla";
  }
  MLA_CHECK(base && base[0] == '/', MLA_STATUS_IO_ERROR,
            "cache: expected an absolute path in $XDG_CACHE_HOME or $HOME, but got none");
  if (asprintf(out_folder, "%s/%s", base, below) < 0) {
    *out_folder = NULL;
    status = mla_fail(MLA_STATUS_OUT_OF_MEMORY, "no memory for the path of the cache");
  }
done:
  return status;
}

mla_status_t mla_cache_path(const char *folder, const char *key, size_t size, char **out_path) {
  mla_status_t status = MLA_STATUS_OK;
  XXH128_canonical_t hash;
  XXH128_canonicalFromHash(&hash, XXH3_128bits(key, size));
  char name[2 * sizeof(hash.digest) + 1];
  for (size_t i = 0; i < sizeof(hash.digest); ++i)
    snprintf(name + 2 * i, 3, "%02x", hash.digest[i]);
  if (asprintf(out_path, "%s/%s.mlapkg", folder, name) < 0) {
    *out_path = NULL;
    status = mla_fail(MLA_STATUS_OUT_OF_MEMORY, "no memory for the path of an entry");
  }
  return status;
}

mla_status_t mla_cache_load(const char *path, mla_package_t **out_package) {
  mla_status_t status = MLA_STATUS_OK;
  unsigned char *bytes = NULL;
  struct stat info;
  *out_package = NULL;
  // Neither through links nor into a pipe that has no writer.
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
  if (file < 0 && (errno == ENOENT || errno == ENOTDIR))
    goto done;
  MLA_CHECK(file >= 0, MLA_STATUS_IO_ERROR, "%s: %s", path, strerror(errno));
  MLA_CHECK(fstat(file, &info) == 0, MLA_STATUS_IO_ERROR, "%s: %s", path, strerror(errno));
  MLA_CHECK(S_ISREG(info.st_mode), MLA_STATUS_IO_ERROR, "%s: expected a regular file", path);
  MLA_CHECK((info.st_uid == geteuid() || info.st_uid == 0) && !(info.st_mode & (S_IWGRP | S_IWOTH)),
            MLA_STATUS_IO_ERROR,
            "%s: expected a file of user %u or 0 that nobody else may write, but got user %u and mode %03o", path,
            (unsigned)geteuid(), (unsigned)info.st_uid, (unsigned)info.st_mode & 0777);
  MLA_CHECK(info.st_size <= max_entry_size, MLA_STATUS_CORRUPT_PACKAGE,
            "%s: expected at most %" PRId64 " bytes, but got %" PRId64, path, max_entry_size, (int64_t)info.st_size);
  size_t size = (size_t)info.st_size, done = 0;
  bytes = malloc(size ? size : 1);
  MLA_CHECK(bytes, MLA_STATUS_OUT_OF_MEMORY, "no memory for a package of %zu bytes", size);
  while (done < size) {
    ssize_t count = read(file, bytes + done, size - done);
    if (count == 0)
      break; // it shrank; its header will tell
    MLA_CHECK(count > 0 || errno == EINTR, MLA_STATUS_IO_ERROR, "%s: %s", path, strerror(errno));
    if (count > 0)
      done += (size_t)count;
  }
  MLA_TRY(mla_package_load_from_memory(bytes, done, out_package));
done:
  free(bytes);
  if (file >= 0)
    close(file);
  return status;
}

/// Makes `folder` and the folders above it, for this user alone.
static mla_status_t make_folder(const char *folder) {
  mla_status_t status = MLA_STATUS_OK;
  struct stat info;
  char *path = strdup(folder);
  MLA_CHECK(path, MLA_STATUS_OUT_OF_MEMORY, "no memory for the path of the cache");
  // Whether it worked shows at the end: folders above may exist without our being allowed to make them.
  for (char *end = path + 1; *path && *end; ++end)
    if (*end == '/') {
      *end = 0;
      (void)mkdir(path, S_IRWXU);
      *end = '/';
    }
  int failed = mkdir(path, S_IRWXU) != 0 && errno != EEXIST;
  MLA_CHECK(!failed, MLA_STATUS_IO_ERROR, "cannot make the cache folder %s: %s", folder, strerror(errno));
  MLA_CHECK(stat(folder, &info) == 0 && S_ISDIR(info.st_mode), MLA_STATUS_IO_ERROR,
            "cache folder %s: expected a folder, but got something else", folder);
done:
  free(path);
  return status;
}

mla_status_t mla_cache_store(const char *folder, const char *path, const void *bytes, size_t size) {
  mla_status_t status = MLA_STATUS_OK;
  char *temporary = NULL;
  int file = -1;
  MLA_TRY(make_folder(folder));
  if (asprintf(&temporary, "%s.XXXXXX", path) < 0) {
    temporary = NULL;
    status = mla_fail(MLA_STATUS_OUT_OF_MEMORY, "no memory for the path of an entry");
    goto done;
  }
  file = mkostemp(temporary, O_CLOEXEC);
  MLA_CHECK(file >= 0, MLA_STATUS_IO_ERROR, "cannot write into the cache folder %s: %s", folder, strerror(errno));
  for (size_t written = 0; written < size;) {
    ssize_t count = write(file, (const char *)bytes + written, size - written);
    MLA_CHECK(count != 0, MLA_STATUS_IO_ERROR, "cannot write %s: nothing was written", temporary); // errno is older
    MLA_CHECK(count > 0 || errno == EINTR, MLA_STATUS_IO_ERROR, "cannot write %s: %s", temporary, strerror(errno));
    if (count > 0)
      written += (size_t)count;
  }
  // The bytes before the name, or a power failure could leave the name without them.
  MLA_CHECK(fsync(file) == 0, MLA_STATUS_IO_ERROR, "cannot write %s: %s", temporary, strerror(errno));
  MLA_CHECK(rename(temporary, path) == 0, MLA_STATUS_IO_ERROR, "cannot replace %s: %s", path, strerror(errno));
  free(temporary);
  temporary = NULL;
done:
  if (file >= 0) {
    close(file);
    if (temporary)
      unlink(temporary);
  }
  free(temporary);
  return status;
}
