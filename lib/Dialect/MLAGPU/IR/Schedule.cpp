//===- Schedule.cpp - The levers of a schedule --------------------------------------------------------------===//
#include "dialect/MLAGPU/MLAGPUSchedule.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include <cmath>

using namespace mlir;
using namespace mlir::mla_gpu;
using llvm::Error;
using llvm::Expected;
using ParameterType = ScheduleParameter::Type;

ArrayRef<ScheduleParameter> mla_gpu::getScheduleParameters() {
  constexpr auto Integer = ParameterType::Integer, Float = ParameterType::Float, Name = ParameterType::Name;
  // Splitting costs the writing of partial results and their merge, as long as about three steps: align_steps. 16
  // pieces are what the registers of 16 warps a multiprocessor allow; a warp's lanes must be a multiple of it:
  // merge_in_flight.
  // clang-format off
  static constexpr ScheduleParameter parameters[] = {
      // name, type, least, greatest, only powers of two, names, default, summary[, trades accuracy]
      {"kind", Name, 0, 0, false, {}, "decode_seesaw", "The template of the attention kernel"},
      {"rescale_threshold", Float, 0, 8, false, {}, "0",
       "attend: raise the running maximum only where it would grow by more than this, in log2 units; decode of 16-bit caches: less where a token weighs much; 8 is chosen where that costs no accuracy", true},
      {"item_cost", Integer, 0, 64, false, {}, "1",
       "schedule: cost of starting a request, in steps of two blocks"},
      {"min_steps", Integer, 1, 1024, false, {}, "1",
       "schedule: least number of steps in a piece of a split request"},
      {"align_steps", Integer, 0, 1024, false, {}, "3",
       "schedule: how many steps longer the longest part may get for parts of whole requests"},
      {"halve_steps", Integer, 0, 1024, false, {}, "1024",
       "schedule: if no request has more steps, and parts are enough, two parts share each step, half of the columns each"},
      {"merge_in_flight", Integer, 1, 32, true, {}, "16",
       "attend: pieces of a split request that the merge reads at once, where there are more than eight"},
      {"split_requests", Integer, 0, 1, false, {}, "1",
       "schedule: whether requests are split over parts; 0: the same bits whatever else is in the batch"},
      {"split_steps", Integer, 0, 1024, false, {}, "0",
       "decode: steps of 128 tokens in each piece of a request, which has the same bits in every batch then; 0: parts decide"},
      {"cluster", Integer, 1, 2, true, {}, "1",
       "prefill: blocks that work on neighbouring tiles of one head and load its keys and values together"},
      {"evict_first", Integer, 0, 1024, false, {}, "24",
       "decode, where TMA copies the cache: least steps of a piece that is read with priority evict_first in L2; 0: none is"},
      {"pace", Integer, 0, 1000, false, {}, "200",
       "decode of 16-bit caches, in pieces that evict_first says: most ns that a block waits in a step for those of other row tiles, where there are three or more; 0: none"},
  };
  // clang-format on
  return parameters;
}

static std::string printNumber(double value) { return llvm::formatv("{0}", llvm::format("%.9g", value)).str(); }

std::string mla_gpu::describeRange(const ScheduleParameter &parameter) {
  switch (parameter.type) {
  case ParameterType::Name:
    return parameter.names.empty() ? "to be a name" : ("to be " + llvm::join(parameter.names, " or "));
  case ParameterType::Integer:
  case ParameterType::Float:
    return llvm::formatv("{0}from {1} to {2}", parameter.powerOfTwo ? "to be a power of two " : "",
                         printNumber(parameter.min), printNumber(parameter.max));
  }
  llvm_unreachable("all types are handled");
}

Expected<std::string> mla_gpu::parseScheduleValue(const ScheduleParameter &parameter, StringRef text) {
  auto refuse = [&]() -> Error {
    return llvm::createStringError(
        llvm::formatv("expected {0} {1}, but got '{2}'", parameter.name, describeRange(parameter), text).str());
  };
  auto isNameCharacter = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  int64_t integer = 0;
  double number = 0;
  switch (parameter.type) {
  case ParameterType::Name:
    if (text.empty() || !llvm::all_of(text, isNameCharacter) ||
        (!parameter.names.empty() && !llvm::is_contained(parameter.names, text)))
      return refuse();
    return text.str();
  case ParameterType::Integer:
    if (text.getAsInteger(10, integer))
      return llvm::createStringError(
          llvm::formatv("expected {0} to be an integer, but got '{1}'", parameter.name, text).str());
    if (static_cast<double>(integer) < parameter.min || static_cast<double>(integer) > parameter.max ||
        (parameter.powerOfTwo && !llvm::isPowerOf2_64(static_cast<uint64_t>(integer))))
      return refuse();
    return std::to_string(integer);
  case ParameterType::Float:
    if (text.getAsDouble(number))
      return llvm::createStringError(
          llvm::formatv("expected {0} to be a number, but got '{1}'", parameter.name, text).str());
    if (!(number >= parameter.min && number <= parameter.max))
      return refuse();
    return printNumber(static_cast<float>(number));
  }
  llvm_unreachable("all types are handled");
}

