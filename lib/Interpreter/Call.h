//===- Call.h - Running the kernels of a program as the runtime would ----------------------------*- C++ -*-===//
#ifndef LIB_INTERPRETER_CALL_H
#define LIB_INTERPRETER_CALL_H

#include "lib/Interpreter/Interpreter.h"
#include <cstring>

namespace mlir::mla_gpu {

/// What the kernels of one op's programs are launched with.
class CallHost {
public:
  virtual ~CallHost() = default;
  /// For messages: "decode".
  virtual StringRef getOpName() const = 0;
  /// Whether a binding has a meaning for the op.
  virtual bool knows(Binding binding) const = 0;
  virtual KernelArgument getArgument(Binding binding) = 0;
  virtual int64_t getExtent(Grid grid) const = 0;
  /// Of a request; 0 of an op whose requests have none.
  virtual int64_t getRows() const = 0;
  DeviceBuffer &getBuffer(Binding binding) { return buffers[binding]; }
  std::map<Binding, DeviceBuffer> &getBuffers() { return buffers; }

protected:
  /// Copies the cache, as each binding that some kernel of the program has shows it; and its scale.
  void allocateCache(ProgramOp program, const mla::reference::DecodeInputs &inputs);

  std::map<Binding, DeviceBuffer> buffers;
};

/// Runs the kernels of the steps schedule and attend that are for the host's rows, in this order, until one has a
/// finding. Counters must be zero afterwards.
LogicalResult runCall(ProgramOp program, CallHost &host, const InterpreterOptions &options, InterpreterReport &report);

template <typename T> std::vector<uint8_t> copyBytes(const std::vector<T> &values) {
  std::vector<uint8_t> bytes(values.size() * sizeof(T));
  if (!bytes.empty())
    std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

/// Bytes of 0xff: NaN in every floating-point type, −1 as an integer.
inline std::vector<uint8_t> makePoison(int64_t bytes) { return std::vector<uint8_t>(bytes, 0xff); }

} // namespace mlir::mla_gpu

#endif // LIB_INTERPRETER_CALL_H
