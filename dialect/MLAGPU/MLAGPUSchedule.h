//===- MLAGPUSchedule.h - The levers of a schedule ------------------------------------------------*- C++ -*-===//
//
// One table says which parameters a `#mla_gpu.schedule` has. The attribute's syntax and verifier, the text of
// `--schedule`, tables of measured choices and the places `${name}` of schedule templates all follow from it: a new
// lever is a row in lib/Dialect/MLAGPU/IR/Schedule.cpp, and its use in a template.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef DIALECT_MLAGPU_MLAGPUSCHEDULE_H
#define DIALECT_MLAGPU_MLAGPUSCHEDULE_H

#include "dialect/MLAGPU/MLAGPUDialect.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <map>
#include <string>

namespace mlir::mla_gpu {

/// One lever.
struct ScheduleParameter {
  enum class Type {
    Integer, // an i64
    Float,   // an f32
    Name     // a string: one of `names`, or any that is not empty if there are none
  };

  /// As in the attribute, in `--schedule` and in templates.
  llvm::StringLiteral name;
  Type type;
  /// Bounds of a number, inclusive.
  double min, max;
  /// Only powers of two, for integers.
  bool powerOfTwo;
  llvm::ArrayRef<llvm::StringLiteral> names;
  /// What an attribute or a text means that leaves it out.
  llvm::StringLiteral defaultValue;
  /// Who reads it, and what it does.
  llvm::StringLiteral summary;
  /// Other values are faster because they are less exact: a user may choose them, a search for speed may not.
  bool tradesAccuracy = false;
};

/// All levers, in the order in which they are printed. The first is `kind`.
llvm::ArrayRef<ScheduleParameter> getScheduleParameters();

/// The lever called `name`, or null.
const ScheduleParameter *lookupScheduleParameter(llvm::StringRef name);

/// What a value may be, as the rest of a message: "from 0 to 64", "to be a power of two from 1 to 32", "to be a or b".
std::string describeRange(const ScheduleParameter &parameter);

/// A value in its canonical spelling, or what was expected.
llvm::Expected<std::string> parseScheduleValue(const ScheduleParameter &parameter, llvm::StringRef text);

/// Some of a schedule's fields by name, in their canonical spelling.
class ScheduleFields {
public:
  /// "kind=decode_seesaw,item_cost=2"; the empty text has no field.
  static llvm::Expected<ScheduleFields> parse(llvm::StringRef text);
  /// Every field of `schedule`.
  static ScheduleFields get(ScheduleAttr schedule);
  /// Every field, as the table of levers says.
  static ScheduleFields getDefaults();
  /// The same without those that trade accuracy for time, which a search for speed does not set: they are left to
  /// mla-choose-schedule, whose defaults depend on the op.
  static ScheduleFields getTunableDefaults();

  bool empty() const { return values.empty(); }
  /// The value of a field, or the empty text.
  llvm::StringRef lookup(llvm::StringRef name) const;
  /// Success, or what was expected of the name or the value.
  llvm::Error set(llvm::StringRef name, llvm::StringRef value);
  /// Takes over every field of `other`.
  void override(const ScheduleFields &other);
  /// In the order of the levers, as `parse` reads it.
  std::string str() const;
  /// The attribute; fields that are not set take their defaults.
  ScheduleAttr getAttr(MLIRContext *context) const;

  bool operator==(const ScheduleFields &other) const { return values == other.values; }

private:
  /// By the lever's place in the table.
  std::map<size_t, std::string> values;
};

/// The attribute's parameters: name = value, …, in any order; what is left out takes its default, but for the kind.
ParseResult parseScheduleValues(AsmParser &parser, llvm::SmallVector<Attribute> &values);
void printScheduleValues(AsmPrinter &printer, llvm::ArrayRef<Attribute> values);

/// A page about all levers, for `--schedule=help`.
std::string describeScheduleParameters();

} // namespace mlir::mla_gpu

#endif // DIALECT_MLAGPU_MLAGPUSCHEDULE_H
