//===- Candidates.cpp - Schedules to try --------------------------------------------------------------------===//
#include "lib/Tuning/Candidates.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using mla_gpu::ScheduleFields;

/// Replaces every schedule of `schedules` by one for each value of "name=value,value".
static Error multiply(std::vector<ScheduleFields> &schedules, StringRef axis) {
  auto [name, values] = axis.split('=');
  if (name.size() == axis.size())
    return llvm::createStringError(llvm::formatv("expected name=value,…, but got '{0}'", axis).str());
  const mla_gpu::ScheduleParameter *parameter = mla_gpu::lookupScheduleParameter(name);
  if (parameter && parameter->tradesAccuracy)
    return llvm::createStringError(
        llvm::formatv("expected a lever that leaves accuracy alone, but got {0}", name).str());
  std::vector<ScheduleFields> result;
  for (const ScheduleFields &schedule : schedules)
    for (StringRef value : llvm::split(values, ',')) {
      result.push_back(schedule);
      if (Error error = result.back().set(name, value))
        return error;
      if (result.size() > mla::kMaxCandidates)
        return llvm::createStringError(
            llvm::formatv("expected at most {0} candidates, but got more", mla::kMaxCandidates).str());
    }
  schedules = std::move(result);
  return Error::success();
}

Expected<std::vector<ScheduleFields>> mla::expandCandidates(llvm::ArrayRef<std::string> grids) {
  std::vector<ScheduleFields> result = {ScheduleFields::getTunableDefaults()};
  for (StringRef grid : grids) {
    std::vector<ScheduleFields> schedules = {ScheduleFields::getTunableDefaults()};
    llvm::SmallVector<StringRef> names;
    for (StringRef axis : llvm::split(grid, ';')) {
      StringRef name = axis.trim().split('=').first;
      if (llvm::is_contained(names, name))
        return llvm::createStringError(llvm::formatv("expected {0} once, but got it twice", name).str());
      names.push_back(name);
      if (Error error = multiply(schedules, axis.trim()))
        return error;
    }
    for (ScheduleFields &schedule : schedules)
      if (!llvm::is_contained(result, schedule))
        result.push_back(std::move(schedule));
  }
  return result;
}

Expected<std::vector<std::string>> mla::readCandidates(StringRef path) {
  auto file = llvm::MemoryBuffer::getFile(path);
  if (!file)
    return llvm::createStringError(llvm::formatv("{0}: {1}", path, file.getError().message()).str());
  std::vector<std::string> grids;
  for (StringRef line : llvm::split((*file)->getBuffer(), '\n'))
    if (StringRef grid = line.split('#').first.trim(); !grid.empty())
      grids.push_back(grid.str());
  return grids;
}

std::string mla::describeCandidate(const ScheduleFields &schedule) {
  ScheduleFields defaults = ScheduleFields::getTunableDefaults(), difference;
  for (const mla_gpu::ScheduleParameter &parameter : mla_gpu::getScheduleParameters())
    if (schedule.lookup(parameter.name) != defaults.lookup(parameter.name))
      llvm::cantFail(difference.set(parameter.name, schedule.lookup(parameter.name)));
  return difference.empty() ? "default" : difference.str();
}
