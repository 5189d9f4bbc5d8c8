//===- ScheduleTable.h - Measured choices of a schedule -------------------------------------------*- C++ -*-===//
//
// A file that mla-tune writes and mla-choose-schedule reads: for each class of shapes the schedule that was fastest on
// one GPU. docs/tuning.md describes it.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_TUNING_SCHEDULETABLE_H
#define LIB_TUNING_SCHEDULETABLE_H

#include "dialect/MLAGPU/MLAGPUSchedule.h"
#include "lib/Support/CacheFormat.h"
#include <string>
#include <tuple>
#include <vector>

namespace mlir::mla {

/// The name of the class of `rows` = s_q · h_q, the rows of queries in a request; "any" for 0, which stands for extents
/// that are not known at compile time.
llvm::StringRef getRowClass(int64_t rows);

/// What decides which row of a table applies: only what the compiler knows.
struct ShapeClass {
  /// "bf16" or "f16".
  std::string element;
  int64_t dLatent = 0, pageSize = 0;
  /// As `getRowClass` says.
  std::string rows;
  /// The cache's format and the precision, where the cache is not of the element type; else empty.
  std::string cache = "", precision = "";

  /// `rows` 0: any.
  static ShapeClass get(llvm::StringRef element, CacheFormat format, Precision precision, int64_t dLatent,
                        int64_t pageSize, int64_t rows);
  /// "bf16 d_latent=512 page_size=64 rows=65-128"; "bf16 cache=e4m3 precision=bf16 d_latent=…".
  std::string str() const;
  bool operator<(const ShapeClass &other) const {
    return std::tie(element, cache, precision, dLatent, pageSize, rows) <
           std::tie(other.element, other.cache, other.precision, other.dLatent, other.pageSize, other.rows);
  }
  bool operator==(const ShapeClass &other) const { return !(*this < other) && !(other < *this); }
};

/// Version of the format that is written and read.
inline constexpr int64_t kScheduleTableVersion = 1;

struct ScheduleTable {
  struct Row {
    ShapeClass shape;
    /// All fields.
    mla_gpu::ScheduleFields schedule;
    /// Geometric means over the cells of the class: of this schedule, and of the one that would be chosen without a
    /// table.
    double milliseconds = 0, defaultMilliseconds = 0;
    /// How many shapes of this class were measured.
    int64_t cells = 0;
  };

  /// The GPU, as its driver calls it, and its driver.
  std::string gpu, driver;
  std::string date;
  /// The file with every sample behind the rows.
  std::string raw;
  std::vector<Row> rows;

  /// Reads a table; errors begin with `name`, say where, and what was expected.
  static llvm::Expected<ScheduleTable> parse(llvm::StringRef text, llvm::StringRef name);
  static llvm::Expected<ScheduleTable> read(llvm::StringRef path);
  /// The text that `parse` reads, a line for each row.
  std::string str() const;
  /// The row of exactly this class, or null.
  const Row *lookup(const ShapeClass &shape) const;
};

/// A table that the compiler carries.
struct BuiltinTable {
  llvm::StringLiteral name;
  llvm::StringLiteral text;
};
llvm::ArrayRef<BuiltinTable> getBuiltinTables();

/// The table among `tables` that was measured on `gpu`; the first for an empty name; none if there is none.
llvm::Expected<std::optional<ScheduleTable>> findTable(llvm::ArrayRef<BuiltinTable> tables, llvm::StringRef gpu);

} // namespace mlir::mla

#endif // LIB_TUNING_SCHEDULETABLE_H
