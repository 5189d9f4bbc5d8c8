//===- ScheduleTable.cpp - Measured choices of a schedule ---------------------------------------------------===//
#include "lib/Tuning/ScheduleTable.h"
#include "lib/Support/JSONFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::mla;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
namespace json = llvm::json;

namespace {
/// Row tiles are 64 rows; below, what differs is how much of a tile is empty.
struct RowClass {
  llvm::StringLiteral name;
  int64_t last;
};
constexpr RowClass rowClasses[] = {{"any", 0},    {"1-16", 16},    {"17-32", 32},
                                   {"33-64", 64}, {"65-128", 128}, {"129+", INT64_MAX}};
} // namespace

StringRef mla::getRowClass(int64_t rows) {
  return llvm::find_if(rowClasses, [&](const RowClass &entry) { return rows <= entry.last; })->name;
}

ShapeClass ShapeClass::get(StringRef element, CacheFormat format, Precision precision, int64_t dLatent,
                           int64_t pageSize, int64_t rows) {
  ShapeClass shape{element.str(), dLatent, pageSize, getRowClass(rows).str()};
  if (element != StringRef(stringify(format))) {
    shape.cache = stringify(format);
    shape.precision = stringify(precision);
  }
  return shape;
}

std::string ShapeClass::str() const {
  std::string types = element;
  if (!cache.empty())
    types += " cache=" + cache + " precision=" + precision;
  return llvm::formatv("{0} d_latent={1} page_size={2} rows={3}", types, dLatent, pageSize, rows);
}

llvm::ArrayRef<BuiltinTable> mla::getBuiltinTables() {
  static const std::vector<BuiltinTable> tables = {
#include "lib/Tuning/Tables.inc"
  };
  return tables;
}

Expected<std::optional<ScheduleTable>> mla::findTable(llvm::ArrayRef<BuiltinTable> tables, StringRef gpu) {
  for (const BuiltinTable &entry : tables) {
    Expected<ScheduleTable> table = ScheduleTable::parse(entry.text, entry.name);
    if (!table)
      return table.takeError();
    if (gpu.empty() || table->gpu == gpu)
      return std::move(*table);
  }
  return std::nullopt;
}

//===----------------------------------------------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------------------------------------------===//

namespace {
/// One object of the file.
class ObjectReader {
public:
  /// `place` begins every message.
  static Expected<ObjectReader> get(const json::Value &value, std::string place, llvm::ArrayRef<StringRef> knownKeys) {
    ObjectReader reader(std::move(place));
    reader.object = value.getAsObject();
    if (!reader.object)
      return reader.refuse("an object", &value);
    for (const auto &[key, unused] : *reader.object)
      if (!llvm::is_contained(knownKeys, StringRef(key)))
        return llvm::createStringError(llvm::formatv("{0}: expected a key out of {1}, but got '{2}'", reader.place,
                                                     llvm::join(knownKeys, ", "), StringRef(key))
                                           .str());
    return reader;
  }

  Error read(StringRef key, std::string &out) const {
    if (std::optional<StringRef> text = object->getString(key)) {
      out = text->str();
      return Error::success();
    }
    return refuse(llvm::formatv("'{0}' to be a string", key).str(), object->get(key));
  }
  Error read(StringRef key, int64_t &out) const {
    if (std::optional<int64_t> number = object->getInteger(key); number && *number >= 1) {
      out = *number;
      return Error::success();
    }
    return refuse(llvm::formatv("'{0}' to be an integer of at least 1", key).str(), object->get(key));
  }
  Error read(StringRef key, double &out) const {
    if (std::optional<double> number = object->getNumber(key); number && *number > 0) {
      out = *number;
      return Error::success();
    }
    return refuse(llvm::formatv("'{0}' to be a positive number", key).str(), object->get(key));
  }
  Expected<const json::Array *> readArray(StringRef key) const {
    if (const json::Array *array = object->getArray(key))
      return array;
    return refuse(llvm::formatv("'{0}' to be an array", key).str(), object->get(key));
  }

  Error refuse(const llvm::Twine &expected, const json::Value *got) const {
    std::string text = "nothing";
    if (got)
      text = llvm::formatv("{0}", *got).str();
    return llvm::createStringError(place + ": expected " + expected + ", but got " + text);
  }
  const json::Value *get(StringRef key) const { return object->get(key); }

private:
  explicit ObjectReader(std::string place) : place(std::move(place)) {}

  std::string place;
  const json::Object *object = nullptr;
};
} // namespace

/// Leaves the function with the first error of several reads.
#define TRY(expression)                                                                                                \
  do {                                                                                                                 \
    if (Error error = (expression))                                                                                    \
      return error;                                                                                                    \
  } while (false)

