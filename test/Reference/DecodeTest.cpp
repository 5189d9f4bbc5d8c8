//===- DecodeTest.cpp - mla.decode by hand ------------------------------------------------------------------===//
#include "lib/Reference/Rows.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <numeric>

using namespace mlir::mla;
using namespace mlir::mla::reference;

namespace {
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// One request with eight latent and eight RoPE columns and pages of two tokens, all zero, for cases made by hand.
class HandMade : public testing::Test {
protected:
  HandMade() { setUp(1, 1, 1); }

  void setUp(int64_t queries, int64_t heads, int32_t length) {
    DecodeShape shape;
    shape.s_q = queries;
    shape.h_q = heads;
    shape.d_latent = shape.d_rope = 8;
    shape.page_size = 2;
    shape.numPages = shape.blockTableStride = 4;
    inputs.shape = shape;
    inputs.element = Element::F16;
    inputs.format = CacheFormat::F16;
    inputs.storedPages = 4;
    inputs.q.assign(shape.rows() * 16, 0);
    inputs.cache.assign(4 * 2 * 16 * sizeof(uint16_t), 0);
    inputs.blockTable = {0, 1, 2, 3};
    inputs.seqLens = {length};
  }
  void setQuery(int64_t row, int64_t column, float value) { inputs.q[row * 16 + column] = f16(value); }
  void setToken(int64_t token, int64_t column, float value) { setTokenBits(token, column, f16(value)); }
  void setTokenBits(int64_t token, int64_t column, uint16_t bits) {
    std::memcpy(&inputs.cache[(token * 16 + column) * sizeof bits], &bits, sizeof bits);
  }
  static uint16_t f16(float value) { return roundToElement(Element::F16, value); }

  double decode(int64_t query = 0, int64_t head = 0) { return decodeRow(inputs, 0, query, head, out.data()); }

