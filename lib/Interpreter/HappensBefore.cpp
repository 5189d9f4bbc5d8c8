//===- HappensBefore.cpp - Which accesses to shared memory are ordered --------------------------------------===//
#include "lib/Interpreter/HappensBefore.h"

namespace mlir::mla_gpu::interpreter {

//===----------------------------------------------------------------------------------------------------------===//
// Timeline
//===----------------------------------------------------------------------------------------------------------===//

void Timeline::fence() {
  clock.fenced(agent) = now();
  ++clock.generic(agent);
}

void Timeline::sync() {
  syncedGeneric = now();
  syncedFenced = clock.fenced(agent);
  ++clock.generic(agent);
}

uint32_t Timeline::retire() {
  uint32_t time = now();
  clock.retired(agent) = time;
  ++clock.generic(agent);
  return time;
}

Clock Timeline::release(bool allThreads) {
  Clock released = clock;
  if (!allThreads && !oneWarp) {
    released.generic(agent) = syncedGeneric;
    released.fenced(agent) = syncedFenced;
  }
  ++clock.generic(agent);
  return released;
}

bool Timeline::knowsGeneric(unsigned other, uint32_t time, bool sameThreads) {
  if (other != agent)
    return clock.generic(other) >= time;
  return sameThreads || oneWarp || syncedGeneric >= time;
}

bool Timeline::knowsFenced(unsigned other, uint32_t time) {
  if (other != agent || oneWarp)
    return clock.fenced(other) >= time;
  return syncedFenced >= time;
}

//===----------------------------------------------------------------------------------------------------------===//
// Cell
//===----------------------------------------------------------------------------------------------------------===//

std::optional<Conflict> Cell::checkCopy(Timeline &agent) const {
  if (!copy.op || (copy.landed && agent.knowsPhase(copy.mbar, copy.phase)))
    return std::nullopt;
  return Conflict{FindingKind::Race, copy.op, copy.agent, "copy"};
}

std::optional<Conflict> Cell::checkReads(Timeline &agent) const {
  for (const Access &load : loads)
    if (!agent.knowsGeneric(load.agent, load.time, /*sameThreads=*/false))
      return Conflict{FindingKind::Race, load.op, load.agent, "load"};
  for (const AsyncRead &read : asyncReads)
    if (!read.retired || !agent.knowsRetired(read.agent, read.time))
      return Conflict{FindingKind::Race, read.op, read.agent,
                      isa<TmaStoreOp>(read.op) ? "asynchronous store" : "wgmma"};
  return std::nullopt;
}

std::optional<Conflict> Cell::checkStoresAsync(Timeline &agent) const {
  for (const Access &store : stores) {
    if (agent.knowsFenced(store.agent, store.time))
      continue;
    bool ordered = agent.knowsGeneric(store.agent, store.time, /*sameThreads=*/false);
    return Conflict{ordered ? FindingKind::MissingFence : FindingKind::Race, store.op, store.agent, "store"};
  }
  return std::nullopt;
}

/// Whether two stores by a warp group write each byte from the same thread. The first lane of a quad stores a row, and
/// all four load it, so a store and a load never do; nor do stores of different elements or layouts.
static bool haveSameThreads(Operation *a, Operation *b) {
  auto getPattern = [](Operation *op) {
    unsigned width = 0;
    Attribute layout;
    Swizzle swizzle = Swizzle::None;
    for (Type type : op->getOperandTypes()) {
      if (auto tensor = dyn_cast<RankedTensorType>(type)) {
        width = tensor.getElementTypeBitWidth();
        layout = tensor.getEncoding();
      } else if (auto view = dyn_cast<SmemType>(type)) {
        swizzle = view.getSwizzle();
      }
    }
    // Stores of lanes are held to one another byte by byte, see noteLaneStore.
    auto rows = dyn_cast<SmemStoreRowsOp>(op);
    return std::tuple(op->getName(), width, layout, swizzle, rows && rows.getPaired());
  };
  return a == b || getPattern(a) == getPattern(b);
}

std::optional<Conflict> Cell::store(Timeline &agent, Operation *op, bool whole) {
  if (std::optional<Conflict> conflict = checkCopy(agent))
    return conflict;
  for (const Access &store : stores)
    if (!agent.knowsGeneric(store.agent, store.time, haveSameThreads(store.op, op)))
      return Conflict{FindingKind::Race, store.op, store.agent, "store"};
  if (std::optional<Conflict> conflict = checkReads(agent))
    return conflict;
  if (whole) {
    copy = Copy();
    stores.clear();
  } else {
    llvm::erase_if(stores, [&](const Access &store) { return store.agent == agent.getAgent(); });
  }
  stores.push_back({agent.getAgent(), agent.now(), op});
  loads.clear();
  asyncReads.clear();
  return std::nullopt;
}

std::optional<Conflict> Cell::load(Timeline &agent, Operation *op) {
  if (std::optional<Conflict> conflict = checkCopy(agent))
    return conflict;
  for (const Access &store : stores)
    if (!agent.knowsGeneric(store.agent, store.time, /*sameThreads=*/false))
      return Conflict{FindingKind::Race, store.op, store.agent, "store"};
  llvm::erase_if(loads, [&](const Access &load) { return load.agent == agent.getAgent(); });
  loads.push_back({agent.getAgent(), agent.now(), op});
  return std::nullopt;
}

std::optional<Conflict> Cell::beginAsyncRead(Timeline &agent, uint64_t id, Operation *op) {
  if (std::optional<Conflict> conflict = checkCopy(agent))
    return conflict;
  if (std::optional<Conflict> conflict = checkStoresAsync(agent))
    return conflict;
  asyncReads.push_back({agent.getAgent(), id, /*retired=*/false, 0, op});
  return std::nullopt;
}

void Cell::endAsyncRead(unsigned agent, uint64_t id, uint32_t time) {
  // wgmma of one agent retire in order, so the newest retired read stands for the older ones.
  llvm::erase_if(asyncReads,
                 [&](const AsyncRead &read) { return read.agent == agent && read.retired && read.id != id; });
  for (AsyncRead &read : asyncReads) {
    if (read.agent != agent || read.id != id)
      continue;
    read.retired = true;
    read.time = time;
  }
}

std::optional<Conflict> Cell::beginCopy(Timeline &agent, Operation *op) {
  if (std::optional<Conflict> conflict = checkCopy(agent))
    return conflict;
  if (std::optional<Conflict> conflict = checkStoresAsync(agent))
    return conflict;
  if (std::optional<Conflict> conflict = checkReads(agent))
    return conflict;
  copy = Copy();
  copy.op = op;
  copy.agent = agent.getAgent();
  stores.clear();
  loads.clear();
  asyncReads.clear();
  return std::nullopt;
}

void Cell::endCopy(unsigned mbar, uint32_t phase) {
  copy.landed = true;
  copy.mbar = mbar;
  copy.phase = phase;
}

} // namespace mlir::mla_gpu::interpreter
