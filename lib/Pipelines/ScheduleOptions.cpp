//===- ScheduleOptions.cpp - The tools' options about schedules ----------------------------------------------===//
#include "lib/Pipelines/ScheduleOptions.h"
#include "dialect/MLAGPU/MLAGPUSchedule.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir::mla;
namespace cl = llvm::cl;

ScheduleOptions::ScheduleOptions(cl::OptionCategory &category)
    : schedule(
          "schedule",
          cl::desc("Fields that override the chosen schedule, e.g. kind=decode_seesaw,item_cost=2; help: list them"),
          cl::value_desc("name=value,…"), cl::cat(category)),
      templateDir("template-dir", cl::desc("Folder to read schedule templates from, instead of the built-in ones"),
                  cl::value_desc("folder"), cl::cat(category)),
      ptxas("ptxas",
            cl::desc("The ptxas to run; by default $MLA_PTXAS, else the one on PATH, else the one in $CUDA_HOME or "
                     "/usr/local/cuda; none: do without"),
            cl::value_desc("path"), cl::cat(category)) {}

bool ScheduleOptions::printHelp() const {
  if (schedule != "help")
    return false;
  llvm::outs() << mla_gpu::describeScheduleParameters();
  return true;
}

llvm::Error ScheduleOptions::apply(CompileOptions &options) const {
  auto fields = mla_gpu::ScheduleFields::parse(schedule);
  if (!fields)
    return llvm::createStringError("--schedule: " + toString(fields.takeError()));
  options.schedule.overrides = fields->str();
  options.schedule.templateDir = templateDir;
  options.ptxasPath = ptxas;
  return llvm::Error::success();
}
