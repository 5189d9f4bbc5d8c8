//===- check.h - Checks of numbers that plans and calls share -----------------------------------------*- C -*-===//
#ifndef RUNTIME_SRC_CHECK_H
#define RUNTIME_SRC_CHECK_H

#include "package.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Invalid argument unless `value` lies in [min, max]; `name` is as the caller knows it: "desc: num_pages", "tokens".
mla_status_t mla_check_range(const char *name, int64_t value, int64_t min, int64_t max);

/// Unsupported unless the package implements this value of `name`.
mla_status_t mla_check_same(const mla_package_t *package, const char *name, int64_t expected, int64_t value);

/// Likewise, where 0 stands for any value.
mla_status_t mla_check_fixed(const mla_package_t *package, const char *name, int64_t fixed, int64_t value);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // RUNTIME_SRC_CHECK_H
