//===- status.h - Statuses with a sentence ------------------------------------------------------------*- C -*-===//
#ifndef RUNTIME_SRC_STATUS_H
#define RUNTIME_SRC_STATUS_H

#include "mla/mla_runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Stores this thread's sentence and returns `status`, so that a failure is one statement.
mla_status_t mla_fail(mla_status_t status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/// Leaves the function through its `done` label if `expression` is not MLA_STATUS_OK. Functions that use it have a
/// variable `status` and one exit.
#define MLA_TRY(expression)                                                                                            \
  do {                                                                                                                 \
    status = (expression);                                                                                             \
    if (status != MLA_STATUS_OK)                                                                                       \
      goto done;                                                                                                       \
  } while (0)

/// Likewise, failing with a new sentence unless `condition` holds.
#define MLA_CHECK(condition, ...)                                                                                      \
  do {                                                                                                                 \
    if (!(condition)) {                                                                                                \
      status = mla_fail(__VA_ARGS__);                                                                                  \
      goto done;                                                                                                       \
    }                                                                                                                  \
  } while (0)

#ifdef __cplusplus
} // extern "C"
#endif

#endif // RUNTIME_SRC_STATUS_H
