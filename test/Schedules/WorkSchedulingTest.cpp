//===- WorkSchedulingTest.cpp - The scheduling kernel cuts work into parts that cover it exactly -------------===//
//
// Runs the generated kernel on the interpreter for many batches and checks what the attention kernel relies on.
//
//===---------------------------------------------------------------------------------------------------------===//

#include "dialect/MLA/MLAOps.h"
#include "dialect/MLAGPU/MLAGPUOps.h"
#include "lib/Conversion/MLAToMLAGPU/ScheduleTemplate.h"
#include "lib/Interpreter/Interpreter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "gtest/gtest.h"
#include <cstring>
#include <numeric>
#include <optional>
#include <random>

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {

constexpr int kStepTokens = 128, kAlignSteps = 3;

/// Where a part begins, as the kernel wrote it.
struct Record {
  int request, step;
  /// Of the request that the part begins inside of: its first part and its number of pieces. 0 and 0 at its beginning.
  /// With split_steps, `pieces` is the number of parts that share it.
  int firstPart, pieces;

  bool operator==(const Record &other) const {
    return std::tie(request, step, firstPart, pieces) ==
           std::tie(other.request, other.step, other.firstPart, other.pieces);
  }
};

void PrintTo(const Record &record, std::ostream *os) {
  *os << "(" << record.request << ", " << record.step << ", " << record.firstPart << ", " << record.pieces << ")";
}

struct Levers {
  int itemCost = 1, minSteps = 1, alignSteps = kAlignSteps, splitRequests = 1;
  /// With the first, the second is as the host would pass it.
  int splitSteps = 0, mostPieces = 0;
  /// Records count blocks, two a step, and parts may share the steps of requests of at most so many; none: records count
  /// steps.
  std::optional<int> halveSteps = std::nullopt;
};

int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

int getSteps(int length) { return divideUp(std::max(length, 0), kStepTokens); }

/// The most steps of a piece where every part can hold one piece of one request; none if they cannot, or not cheaply.
std::optional<int64_t> getPieceSteps(const std::vector<int> &lengths, int numParts, const Levers &levers) {
  int64_t total = 0;
  for (int length : lengths)
    total += getSteps(length);
  int64_t least = std::max<int64_t>(divideUp(total, numParts), levers.minSteps);
  // The kernel looks at four sizes.
  for (int more = 0; more <= std::min(levers.alignSteps, 3); ++more) {
    int64_t pieces = 0;
    for (int length : lengths)
      pieces += std::max<int64_t>(divideUp(getSteps(length), least + more), 1);
    if (pieces <= numParts)
      return least + more;
  }
  return std::nullopt;
}

class WorkScheduling : public ::testing::Test {
protected:
  WorkScheduling() { context.loadDialect<MLAGPUDialect, arith::ArithDialect, math::MathDialect, scf::SCFDialect>(); }

  /// The records of all parts and of the end, one more than parts.
  std::vector<Record> plan(const std::vector<int> &lengths, int numParts, const Levers &levers = {}, int rows = 64) {
    TemplateValues values;
    values["item_cost"] = std::to_string(levers.itemCost);
    values["min_steps"] = std::to_string(levers.minSteps);
    values["align_steps"] = std::to_string(levers.alignSteps);
    values["split_requests"] = std::to_string(levers.splitRequests);
    values["split_steps"] = std::to_string(levers.splitSteps);
    values["halves"] = levers.halveSteps ? "1" : "0";
    values["places_of_step"] = levers.halveSteps ? "2" : "1";
    values["halve_steps"] = std::to_string(levers.halveSteps.value_or(0));
    values["halve_cost"] = std::to_string(levers.halveSteps.value_or(0) + levers.itemCost);
    OwningOpRef<ModuleOp> module =
        instantiateTemplate(UnknownLoc::get(&context), levers.splitSteps ? "decode_schedule_fixed" : "decode_schedule",
                            /*directory=*/"", values);
    KernelOp kernel = *(*module->getOps<ProgramOp>().begin()).getBody().getOps<KernelOp>().begin();

    int rowTiles = divideUp(rows, 64);
    DeviceBuffer lens = makeBuffer(lengths.size()), parts = makeBuffer(4 * (numParts + 1)),
                 counters = makeBuffer(numParts * rowTiles);
    std::memcpy(lens.bytes.data(), lengths.data(), lens.bytes.size());
    std::vector<KernelArgument> arguments(kernel.getNumArguments());
    for (unsigned i = 0; i < arguments.size(); ++i) {
      switch (kernel.getBinding(i)) {
      case Binding::SeqLens:
        arguments[i].buffer = &lens;
        break;
      case Binding::Parts:
        arguments[i].buffer = &parts;
        break;
      case Binding::Counters:
        arguments[i].buffer = &counters;
        break;
      case Binding::Batch:
        arguments[i].integer = lengths.size();
        break;
      case Binding::Rows:
        arguments[i].integer = rows;
        break;
      case Binding::NumParts:
        arguments[i].integer = numParts;
        break;
      case Binding::MostPieces:
        arguments[i].integer = levers.mostPieces;
        break;
      default:
        ADD_FAILURE() << "unexpected binding";
      }
    }
    InterpreterReport report;
    EXPECT_TRUE(succeeded(interpretKernel(kernel, 1, 1, arguments, InterpreterOptions(), report)));
    for (const Finding &finding : report.findings)
      ADD_FAILURE() << stringifyFindingKind(finding.kind).str() << ": " << finding.message;

    for (int i = 0; i < numParts * rowTiles; ++i)
      EXPECT_EQ(read(counters, i), 0) << "counter " << i;
    std::vector<Record> records;
    for (int p = 0; p <= numParts; ++p)
      records.push_back({read(parts, 4 * p), read(parts, 4 * p + 1), read(parts, 4 * p + 2), read(parts, 4 * p + 3)});
    return records;
  }

  bool splits(const std::vector<int> &lengths, int numParts, const Levers &levers = {}) {
    return llvm::any_of(plan(lengths, numParts, levers), [](const Record &record) { return record.step > 0; });
  }

  /// Walks the parts as `mla_gpu.items` does and checks everything that the attention kernel relies on.
  void check(const std::vector<int> &lengths, int numParts, const Levers &levers = {}) {
    SCOPED_TRACE(::testing::Message() << "batch " << lengths.size() << ", parts " << numParts << ", item_cost "
                                      << levers.itemCost << ", min_steps " << levers.minSteps << ", align_steps "
                                      << levers.alignSteps);
    std::vector<Record> records = plan(lengths, numParts, levers);
    std::optional<int64_t> pieceSteps;
    if (levers.splitRequests)
      pieceSteps = getPieceSteps(lengths, numParts, levers);
    int batch = lengths.size();
    int64_t total = 0;
    for (int length : lengths)
      total += getSteps(length) + levers.itemCost;
    int64_t share = std::max<int64_t>(divideUp(total, numParts), levers.minSteps);

    ASSERT_EQ(records.front(), (Record{0, 0, 0, 0}));
    ASSERT_EQ(records.back(), (Record{batch, 0, 0, 0}));
    /// Steps of each piece of each request, and the part with the first of them.
    std::vector<std::vector<int>> pieces(batch);
    std::vector<int> done(batch, 0), firstPart(batch, -1);
    for (int p = 0; p < numParts; ++p) {
      const Record &begin = records[p], &end = records[p + 1];
      ASSERT_LE(std::tie(begin.request, begin.step), std::tie(end.request, end.step)) << "part " << p;
      int items = 0;
      int64_t cost = 0;
      for (int request = begin.request; request < end.request + (end.step > 0); ++request, ++items) {
        ASSERT_LT(request, batch);
        int first = request == begin.request ? begin.step : 0,
            last = request == end.request ? end.step : getSteps(lengths[request]);
        ASSERT_EQ(done[request], first) << "steps of request " << request << " before part " << p;
        ASSERT_LE(first, last);
        done[request] = last;
        if (pieces[request].empty())
          firstPart[request] = p;
        EXPECT_EQ(p, firstPart[request] + static_cast<int>(pieces[request].size()))
            << "pieces are in consecutive parts";
        pieces[request].push_back(last - first);
        cost += last - first + levers.itemCost;
      }
      if (pieceSteps) {
        EXPECT_LE(items, 1) << "pieces in part " << p;
        EXPECT_LE(cost - items * levers.itemCost, *pieceSteps) << "steps of part " << p;
      } else if (levers.splitRequests) {
        EXPECT_LE(cost, share + levers.alignSteps + 2 * levers.minSteps + 2 * levers.itemCost) << "cost of part " << p;
      }
    }
    for (int request = 0; request < batch; ++request) {
      SCOPED_TRACE(::testing::Message() << "request " << request << " of " << lengths[request] << " tokens");
      int steps = getSteps(lengths[request]), count = pieces[request].size();
      EXPECT_EQ(done[request], steps);
      ASSERT_GE(count, 1) << "no item";
      if (!levers.splitRequests)
        EXPECT_EQ(count, 1);
      auto [least, most] = std::minmax_element(pieces[request].begin(), pieces[request].end());
      if (count > 1)
        EXPECT_GE(*least, 1) << "a piece without work";
      if (pieceSteps) {
        EXPECT_EQ(count, std::max<int64_t>(divideUp(steps, *pieceSteps), 1));
        EXPECT_LE(*most - *least, 1);
      } else if (count > 1) {
        EXPECT_GE(*least, std::min(levers.minSteps, steps));
      }
      // All who hold a piece must agree whom they wait for.
      for (int p = firstPart[request] + 1; p < firstPart[request] + count; ++p)
        EXPECT_EQ(records[p], (Record{request, records[p].step, firstPart[request], count})) << "part " << p;
    }
    for (const Record &record : records)
      if (record.step == 0)
        EXPECT_EQ(record, (Record{record.request, 0, 0, 0}));
      else
        EXPECT_GT(record.pieces, 1);
  }

  /// Records that count blocks: of short requests each part has a block's place, if there are parts for all of them, and
  /// otherwise they say what records of steps do.
  void checkHalves(const std::vector<int> &lengths, int numParts, const Levers &levers) {
    SCOPED_TRACE(::testing::Message() << "batch " << lengths.size() << ", parts " << numParts << ", halve_steps "
                                      << *levers.halveSteps);
    constexpr int kBlockTokens = 64;
    std::vector<Record> expected;
    bool areShort = levers.splitRequests && levers.minSteps == 1;
    for (int request = 0, batch = lengths.size(); request < batch; ++request) {
      int blocks = std::max<int64_t>(divideUp(std::max(lengths[request], 0), kBlockTokens), 1);
      areShort &= getSteps(lengths[request]) <= *levers.halveSteps;
      int firstPart = expected.size();
      for (int block = 0; areShort && block < blocks && static_cast<int>(expected.size()) <= numParts; ++block)
        expected.push_back(block ? Record{request, block, firstPart, blocks} : Record{request, 0, 0, 0});
    }
    if (areShort && static_cast<int>(expected.size()) <= numParts) {
      expected.resize(numParts + 1, {static_cast<int>(lengths.size()), 0, 0, 0});
    } else {
      Levers whole = levers;
      whole.halveSteps = std::nullopt;
      expected = plan(lengths, numParts, whole);
      for (Record &record : expected)
        record.step *= 2;
    }
    EXPECT_EQ(plan(lengths, numParts, levers), expected);
  }

  /// The same where each request's own length says where it is cut.
  void checkFixed(const std::vector<int> &lengths, int numParts, const Levers &levers) {
    SCOPED_TRACE(::testing::Message() << "batch " << lengths.size() << ", parts " << numParts << ", split_steps "
                                      << levers.splitSteps << ", most_pieces " << levers.mostPieces);
    std::vector<Record> records = plan(lengths, numParts, levers);
    int batch = lengths.size();
    // All pieces in their order: (request, step where it begins), and their costs.
    std::vector<std::pair<int, int>> pieces;
    std::vector<int64_t> costs;
    for (int request = 0; request < batch; ++request) {
      int steps = std::max(getSteps(lengths[request]), 1),
          size = std::max<int>(levers.splitSteps, divideUp(steps, levers.mostPieces));
      for (int step = 0; step < steps; step += size) {
        pieces.push_back({request, step});
        costs.push_back(std::min(size, steps - step) + levers.itemCost);
      }
    }
    int64_t total = std::accumulate(costs.begin(), costs.end(), int64_t(0)),
            largest = *std::max_element(costs.begin(), costs.end());

    ASSERT_EQ(records.front(), (Record{0, 0, 0, 0}));
    ASSERT_EQ(records.back(), (Record{batch, 0, 0, 0}));
    size_t next = 0;
    /// Of each request: the part with its first piece, and the last part whose record is inside.
    std::vector<int> firstPart(batch, -1), lastPart(batch, -1);
    for (int p = 0; p < numParts; ++p) {
      std::pair<int, int> begin = {records[p].request, records[p].step},
                          end = {records[p + 1].request, records[p + 1].step};
      ASSERT_LE(begin, end) << "part " << p;
      size_t first = next;
      int64_t cost = 0;
      for (; next < pieces.size() && pieces[next] < end; ++next) {
        cost += costs[next];
        if (pieces[next].second == 0)
          firstPart[pieces[next].first] = lastPart[pieces[next].first] = p;
      }
      if (next < pieces.size())
        ASSERT_EQ(pieces[next], end) << "part " << p << " ends within a piece";
      if (records[p].step > 0)
        lastPart[records[p].request] = p;
      if (static_cast<int>(pieces.size()) <= numParts)
        EXPECT_LE(next - first, 1u) << "pieces in part " << p;
      else
        EXPECT_LE(cost, divideUp(total, numParts) + largest) << "cost of part " << p;
    }
    EXPECT_EQ(next, pieces.size());
    // All who share a request must agree whom they wait for; nobody waits for one who does not know.
    for (int p = 0; p <= numParts; ++p) {
      const Record &record = records[p];
      if (record.step == 0)
        EXPECT_EQ(record, (Record{record.request, 0, 0, 0})) << "part " << p;
      else
        EXPECT_EQ(record, (Record{record.request, record.step, firstPart[record.request],
                                  lastPart[record.request] - firstPart[record.request] + 1}))
            << "part " << p;
    }
  }

private:
  static DeviceBuffer makeBuffer(size_t count) {
    DeviceBuffer buffer;
    buffer.bytes.assign(4 * count, 0xff);
    return buffer;
  }
  static int read(const DeviceBuffer &buffer, size_t index) {
    int value;
    std::memcpy(&value, buffer.bytes.data() + 4 * index, 4);
    return value;
  }

  MLIRContext context;
};

TEST_F(WorkScheduling, OneRequestOverAllParts) {
  for (int parts : {1, 2, 3, 66, 132})
    for (int length : {0, 1, 127, 128, 129, 8192, 100000})
      check({length}, parts);
}

TEST_F(WorkScheduling, EmptyRequestsHaveAnItemEach) {
  check({0, 0, 0}, 4, {/*itemCost=*/0});
  check({0, 0, 0}, 1);
  check({0, 500, 0, 0, 3000, 0}, 7);
  check(std::vector<int>(100, 0), 132);
  check(std::vector<int>(140, 0), 132);
}

TEST_F(WorkScheduling, NegativeLengthsCountAsEmpty) { check({-5, 700, -2147483647}, 3); }

TEST_F(WorkScheduling, LongestRequest) {
  for (int parts : {1, 2, 132})
    check({2147483520}, parts);
}

TEST_F(WorkScheduling, EqualLengths) {
  for (int batch : {2, 16, 31, 32, 33, 64, 128, 133})
    for (int parts : {1, 66, 132})
      check(std::vector<int>(batch, 4096), parts);
}

TEST_F(WorkScheduling, RequestsAlikeStayWholeWhereThatIsCheap) {
  // An even share is 63 of a request's 64 steps; one more splits nothing.
  EXPECT_FALSE(splits(std::vector<int>(128, 8192), 132));
  // Two requests a part: a cost of 66 instead of 64.
  EXPECT_FALSE(splits(std::vector<int>(128, 4096), 66));
  // 256 steps instead of 249 would cost more than the merge does.
  EXPECT_TRUE(splits(std::vector<int>(128, 32768), 132));
  // A shorter one hides behind the others, as long as each has a part of its own.
  std::vector<int> lengths(128, 8192);
  lengths[77] = 8000;
  EXPECT_FALSE(splits(lengths, 132));
  lengths.resize(140, 8192);
  EXPECT_TRUE(splits(lengths, 132));
}

TEST_F(WorkScheduling, NothingIsSplitWhereThatIsAsked) {
  Levers never;
  never.splitRequests = 0;
  std::mt19937 random(7);
  for (int batch : {1, 2, 31, 33, 132, 133, 300})
    for (int parts : {1, 3, 66, 132}) {
      std::vector<int> lengths(batch);
      for (int &length : lengths)
        length = random() % 20000;
      check(lengths, parts, never);
      check(std::vector<int>(batch, 8192), parts, never);
    }
  check({2147483520}, 132, never);
  check({0, 2147483520 / 2, 0, 5}, 3, never);
}

TEST_F(WorkScheduling, PiecesHaveAPartEach) {
  // Five times 10 steps: 4 parts each of at most 3 steps.
  std::vector<Record> records = plan(std::vector<int>(5, 1280), 20);
  for (int p = 0; p <= 20; ++p)
    EXPECT_EQ(records[p], p % 4 ? (Record{p / 4, p % 4 * 10 / 4, p / 4 * 4, 4}) : (Record{p / 4, 0, 0, 0})) << p;
  // 19 parts: at most 4 steps make three pieces each, and four parts have nothing to do.
  records = plan(std::vector<int>(5, 1280), 19);
  for (int p = 0; p < 15; ++p)
    EXPECT_EQ(records[p], p % 3 ? (Record{p / 3, p % 3 * 10 / 3, p / 3 * 3, 3}) : (Record{p / 3, 0, 0, 0})) << p;
  for (int p = 15; p <= 19; ++p)
    EXPECT_EQ(records[p], (Record{5, 0, 0, 0})) << p;
}

// How far pieces may be raised is a lever: what fits only beyond it must not be taken for what fits.
TEST_F(WorkScheduling, PiecesThatFitBeyondTheLever) {
  for (int alignSteps : {0, 1, 2, 3, 4, 8})
    for (int parts = 1; parts <= 40; ++parts) {
      check({21 * 128, 128, 1}, parts, {1, 1, alignSteps});
      check({700, 6 * 128, 2560, 2560, 1, 0, 5000}, parts, {1, 1, alignSteps});
    }
}

// Lanes take a record each, not a request each: of pieces, and where there are more requests than parts, of the line.
TEST_F(WorkScheduling, FewRequestsWithManyRecords) {
  for (int batch : {2, 3, 31, 33, 45, 70})
    for (int parts : {40, 132, 200})
      for (int position : {0, batch / 2, batch - 1}) {
        std::vector<int> lengths(batch, 130);
        lengths[position] = 200000;
        check(lengths, parts);
        check(lengths, parts, {/*itemCost=*/3, /*minSteps=*/2});
      }
}

// The lengths of the first 128 are loaded ahead.
TEST_F(WorkScheduling, BatchesAroundWhatIsLoadedAhead) {
  std::mt19937 random(3);
  for (int batch : {2, 32, 33, 96, 97, 127, 128, 129, 160, 161, 300}) {
    std::vector<int> lengths(batch);
    for (int &length : lengths)
      length = random() % 5000;
    for (int parts : {33, 132, 400})
      check(lengths, parts);
  }
}

TEST_F(WorkScheduling, SmallPiecesAreAvoided) {
  for (int minSteps : {2, 4, 16})
    for (int length : {1000, 5000, 20000})
      check({length, 128, length, 64}, 33, {1, minSteps});
}

TEST_F(WorkScheduling, CountersOfAllRowTilesAreZeroed) {
  for (int rows : {1, 64, 65, 128, 1000})
    for (int parts : {1, 5, 132})
      plan({300, 0}, parts, {}, rows);
}

TEST_F(WorkScheduling, FixedPiecesHaveAPartEach) {
  Levers levers;
  levers.splitSteps = 4;
  levers.mostPieces = 64;
  // 10 steps are pieces of 4, 4 and 2, whatever the number of parts; five of them need 15.
  std::vector<Record> records = plan(std::vector<int>(5, 1280), 17, levers);
  for (int p = 0; p < 15; ++p)
    EXPECT_EQ(records[p], p % 3 ? (Record{p / 3, p % 3 * 4, p / 3 * 3, 3}) : (Record{p / 3, 0, 0, 0})) << p;
  for (int p = 15; p <= 17; ++p)
    EXPECT_EQ(records[p], (Record{5, 0, 0, 0})) << p;
  // Costs of 5, 5 and 3 each, and shares of 13.
  records = plan(std::vector<int>(5, 1280), 5, levers);
  for (int p = 0; p <= 5; ++p)
    EXPECT_EQ(records[p], (Record{p, 0, 0, 0})) << p;
  // Shares of 22: from 22 on begins the last piece of the second request, at 23, and from 44 on the second of the
  // fourth.
  records = plan(std::vector<int>(5, 1280), 3, levers);
  EXPECT_EQ(records[1], (Record{1, 8, 0, 2}));
  EXPECT_EQ(records[2], (Record{3, 4, 1, 2}));
  EXPECT_EQ(records[3], (Record{5, 0, 0, 0}));
}

TEST_F(WorkScheduling, FixedPiecesGrowWithTheRequestAlone) {
  Levers levers;
  levers.splitSteps = 2;
  levers.mostPieces = 4;
  // 17 steps in at most four pieces: of 5, the last of 2.
  std::vector<Record> records = plan({17 * 128, 8 * 128}, 8, levers);
  for (int p = 0; p < 4; ++p) {
    EXPECT_EQ(records[p], p ? (Record{0, 5 * p, 0, 4}) : (Record{0, 0, 0, 0}));
    EXPECT_EQ(records[4 + p], p ? (Record{1, 2 * p, 4, 4}) : (Record{1, 0, 0, 0}));
  }
}

TEST_F(WorkScheduling, FixedPiecesOfEveryKindOfBatch) {
  for (int splitSteps : {1, 3, 16, 1024})
    for (int parts : {1, 2, 7, 66, 132, 400}) {
      Levers levers;
      levers.splitSteps = splitSteps;
      levers.mostPieces = 64;
      for (int length : {0, 1, 128, 129, 8192, 100000, 2147483520})
        checkFixed({length}, parts, levers);
      checkFixed({0, 0, 0}, parts, levers);
      checkFixed({-5, 700, -2147483647, 0, 2147483520, 1}, parts, levers);
      for (int batch : {2, 31, 32, 33, 133})
        checkFixed(std::vector<int>(batch, 4096), parts, levers);
      // Costs of parts between those of pieces: some parts have no piece.
      checkFixed({100000, 1, 1, 100000, 1, 1, 1}, parts, levers);
      levers.mostPieces = 1;
      checkFixed({100000, 1, 1, 100000, 1, 1, 1}, parts, levers);
    }
}

TEST_F(WorkScheduling, FixedPiecesOfRandomBatches) {
  std::mt19937 random(2);
  for (int trial = 0; trial < 200; ++trial) {
    int batch = 1 + random() % (trial % 4 == 0 ? 150 : 12);
    int longest = 1 << (random() % 17);
    std::vector<int> lengths(batch);
    for (int &length : lengths)
      length = random() % 8 == 0 ? 0 : random() % (longest + 1);
    Levers levers;
    levers.itemCost = random() % 5;
    levers.splitSteps = 1 + random() % 40;
    // At least what the block table has to hold; sometimes more.
    levers.mostPieces = std::min<int>(divideUp(getSteps(longest) + random() % 20, levers.splitSteps), 64);
    checkFixed(lengths, 1 + random() % 140, levers);
  }
}

TEST_F(WorkScheduling, ShortRequestsAreCutIntoBlocks) {
  Levers levers;
  levers.halveSteps = 32;
  for (int parts : {1, 2, 15, 16, 17, 64, 65, 132})
    for (int length : {0, 1, 64, 65, 1024, 1025, 4096, 4097, 8192, 2147483520})
      checkHalves({length}, parts, levers);
  checkHalves({1024, 1024, 0, 65, -3}, 36, levers);
  checkHalves({1024, 1024, 0, 65, -3}, 35, levers);
  // One that is too long, and one that is only just not.
  checkHalves({64, 4097}, 132, levers);
  checkHalves({64, 2147483520, 0}, 132, levers);
  checkHalves({64, 4096}, 132, levers);
  // More requests than parts, and more than a warp has lanes.
  checkHalves(std::vector<int>(140, 1), 132, levers);
  checkHalves(std::vector<int>(66, 100), 132, levers);
  checkHalves(std::vector<int>(67, 100), 132, levers);
  for (int halveSteps : {0, 1, 3, 1024})
    for (int splitRequests : {0, 1})
      for (int minSteps : {1, 2}) {
        levers = {/*itemCost=*/2, minSteps, kAlignSteps, splitRequests, 0, 0, halveSteps};
        checkHalves({300}, 40, levers);
        checkHalves({300, 129, 128, 0}, 40, levers);
      }
}

TEST_F(WorkScheduling, RandomBatchesOfBlocks) {
  std::mt19937 random(2);
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<int> lengths(1 + random() % (trial % 4 == 0 ? 100 : 6));
    int longest = 1 << (random() % 14);
    for (int &length : lengths)
      length = random() % 8 == 0 ? 0 : random() % (longest + 1);
    Levers levers;
    levers.itemCost = random() % 5;
    levers.halveSteps = random() % 40;
    checkHalves(lengths, 1 + random() % 132, levers);
  }
}

TEST_F(WorkScheduling, RandomBatches) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 300; ++trial) {
    int batch = 1 + random() % (trial % 4 == 0 ? 150 : 12);
    int longest = 1 << (random() % 16);
    std::vector<int> lengths(batch);
    for (int &length : lengths)
      length = random() % 8 == 0 ? 0 : random() % (longest + 1);
    int parts = trial % 3 == 0 ? (trial % 2 ? 132 : 1) : 1 + random() % 132;
    Levers levers;
    levers.itemCost = random() % 5;
    levers.minSteps = 1 + random() % 4;
    check(lengths, parts, levers);
  }
}

} // namespace

int main(int argc, char **argv) {
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