static Expected<ScheduleTable::Row> readRow(const json::Value &value, std::string place) {
  auto reader = ObjectReader::get(
      value, place,
      {"element", "cache", "precision", "d_latent", "page_size", "rows", "schedule", "ms", "default_ms", "cells"});
  if (!reader)
    return reader.takeError();
  ScheduleTable::Row row;
  std::string schedule;
  TRY(reader->read("element", row.shape.element));
  TRY(reader->read("d_latent", row.shape.dLatent));
  TRY(reader->read("page_size", row.shape.pageSize));
  TRY(reader->read("rows", row.shape.rows));
  TRY(reader->read("schedule", schedule));
  TRY(reader->read("ms", row.milliseconds));
  TRY(reader->read("default_ms", row.defaultMilliseconds));
  TRY(reader->read("cells", row.cells));
  if (row.shape.element != "bf16" && row.shape.element != "f16")
    return reader->refuse("'element' to be bf16 or f16", reader->get("element"));
  // Both are there for a cache of another type than the element's.
  if (reader->get("cache") || reader->get("precision")) {
    TRY(reader->read("cache", row.shape.cache));
    TRY(reader->read("precision", row.shape.precision));
    std::optional<CacheFormat> format = symbolizeCacheFormat(row.shape.cache);
    if (!format || !isE4M3(*format))
      return reader->refuse("'cache' to be e4m3, e4m3_token or e4m3_group", reader->get("cache"));
    if (!symbolizePrecision(row.shape.precision))
      return reader->refuse("'precision' to be bf16, e4m3 or e4m3_queries", reader->get("precision"));
  }
  if (llvm::none_of(rowClasses, [&](const RowClass &entry) { return entry.name == row.shape.rows; }))
    return reader->refuse(
        "'rows' to be one of " +
            llvm::join(llvm::map_range(rowClasses, [](auto &entry) { return entry.name.str(); }), ", "),
        reader->get("rows"));
  auto fields = mla_gpu::ScheduleFields::parse(schedule);
  if (!fields)
    return llvm::createStringError(place + ": 'schedule': " + toString(fields.takeError()));
  row.schedule = mla_gpu::ScheduleFields::getTunableDefaults();
  row.schedule.override(*fields);
  return row;
}

Expected<ScheduleTable> ScheduleTable::parse(StringRef text, StringRef name) {
  Expected<json::Value> value = parseJSON(text, name);
  if (!value)
    return value.takeError();
  // The version comes before anything else is asked of the file.
  if (const json::Object *object = value->getAsObject())
    if (const json::Value *version = object->get("version");
        version && version->getAsInteger() != kScheduleTableVersion)
      return llvm::createStringError(
          llvm::formatv("{0}: expected version {1}, but got {2}", name, kScheduleTableVersion, *version).str());
  auto reader = ObjectReader::get(*value, name.str(), {"version", "gpu", "driver", "date", "raw", "rows"});
  if (!reader)
    return reader.takeError();
  ScheduleTable table;
  int64_t version = 0;
  TRY(reader->read("version", version));
  TRY(reader->read("gpu", table.gpu));
  TRY(reader->read("driver", table.driver));
  TRY(reader->read("date", table.date));
  TRY(reader->read("raw", table.raw));
  Expected<const json::Array *> rows = reader->readArray("rows");
  if (!rows)
    return rows.takeError();
  for (auto [index, entry] : llvm::enumerate(**rows)) {
    std::string place = llvm::formatv("{0}: rows[{1}]", name, index);
    Expected<Row> row = readRow(entry, place);
    if (!row)
      return row.takeError();
    if (table.lookup(row->shape))
      return llvm::createStringError(
          llvm::formatv("{0}: expected one row of class {1}, but got another", place, row->shape.str()).str());
    table.rows.push_back(std::move(*row));
  }
  return table;
}

Expected<ScheduleTable> ScheduleTable::read(StringRef path) {
  auto file = llvm::MemoryBuffer::getFile(path);
  if (!file)
    return llvm::createStringError(llvm::formatv("{0}: {1}", path, file.getError().message()).str());
  return parse((*file)->getBuffer(), path);
}

const ScheduleTable::Row *ScheduleTable::lookup(const ShapeClass &shape) const {
  auto found = llvm::find_if(rows, [&](const Row &row) { return row.shape == shape; });
  return found == rows.end() ? nullptr : &*found;
}

//===----------------------------------------------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------------------------------------------===//

std::string ScheduleTable::str() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << llvm::formatv("{{\n \"version\": {0},\n", kScheduleTableVersion);
  for (auto [key, value] :
       {std::pair<StringRef, StringRef>("gpu", gpu), {"driver", driver}, {"date", date}, {"raw", raw}})
    os << llvm::formatv(" \"{0}\": {1},\n", key, json::Value(value));
  os << " \"rows\": [";
  llvm::interleave(
      rows, os,
      [&](const Row &row) {
        os << "\n  ";
        json::OStream out(os);
        out.object([&] {
          out.attribute("element", row.shape.element);
          if (!row.shape.cache.empty()) {
            out.attribute("cache", row.shape.cache);
            out.attribute("precision", row.shape.precision);
          }
          out.attribute("d_latent", row.shape.dLatent);
          out.attribute("page_size", row.shape.pageSize);
          out.attribute("rows", row.shape.rows);
          out.attribute("schedule", row.schedule.str());
          out.attribute("ms", row.milliseconds);
          out.attribute("default_ms", row.defaultMilliseconds);
          out.attribute("cells", row.cells);
        });
      },
      ",");
  os << "\n ]\n}\n";
  return text;
}
