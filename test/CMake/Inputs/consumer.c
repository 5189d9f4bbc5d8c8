#include <mla/mla_runtime.h>
#include <stdio.h>

int main(int argc, char **argv) {
  mla_package_t *package = NULL;
  mla_status_t status = mla_package_load(argc > 1 ? argv[1] : "", &package);
  printf("%s: %s\n", mla_status_string(status), mla_last_error_message());
  mla_package_destroy(package);
  return status != MLA_STATUS_OK;
}
