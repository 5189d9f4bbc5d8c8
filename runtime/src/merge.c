//===- merge.c - Plans for merging partial results --------------------------------------------------------------===//
#include "check.h"
#include "module.h"
#include "package.h"
#include "status.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/// Kernels go past the last row by up to a round of all warps, in 32 bits.
static const int64_t max_rows = INT64_C(1) << 30;

struct mla_merge_plan_t {
  mla_module_t *module;
  int64_t heads;
};

static const char *element_name(mla_element_t element) {
  const char *name = "an unknown one";
  if (element == MLA_ELEMENT_BF16)
    name = "bf16";
  else if (element == MLA_ELEMENT_F16)
    name = "f16";
  else if (element == MLA_ELEMENT_F32)
    name = "f32";
  return name;
}

mla_status_t mla_merge_can_implement(const mla_package_t *package, const mla_merge_desc_t *desc) {
  mla_status_t status = MLA_STATUS_OK;
  MLA_CHECK(package, MLA_STATUS_INVALID_ARGUMENT, "package: expected a handle, but got null");
  MLA_CHECK(desc, MLA_STATUS_INVALID_ARGUMENT, "desc: expected a pointer, but got null");
  MLA_CHECK(desc->struct_size == sizeof(*desc), MLA_STATUS_INVALID_ARGUMENT,
            "desc: expected struct_size %zu, but got %zu", sizeof(*desc), desc->struct_size);
  MLA_CHECK(package->op == MLA_OP_MERGE, MLA_STATUS_UNSUPPORTED, "package '%s' implements no merge op", package->name);
  const mla_merge_info_t *info = &package->merge;
  MLA_CHECK(desc->element == info->element, MLA_STATUS_UNSUPPORTED,
            "package '%s' implements element type %s, but got %s", package->name, element_name(info->element),
            element_name(desc->element));
  MLA_TRY(mla_check_same(package, "heads", info->heads, desc->heads));
  MLA_TRY(mla_check_same(package, "d_v", info->d_v, desc->d_v));
  MLA_TRY(mla_check_same(package, "heads_first", info->heads_first, desc->heads_first));
done:
  return status;
}

mla_status_t mla_merge_plan_create(const mla_package_t *package, const mla_merge_desc_t *desc,
                                   mla_merge_plan_t **out_plan) {
  mla_status_t status = MLA_STATUS_OK;
  mla_merge_plan_t *plan = NULL;
  MLA_CHECK(out_plan, MLA_STATUS_INVALID_ARGUMENT, "out_plan: expected a pointer, but got null");
  *out_plan = NULL;
  MLA_TRY(mla_merge_can_implement(package, desc));
  plan = calloc(1, sizeof(*plan));
  MLA_CHECK(plan, MLA_STATUS_OUT_OF_MEMORY, "no memory for a plan");
  MLA_TRY(mla_module_create(package, &plan->module));
  plan->heads = desc->heads;
  *out_plan = plan;
  plan = NULL;
done:
  mla_merge_plan_destroy(plan);
  return status;
}

void mla_merge_plan_destroy(mla_merge_plan_t *plan) {
  if (plan) {
    mla_module_destroy(plan->module);
    free(plan);
  }
}

mla_status_t mla_merge_run(const mla_merge_plan_t *plan, const mla_merge_args_t *args, void *stream) {
  mla_status_t status = MLA_STATUS_OK;
  mla_launch_t launch;
  memset(&launch, 0, sizeof(launch));
  MLA_CHECK(plan, MLA_STATUS_INVALID_ARGUMENT, "plan: expected a handle, but got null");
  MLA_CHECK(args, MLA_STATUS_INVALID_ARGUMENT, "args: expected a pointer, but got null");
  MLA_CHECK(args->struct_size == sizeof(*args), MLA_STATUS_INVALID_ARGUMENT,
            "args: expected struct_size %zu, but got %zu", sizeof(*args), args->struct_size);
  MLA_TRY(mla_check_range("tokens", args->tokens, 0, max_rows / plan->heads));
  if (args->tokens == 0)
    goto done;
  launch.num_parts = 1;
  launch.values[MLA_BINDING_OUT_A].address = args->out_a;
  launch.values[MLA_BINDING_LSE_A].address = args->lse_a;
  launch.values[MLA_BINDING_OUT_B].address = args->out_b;
  launch.values[MLA_BINDING_LSE_B].address = args->lse_b;
  launch.values[MLA_BINDING_OUT].address = args->out;
  launch.values[MLA_BINDING_LSE].address = args->lse;
  launch.values[MLA_BINDING_TOKENS].integer = args->tokens;
  MLA_TRY(mla_module_check(plan->module, MLA_STEP_MERGE, &launch));
  MLA_TRY(mla_module_launch(plan->module, MLA_STEP_MERGE, &launch, stream));
done:
  return status;
}
