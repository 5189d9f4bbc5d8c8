//===- Parallel.h - Loops over independent pieces of work ----------------------------------------*- C++ -*-===//
#ifndef LIB_REFERENCE_PARALLEL_H
#define LIB_REFERENCE_PARALLEL_H

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace mlir::mla::reference {

/// Calls `body(i)` once for every i in [0, count), on up to `threads` threads (0: one per core), in no particular
/// order. Returns when all calls have.
template <typename Body> void parallelFor(int64_t count, unsigned threads, Body body) {
  if (threads == 0)
    threads = std::max(1u, std::thread::hardware_concurrency());
  std::atomic<int64_t> next{0};
  auto work = [&] {
    for (int64_t i = next++; i < count; i = next++)
      body(i);
  };
  std::vector<std::thread> helpers;
  for (int64_t i = 1; i < std::min<int64_t>(threads, count); ++i)
    helpers.emplace_back(work);
  work();
  for (std::thread &helper : helpers)
    helper.join();
}

} // namespace mlir::mla::reference

#endif // LIB_REFERENCE_PARALLEL_H
