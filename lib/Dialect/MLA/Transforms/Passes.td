//===- Passes.td - Passes on the mla dialect ----------------------------------------------------------------===//
#ifndef LIB_DIALECT_MLA_TRANSFORMS_PASSES_TD
#define LIB_DIALECT_MLA_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def ChooseSchedulePass : Pass<"mla-choose-schedule"> {
  let summary = "decide how every attention op becomes a kernel, and write the choice on the op";
  let description = [{
    Gives every `mla.decode` the discardable attribute `mla_gpu.schedule`, which `convert-mla-to-mla-gpu` reads. An op
    that carries the attribute already keeps it: that is how a user overrides the choice. A kind that no schedule has is an
    error, in an option or in an attribute.

    The pass applies to any op and chooses for every attention op inside. If a table of measured choices has a row for the
    op's class (element type, d_latent, page size, rows h_q · s_q), that row is the choice; otherwise the defaults are,
    which are good for all shapes. Fields that `schedule` names then take the place of what was chosen.
    `mla_gpu.chosen_by` says how it came about. `docs/tuning.md` has tables and defaults; `#mla_gpu.schedule` says what
    each field means.

    Before:

    ```mlir
    %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal : (…) -> (…)
    ```

    After:

    ```mlir
    %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal
        {mla_gpu.chosen_by = "default",
         mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_seesaw", rescale_threshold = 8.0 : f32, item_cost = 1,
                                              min_steps = 1, align_steps = 3, merge_in_flight = 16, …>} : (…) -> (…)
    ```
  }];
  let options = [
    Option<"schedule", "schedule", "std::string", "\"\"",
           "Fields that override the choice, e.g. kind=decode_seesaw,item_cost=2">,
    Option<"tablePath", "table", "std::string", "\"\"",
           "File with measured choices; empty: the built-in one for the GPU, if there is one; none: do without">,
    Option<"gpu", "gpu", "std::string", "\"\"",
           "The GPU whose built-in table is meant, as its driver calls it; empty: the first table">,
    Option<"templateDir", "template-dir", "std::string", "\"\"",
           "Folder whose templates are the kinds that there are, instead of the built-in ones">];
  let statistics = [
    Statistic<"numChosen", "num-chosen", "Attention ops that received a schedule">,
    Statistic<"numFromTable", "num-from-table", "Attention ops that received one from a table">,
    Statistic<"numKept", "num-kept", "Attention ops that kept the schedule that they had">];
  let dependentDialects = ["::mlir::mla_gpu::MLAGPUDialect"];
}

#endif
