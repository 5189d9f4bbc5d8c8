//===- cache.h - Packages on disk ---------------------------------------------------------------------*- C -*-===//
//
// A folder of packages, each under the hash of what it was compiled from. Nothing is locked: an entry is written beside
// its place and renamed into it, so that a reader sees a whole package or none, and of two writers the last one wins,
// with what the first one had, too.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef RUNTIME_SRC_CACHE_H
#define RUNTIME_SRC_CACHE_H

#include "mla/mla_runtime.h"

/// Writes the default folder, $XDG_CACHE_HOME/mla or $HOME/.cache/mla, to `*out_folder`, which the caller frees.
mla_status_t mla_cache_default_folder(char **out_folder);

/// The path of the entry of the `size` bytes of `key`, which the caller frees.
mla_status_t mla_cache_path(const char *folder, const char *key, size_t size, char **out_path);

/// Loads an entry. Null with MLA_STATUS_OK if there is none. A failure says why the entry cannot be used; apart from
/// MLA_STATUS_OUT_OF_MEMORY it is good for nothing and may be replaced.
mla_status_t mla_cache_load(const char *path, mla_package_t **out_package);

/// Writes an entry of `folder`, which is made where it does not exist. Either all of it is there afterwards or nothing
/// has changed, also if the machine goes down meanwhile.
mla_status_t mla_cache_store(const char *folder, const char *path, const void *bytes, size_t size);

#endif // RUNTIME_SRC_CACHE_H
