#include <mla/mla_runtime.h>
#include <stdio.h>
#include <string.h>

// consumer FILE: loads a package. consumer --jit FOLDER: compiles one, or takes it from the cache in FOLDER.
int main(int argc, char **argv) {
  mla_package_t *package = NULL;
  mla_status_t status;
  if (argc > 2 && strcmp(argv[1], "--jit") == 0) {
    mla_decode_desc_t desc = MLA_DECODE_DESC_INIT;
    mla_jit_options_t options = MLA_JIT_OPTIONS_INIT;
    mla_jit_info_t info = MLA_JIT_INFO_INIT;
    desc.causal = 1;
    desc.d_latent = 512;
    desc.d_rope = 64;
    desc.page_size = 64;
    desc.softmax_scale = 0.125f;
    options.cache_folder = argv[2];
    options.compiler_library = COMPILER_LIBRARY;
    options.ptxas = "none";
    status = mla_package_jit(&desc, &options, &info, &package);
    printf("%s, ", info.hit ? "cached" : "compiled");
  } else {
    status = mla_package_load(argc > 1 ? argv[1] : "", &package);
  }
  printf("%s: %s\n", mla_status_string(status), mla_last_error_message());
  mla_package_destroy(package);
  return status != MLA_STATUS_OK;
}