  DecodeInputs inputs;
  std::vector<double> out = std::vector<double>(8);
};

TEST_F(HandMade, OneToken) {
  setQuery(0, 0, 2);
  setQuery(0, 8, 4); // RoPE
  setToken(0, 0, 3);
  setToken(0, 1, -5);
  setToken(0, 8, 0.5);
  inputs.softmaxScale = 0.25;
  EXPECT_DOUBLE_EQ(decode(), 0.25 * (2 * 3 + 4 * 0.5));
  EXPECT_EQ(out, (std::vector<double>{3, -5, 0, 0, 0, 0, 0, 0}));
}

TEST_F(HandMade, TwoEqualTokens) {
  setUp(1, 1, 2);
  setQuery(0, 0, 1);
  for (int64_t token : {0, 1}) {
    setToken(token, 0, 3);
    setToken(token, 7, 0.125);
  }
  EXPECT_DOUBLE_EQ(decode(), 3 + std::log(2.0));
  EXPECT_EQ(out, (std::vector<double>{3, 0, 0, 0, 0, 0, 0, 0.125}));
}

TEST_F(HandMade, TwoTokensByHand) {
  setUp(1, 1, 2);
  setQuery(0, 8, 1); // Scores come from the RoPE part only: 0 and ln 3, near enough.
  float score = elementToFloat(Element::F16, f16(std::log(3.0f)));
  setToken(1, 8, score);
  setToken(0, 0, 4);
  setToken(1, 0, 8);
  double e = std::exp(static_cast<double>(score));
  EXPECT_DOUBLE_EQ(decode(), std::log(1 + e));
  EXPECT_DOUBLE_EQ(out[0], (4 + 8 * e) / (1 + e));
  EXPECT_NEAR(out[0], 7, 1e-3);
}

TEST_F(HandMade, UniformScoresGiveTheMean) {
  setUp(1, 1, 7); // q is 0
  for (int64_t token = 0; token < 7; ++token)
    setToken(token, 2, static_cast<float>(token * token));
  EXPECT_DOUBLE_EQ(decode(), std::log(7.0));
  EXPECT_DOUBLE_EQ(out[2], (0 + 1 + 4 + 9 + 16 + 25 + 36) / 7.0);
}

TEST_F(HandMade, WeightsSumToOne) {
  setUp(1, 1, 8);
  for (int64_t token = 0; token < 8; ++token) {
    setToken(token, 0, static_cast<float>(token) / 3 - 1);
    setToken(token, 5, 1);
  }
  setQuery(0, 0, 4);
  decode();
  EXPECT_NEAR(out[5], 1, 1e-15);
}

TEST_F(HandMade, ShiftOfAllScoresShiftsTheLogSumExpOnly) {
  setUp(1, 1, 8);
  setQuery(0, 0, 1);
  setQuery(0, 8, 1);
  for (int64_t token = 0; token < 8; ++token)
    setToken(token, 0, static_cast<float>(token) / 4);
  double lse = decode();
  std::vector<double> before = out;
  for (int64_t token = 0; token < 8; ++token)
    setToken(token, 8, 1000);
  EXPECT_NEAR(decode(), lse + 1000, 1e-12);
  for (int64_t column = 0; column < 8; ++column)
    EXPECT_NEAR(out[column], before[column], 1e-13);
}

TEST_F(HandMade, LargeScoresDoNotOverflow) {
  setUp(1, 1, 2);
  setQuery(0, 0, 60000);
  setToken(0, 0, 60000);
  setToken(1, 0, -60000);
  double q = elementToFloat(Element::F16, f16(60000));
  EXPECT_DOUBLE_EQ(decode(), q * q);
  EXPECT_DOUBLE_EQ(out[0], q);
}

TEST_F(HandMade, EmptyRequest) {
  setUp(1, 1, 0);
  out.assign(8, 7.0);
  EXPECT_EQ(decode(), -kInfinity);
  EXPECT_EQ(out, std::vector<double>(8, 0.0));
}

TEST_F(HandMade, NegativeLengthIsEmpty) {
  setUp(1, 1, -5);
  EXPECT_EQ(decode(), -kInfinity);
}

TEST_F(HandMade, CausalHidesLaterTokens) {
  setUp(3, 1, 5); // Queries 0, 1, 2 see 3, 4, 5 tokens.
  for (int64_t token = 0; token < 5; ++token)
    setToken(token, 0, static_cast<float>(1 << token));
  for (int64_t query = 0; query < 3; ++query) {
    EXPECT_DOUBLE_EQ(decode(query), std::log(3.0 + query));
    EXPECT_DOUBLE_EQ(out[0], ((8 << query) - 1) / (3.0 + query));
  }
  inputs.causal = false;
  for (int64_t query = 0; query < 3; ++query) {
    EXPECT_DOUBLE_EQ(decode(query), std::log(5.0));
    EXPECT_DOUBLE_EQ(out[0], 31 / 5.0);
  }
}

TEST_F(HandMade, MoreQueriesThanTokens) {
  setUp(4, 1, 2); // Queries 0 and 1 come before the sequence's first token.
  setToken(0, 0, 2);
  setToken(1, 0, 4);
  EXPECT_EQ(decode(0), -kInfinity);
  EXPECT_EQ(decode(1), -kInfinity);
  EXPECT_EQ(out[0], 0);
  EXPECT_EQ(decode(2), 0);
  EXPECT_EQ(out[0], 2);
  EXPECT_DOUBLE_EQ(decode(3), std::log(2.0));
  EXPECT_EQ(out[0], 3);
}

TEST_F(HandMade, QueryAndHeadChooseTheRow) {
  setUp(2, 3, 2);
  inputs.causal = false;
  setToken(0, 0, 1);
  for (int64_t row = 0; row < 6; ++row)
    setQuery(row, 0, static_cast<float>(row));
  for (int64_t query = 0; query < 2; ++query)
    for (int64_t head = 0; head < 3; ++head)
      EXPECT_DOUBLE_EQ(decode(query, head), std::log(std::exp(query * 3.0 + head) + 1));
}

TEST_F(HandMade, UnseenSlotsHaveNoInfluence) {
  setUp(1, 1, 3);
  for (int64_t column = 0; column < 16; ++column)
    for (int64_t token = 3; token < 8; ++token)
      setTokenBits(token, column, column % 2 ? 0x7e00 : 0xfc00); // NaN, −infinity
  inputs.blockTable[2] = inputs.blockTable[3] = -1;
  EXPECT_DOUBLE_EQ(decode(), std::log(3.0));
  EXPECT_EQ(out, std::vector<double>(8, 0.0));
}

TEST_F(HandMade, PageOutsideThePoolIsNaNNotACrash) {
  setUp(1, 1, 4);
  for (int32_t page : {-1, 4, std::numeric_limits<int32_t>::max(), std::numeric_limits<int32_t>::min()}) {
    inputs.blockTable[1] = page;
    decode();
    EXPECT_TRUE(std::isnan(out[0]));
    double lse;
    evaluateRows(inputs, 0, 0, {0}, out.data(), &lse);
    EXPECT_TRUE(std::isnan(out[0]));
  }
  inputs.seqLens[0] = 1000; // Beyond the block table.
  decode();
  EXPECT_TRUE(std::isnan(out[0]));
}

DecodeInputs makeRandom(std::vector<int32_t> seqLens, DecodeInputOptions options, int64_t pageSize = 64) {
  DecodeShape shape;
  shape.s_q = 3;
  shape.h_q = 5;
  shape.d_latent = 40;
  shape.d_rope = 8;
  shape.page_size = pageSize;
  return makeDecodeInputs(shape, Element::BF16, 0.3f, true, seqLens, options);
}

/// All rows of a problem: out, then lse.
std::vector<double> decodeAll(const DecodeInputs &inputs) {
  const DecodeShape &shape = inputs.shape;
  std::vector<double> all(shape.b * shape.rows() * shape.d_latent), lse;
  for (int64_t row = 0; row < shape.b * shape.rows(); ++row)
    lse.push_back(decodeRow(inputs, row / shape.rows(), row / shape.h_q % shape.s_q, row % shape.h_q,
                            all.data() + row * shape.d_latent));
  all.insert(all.end(), lse.begin(), lse.end());
  return all;
}

TEST(Decode, RopeEqualsTurnedQueries) {
  for (Pairing pairing : {Pairing::Interleaved, Pairing::HalfSplit}) {
    RopeParameters parameters;
    parameters.d_rope = 8;
    parameters.base = 100;
    parameters.pairing = pairing;
    DecodeShape shape;
    shape.s_q = 3;
    shape.h_q = 2;
    shape.d_latent = 16;
    shape.d_rope = 8;
    shape.page_size = 4;
    // The first two queries of the second request have positions below 0.
    DecodeInputs inputs = makeDecodeInputs(shape, Element::BF16, 0.3f, /*causal=*/false, {9, 1}, {}), turned = inputs;
    inputs.rope = makeRope(parameters);
    for (int64_t row = 0; row < inputs.shape.b * inputs.shape.rows(); ++row) {
      int64_t request = row / 6, query = row % 6 / 2;
      uint16_t *bits = turned.q.data() + row * 24 + 16;
      std::vector<double> values(8);
      for (int64_t i = 0; i < 8; ++i)
        values[i] = elementToFloat(Element::BF16, bits[i]);
      rotate(*inputs.rope, inputs.seqLens[request] - 3 + query, values.data(), values.data());
      for (int64_t i = 0; i < 8; ++i)
        bits[i] = roundToElement(Element::BF16, static_cast<float>(values[i]));
    }
    EXPECT_NE(inputs.q, turned.q);
    for (int64_t row = 0; row < inputs.shape.b * inputs.shape.rows(); ++row) {
      std::vector<double> a(16), b(16), c(16);
      double lse = decodeRow(turned, row / 6, row % 6 / 2, row % 2, b.data()), fast = 0;
      EXPECT_EQ(decodeRow(inputs, row / 6, row % 6 / 2, row % 2, a.data()), lse);
      EXPECT_EQ(a, b);
      evaluateRows(inputs, row / 6, row % 6 / 2, {row % 2}, c.data(), &fast);
      EXPECT_NEAR(fast, lse, 1e-12);
    }
  }
}

TEST(Decode, WherePagesLieDoesNotMatter) {
  DecodeInputs inputs = makeRandom({130, 64, 1, 0, 200}, {});
  std::vector<double> before = decodeAll(inputs);
  // Move every page to the mirrored place.
  int64_t pages = inputs.shape.numPages, stride = inputs.layout().pageStride;
  std::vector<uint8_t> cache(inputs.cache.size());
  for (int64_t page = 0; page < pages; ++page)
    std::copy_n(inputs.cache.begin() + page * stride, stride, cache.begin() + (pages - 1 - page) * stride);
  inputs.cache = cache;
  for (int32_t &page : inputs.blockTable)
    page = page < 0 ? page : static_cast<int32_t>(pages - 1 - page);
  EXPECT_EQ(decodeAll(inputs), before);
}

TEST(Decode, PageSizeDoesNotMatter) {
  DecodeInputOptions options;
  options.permutePages = false;
  DecodeInputs inputs = makeRandom({64, 128, 192}, options);
  std::vector<double> before = decodeAll(inputs);
  for (int64_t pageSize : {1, 2, 16, 32}) {
    DecodeInputs split = inputs;
    int64_t factor = 64 / pageSize;
    split.shape.page_size = pageSize;
    split.shape.numPages = split.storedPages = inputs.shape.numPages * factor;
    split.shape.blockTableStride = inputs.shape.blockTableStride * factor;
    split.blockTable.clear();
    for (int32_t page : inputs.blockTable)
      for (int64_t i = 0; i < factor; ++i)
        split.blockTable.push_back(page < 0 ? -1 : static_cast<int32_t>(page * factor + i));
    EXPECT_EQ(decodeAll(split), before);
  }
}

TEST(Decode, PeriodicPoolEqualsItsUnrolledForm) {
  DecodeInputOptions options;
  options.maxStoredPages = 3;
  DecodeInputs periodic = makeRandom({700, 65}, options), full = periodic;
  ASSERT_EQ(periodic.storedPages, 3);
  full.storedPages = full.shape.numPages;
  int64_t stride = full.layout().pageStride;
  full.cache.resize(full.storedPages * stride);
  for (int64_t page = 3; page < full.storedPages; ++page)
    std::copy_n(periodic.cache.begin() + page % 3 * stride, stride, full.cache.begin() + page * stride);
  EXPECT_EQ(decodeAll(periodic), decodeAll(full));
}

TEST(Decode, CompositionOfTheBatchDoesNotMatter) {
  DecodeInputs inputs = makeRandom({130, 64, 200}, {}), single = inputs;
  single.shape.b = 1;
  single.seqLens = {200};
  single.q.erase(single.q.begin(), single.q.begin() + 2 * single.shape.rows() * single.shape.d_qk());
  single.blockTable.erase(single.blockTable.begin(), single.blockTable.begin() + 2 * single.shape.blockTableStride);
  std::vector<double> all = decodeAll(inputs), one = decodeAll(single);
  int64_t outputs = single.shape.rows() * single.shape.d_latent;
  EXPECT_TRUE(std::equal(one.begin(), one.begin() + outputs, all.begin() + 2 * outputs));
}

// The fast form against the formula, in all places where blocks, tiles and pages begin and end.
TEST(Rows, AgreeWithDecodeRow) {
  for (Element element : {Element::BF16, Element::F16})
    for (int64_t pageSize : {1, 7, 64, 100})
      for (bool causal : {false, true}) {
        DecodeShape shape;
        shape.s_q = 2;
        shape.h_q = 37;
        shape.d_latent = 24;
        shape.d_rope = 8;
        shape.page_size = pageSize;
        DecodeInputs inputs = makeDecodeInputs(shape, element, 0.5f, causal, {0, 1, 2, 63, 64, 65, 127, 129, 300}, {});
        for (size_t count : {1, 3, 4, 5, 32}) {
          std::vector<int64_t> heads(count);
          std::iota(heads.begin(), heads.end(), 3);
          std::vector<double> out(count * 24), lse(count), expected(24);
          for (int64_t request = 0; request < inputs.shape.b; ++request)
            for (int64_t query = 0; query < 2; ++query) {
              evaluateRows(inputs, request, query, heads, out.data(), lse.data());
              for (size_t row = 0; row < count; ++row) {
                double expectedLse = decodeRow(inputs, request, query, heads[row], expected.data());
                if (std::isinf(expectedLse))
                  ASSERT_EQ(lse[row], expectedLse);
                else
                  ASSERT_NEAR(lse[row], expectedLse, 1e-13 * std::max(1.0, std::abs(expectedLse)));
                for (int64_t column = 0; column < 24; ++column)
                  ASSERT_NEAR(out[row * 24 + column], expected[column], 1e-13)
                      << "request " << request << " query " << query << " head " << heads[row];
              }
            }
        }
      }
}

TEST(Rows, CompanyDoesNotMatter) {
  DecodeInputs inputs = makeRandom({130, 64, 200}, {});
  std::vector<double> all(5 * 40), some(2 * 40), lseAll(5), lseSome(2);
  evaluateRows(inputs, 2, 1, {0, 1, 2, 3, 4}, all.data(), lseAll.data());
  evaluateRows(inputs, 2, 1, {3, 1}, some.data(), lseSome.data());
  EXPECT_EQ(lseSome[0], lseAll[3]);
  EXPECT_EQ(lseSome[1], lseAll[1]);
  EXPECT_TRUE(std::equal(some.begin(), some.begin() + 40, all.begin() + 3 * 40));
  EXPECT_TRUE(std::equal(some.begin() + 40, some.end(), all.begin() + 40));
}
} // namespace
