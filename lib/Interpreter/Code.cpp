//===- Code.cpp - A kernel prepared for interpretation ------------------------------------------------------===//
#include "lib/Interpreter/Code.h"
#include "lib/Interpreter/Machine.h"
#include "mlir/IR/Verifier.h"

namespace mlir::mla_gpu::interpreter {

namespace {

Step executeUnknownOp(Machine &machine, Agent &agent, const Instruction &instruction) {
  return machine.stop(FindingKind::Unsupported, instruction,
                      llvm::formatv("'{0}' is not interpreted", instruction.op->getName()));
}

Step executeUnknownType(Machine &machine, Agent &agent, const Instruction &instruction) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (Type type : llvm::concat<Type>(llvm::to_vector<4>(instruction.op->getOperandTypes()),
                                      llvm::to_vector<4>(instruction.op->getResultTypes()))) {
    if (isSupportedType(type))
      continue;
    stream << type;
    break;
  }
  return machine.stop(FindingKind::Unsupported, instruction, "values of type " + text + " are not interpreted");
}

Step executePartialSums(Machine &machine, Agent &agent, const Instruction &instruction) {
  return machine.stop(FindingKind::Unsupported, instruction,
                      llvm::formatv("row_partial values can be added, scaled by rows and reduced, but got '{0}'",
                                    instruction.op->getName()));
}

const HandlerTable &getHandlers() {
  static const HandlerTable table = [] {
    HandlerTable result;
    populateArithHandlers(result);
    populateBarrierHandlers(result);
    populateColumnHandlers(result);
    populateControlHandlers(result);
    populateGlobalHandlers(result);
    populateLaneHandlers(result);
    populateMathHandlers(result);
    populateRowHandlers(result);
    populateSharedHandlers(result);
    populateWgmmaHandlers(result);
    return result;
  }();
  return table;
}

class Preparation {
public:
  explicit Preparation(KernelCode &code) : code(code) {}

  const BlockCode *prepare(Block &block) {
    code.blocks.push_back(std::make_unique<BlockCode>());
    BlockCode *result = code.blocks.back().get();
    for (BlockArgument argument : block.getArguments())
      result->arguments.push_back(define(argument));
    for (Operation &op : block)
      result->instructions.push_back(prepare(op));
    return result;
  }

private:
  unsigned define(Value value) {
    unsigned number = code.numValues++;
    numbers[value] = number;
    if (auto smem = dyn_cast<SmemType>(value.getType()); smem && smem.getSwizzle() != Swizzle::None)
      code.cellBytes = std::min(code.cellBytes, smem.getTileBytes());
    return number;
  }

  Instruction prepare(Operation &op) {
    Instruction instruction;
    instruction.op = &op;
    for (Value operand : op.getOperands())
      instruction.operands.push_back(numbers.lookup(operand));
    for (Value result : op.getResults())
      instruction.results.push_back(define(result));
    if (auto buffer = dyn_cast<SmemAllocOp>(op)) {
      instruction.index = code.buffers.size();
      code.buffers.push_back(buffer);
    } else if (auto mbar = dyn_cast<MbarAllocOp>(op)) {
      instruction.index = code.mbars.size();
      code.mbars.push_back(mbar);
    } else if (auto nbar = dyn_cast<NbarAllocOp>(op)) {
      instruction.index = code.nbars.size();
      code.nbars.push_back(nbar);
    }
    if (auto copy = dyn_cast<TmaLoadOp>(op); copy && copy.getFirstRow()) {
      SmemType target = copy.getTarget().getType();
      int64_t rowBytes = target.getTileBytes() / target.getShape().front();
      code.cellBytes = std::min(code.cellBytes, copy.getMap().getType().getBoxRows() * rowBytes);
    }
    instruction.handler = chooseHandler(op);
    instruction.cost = getCost(&op);
    for (Region &region : op.getRegions())
      instruction.blocks.push_back(region.hasOneBlock() ? prepare(region.front()) : nullptr);
    if (auto role = dyn_cast<RoleOp>(op))
      code.roles.push_back({role, instruction.blocks.front()});
    bool touchesReals =
        llvm::any_of(op.getOperandTypes(), isRealTensor) || llvm::any_of(op.getResultTypes(), isRealTensor);
    instruction.isValueOnly = touchesReals && op.getNumRegions() == 0 && !op.hasTrait<OpTrait::IsTerminator>() &&
                              isMemoryEffectFree(&op) && !isa<AsPendingOp>(op);
    return instruction;
  }

  Handler chooseHandler(Operation &op) {
    Handler handler = getHandlers().lookup(&op);
    if (!handler)
      return executeUnknownOp;
    auto isUnknown = [](Type type) { return !isSupportedType(type); };
    if (llvm::any_of(op.getOperandTypes(), isUnknown) || llvm::any_of(op.getResultTypes(), isUnknown))
      return executeUnknownType;
    // Arithmetic is done in f32 and on integers; smaller floats exist only as elements of operands and in memory.
    bool isArithmetic = isa<arith::ArithDialect, math::MathDialect>(op.getDialect());
    bool isSum = isa<arith::AddFOp, arith::SubFOp, arith::NegFOp, arith::ConstantOp, arith::SelectOp>(op);
    for (Type type :
         llvm::concat<Type>(llvm::to_vector<4>(op.getOperandTypes()), llvm::to_vector<4>(op.getResultTypes()))) {
      if (isArithmetic && !isSum && hasLayout(type, Layout::RowPartial))
        return executePartialSums;
      if (isArithmetic && !isa<arith::ConstantOp, arith::SelectOp>(op) && isHeldAsBits(getElementTypeOrSelf(type)))
        return executeUnknownOp;
    }
    return handler;
  }

  KernelCode &code;
  llvm::DenseMap<Value, unsigned> numbers;
};

} // namespace

FailureOr<KernelCode> prepareKernel(KernelOp kernel) {
  if (failed(verify(kernel)))
    return failure();
  KernelCode code;
  code.op = kernel;
  code.setup = Preparation(code).prepare(kernel.getBody().front());
  return code;
}

} // namespace mlir::mla_gpu::interpreter
