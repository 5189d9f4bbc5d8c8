//===- BarrierOps.cpp - Interpretation of barriers, fences and launch dependence ----------------------------===//
#include "lib/Interpreter/GlobalMemory.h"
#include "lib/Interpreter/Machine.h"
#include <cstring>

namespace mlir::mla_gpu::interpreter {

namespace {

Step executeMbarAlloc(Machine &machine, Agent &agent, const Instruction &instruction) {
  agent.result(instruction).index = agent.rank * machine.code.mbars.size() + instruction.index;
  return Step::Done;
}

Step executeNbarAlloc(Machine &machine, Agent &agent, const Instruction &instruction) {
  agent.result(instruction).index = agent.rank * machine.code.nbars.size() + instruction.index;
  return Step::Done;
}

Step arrive(Machine &machine, Agent &agent, const Instruction &instruction, int64_t bytes) {
  Clock released = agent.timeline.release(/*allThreads=*/false);
  unsigned index = agent.operand(instruction, 0).index;
  for (unsigned target : machine.getTargets(instruction.op, index, machine.code.mbars.size()))
    if (std::optional<std::string> error = machine.mbars[target].arrive(released, bytes))
      return machine.stop(FindingKind::BadArrival, instruction, *error);
  return Step::Done;
}

Step executeMbarArm(Machine &machine, Agent &agent, const Instruction &instruction) {
  return arrive(machine, agent, instruction, cast<MbarArmOp>(instruction.op).getBytes());
}

Step executeMbarArrive(Machine &machine, Agent &agent, const Instruction &instruction) {
  auto op = cast<MbarArriveOp>(instruction.op);
  if (!op.getEachWarp() && !op.getEachLane())
    return arrive(machine, agent, instruction, 0);
  Mbarrier &mbar = machine.mbars[agent.operand(instruction, 0).index];
  Clock released = agent.timeline.release(/*allThreads=*/true);
  for (int64_t arrivals = op.getArrivals(agent.threads); arrivals > 0; --arrivals)
    if (std::optional<std::string> error = mbar.arrive(released, 0))
      return machine.stop(FindingKind::BadArrival, instruction, *error);
  return Step::Done;
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

void learnFromLeader(Machine &machine, Agent &agent);

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
  learnFromLeader(machine, agent);
  if (auto sync = cast<NbarSyncOp>(instruction.op); sync.getCondition()) {
    TensorRef condition = agent.operand(instruction, 1).tensor;
    agent.result(instruction).integer =
        condition && llvm::all_of(condition->integers, [](int64_t holds) { return holds != 0; });
  }
  return Step::Done;
}

Step executeFenceAsync(Machine &machine, Agent &agent, const Instruction &instruction) {
  agent.timeline.fence();
  return Step::Done;
}

/// The counter at an op's index, or null after a finding.
uint8_t *getCounter(Machine &machine, Agent &agent, const Instruction &instruction) {
  return access(machine, agent, instruction, instruction.op->getOperand(0), agent.operand(instruction, 0),
                agent.operand(instruction, 1).integer, 1);
}

uint32_t readCounter(const uint8_t *counter) {
  uint32_t value;
  std::memcpy(&value, counter, sizeof(value));
  return value;
}

/// Twice as many fit the counter.
constexpr int64_t kMostTeams = 0x7fffffff;

/// The counter of an op that says how many teams, or tickets, there are.
uint8_t *getCountedCounter(Machine &machine, Agent &agent, const Instruction &instruction) {
  if (int64_t count = agent.operand(instruction, 2).integer; count < 1 || count > kMostTeams) {
    machine.stop(FindingKind::BadArrival, instruction,
                 llvm::formatv("expected a count from 1 to {0}, but got {1}", kMostTeams, count));
    return nullptr;
  }
  return getCounter(machine, agent, instruction);
}

void writeCounter(uint8_t *counter, uint32_t value) { std::memcpy(counter, &value, sizeof(value)); }

RemoteClocks &getReleased(Machine &machine, Agent &agent, const Instruction &instruction) {
  return machine.shared.getCounter(agent.operand(instruction, 0).buffer, agent.operand(instruction, 1).integer);
}

Step executeGridArrive(Machine &machine, Agent &agent, const Instruction &instruction) {
  uint8_t *counter = getCountedCounter(machine, agent, instruction);
  if (!counter)
    return Step::Stop;
  uint32_t count = readCounter(counter) + 1, all = agent.operand(instruction, 2).integer;
  if (count > all)
    return machine.stop(FindingKind::BadArrival, instruction,
                        llvm::formatv("arrival {0} at a counter of {1} teams", count, all));
  writeCounter(counter, count);
  RemoteClocks &released = getReleased(machine, agent, instruction);
  joinClocks(released, agent.remote);
  joinClocks(released, {{machine.getBlockNumber(agent), agent.timeline.release(/*allThreads=*/false)}});
  return Step::Done;
}

/// The threads of a team have synchronised: all know what the lane that waited for a counter learnt.
void learnFromLeader(Machine &machine, Agent &agent) {
  if (agent.remoteOfLeader.empty())
    return;
  joinClocks(agent.remote, agent.remoteOfLeader);
  // What other agents of this block released came back with the counter.
  if (auto own = agent.remoteOfLeader.find(machine.getBlockNumber(agent)); own != agent.remoteOfLeader.end())
    agent.timeline.acquire(own->second);
  agent.remoteOfLeader.clear();
}

Step executeGridWait(Machine &machine, Agent &agent, const Instruction &instruction) {
  uint8_t *counter = getCounter(machine, agent, instruction);
  if (!counter)
    return Step::Stop;
  if (readCounter(counter) < static_cast<uint32_t>(agent.operand(instruction, 2).integer))
    return Step::Blocked;
  joinClocks(agent.remoteOfLeader, getReleased(machine, agent, instruction));
  if (agent.threads == 32)
    learnFromLeader(machine, agent);
  return Step::Done;
}

Step executeGridTake(Machine &machine, Agent &agent, const Instruction &instruction) {
  uint8_t *counter = getCountedCounter(machine, agent, instruction);
  if (!counter)
    return Step::Stop;
  uint32_t ticket = readCounter(counter), all = agent.operand(instruction, 2).integer;
  if (ticket >= all)
    return machine.stop(FindingKind::BadArrival, instruction, llvm::formatv("ticket {0} of {1}", ticket, all));
  writeCounter(counter, ticket + 1 == all ? 0 : ticket + 1);
  agent.result(instruction).integer = static_cast<int32_t>(ticket);
  return Step::Done;
}

Step executeGridLeave(Machine &machine, Agent &agent, const Instruction &instruction) {
  uint8_t *counter = getCountedCounter(machine, agent, instruction);
  if (!counter)
    return Step::Stop;
  uint32_t count = readCounter(counter) + 1, all = agent.operand(instruction, 2).integer;
  if (count <= all)
    return machine.stop(FindingKind::BadArrival, instruction,
                        llvm::formatv("departure from a counter that {0} of {1} teams arrived at", count - 1, all));
  if (count > 2 * all)
    return machine.stop(FindingKind::BadArrival, instruction,
                        llvm::formatv("a departure of {0} teams from a counter at {1}", all, count - 1));
  writeCounter(counter, count == 2 * all ? 0 : count);
  return Step::Done;
}

Step executePdlWait(Machine &machine, Agent &agent, const Instruction &instruction) {
  agent.timeline.acquireLaunch();
  return Step::Done;
}

Step executePdlTrigger(Machine &machine, Agent &agent, const Instruction &instruction) { return Step::Done; }

} // namespace

void populateBarrierHandlers(HandlerTable &table) {
  table.add<MbarAllocOp>(executeMbarAlloc);
  table.add<NbarAllocOp>(executeNbarAlloc);
  table.add<MbarArmOp>(executeMbarArm);
  table.add<MbarArriveOp>(executeMbarArrive);
  table.add<MbarWaitOp>(executeMbarWait);
  table.add<NbarArriveOp>(executeNbarArrive);
  table.add<NbarSyncOp>(executeNbarSync);
  table.add<FenceAsyncOp>(executeFenceAsync);
  table.add<GridArriveOp>(executeGridArrive);
  table.add<GridWaitOp>(executeGridWait);
  table.add<GridTakeOp>(executeGridTake);
  table.add<GridLeaveOp>(executeGridLeave);
  table.add<PdlWaitOp>(executePdlWait);
  table.add<PdlTriggerOp>(executePdlTrigger);
}

} // namespace mlir::mla_gpu::interpreter
