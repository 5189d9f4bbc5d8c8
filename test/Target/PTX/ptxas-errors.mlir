// What assemblers may do, played by scripts.
// RUN: rm -rf %t && mkdir -p %t/tmp
// RUN: mla-compile --emit=nvvm %s -o %t/in.mlir
//
// Spills and stack frames.
// RUN: printf '#!/bin/sh\necho "ptxas info    : Compiling entry function '"'k'"' for sm_90a"\necho "    136 bytes stack frame, 68 bytes spill stores, 12 bytes spill loads"\necho "ptxas info    : Used 168 registers, used 2 barriers, 16 bytes smem"\n' > %t/spills && chmod +x %t/spills
// RUN: not env TMPDIR=%t/tmp mla-compile --emit=cubin --ptxas=%t/spills %t/in.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=SPILLS
// SPILLS: error: expected at most 128 bytes of stack and 400 of spill stores in kernel 'k', but got 136 and 68, and 12 of spill loads
// SPILLS: note: ptxas says:
// SPILLS: Used 168 registers
// SPILLS: note: the PTX is kept; repeat with: {{.*}}spills -arch=sm_90a -v -o /dev/null
//
// Failure.
// RUN: printf '#!/bin/sh\necho "ptxas fatal   : out of luck" >&2\nexit 255\n' > %t/fails && chmod +x %t/fails
// RUN: not env TMPDIR=%t/tmp mla-compile --emit=cubin --ptxas=%t/fails %t/in.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=FAILS
// FAILS: error: ptxas failed
// FAILS: ptxas fatal   : out of luck
// FAILS: note: the PTX is kept
//
// No output.
// RUN: printf '#!/bin/sh\nexit 0\n' > %t/empty && chmod +x %t/empty
// RUN: not env TMPDIR=%t/tmp mla-compile --emit=cubin --ptxas=%t/empty %t/in.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=EMPTY
// EMPTY: error: expected ptxas to write a cubin, but got an empty file
//
// A file that is no program.
// RUN: printf 'nonsense' > %t/nonsense && chmod +x %t/nonsense
// RUN: not env TMPDIR=%t/tmp mla-compile --emit=cubin --ptxas=%t/nonsense %t/in.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=NONSENSE
// NONSENSE: error: {{cannot run ptxas|ptxas failed}}
//
// Named, but not there.
// RUN: not mla-compile --emit=cubin --ptxas=%t/absent %t/in.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=OPTION
// OPTION: error: expected the option to name a ptxas that can be run, but got '{{.*}}absent'
// RUN: not env MLA_PTXAS=%t/absent mla-compile --emit=cubin %t/in.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=VARIABLE
// VARIABLE: error: expected $MLA_PTXAS to name a ptxas that can be run, but got '{{.*}}absent'
//
// Nowhere to write.
// RUN: not env TMPDIR=%t/nowhere mla-compile --emit=cubin --ptxas=%t/empty %t/in.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=NOWHERE
// NOWHERE: error: cannot write temporary files for ptxas: No such file or directory
//
// All well: the variable's assembler is used, its log is read, and nothing is left behind.
// RUN: printf '#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\necho cubin > "$2"\necho "ptxas info    : Compiling entry function '"'k'"' for sm_90a"\necho "    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads"\necho "ptxas info    : Used 77 registers, used 2 barriers, 16 bytes smem"\n' > %t/well && chmod +x %t/well
// RUN: rm -rf %t/tmp && mkdir %t/tmp
// RUN: env TMPDIR=%t/tmp MLA_PTXAS=%t/well mla-compile --emit=cubin --print-resources %t/in.mlir -o %t/out 2>&1 | FileCheck %s --check-prefix=WELL
// RUN: ls %t/tmp | count 0
// WELL: k: 77 registers, 16 bytes of shared memory, 0 of stack, 0 of spills

mla_gpu.program @program {
  mla_gpu.kernel @k() step(other) grid(one, one) threads(32) {
    mla_gpu.role "r" warps(0 to 1) team(warp) { }
  }
}
