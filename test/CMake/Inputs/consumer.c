#include <mla/mla_runtime.h>
#include <stdio.h>
#include <string.h>

// consumer FILE: loads a package. consumer --jit FOLDER: compiles one, or takes it from the cache in FOLDER.
int main(int argc, char **argv) {
  mla_package_t *package = NULL;
  mla_status_t status;
  if (argc > 2 && strcmp(argv[1], "--jit") == 0) {
    mla_decode_info_t problem = MLA_DECODE_INFO_INIT;
    mla_jit_options_t options = MLA_JIT_OPTIONS_INIT;
    mla_jit_info_t info = MLA_JIT_INFO_INIT;
    problem.causal = 1;
    problem.d_latent = 512;
    problem.d_rope = 64;
    problem.page_size = 64;
    problem.softmax_scale = 0.125f;
    options.cache_folder = argv[2];
    options.compiler_library = COMPILER_LIBRARY;
    options.ptxas = "none";
    status = mla_package_jit_decode(&problem, NULL, &options, &info, &package);
    printf("%s, ", info.hit ? "cached" : "compiled");
  } else {
    status = mla_package_load(argc > 1 ? argv[1] : "", &package);
  }
  printf("%s: %s\n", mla_status_string(status), mla_last_error_message());
  mla_package_destroy(package);
  return status != MLA_STATUS_OK;
}
