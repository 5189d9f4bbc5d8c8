//===- SelectionTest.cpp - From measurements to a choice ------------------------------------------------------===//
#include "lib/Tuning/Selection.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace mlir::mla;

namespace {
const ShapeClass kNarrow{"bf16", 512, 64, "1-16"}, kWide{"bf16", 512, 64, "65-128"};

/// Times of candidates 0, 1, … on one cell; what is not positive is a candidate without a time.
std::vector<Measurement> cell(const char *name, const ShapeClass &shape, std::initializer_list<double> times) {
  std::vector<Measurement> result;
  for (double time : times)
    result.push_back({name, shape, result.size(), time > 0 ? std::optional<double>(time) : std::nullopt});
  return result;
}

std::vector<Measurement> join(std::initializer_list<std::vector<Measurement>> lists) {
  std::vector<Measurement> result;
  for (const std::vector<Measurement> &list : lists)
    result.insert(result.end(), list.begin(), list.end());
  return result;
}

std::vector<Choice> choose(const std::vector<Measurement> &measurements, SelectionOptions options = {}) {
  auto choices = select(measurements, options);
  EXPECT_TRUE(static_cast<bool>(choices));
  if (choices)
    return *choices;
  llvm::consumeError(choices.takeError());
  return {};
}

TEST(Selection, FastestWins) {
  auto choices = choose(cell("a", kWide, {1.0, 0.9, 0.8, 1.1}));
  ASSERT_EQ(choices.size(), 1u);
  EXPECT_EQ(choices[0].candidate, 2u);
  EXPECT_EQ(choices[0].shape, kWide);
  EXPECT_DOUBLE_EQ(choices[0].milliseconds, 0.8);
  EXPECT_DOUBLE_EQ(choices[0].defaultMilliseconds, 1.0);
  EXPECT_EQ(choices[0].cells, 1u);
}

TEST(Selection, WithinNoiseTheDefaultStays) {
  EXPECT_EQ(choose(cell("a", kWide, {1.0, 0.991}))[0].candidate, 0u);
  EXPECT_EQ(choose(cell("a", kWide, {1.0, 0.989}))[0].candidate, 1u);
  EXPECT_EQ(choose(cell("a", kWide, {1.0, 1.0}))[0].candidate, 0u);
  // The bound is the option's.
  EXPECT_EQ(choose(cell("a", kWide, {1.0, 0.989}), {/*noise=*/0.02, /*maxLoss=*/0.03})[0].candidate, 0u);
  EXPECT_EQ(choose(cell("a", kWide, {1.0, 0.999}), {/*noise=*/0, /*maxLoss=*/0.03})[0].candidate, 1u);
}

TEST(Selection, OfEqualsTheFirstListedWins) { EXPECT_EQ(choose(cell("a", kWide, {1.0, 0.9, 0.9}))[0].candidate, 1u); }

TEST(Selection, WrongCandidatesNeverWin) {
  EXPECT_EQ(choose(cell("a", kWide, {1.0, 0, 0.95}))[0].candidate, 2u);
  // Wrong on one shape of the class is wrong.
  auto choices = choose(join({cell("a", kWide, {1.0, 0.1, 0.95}), cell("b", kWide, {1.0, 0, 0.95})}));
  EXPECT_EQ(choices[0].candidate, 2u);
  // It may still win another class.
  choices = choose(join({cell("a", kNarrow, {1.0, 0.5}), cell("b", kWide, {1.0, 0})}));
  ASSERT_EQ(choices.size(), 2u);
  EXPECT_EQ(choices[0].candidate, 1u);
  EXPECT_EQ(choices[1].candidate, 0u);
}

TEST(Selection, MissingCellsAreNotGuessed) {
  auto measurements = join({cell("a", kWide, {1.0, 0.5}), cell("b", kWide, {1.0})});
  EXPECT_EQ(choose(measurements)[0].candidate, 0u);
}

TEST(Selection, WithoutTheDefaultNothingIsChosen) {
  for (const auto &measurements :
       {cell("a", kWide, {0, 0.5}), join({cell("b", kWide, {1, 1}), cell("a", kWide, {0, 1})}),
        std::vector<Measurement>{{"a", kWide, 1, 0.5}}}) {
    auto choices = select(measurements, {});
    ASSERT_FALSE(static_cast<bool>(choices));
    EXPECT_EQ(toString(choices.takeError()), "expected a time of the default schedule on a, but got none");
  }
}

TEST(Selection, MeansAreGeometricAndRelative) {
  // 10 % of the long cell are more milliseconds than 12 % of the short one, but not more of the class.
  auto choices = choose(join({cell("short", kWide, {0.01, 0.0088, 0.01}), cell("long", kWide, {10, 10, 9})}));
  EXPECT_EQ(choices[0].candidate, 1u);
  EXPECT_NEAR(choices[0].milliseconds, std::sqrt(0.088), 1e-9);
  EXPECT_NEAR(choices[0].defaultMilliseconds, std::sqrt(0.1), 1e-9);
  EXPECT_EQ(choices[0].cells, 2u);
}

TEST(Selection, ALargeLossOnOneShapeRulesOut) {
  auto measurements = join({cell("a", kWide, {1, 0.5}), cell("b", kWide, {1, 1.04})});
  EXPECT_EQ(choose(measurements)[0].candidate, 0u);
  EXPECT_EQ(choose(measurements, {/*noise=*/0.01, /*maxLoss=*/0.05})[0].candidate, 1u);
}

TEST(Selection, TheLastMeasurementCounts) {
  auto measurements = join({cell("a", kWide, {1, 0.5}), cell("a", kWide, {1, 2})});
  EXPECT_EQ(choose(measurements)[0].candidate, 0u);
}

TEST(Selection, NothingMeasured) { EXPECT_TRUE(choose({}).empty()); }
} // namespace
