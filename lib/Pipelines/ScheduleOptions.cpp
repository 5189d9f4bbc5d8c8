//===- ScheduleOptions.cpp - The tools' options about schedules ----------------------------------------------===//
#include "lib/Pipelines/ScheduleOptions.h"
#include "dialect/MLAGPU/MLAGPUSchedule.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir::mla;
namespace cl = llvm::cl;

BuildOptions::BuildOptions(cl::OptionCategory &category)
    : templateDir("template-dir", cl::desc("Folder to read schedule templates from, instead of the built-in ones"),
                  cl::value_desc("folder"), cl::cat(category)),
      ptxas("ptxas",
            cl::desc("The ptxas to run; by default $MLA_PTXAS, else the one on PATH, else the one in $CUDA_HOME or "
                     "/usr/local/cuda; none: do without"),
            cl::value_desc("path"), cl::cat(category)) {}

void BuildOptions::apply(CompileOptions &options) const {
  options.schedule.templateDir = templateDir;
  options.ptxasPath = ptxas;
}

ScheduleOptions::ScheduleOptions(cl::OptionCategory &category)
    : BuildOptions(category),
      schedule(
          "schedule",
          cl::desc("Fields that override the chosen schedule, e.g. kind=decode_seesaw,item_cost=2; help: list them"),
          cl::value_desc("name=value,…"), cl::cat(category)),
      table("table",
            cl::desc(
                "File with measured choices of a schedule, as mla-tune writes them; by default the built-in table of "
                "the GPU, if there is one; none: do without"),
            cl::value_desc("file"), cl::cat(category)),
      gpu("gpu",
          cl::desc(
              "The GPU whose built-in table is meant, as its driver calls it; by default the GPU at hand, or the first "
              "that there is a table of"),
          cl::value_desc("name"), cl::cat(category)) {}

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
  options.schedule.table = table;
  options.schedule.gpu = gpu;
  BuildOptions::apply(options);
  return llvm::Error::success();
}
