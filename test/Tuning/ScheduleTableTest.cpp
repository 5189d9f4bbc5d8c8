//===- ScheduleTableTest.cpp - Measured choices of a schedule -------------------------------------------------===//
#include "lib/Tuning/ScheduleTable.h"
#include "llvm/Support/FormatVariadic.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::mla;

namespace {
constexpr char kTable[] = R"({
 "version": 1, "gpu": "NVIDIA H200", "driver": "1.2", "date": "2026-01-02T03:04:05Z", "raw": "raw.jsonl",
 "rows": [
  {"element": "bf16", "d_latent": 512, "page_size": 64, "rows": "1-16", "schedule": "kind=a,item_cost=2", "ms": 0.5,
   "default_ms": 1, "cells": 3},
  {"element": "f16", "d_latent": 512, "page_size": 64, "rows": "any", "schedule": "", "ms": 1, "default_ms": 1, "cells": 1}
 ]
})";

std::string parseError(llvm::StringRef text) {
  auto table = ScheduleTable::parse(text, "t");
  return table ? "" : toString(table.takeError());
}

/// The message for kTable with `from` replaced by `to`.
std::string errorOf(llvm::StringRef from, llvm::StringRef to) {
  std::string text = kTable;
  size_t at = text.find(from.str());
  EXPECT_NE(at, std::string::npos);
  return parseError(text.replace(at, from.size(), to.str()));
}

TEST(ScheduleTable, RowClasses) {
  for (auto [rows, name] : {std::pair<int64_t, const char *>(0, "any"),
                            {1, "1-16"},
                            {16, "1-16"},
                            {17, "17-32"},
                            {32, "17-32"},
                            {33, "33-64"},
                            {64, "33-64"},
                            {65, "65-128"},
                            {128, "65-128"},
                            {129, "129+"},
                            {int64_t(1) << 40, "129+"}})
    EXPECT_EQ(getRowClass(rows), name);
}

TEST(ScheduleTable, LookupTakesTheClassAndNoOther) {
  auto table = ScheduleTable::parse(kTable, "t");
  ASSERT_TRUE(static_cast<bool>(table));
  const ScheduleTable::Row *row = table->lookup({"bf16", 512, 64, "1-16"});
  ASSERT_NE(row, nullptr);
  // What a row leaves out is the default.
  EXPECT_EQ(row->schedule.lookup("kind"), "a");
  EXPECT_EQ(row->schedule.lookup("item_cost"), "2");
  EXPECT_EQ(row->schedule.lookup("min_steps"), "1");
  EXPECT_EQ(row->cells, 3);
  EXPECT_NE(table->lookup({"f16", 512, 64, "any"}), nullptr);
  EXPECT_EQ(table->lookup({"f16", 512, 64, "1-16"}), nullptr);
  EXPECT_EQ(table->lookup({"bf16", 256, 64, "1-16"}), nullptr);
  EXPECT_EQ(table->lookup({"bf16", 512, 32, "1-16"}), nullptr);
}

TEST(ScheduleTable, RoundTrip) {
  auto table = ScheduleTable::parse(kTable, "t");
  ASSERT_TRUE(static_cast<bool>(table));
  table->gpu = "A \"GPU\"\n";
  auto again = ScheduleTable::parse(table->str(), "again");
  ASSERT_TRUE(static_cast<bool>(again)) << toString(again.takeError());
  EXPECT_EQ(again->str(), table->str());
  EXPECT_EQ(again->gpu, table->gpu);
  ASSERT_EQ(again->rows.size(), 2u);
  EXPECT_TRUE(again->rows[0].schedule == table->rows[0].schedule);
  EXPECT_EQ(again->rows[0].milliseconds, 0.5);
  EXPECT_EQ(again->raw, "raw.jsonl");
  // A row is a line.
  EXPECT_NE(
      again->str().find("\n  {\"element\":\"bf16\",\"d_latent\":512,\"page_size\":64,\"rows\":\"1-16\",\"schedule\":"),
      std::string::npos);

  ScheduleTable empty;
  EXPECT_EQ(parseError(empty.str()), "");
}

