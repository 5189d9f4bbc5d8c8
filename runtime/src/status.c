//===- status.c - Statuses with a sentence ------------------------------------------------------------------===//
#include "status.h"

#include <stdarg.h>
#include <stdio.h>

/// Long enough for the assembler's log of a PTX image; what does not fit is cut off.
static _Thread_local char last_message[8192];

mla_status_t mla_fail(mla_status_t status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(last_message, sizeof(last_message), format, arguments);
  va_end(arguments);
  return status;
}

const char *mla_last_error_message(void) { return last_message; }

const char *mla_status_string(mla_status_t status) {
  const char *name = "unknown status";
  switch (status) {
  case MLA_STATUS_OK:
    name = "ok";
    break;
  case MLA_STATUS_INVALID_ARGUMENT:
    name = "invalid argument";
    break;
  case MLA_STATUS_UNSUPPORTED:
    name = "unsupported";
    break;
  case MLA_STATUS_CORRUPT_PACKAGE:
    name = "corrupt package";
    break;
  case MLA_STATUS_IO_ERROR:
    name = "input/output error";
    break;
  case MLA_STATUS_OUT_OF_MEMORY:
    name = "out of memory";
    break;
  case MLA_STATUS_NO_DRIVER:
    name = "no driver";
    break;
  case MLA_STATUS_NO_DEVICE:
    name = "no device";
    break;
  case MLA_STATUS_WRONG_CONTEXT:
    name = "wrong context";
    break;
  case MLA_STATUS_DRIVER_ERROR:
    name = "driver error";
    break;
  case MLA_STATUS_NO_COMPILER:
    name = "no compiler";
    break;
  case MLA_STATUS_COMPILE_ERROR:
    name = "compile error";
    break;
  }
  return name;
}
