//===- GlobalMemory.h - Access to the buffers of the interpreted device ---------------------------*- C++ -*-===//
#ifndef LIB_INTERPRETER_GLOBALMEMORY_H
#define LIB_INTERPRETER_GLOBALMEMORY_H

#include "lib/Interpreter/Machine.h"

namespace mlir::mla_gpu::interpreter {

/// Whether the kernel may access the buffer yet (see DeviceBuffer::Availability); stops with a race if not.
Step checkAvailable(Machine &machine, Agent &agent, const Instruction &instruction, const DeviceBuffer *buffer);

/// The warp of the team that executes the body of an `each_warp`; -1 outside.
int64_t getWarp(const Agent &agent);

/// The address of elements [index, index + count) behind a pointer, or null after a finding: not available, out of
/// bounds, or `index` not a multiple of `alignment` elements.
uint8_t *access(Machine &machine, Agent &agent, const Instruction &instruction, Value pointer,
                const RuntimeValue &value, int64_t index, int64_t count, int64_t alignment = 1);

/// Whether a load of `bytes` from `begin` on is ordered after the stores of this launch, by other blocks or other
/// roles; stops with a race if not, and records the load if so.
bool noteLoad(Machine &machine, Agent &agent, const Instruction &instruction, const DeviceBuffer *buffer,
              const uint8_t *begin, size_t bytes);

/// A number for the stores of one execution of an op, for `noteStore`.
unsigned beginStore(Machine &machine, Agent &agent, const Instruction &instruction);

/// The same for a store, which must also be ordered after the loads and is recorded under the number `write`.
bool noteStore(Machine &machine, Agent &agent, const Instruction &instruction, DeviceBuffer *buffer,
               const uint8_t *begin, size_t bytes, unsigned write);

} // namespace mlir::mla_gpu::interpreter

#endif // LIB_INTERPRETER_GLOBALMEMORY_H