const ScheduleParameter *mla_gpu::lookupScheduleParameter(StringRef name) {
  const auto *found = llvm::find_if(getScheduleParameters(), [&](auto &parameter) { return parameter.name == name; });
  return found == getScheduleParameters().end() ? nullptr : found;
}

static std::string listParameters() {
  return llvm::join(llvm::map_range(getScheduleParameters(), [](auto &parameter) { return parameter.name.str(); }),
                    ", ");
}

std::string mla_gpu::describeScheduleParameters() {
  std::string text = "--schedule=name=value,… overrides fields of the chosen schedule:\n";
  for (const ScheduleParameter &parameter : getScheduleParameters()) {
    std::string expected = describeRange(parameter);
    StringRef range = expected;
    range.consume_front("to be ");
    text += llvm::formatv("  {0,-18} {1} ({2}; default {3})\n", parameter.name, parameter.summary, range,
                          parameter.defaultValue);
  }
  return text;
}

//===----------------------------------------------------------------------------------------------------------===//
// ScheduleFields
//===----------------------------------------------------------------------------------------------------------===//

Expected<ScheduleFields> ScheduleFields::parse(StringRef text) {
  ScheduleFields fields;
  if (text.empty())
    return fields;
  for (StringRef item : llvm::split(text, ',')) {
    auto [name, value] = item.split('=');
    if (name.size() == item.size())
      return llvm::createStringError(llvm::formatv("expected name=value, but got '{0}'", item).str());
    if (!fields.lookup(name).empty())
      return llvm::createStringError(llvm::formatv("expected {0} once, but got it twice", name).str());
    if (Error error = fields.set(name, value))
      return error;
  }
  return fields;
}

ScheduleFields ScheduleFields::get(ScheduleAttr schedule) {
  ScheduleFields fields;
  for (const ScheduleParameter &parameter : getScheduleParameters())
    llvm::cantFail(fields.set(parameter.name, schedule.getText(parameter.name)));
  return fields;
}

ScheduleFields ScheduleFields::getDefaults() {
  ScheduleFields fields;
  for (const ScheduleParameter &parameter : getScheduleParameters())
    llvm::cantFail(fields.set(parameter.name, parameter.defaultValue));
  return fields;
}

ScheduleFields ScheduleFields::getTunableDefaults() {
  ScheduleFields fields;
  for (const ScheduleParameter &parameter : getScheduleParameters())
    if (!parameter.tradesAccuracy)
      llvm::cantFail(fields.set(parameter.name, parameter.defaultValue));
  return fields;
}

StringRef ScheduleFields::lookup(StringRef name) const {
  const ScheduleParameter *parameter = lookupScheduleParameter(name);
  auto found = parameter ? values.find(parameter - getScheduleParameters().begin()) : values.end();
  return found == values.end() ? StringRef() : StringRef(found->second);
}

Error ScheduleFields::set(StringRef name, StringRef value) {
  const ScheduleParameter *parameter = lookupScheduleParameter(name);
  if (!parameter)
    return llvm::createStringError(
        llvm::formatv("expected a schedule parameter out of {0}, but got '{1}'", listParameters(), name).str());
  Expected<std::string> parsed = parseScheduleValue(*parameter, value);
  if (!parsed)
    return parsed.takeError();
  values[parameter - getScheduleParameters().begin()] = std::move(*parsed);
  return Error::success();
}

void ScheduleFields::override(const ScheduleFields &other) {
  for (const auto &[index, value] : other.values)
    values[index] = value;
}

std::string ScheduleFields::str() const {
  return llvm::join(llvm::map_range(values,
                                    [](const auto &entry) {
                                      return getScheduleParameters()[entry.first].name.str() + "=" + entry.second;
                                    }),
                    ",");
}

/// A value that `parseScheduleValue` returned.
static Attribute getValueAttr(Builder builder, const ScheduleParameter &parameter, StringRef text) {
  int64_t integer = 0;
  double number = 0;
  switch (parameter.type) {
  case ParameterType::Name:
    return builder.getStringAttr(text);
  case ParameterType::Integer:
    text.getAsInteger(10, integer);
    return builder.getI64IntegerAttr(integer);
  case ParameterType::Float:
    text.getAsDouble(number);
    return builder.getF32FloatAttr(static_cast<float>(number));
  }
  llvm_unreachable("all types are handled");
}

