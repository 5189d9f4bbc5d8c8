//===- driver.c - Opening libcuda -----------------------------------------------------------------------------===//
#define _GNU_SOURCE // secure_getenv
#include "driver.h"
#include "status.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static pthread_mutex_t driver_mutex = PTHREAD_MUTEX_INITIALIZER;
static mla_driver_t driver_table;
static int driver_ready;

typedef struct symbol_t {
  const char *name;
  size_t offset;
  int required;
} symbol_t;

static const symbol_t symbols[] = {
#define MLA_REQUIRED(name, parameters) {#name, offsetof(mla_driver_t, name), 1},
#define MLA_OPTIONAL(name, parameters) {#name, offsetof(mla_driver_t, name), 0},
    MLA_DRIVER_SYMBOLS(MLA_REQUIRED) MLA_DRIVER_OPTIONAL_SYMBOLS(MLA_OPTIONAL)
#undef MLA_REQUIRED
#undef MLA_OPTIONAL
};

static mla_status_t open_driver(mla_driver_t *table) {
  mla_status_t status = MLA_STATUS_OK;
  const char *path = secure_getenv("MLA_CUDA_DRIVER");
  if (!path || !*path)
    path = "libcuda.so.1";
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *reason = dlerror();
    status =
        mla_fail(MLA_STATUS_NO_DRIVER,
                 "cannot open the NVIDIA driver library: %s; install the NVIDIA driver, or run in a container that "
                 "is given one (docker run --gpus all)",
                 reason ? reason : path);
    goto done;
  }
  for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); ++i) {
    void *address = dlsym(library, symbols[i].name);
    MLA_CHECK(address || !symbols[i].required, MLA_STATUS_NO_DRIVER,
              "the driver library %s has no %s; install a driver for CUDA 12.0 or newer", path, symbols[i].name);
    // ISO C has no conversion from object to function pointers; POSIX promises that the bits are the same.
    memcpy((char *)table + symbols[i].offset, &address, sizeof(address));
  }
  mla_cu_result_t result = table->cuInit(0);
  if (result == MLA_CUDA_ERROR_NO_DEVICE) {
    status =
        mla_fail(MLA_STATUS_NO_DEVICE, "the NVIDIA driver finds no GPU; check nvidia-smi and CUDA_VISIBLE_DEVICES");
    goto done;
  }
  MLA_TRY(mla_driver_status(table, result, "cuInit", NULL));

done:
  // Never closed: libcuda may have started threads by now, and a second attempt only counts one more reference.
  return status;
}

mla_status_t mla_driver_get(const mla_driver_t **out_driver) {
  mla_status_t status = MLA_STATUS_OK;
  *out_driver = NULL;
  pthread_mutex_lock(&driver_mutex);
  if (!driver_ready) {
    mla_driver_t table;
    memset(&table, 0, sizeof(table));
    status = open_driver(&table);
    if (status == MLA_STATUS_OK) {
      driver_table = table;
      driver_ready = 1;
    }
  }
  pthread_mutex_unlock(&driver_mutex);
  if (status == MLA_STATUS_OK)
    *out_driver = &driver_table;
  return status;
}

mla_status_t mla_driver_status(const mla_driver_t *driver, mla_cu_result_t result, const char *call,
                               const char *detail) {
  mla_status_t status = MLA_STATUS_OK;
  if (result != MLA_CUDA_SUCCESS) {
    const char *name = NULL, *text = NULL;
    if (driver->cuGetErrorName(result, &name) != MLA_CUDA_SUCCESS || !name)
      name = "unknown error";
    if (driver->cuGetErrorString(result, &text) != MLA_CUDA_SUCCESS || !text)
      text = "no description";
    switch (result) {
    case MLA_CUDA_ERROR_OUT_OF_MEMORY:
      status = MLA_STATUS_OUT_OF_MEMORY;
      break;
    case MLA_CUDA_ERROR_NO_DEVICE:
    case MLA_CUDA_ERROR_INVALID_DEVICE:
    case MLA_CUDA_ERROR_NO_BINARY_FOR_GPU:
      status = MLA_STATUS_NO_DEVICE;
      break;
    case MLA_CUDA_ERROR_UNSUPPORTED_PTX_VERSION:
      status = MLA_STATUS_NO_DRIVER;
      break;
    default:
      status = MLA_STATUS_DRIVER_ERROR;
      break;
    }
    int has_detail = detail && *detail;
    mla_fail(status, "%s failed: %s (%d): %s%s%s", call, name, result, text, has_detail ? "; " : "",
             has_detail ? detail : "");
  }
  return status;
}
