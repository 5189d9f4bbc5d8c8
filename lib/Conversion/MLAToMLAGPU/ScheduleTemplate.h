//===- ScheduleTemplate.h - Schedules as IR files with places to fill in --------------------------*- C++ -*-===//
//
// A schedule is a file of mla_gpu IR in which `${name}` stands for a number or an element type, and `${include name
// key=value}` for another template, for what several roles share; what stands between `${when key=value}` and `${end}`
// is there only for that value. Places may name places: `${column${tile}}`. That form was chosen over building the ops
// in C++: the file is the page that one reads to understand the kernel, it can be changed without a compiler at hand,
// and every diagnostic, race report and profile of the kernel points to its lines.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_CONVERSION_MLATOMLAGPU_SCHEDULETEMPLATE_H
#define LIB_CONVERSION_MLATOMLAGPU_SCHEDULETEMPLATE_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"
#include <string>

namespace mlir::mla_gpu {

/// What the places of a template are filled with.
using TemplateValues = llvm::StringMap<std::string>;

/// Names of the built-in templates, sorted.
llvm::ArrayRef<llvm::StringRef> getBuiltinTemplateNames();

/// Fills in and parses the template `name`: the built-in one, or `directory`/`name`.mlir if `directory` is not empty.
/// Emits an error at `loc` and returns null if it does not exist, has a place without a value, or does not parse.
OwningOpRef<ModuleOp> instantiateTemplate(Location loc, StringRef name, StringRef directory,
                                          const TemplateValues &values);

} // namespace mlir::mla_gpu

#endif // LIB_CONVERSION_MLATOMLAGPU_SCHEDULETEMPLATE_H