TEST(ScheduleTable, Errors) {
  EXPECT_EQ(parseError("[]"), "t: expected an object, but got []");
  EXPECT_NE(parseError("{").find("t: "), std::string::npos);
  // Brackets in strings, after an escaped quote as well, and what closes nothing make no room for more.
  std::string deep(2000000, '['), closing(2000000, ']');
  for (const std::string &text :
       {deep, "[\"" + closing + "\"," + deep, "[\"\\\"" + closing + "\"," + deep, closing + deep})
    EXPECT_EQ(parseError(text), "t: expected at most 64 levels of arrays and objects, but got more");
  EXPECT_EQ(parseError("[\"" + deep + "\"]").find("expected at most 64 levels"), std::string::npos);
  EXPECT_EQ(errorOf("\"version\": 1", "\"version\": 2"), "t: expected version 1, but got 2");
  EXPECT_EQ(errorOf("\"version\": 1", "\"version\": \"1\""), "t: expected version 1, but got \"1\"");
  // A later version may say what this one does not know: that is the reason to name.
  EXPECT_EQ(errorOf("\"version\": 1", "\"version\": 2, \"new\": 1"), "t: expected version 1, but got 2");
  EXPECT_EQ(errorOf("\"version\": 1, ", ""), "t: expected 'version' to be an integer of at least 1, but got nothing");
  EXPECT_EQ(errorOf("\"gpu\": \"NVIDIA H200\"", "\"gpu\": 5"), "t: expected 'gpu' to be a string, but got 5");
  EXPECT_EQ(errorOf("\"gpu\"", "\"GPU\""),
            "t: expected a key out of version, gpu, driver, date, raw, rows, but got 'GPU'");
  EXPECT_EQ(errorOf("\"raw\": \"raw.jsonl\",", ""), "t: expected 'raw' to be a string, but got nothing");
  EXPECT_EQ(parseError(R"({"version": 1, "gpu": "", "driver": "", "date": "", "raw": "", "rows": {}})"),
            "t: expected 'rows' to be an array, but got {}");
  EXPECT_EQ(parseError(R"({"version": 1, "gpu": "", "driver": "", "date": "", "raw": "", "rows": [3]})"),
            "t: rows[0]: expected an object, but got 3");
  EXPECT_EQ(errorOf("\"cells\": 3", "\"cell\": 3"),
            "t: rows[0]: expected a key out of element, cache, precision, d_latent, page_size, rows, schedule, ms, "
            "default_ms, cells, but got 'cell'");
  EXPECT_EQ(errorOf("\"element\": \"bf16\"", "\"element\": \"bf16\", \"cache\": \"f16\", \"precision\": \"bf16\""),
            "t: rows[0]: expected 'cache' to be e4m3, e4m3_token or e4m3_group, but got \"f16\"");
  EXPECT_EQ(errorOf("\"element\": \"bf16\"", "\"element\": \"bf16\", \"cache\": \"e4m3\""),
            "t: rows[0]: expected 'precision' to be a string, but got nothing");
  EXPECT_EQ(errorOf("\"element\": \"bf16\"", "\"element\": \"bf16\", \"cache\": \"e4m3\", \"precision\": \"f16\""),
            "t: rows[0]: expected 'precision' to be bf16, e4m3 or e4m3_queries, but got \"f16\"");
  EXPECT_EQ(errorOf("\"bf16\"", "\"f64\""), "t: rows[0]: expected 'element' to be bf16 or f16, but got \"f64\"");
  EXPECT_EQ(errorOf("512", "\"512\""),
            "t: rows[0]: expected 'd_latent' to be an integer of at least 1, but got \"512\"");
  EXPECT_EQ(errorOf("64,", "0,"), "t: rows[0]: expected 'page_size' to be an integer of at least 1, but got 0");
  EXPECT_EQ(errorOf("\"1-16\"", "\"1-17\""),
            "t: rows[0]: expected 'rows' to be one of any, 1-16, 17-32, 33-64, 65-128, 129+, but got \"1-17\"");
  EXPECT_EQ(errorOf("item_cost=2", "item_cost=99"),
            "t: rows[0]: 'schedule': expected item_cost from 0 to 64, but got '99'");
  EXPECT_NE(errorOf("item_cost=2", "speed=2").find("t: rows[0]: 'schedule': expected a schedule parameter out of "),
            std::string::npos);
  EXPECT_EQ(errorOf("\"ms\": 0.5", "\"ms\": 0"), "t: rows[0]: expected 'ms' to be a positive number, but got 0");
  EXPECT_EQ(errorOf("\"f16\", \"d_latent\": 512, \"page_size\": 64, \"rows\": \"any\"",
                    "\"bf16\", \"d_latent\": 512, \"page_size\": 64, \"rows\": \"1-16\""),
            "t: rows[1]: expected one row of class bf16 d_latent=512 page_size=64 rows=1-16, but got another");
}

TEST(ScheduleTable, CachesOfE4M3AreClassesOfTheirOwn) {
  ShapeClass shape = ShapeClass::get("bf16", CacheFormat::E4M3Token, Precision::E4M3, 512, 64, 128);
  EXPECT_EQ(shape.str(), "bf16 cache=e4m3_token precision=e4m3 d_latent=512 page_size=64 rows=65-128");
  ShapeClass plain = ShapeClass::get("f16", CacheFormat::F16, Precision::BF16, 512, 64, 0);
  EXPECT_EQ(plain.str(), "f16 d_latent=512 page_size=64 rows=any");
  auto table = ScheduleTable::parse(kTable, "t");
  ASSERT_TRUE(bool(table));
  EXPECT_EQ(table->lookup(shape), nullptr);
  EXPECT_NE(table->lookup(plain), nullptr);
  table->rows[0].shape = shape;
  auto again = ScheduleTable::parse(table->str(), "t");
  ASSERT_TRUE(bool(again));
  EXPECT_NE(again->lookup(shape), nullptr);
}

TEST(ScheduleTable, BuiltinTables) {
  static constexpr char first[] = R"({"version":1,"gpu":"A","driver":"","date":"","raw":"","rows":[]})";
  static constexpr char second[] = R"({"version":1,"gpu":"B","driver":"","date":"","raw":"","rows":[]})";
  std::vector<BuiltinTable> tables = {{"a", first}, {"b", second}};
  auto gpuOf = [&](llvm::StringRef gpu) -> std::string {
    auto table = findTable(tables, gpu);
    EXPECT_TRUE(static_cast<bool>(table));
    return *table ? (*table)->gpu : "none";
  };
  EXPECT_EQ(gpuOf(""), "A");
  EXPECT_EQ(gpuOf("B"), "B");
  EXPECT_EQ(gpuOf("C"), "none");
  tables.clear();
  EXPECT_EQ(gpuOf(""), "none");

  // Those that the compiler carries.
  for (const BuiltinTable &entry : getBuiltinTables()) {
    auto table = ScheduleTable::parse(entry.text, entry.name);
    EXPECT_TRUE(static_cast<bool>(table)) << toString(table.takeError());
  }
}
} // namespace
