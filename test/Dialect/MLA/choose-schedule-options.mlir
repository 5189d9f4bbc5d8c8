// Options that no schedule can have are errors; a kind that there is not, at the op that it is for.
// RUN: not mla-opt %s --mla-choose-schedule="schedule=kind=flash" 2>&1 | FileCheck %s --check-prefix=KIND
// RUN: not mla-opt %s --mla-choose-schedule="schedule=rescale_threshold=8.5" 2>&1 | FileCheck %s --check-prefix=THRESHOLD
// RUN: not mla-opt %s --mla-choose-schedule="schedule=rescale_threshold=nan" 2>&1 | FileCheck %s --check-prefix=NAN
// RUN: not mla-opt %s --mla-choose-schedule="schedule=item_cost=65" 2>&1 | FileCheck %s --check-prefix=COST
// RUN: not mla-opt %s --mla-choose-schedule="schedule=min_steps=0" 2>&1 | FileCheck %s --check-prefix=STEPS

// With a folder of templates, its files are the kinds.
// RUN: mla-opt %s --mla-choose-schedule="template-dir=%S/Inputs/templates schedule=kind=decode_other" \
// RUN:   | FileCheck %s --check-prefix=OTHER
// RUN: not mla-opt %s --mla-choose-schedule="template-dir=%S/Inputs/templates" 2>&1 | FileCheck %s --check-prefix=FOLDER
// RUN: not mla-opt %s --mla-choose-schedule="template-dir=%t.absent" 2>&1 | FileCheck %s --check-prefix=ABSENT

// KIND: choose-schedule-options.mlir:[[@LINE+13]]:16: error: expected schedule kind "decode_seesaw", but got "flash"
// THRESHOLD: error: expected rescale_threshold from 0 to 8, but got '8.5'
// NAN: error: expected rescale_threshold from 0 to 8, but got 'nan'
// COST: error: expected item_cost from 0 to 64, but got '65'
// FOLDER: choose-schedule-options.mlir:[[@LINE+9]]:16: error: expected schedule kind "decode_other", but got "decode_seesaw"
// STEPS: error: expected min_steps from 1 to 1024, but got '0'
// OTHER: mla.decode {{.*}} mla_gpu.schedule = #mla_gpu.schedule<kind = "decode_other",
// ABSENT: error: cannot read the schedule templates in '{{.*}}.absent': {{[Nn]}}o such file or directory

!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x1x128x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>,
                  %seq_lens: tensor<?xi32>) {
  // An op without a schedule.
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0.1352 causal
      : (tensor<?x1x128x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x1x128x512xbf16>, tensor<?x1x128xf32>)
  return
}
