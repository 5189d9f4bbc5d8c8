//===- ControlOps.cpp - Interpretation of structure and control flow ----------------------------------------===//
#include "lib/Interpreter/Machine.h"

namespace mlir::mla_gpu::interpreter {

namespace {

/// Copies values from the slots `from` to the slots `to`, which may overlap.
template <typename From, typename To> void copyValues(Agent &agent, const From &from, const To &to) {
  SmallVector<RuntimeValue, 8> values;
  for (unsigned number : from)
    values.push_back(agent.values[number]);
  for (auto [number, value] : llvm::zip(to, values))
    agent.values[number] = std::move(value);
}

Step executeRole(Machine &machine, Agent &agent, const Instruction &instruction) {
  return Step::Done; // an agent of its own
}

Step executeItems(Machine &machine, Agent &agent, const Instruction &instruction) {
  return machine.stop(FindingKind::Unsupported, instruction,
                      "expected 'mla_gpu.items' to be expanded (mla-gpu-expand-items)");
}

Step executeBlockId(Machine &machine, Agent &agent, const Instruction &instruction) {
  agent.result(instruction).integer = machine.getBlock(agent)[cast<BlockIdOp>(instruction.op).getDimension()];
  return Step::Done;
}

Step executeClusterRank(Machine &machine, Agent &agent, const Instruction &instruction) {
  agent.result(instruction).integer = agent.rank;
  return Step::Done;
}

Step executeGridSize(Machine &machine, Agent &agent, const Instruction &instruction) {
  agent.result(instruction).integer = machine.grid[cast<GridSizeOp>(instruction.op).getDimension()];
  return Step::Done;
}

Step executeWarpId(Machine &machine, Agent &agent, const Instruction &instruction) {
  agent.result(instruction).integer = agent.warp;
  return Step::Done;
}

Step executeTail(Machine &machine, Agent &agent, const Instruction &instruction) {
  const BlockCode *body = instruction.blocks.front();
  copyValues(agent, instruction.operands, body->arguments);
  agent.frames.push_back({body, 0, &instruction});
  return Step::Done;
}

Step executeWhile(Machine &machine, Agent &agent, const Instruction &instruction) {
  const BlockCode *before = instruction.blocks.front();
  copyValues(agent, instruction.operands, before->arguments);
  agent.frames.push_back({before, 0, &instruction});
  return Step::Done;
}

/// The end of a `while`'s first region: on to the second, or out of the loop.
Step executeCondition(Machine &machine, Agent &agent, const Instruction &instruction) {
  Agent::Frame &frame = agent.frames.back();
  ArrayRef<unsigned> passed = ArrayRef(instruction.operands).drop_front();
  if (agent.operand(instruction, 0).integer) {
    frame.code = frame.owner->blocks[1];
    frame.next = 0;
    copyValues(agent, passed, frame.code->arguments);
    return Step::Done;
  }
  copyValues(agent, passed, frame.owner->results);
  agent.frames.pop_back();
  return Step::Done;
}

bool hasIteration(const Agent::Frame &frame) {
  auto loop = cast<scf::ForOp>(frame.owner->op);
  if (!loop.getUnsignedCmp())
    return frame.induction < frame.bound;
  unsigned width = getIntegerWidth(loop.getInductionVar().getType());
  return asUnsigned(frame.induction, width) < asUnsigned(frame.bound, width);
}

Step executeFor(Machine &machine, Agent &agent, const Instruction &instruction) {
  Agent::Frame frame{instruction.blocks.front(), 0, &instruction};
  frame.induction = agent.operand(instruction, 0).integer;
  frame.bound = agent.operand(instruction, 1).integer;
  frame.step = agent.operand(instruction, 2).integer;
  if (frame.step <= 0)
    return machine.stop(FindingKind::Undefined, instruction,
                        llvm::formatv("expected a positive loop step, but got {0}", frame.step));
  ArrayRef<unsigned> inits = ArrayRef(instruction.operands).drop_front(3);
  if (!hasIteration(frame)) {
    copyValues(agent, inits, instruction.results);
    return Step::Done;
  }
  copyValues(agent, inits, ArrayRef(frame.code->arguments).drop_front());
  agent.values[frame.code->arguments.front()].integer = frame.induction;
  agent.frames.push_back(frame);
  return Step::Done;
}

Step executeIf(Machine &machine, Agent &agent, const Instruction &instruction) {
  const BlockCode *code = instruction.blocks[agent.operand(instruction, 0).integer ? 0 : 1];
  if (code)
    agent.frames.push_back({code, 0, &instruction});
  return Step::Done;
}

Step executeEachWarp(Machine &machine, Agent &agent, const Instruction &instruction) {
  const BlockCode *code = instruction.blocks.front();
  agent.values[code->arguments.front()].integer = 0;
  agent.frames.push_back({code, 0, &instruction});
  return Step::Done;
}

Step executeYield(Machine &machine, Agent &agent, const Instruction &instruction) {
  Agent::Frame &frame = agent.frames.back();
  if (isa<scf::WhileOp>(frame.owner->op)) {
    frame.code = frame.owner->blocks.front();
    frame.next = 0;
    copyValues(agent, instruction.operands, frame.code->arguments);
    return Step::Done;
  }
  if (isa<scf::ForOp>(frame.owner->op)) {
    unsigned width = getIntegerWidth(cast<scf::ForOp>(frame.owner->op).getInductionVar().getType());
    int64_t next = wrapInteger(static_cast<uint64_t>(frame.induction) + static_cast<uint64_t>(frame.step), width);
    bool wrapped = cast<scf::ForOp>(frame.owner->op).getUnsignedCmp()
                       ? asUnsigned(next, width) < asUnsigned(frame.induction, width)
                       : next < frame.induction;
    frame.induction = next;
    if (!wrapped && hasIteration(frame)) {
      copyValues(agent, instruction.operands, ArrayRef(frame.code->arguments).drop_front());
      agent.values[frame.code->arguments.front()].integer = frame.induction;
      frame.next = 0;
      return Step::Done;
    }
  }
  copyValues(agent, instruction.operands, frame.owner->results);
  agent.frames.pop_back();
  return Step::Done;
}

} // namespace

void populateControlHandlers(HandlerTable &table) {
  table.add<RoleOp>(executeRole);
  table.add<ItemsOp>(executeItems);
  table.add<BlockIdOp>(executeBlockId);
  table.add<ClusterRankOp>(executeClusterRank);
  table.add<GridSizeOp>(executeGridSize);
  table.add<WarpIdOp>(executeWarpId);
  table.add<EachWarpOp>(executeEachWarp);
  table.add<TailOp>(executeTail);
  table.add<scf::ForOp>(executeFor);
  table.add<scf::IfOp>(executeIf);
  table.add<scf::WhileOp>(executeWhile);
  table.add<scf::ConditionOp>(executeCondition);
  table.add<scf::YieldOp>(executeYield);
}

} // namespace mlir::mla_gpu::interpreter
