//===- Selection.cpp - From measurements to a choice --------------------------------------------------------===//
#include "lib/Tuning/Selection.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>
#include <map>

using namespace mlir::mla;
using llvm::Expected;

namespace {
/// Times of one class by cell and candidate.
using CellTimes = std::map<size_t, std::optional<double>>;
using ClassTimes = std::map<std::string, CellTimes>;

/// How a candidate does over a class, relative to the default.
struct Score {
  bool complete = true;
  /// Mean of log(time / default's time); the worst of time / default's time; mean of log(time).
  double mean = 0, worst = 0, meanLog = 0;
};
} // namespace

static Score score(const ClassTimes &cells, size_t candidate) {
  Score result;
  for (const auto &[cell, times] : cells) {
    auto found = times.find(candidate);
    if (found == times.end() || !found->second || !(*found->second > 0)) {
      result.complete = false;
      return result;
    }
    double ratio = *found->second / *times.at(0);
    result.mean += std::log(ratio);
    result.worst = std::max(result.worst, ratio);
    result.meanLog += std::log(*found->second);
  }
  result.mean /= static_cast<double>(cells.size());
  result.meanLog /= static_cast<double>(cells.size());
  return result;
}

Expected<std::vector<Choice>> mlir::mla::select(llvm::ArrayRef<Measurement> measurements,
                                                const SelectionOptions &options) {
  std::map<ShapeClass, ClassTimes> classes;
  size_t numCandidates = 1;
  for (const Measurement &measurement : measurements) {
    classes[measurement.shape][measurement.cell][measurement.candidate] = measurement.milliseconds;
    numCandidates = std::max(numCandidates, measurement.candidate + 1);
  }
  std::vector<Choice> choices;
  for (const auto &[shape, cells] : classes) {
    for (const auto &[cell, times] : cells)
      if (auto found = times.find(0); found == times.end() || !found->second || !(*found->second > 0))
        return llvm::createStringError(
            llvm::formatv("expected a time of the default schedule on {0}, but got none", cell).str());
    Score standard = score(cells, 0);
    Score best = standard;
    Choice choice{shape, 0, 0, std::exp(standard.meanLog), cells.size()};
    for (size_t candidate = 1; candidate < numCandidates; ++candidate) {
      Score other = score(cells, candidate);
      bool beatsDefault =
          other.complete && std::exp(other.mean) < 1 - options.noise && other.worst <= 1 + options.maxLoss;
      if (!beatsDefault || other.mean >= best.mean)
        continue;
      best = other;
      choice.candidate = candidate;
    }
    choice.milliseconds = std::exp(best.meanLog);
    choices.push_back(std::move(choice));
  }
  return choices;
}
