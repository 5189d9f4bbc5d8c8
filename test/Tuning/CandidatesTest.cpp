//===- CandidatesTest.cpp - Levers and schedules to try -------------------------------------------------------===//
#include "lib/Tuning/Candidates.h"
#include <gtest/gtest.h>

using namespace mlir;
using namespace mlir::mla;
using mla_gpu::ScheduleFields;
using mla_gpu::ScheduleParameter;

namespace {
std::vector<std::string> expand(std::vector<std::string> grids) {
  auto candidates = expandCandidates(grids);
  if (!candidates)
    return {toString(candidates.takeError())};
  std::vector<std::string> result;
  for (const ScheduleFields &schedule : *candidates)
    result.push_back(describeCandidate(schedule));
  return result;
}
using List = std::vector<std::string>;

TEST(Candidates, TheDefaultIsAlwaysThere) {
  EXPECT_EQ(expand({}), List({"default"}));
  EXPECT_EQ(expand({"item_cost=1"}), List({"default"}));
}

TEST(Candidates, Grids) {
  EXPECT_EQ(expand({"item_cost=1,2,3;min_steps=1,2"}),
            List({"default", "min_steps=2", "item_cost=2", "item_cost=2,min_steps=2", "item_cost=3",
                  "item_cost=3,min_steps=2"}));
  // Each once, however it is spelt.
  EXPECT_EQ(expand({"item_cost=2", "min_steps=2; item_cost=02", "min_steps=2;item_cost=2"}),
            List({"default", "item_cost=2", "item_cost=2,min_steps=2"}));
}

TEST(Candidates, Errors) {
  EXPECT_EQ(expand({"item_cost"}), List({"expected name=value,…, but got 'item_cost'"}));
  EXPECT_EQ(expand({"item_cost=1;"}), List({"expected name=value,…, but got ''"}));
  EXPECT_EQ(expand({"item_cost=1;item_cost=2"}), List({"expected item_cost once, but got it twice"}));
  EXPECT_EQ(expand({"item_cost=65"}), List({"expected item_cost from 0 to 64, but got '65'"}));
  EXPECT_EQ(expand({"rescale_threshold=8"}),
            List({"expected a lever that leaves accuracy alone, but got rescale_threshold"}));
  EXPECT_NE(expand({"speed=1"})[0].find("expected a schedule parameter out of kind, "), std::string::npos);
  std::string many = "0";
  for (int i = 1; i <= 64; ++i)
    many += "," + std::to_string(i);
  EXPECT_EQ(expand({"item_cost=" + many + ";align_steps=" + many}),
            List({"expected at most 4096 candidates, but got more"}));
}

std::string parse(const ScheduleParameter &parameter, llvm::StringRef text) {
  auto value = parseScheduleValue(parameter, text);
  return value ? *value : toString(value.takeError());
}

TEST(Levers, Values) {
  static constexpr llvm::StringLiteral names[] = {"tree", "row"};
  ScheduleParameter name{"merge", ScheduleParameter::Type::Name, 0, 0, false, names, "row", ""};
  EXPECT_EQ(parse(name, "tree"), "tree");
  EXPECT_EQ(parse(name, "column"), "expected merge to be tree or row, but got 'column'");
  ScheduleParameter number{"share", ScheduleParameter::Type::Float, -1, 1, false, {}, "0", ""};
  EXPECT_EQ(parse(number, "0.50"), "0.5");
  EXPECT_EQ(parse(number, "-1"), "-1");
  EXPECT_EQ(parse(number, "1.01"), "expected share from -1 to 1, but got '1.01'");
  ScheduleParameter power{"wide", ScheduleParameter::Type::Integer, 1, 8, true, {}, "1", ""};
  EXPECT_EQ(parse(power, "08"), "8");
  EXPECT_EQ(parse(power, "6"), "expected wide to be a power of two from 1 to 8, but got '6'");
}

TEST(Levers, EveryDefaultIsAValueAndEveryNameIsOne) {
  llvm::SmallVector<llvm::StringRef> names;
  for (const ScheduleParameter &parameter : mla_gpu::getScheduleParameters()) {
    EXPECT_EQ(parse(parameter, parameter.defaultValue), parameter.defaultValue.str());
    EXPECT_FALSE(llvm::is_contained(names, parameter.name));
    EXPECT_FALSE(parameter.summary.empty());
    names.push_back(parameter.name);
  }
  EXPECT_EQ(names.front(), "kind");
}

TEST(Levers, AttributesAndTextAgree) {
  MLIRContext context;
  context.loadDialect<mla_gpu::MLAGPUDialect>();
  auto fields = ScheduleFields::parse("min_steps=7,rescale_threshold=0.1,kind=other");
  ASSERT_TRUE(static_cast<bool>(fields));
  EXPECT_EQ(fields->str(), "kind=other,rescale_threshold=0.100000001,min_steps=7");
  EXPECT_EQ(fields->lookup("item_cost"), "");
  ScheduleFields all = ScheduleFields::get(fields->getAttr(&context));
  EXPECT_EQ(all.lookup("item_cost"), "1");
  EXPECT_EQ(all.lookup("min_steps"), "7");
  auto again = ScheduleFields::parse(all.str());
  ASSERT_TRUE(static_cast<bool>(again));
  EXPECT_TRUE(*again == all);
  EXPECT_EQ(again->getAttr(&context), all.getAttr(&context));
}
} // namespace
