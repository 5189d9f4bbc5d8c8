//===- Code.h - A kernel prepared for interpretation ----------------------------------------------*- C++ -*-===//
//
// Values get dense numbers and every op its handler, once per kernel, so that a step costs no look-up by name or type.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_INTERPRETER_CODE_H
#define LIB_INTERPRETER_CODE_H

#include "lib/Interpreter/Costs.h"
#include "lib/Interpreter/Values.h"
#include "llvm/ADT/DenseMap.h"

namespace mlir::mla_gpu::interpreter {

class Agent;
class Machine;
struct Instruction;

/// What a handler did. Stop: a finding was recorded.
enum class Step { Done, Blocked, Stop };

/// Executes one op on behalf of an agent. A blocked op changes nothing and is tried again.
using Handler = Step (*)(Machine &, Agent &, const Instruction &);

/// Handlers by op. The populate functions below add one family each.
class HandlerTable {
public:
  template <typename OpTy> void add(Handler handler) { handlers[TypeID::get<OpTy>()] = handler; }
  Handler lookup(Operation *op) const {
    std::optional<RegisteredOperationName> name = op->getRegisteredInfo();
    return name ? handlers.lookup(name->getTypeID()) : nullptr;
  }

private:
  llvm::DenseMap<TypeID, Handler> handlers;
};

void populateArithHandlers(HandlerTable &table);
void populateBarrierHandlers(HandlerTable &table);
void populateColumnHandlers(HandlerTable &table);
void populateControlHandlers(HandlerTable &table);
void populateGlobalHandlers(HandlerTable &table);
void populateLaneHandlers(HandlerTable &table);
void populateMathHandlers(HandlerTable &table);
void populateRowHandlers(HandlerTable &table);
void populateSharedHandlers(HandlerTable &table);
void populateWgmmaHandlers(HandlerTable &table);

struct BlockCode;

/// One op.
struct Instruction {
  Operation *op = nullptr;
  Handler handler = nullptr;
  llvm::SmallVector<unsigned, 4> operands, results; // numbers of the values
  llvm::SmallVector<const BlockCode *, 2> blocks;   // one per region; null where a region is empty
  /// Which shared buffer, mbarrier or named barrier an allocation makes.
  unsigned index = 0;
  /// A pure op on distributed floating-point values, not computed when only the protocol is interpreted.
  bool isValueOnly = false;
  /// For the timing mode.
  OpCost cost;
};

struct BlockCode {
  llvm::SmallVector<unsigned, 4> arguments;
  std::vector<Instruction> instructions;
};

struct RoleCode {
  RoleOp op;
  const BlockCode *body = nullptr;
};

struct KernelCode {
  KernelOp op;
  unsigned numValues = 0;
  /// Bytes of swizzled buffers that are watched for races together: the smallest tile of the kernel's views.
  int64_t cellBytes = SmemType::kTileBytes;
  const BlockCode *setup = nullptr; // the kernel's body; roles in it do nothing
  std::vector<RoleCode> roles;
  std::vector<SmemAllocOp> buffers;
  std::vector<MbarAllocOp> mbars;
  std::vector<NbarAllocOp> nbars;
  std::vector<std::unique_ptr<BlockCode>> blocks;
};

/// Numbers values and finds handlers. Ops that cannot be interpreted get a handler that says so when it is reached.
/// Fails, with a diagnostic, only if the kernel does not verify.
FailureOr<KernelCode> prepareKernel(KernelOp kernel);

} // namespace mlir::mla_gpu::interpreter

#endif // LIB_INTERPRETER_CODE_H
