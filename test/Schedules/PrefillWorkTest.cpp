//===- PrefillWorkTest.cpp - The list of prefill's work holds every tile once, the longest first -------------===//
//
// Runs the generated kernel on the interpreter for many batches and compares with a list that is made in a simple way.
//
//===---------------------------------------------------------------------------------------------------------===//

#include "dialect/MLAGPU/MLAGPUOps.h"
#include "lib/Conversion/MLAToMLAGPU/ScheduleTemplate.h"
#include "lib/Interpreter/Interpreter.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "gtest/gtest.h"
#include <array>
#include <cstring>
#include <numeric>
#include <random>

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {

constexpr int kTileRows = 128, kBlock = 128;
/// 32-bit words.
constexpr int kRecordSize = 8;

/// First row and rows of the tile, head, first row and tokens in k and v, tokens that the first row sees, blocks. In
/// the absorbed form the first row in the sequence instead of a head, and what the sequence's first query sees.
using Item = std::array<int, 7>;

/// Tokens of q, and of k and v.
struct Lengths {
  int q, kv;
};

struct Levers {
  int heads = 1;
  bool causal = true;
  int residentTokens = 1 << 16;
  /// The absorbed form, and whether tokens are paged.
  bool absorbed = false, paged = false;
};

/// Of the absorbed form: (query, head) pairs of a tile, and tokens of a step.
constexpr int kAbsorbedTileRows = 64, kStep = 128;

int divideUp(int a, int b) { return (a + b - 1) / b; }

std::vector<Item> makeList(const std::vector<Lengths> &batch, const Levers &levers) {
  std::vector<Lengths> begins;
  Lengths end{0, 0};
  for (const Lengths &lengths : batch) {
    begins.push_back(end);
    end.q += lengths.q;
    end.kv += lengths.kv;
  }
  std::vector<int> order(batch.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::sort(order, [&](int a, int b) { return std::pair(batch[b].kv, a) < std::pair(batch[a].kv, b); });
  std::vector<Item> items;
  for (int sequence : order) {
    auto [q, kv] = batch[sequence];
    if (levers.absorbed) {
      int all = q * levers.heads, seesFirst = levers.causal ? kv - q + 1 : kv;
      for (int tile = divideUp(all, kAbsorbedTileRows) - 1; tile >= 0; --tile) {
        int row = tile * kAbsorbedTileRows, rows = std::min(all - row, kAbsorbedTileRows);
        int seesLast = levers.causal ? seesFirst + (row + rows - 1) / levers.heads : kv;
        items.push_back({begins[sequence].q * levers.heads + row, rows, row,
                         levers.paged ? sequence : begins[sequence].kv, kv, seesFirst,
                         divideUp(std::max(seesLast, 0), kStep)});
      }
      continue;
    }
    int group = std::clamp(levers.residentTokens / std::max(kv, 1), 1, levers.heads);
    for (int firstHead = 0; firstHead < levers.heads; firstHead += group)
      for (int tile = divideUp(q, kTileRows) - 1; tile >= 0; --tile)
        for (int head = firstHead; head < std::min(firstHead + group, levers.heads); ++head) {
          int row = tile * kTileRows, rows = std::min(q - row, kTileRows);
          int seesFirst = levers.causal ? kv - q + row + 1 : kv, seesLast = levers.causal ? kv - q + row + rows : kv;
          items.push_back({begins[sequence].q + row, rows, head, begins[sequence].kv, kv, seesFirst,
                           std::max(divideUp(std::max(seesLast, 0), kBlock), 1)});
        }
  }
  return items;
}

class PrefillWork : public ::testing::Test {
protected:
  PrefillWork() { context.loadDialect<MLAGPUDialect, arith::ArithDialect, math::MathDialect, scf::SCFDialect>(); }

  void check(const std::vector<Lengths> &batch, int multiprocessors, const Levers &levers = {}) {
    SCOPED_TRACE(::testing::Message() << "batch " << batch.size() << ", multiprocessors " << multiprocessors
                                      << ", heads " << levers.heads << ", causal " << levers.causal << ", resident "
                                      << levers.residentTokens << ", absorbed " << levers.absorbed << ", paged "
                                      << levers.paged);
    std::vector<Item> expected = makeList(batch, levers);
    std::vector<int> places[2] = {{0}, {0}};
    for (const Lengths &lengths : batch) {
      places[0].push_back(places[0].back() + lengths.q);
      places[1].push_back(places[1].back() + lengths.kv);
    }
    std::vector<int> tokens;
    for (const Lengths &lengths : batch)
      tokens.push_back(lengths.kv);
    // As the runtime makes room for it.
    size_t most = levers.absorbed ? places[0].back() * levers.heads / kAbsorbedTileRows + batch.size()
                                  : (places[0].back() / kTileRows + batch.size()) * levers.heads;
    DeviceBuffer cuQ = makeBuffer(places[0]), cuKv = makeBuffer(levers.paged ? tokens : places[1]),
                 work = makeBuffer(std::vector<int>(kRecordSize * (1 + most), -1)), counters = makeBuffer({-1});
    run(levers, cuQ, cuKv, work, counters, batch.size(), multiprocessors);

    EXPECT_EQ(read(counters, 0), 0);
    ASSERT_EQ(read(work, 0), static_cast<int>(expected.size()));
    for (size_t i = 0; i < expected.size(); ++i) {
      Item item;
      for (size_t word = 0; word < item.size(); ++word)
        item[word] = read(work, kRecordSize * (i + 1) + word);
      ASSERT_EQ(item, expected[i]) << "item " << i;
    }
  }

private:
  void run(const Levers &levers, DeviceBuffer &cuQ, DeviceBuffer &cuKv, DeviceBuffer &work, DeviceBuffer &counters,
           int batch, int multiprocessors) {
    TemplateValues values;
    int tileRows = levers.absorbed ? kAbsorbedTileRows : kTileRows;
    values["form"] = levers.absorbed ? "absorbed" : "mha";
    values["word2"] = levers.absorbed ? "tile_row" : "head";
    for (auto [name, value] : {std::pair("q_tile", tileRows),
                               {"q_tile_minus_1", tileRows - 1},
                               {"item_heads", levers.absorbed ? 1 : levers.heads},
                               {"paged", static_cast<int>(levers.paged)},
                               {"block", kBlock},
                               {"block_minus_1", kBlock - 1},
                               {"heads", levers.heads},
                               {"causal", levers.causal},
                               {"resident_tokens", levers.residentTokens}})
      values[name] = std::to_string(value);
    OwningOpRef<ModuleOp> module =
        instantiateTemplate(UnknownLoc::get(&context), "prefill_schedule", /*directory=*/"", values);
    ASSERT_TRUE(module);
    KernelOp kernel = *(*module->getOps<ProgramOp>().begin()).getBody().getOps<KernelOp>().begin();
    std::vector<KernelArgument> arguments(kernel.getNumArguments());
    for (unsigned i = 0; i < arguments.size(); ++i) {
      switch (kernel.getBinding(i)) {
      case Binding::CuSeqlensQ:
        arguments[i].buffer = &cuQ;
        break;
      case Binding::CuSeqlensKv:
      case Binding::SeqLens:
        EXPECT_EQ(kernel.getBinding(i) == Binding::SeqLens, levers.paged);
        arguments[i].buffer = &cuKv;
        break;
      case Binding::Work:
        arguments[i].buffer = &work;
        break;
      case Binding::Counters:
        arguments[i].buffer = &counters;
        break;
      case Binding::Batch:
        arguments[i].integer = batch;
        break;
      default:
        ADD_FAILURE() << "unexpected binding";
      }
    }
    InterpreterReport report;
    EXPECT_TRUE(succeeded(interpretKernel(kernel, multiprocessors, 1, arguments, InterpreterOptions(), report)));
    for (const Finding &finding : report.findings)
      ADD_FAILURE() << stringifyFindingKind(finding.kind).str() << ": " << finding.message;
  }

  static DeviceBuffer makeBuffer(const std::vector<int> &words) {
    DeviceBuffer buffer;
    buffer.bytes.resize(4 * words.size());
    std::memcpy(buffer.bytes.data(), words.data(), buffer.bytes.size());
    return buffer;
  }
  static int read(const DeviceBuffer &buffer, size_t index) {
    int value;
    std::memcpy(&value, buffer.bytes.data() + 4 * index, 4);
    return value;
  }

  MLIRContext context;
};

TEST_F(PrefillWork, OneSequence) {
  for (int multiprocessors : {1, 2, 132})
    for (int length : {0, 1, 127, 128, 129, 8192, 131072})
      check({{length, length}}, multiprocessors);
}

TEST_F(PrefillWork, NothingToDo) {
  check({{0, 0}, {0, 500}}, 132);
  check(std::vector<Lengths>(100, {0, 0}), 1);
}

TEST_F(PrefillWork, NothingToSee) {
  for (bool causal : {false, true})
    check({{300, 0}, {1, 0}, {300, 100}, {300, 172}, {300, 173}}, 3, {/*heads=*/2, causal});
}

TEST_F(PrefillWork, PartsOfTheContext) {
  for (bool causal : {false, true})
    check({{1, 5000}, {64, 4096}, {200, 201}, {4096, 16384}}, 132, {/*heads=*/5, causal});
}

TEST_F(PrefillWork, LongestFirst) {
  check({{100, 100}, {300, 300}, {100, 100}, {700, 700}, {300, 300}}, 2, {/*heads=*/3});
  // Longest is who sees most, not who asks most.
  check({{900, 100}, {10, 5000}}, 2);
}

TEST_F(PrefillWork, HeadsInGroups) {
  for (int heads : {1, 7, 16, 128})
    for (int residentTokens : {1, 1000, 2100, 5000, 1 << 20})
      check({{700, 1000}, {1000, 700}}, 132, {heads, /*causal=*/true, residentTokens});
}

TEST_F(PrefillWork, SequencesPerWarp) {
  for (int batch : {2, 8, 9, 31, 32, 33, 1055, 1056, 1057, 2500})
    for (int multiprocessors : {1, 132})
      check(std::vector<Lengths>(batch, {1, 1}), multiprocessors);
}

TEST_F(PrefillWork, AbsorbedForm) {
  for (bool causal : {false, true})
    for (bool paged : {false, true})
      for (int heads : {1, 5, 16, 64, 100, 128}) {
        Levers levers;
        levers.heads = heads;
        levers.causal = causal;
        levers.absorbed = true;
        levers.paged = paged;
        for (int multiprocessors : {1, 132}) {
          check({{300, 0}, {1, 0}, {300, 100}, {300, 172}, {300, 173}}, multiprocessors, levers);
          check({{1, 5000}, {64, 4096}, {200, 201}, {0, 77}, {0, 0}}, multiprocessors, levers);
          check(std::vector<Lengths>(100, {1, 1}), multiprocessors, levers);
        }
      }
}

TEST_F(PrefillWork, RandomBatches) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 200; ++trial) {
    int longest = 1 << (random() % 14);
    auto draw = [&] { return random() % 8 == 0 ? 0 : static_cast<int>(random() % (longest + 1)); };
    std::vector<Lengths> batch(1 + random() % (trial % 4 == 0 ? 150 : 12));
    for (Lengths &lengths : batch) {
      lengths = {draw(), draw()};
      if (trial % 2)
        lengths.kv = lengths.q;
    }
    Levers levers;
    levers.heads = 1 + random() % 20;
    levers.causal = random() % 2;
    levers.residentTokens = 1 + random() % 20000;
    levers.absorbed = trial % 5 > 2;
    levers.paged = trial % 5 > 3;
    check(batch, trial % 3 == 0 ? 132 : 1 + random() % 8, levers);
  }
}

} // namespace