ScheduleAttr ScheduleFields::getAttr(MLIRContext *context) const {
  SmallVector<Attribute> attrs;
  for (auto [index, parameter] : llvm::enumerate(getScheduleParameters())) {
    auto found = values.find(index);
    attrs.push_back(getValueAttr(Builder(context), parameter,
                                 found == values.end() ? StringRef(parameter.defaultValue) : StringRef(found->second)));
  }
  return ScheduleAttr::get(context, attrs);
}

//===----------------------------------------------------------------------------------------------------------===//
// ScheduleAttr
//===----------------------------------------------------------------------------------------------------------===//

Attribute ScheduleAttr::getValue(StringRef name) const {
  const ScheduleParameter *parameter = lookupScheduleParameter(name);
  assert(parameter && "not a schedule parameter");
  return getValues()[parameter - getScheduleParameters().begin()];
}

StringRef ScheduleAttr::getKind() const { return cast<StringAttr>(getValues().front()).getValue(); }

std::string ScheduleAttr::getText(StringRef name) const {
  Attribute value = getValue(name);
  if (auto integer = dyn_cast<IntegerAttr>(value))
    return std::to_string(integer.getInt());
  if (auto number = dyn_cast<FloatAttr>(value))
    return printNumber(number.getValueAsDouble());
  return cast<StringAttr>(value).getValue().str();
}

/// C1 to C3: what one parameter may be.
static LogicalResult verifyValue(function_ref<InFlightDiagnostic()> emitError, const ScheduleParameter &parameter,
                                 Attribute value) {
  auto number = dyn_cast<FloatAttr>(value);
  auto integer = dyn_cast<IntegerAttr>(value);
  auto name = dyn_cast<StringAttr>(value);
  auto expectType = [&](bool holds, StringRef expected) -> LogicalResult {
    if (holds)
      return success();
    return emitError() << "expected " << parameter.name << " to be " << expected << ", but got " << value;
  };
  std::string text;
  switch (parameter.type) {
  case ParameterType::Name: // C1
    if (failed(expectType(!!name, "a string")))
      return failure();
    text = name.getValue().str();
    break;
  case ParameterType::Integer: // C2
    if (failed(expectType(integer && integer.getType().isInteger(64), "an integer")))
      return failure();
    text = std::to_string(integer.getInt());
    break;
  case ParameterType::Float: // C3
    if (failed(expectType(number && number.getType().isF32(), "an f32")))
      return failure();
    text = printNumber(number.getValueAsDouble());
    break;
  }
  Expected<std::string> parsed = parseScheduleValue(parameter, text);
  if (parsed)
    return success();
  llvm::consumeError(parsed.takeError());
  return emitError() << "expected " << parameter.name << ' ' << describeRange(parameter) << ", but got " << value;
}

LogicalResult ScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError, ArrayRef<Attribute> values) {
  ArrayRef<ScheduleParameter> parameters = getScheduleParameters();
  if (values.size() != parameters.size())
    return emitError() << "expected " << parameters.size() << " schedule parameters, but got " << values.size();
  for (auto [parameter, value] : llvm::zip_equal(parameters, values))
    if (failed(verifyValue(emitError, parameter, value)))
      return failure();
  return success();
}

ParseResult mla_gpu::parseScheduleValues(AsmParser &parser, SmallVector<Attribute> &values) {
  ArrayRef<ScheduleParameter> parameters = getScheduleParameters();
  values.assign(parameters.size(), Attribute());
  auto parseOne = [&]() -> ParseResult {
    StringRef name;
    llvm::SMLoc location = parser.getCurrentLocation();
    if (parser.parseKeyword(&name) || parser.parseEqual())
      return failure();
    const ScheduleParameter *parameter = lookupScheduleParameter(name);
    if (!parameter)
      return parser.emitError(location) << "expected a schedule parameter out of " << listParameters() << ", but got '"
                                        << name << '\'';
    Attribute &value = values[parameter - parameters.begin()];
    if (value)
      return parser.emitError(location) << "expected " << name << " once, but got it twice";
    return parser.parseAttribute(value);
  };
  if (parser.parseCommaSeparatedList(parseOne))
    return failure();
  if (!values.front())
    return parser.emitError(parser.getCurrentLocation()) << "expected a kind, but got none";
  for (auto [parameter, value] : llvm::zip_equal(parameters, values))
    if (!value)
      value = getValueAttr(parser.getBuilder(), parameter, parameter.defaultValue);
  return success();
}

void mla_gpu::printScheduleValues(AsmPrinter &printer, ArrayRef<Attribute> values) {
  llvm::interleaveComma(llvm::zip_equal(getScheduleParameters(), values), printer, [&](auto entry) {
    auto [parameter, value] = entry;
    printer << parameter.name << " = ";
    if (isa<IntegerAttr>(value))
      printer.printAttributeWithoutType(value);
    else
      printer << value;
  });
}
