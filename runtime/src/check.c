//===- check.c - Checks of numbers that plans and calls share -----------------------------------------------===//
#include "check.h"
#include "status.h"
#include <inttypes.h>

mla_status_t mla_check_range(const char *name, int64_t value, int64_t min, int64_t max) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(value >= min && value <= max, MLA_STATUS_INVALID_ARGUMENT,
            "%s: expected %" PRId64 " to %" PRId64 ", but got %" PRId64, name, min, max, value);
done:
  return status;
}

mla_status_t mla_check_same(const mla_package_t *package, const char *name, int64_t expected, int64_t value) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(expected == value, MLA_STATUS_UNSUPPORTED, "package '%s' implements %s = %" PRId64 ", but got %" PRId64,
            package->name, name, expected, value);
done:
  return status;
}

mla_status_t mla_check_fixed(const mla_package_t *package, const char *name, int64_t fixed, int64_t value) {
  return fixed == 0 ? MLA_STATUS_OK : mla_check_same(package, name, fixed, value);
}
