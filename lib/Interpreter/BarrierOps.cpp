//===- BarrierOps.cpp - Interpretation of barriers, fences and launch dependence ----------------------------===//
#include "lib/Interpreter/Machine.h"

namespace mlir::mla_gpu::interpreter {

namespace {

Step executeAlloc(Machine &machine, Agent &agent, const Instruction &instruction) {
  agent.result(instruction).index = instruction.index;
  return Step::Done;
}

Step arrive(Machine &machine, Agent &agent, const Instruction &instruction, int64_t bytes) {
  Mbarrier &mbar = machine.mbars[agent.operand(instruction, 0).index];
  if (std::optional<std::string> error = mbar.arrive(agent.timeline.release(/*allThreads=*/false), bytes))
    return machine.stop(FindingKind::BadArrival, instruction, *error);
  return Step::Done;
}

Step executeMbarArm(Machine &machine, Agent &agent, const Instruction &instruction) {
  return arrive(machine, agent, instruction, cast<MbarArmOp>(instruction.op).getBytes());
}

Step executeMbarArrive(Machine &machine, Agent &agent, const Instruction &instruction) {
  return arrive(machine, agent, instruction, 0);
}

Step executeMbarWait(Machine &machine, Agent &agent, const Instruction &instruction) {
  Mbarrier &mbar = machine.mbars[agent.operand(instruction, 0).index];
  int64_t parity = agent.operand(instruction, 1).integer;
  if (parity != 0 && parity != 1)
    return machine.stop(FindingKind::Undefined, instruction,
                        llvm::formatv("expected parity 0 or 1, but got {0}", parity));
  if (!mbar.isComplete(parity))
    return Step::Blocked;
  agent.timeline.acquire(mbar.getClock());
  return Step::Done;
}

Step executeNbarArrive(Machine &machine, Agent &agent, const Instruction &instruction) {
  NamedBarrier &nbar = machine.nbars[agent.operand(instruction, 0).index];
  Clock released = agent.timeline.release(/*allThreads=*/true);
  if (std::optional<std::string> error = nbar.arrive(agent.timeline.getAgent(), agent.threads, released))
    return machine.stop(FindingKind::BadArrival, instruction, *error);
  return Step::Done;
}

Step executeNbarSync(Machine &machine, Agent &agent, const Instruction &instruction) {
  NamedBarrier &nbar = machine.nbars[agent.operand(instruction, 0).index];
  if (!agent.generation) {
    agent.generation = nbar.getGeneration();
    agent.generationClock = nbar.getClock();
    Clock released = agent.timeline.release(/*allThreads=*/true);
    if (std::optional<std::string> error = nbar.arrive(agent.timeline.getAgent(), agent.threads, released))
      return machine.stop(FindingKind::BadArrival, instruction, *error);
  }
  if (nbar.getGeneration() == *agent.generation)
    return Step::Blocked;
  agent.generation.reset();
  agent.timeline.acquire(*agent.generationClock);
  agent.timeline.sync();
  return Step::Done;
}

Step executeFenceAsync(Machine &machine, Agent &agent, const Instruction &instruction) {
  agent.timeline.fence();
  return Step::Done;
}

Step executePdlWait(Machine &machine, Agent &agent, const Instruction &instruction) {
  agent.timeline.acquireLaunch();
  return Step::Done;
}

Step executePdlTrigger(Machine &machine, Agent &agent, const Instruction &instruction) { return Step::Done; }

} // namespace

void populateBarrierHandlers(HandlerTable &table) {
  table.add<MbarAllocOp>(executeAlloc);
  table.add<NbarAllocOp>(executeAlloc);
  table.add<MbarArmOp>(executeMbarArm);
  table.add<MbarArriveOp>(executeMbarArrive);
  table.add<MbarWaitOp>(executeMbarWait);
  table.add<NbarArriveOp>(executeNbarArrive);
  table.add<NbarSyncOp>(executeNbarSync);
  table.add<FenceAsyncOp>(executeFenceAsync);
  table.add<PdlWaitOp>(executePdlWait);
  table.add<PdlTriggerOp>(executePdlTrigger);
}

} // namespace mlir::mla_gpu::interpreter
