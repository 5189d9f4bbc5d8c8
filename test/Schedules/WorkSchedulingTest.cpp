//===- WorkSchedulingTest.cpp - The scheduling kernel cuts work into parts that cover it exactly -------------===//
//
// Runs the generated kernel on the interpreter for many batches and checks what the attention and merge kernels rely on.
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
#include <random>

using namespace mlir;
using namespace mlir::mla_gpu;

namespace {

constexpr int kStepTokens = 128, kAlignSteps = 3;

/// What the kernel wrote.
struct Plan {
  /// (request, step) at which each part begins, one more than parts.
  std::vector<std::pair<int, int>> begins;
  /// request → (first part, pieces).
  std::map<int, std::pair<int, int>> merges;
};

class WorkScheduling : public ::testing::Test {
protected:
  WorkScheduling() {
    context.loadDialect<MLAGPUDialect, arith::ArithDialect, math::MathDialect, scf::SCFDialect>();
  }

  Plan plan(const std::vector<int> &lengths, int numParts, int itemCost, int minSteps) {
    TemplateValues values;
    values["item_cost"] = std::to_string(itemCost);
    values["min_steps"] = std::to_string(minSteps);
    values["align_steps"] = std::to_string(kAlignSteps);
    OwningOpRef<ModuleOp> module =
        instantiateTemplate(UnknownLoc::get(&context), "decode_schedule", /*directory=*/"", values);
    KernelOp kernel = *(*module->getOps<ProgramOp>().begin()).getBody().getOps<KernelOp>().begin();

    DeviceBuffer lens = makeBuffer(lengths.size()), parts = makeBuffer(2 * (numParts + 1)),
                 merges = makeBuffer(1 + 3 * numParts);
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
      case Binding::Merges:
        arguments[i].buffer = &merges;
        break;
      case Binding::Batch:
        arguments[i].integer = lengths.size();
        break;
      case Binding::NumParts:
        arguments[i].integer = numParts;
        break;
      default:
        ADD_FAILURE() << "unexpected binding";
      }
    }
    InterpreterReport report;
    EXPECT_TRUE(succeeded(interpretKernel(kernel, 1, 1, arguments, InterpreterOptions(), report)));
    for (const Finding &finding : report.findings)
      ADD_FAILURE() << stringifyFindingKind(finding.kind).str() << ": " << finding.message;

    Plan result;
    for (int p = 0; p <= numParts; ++p)
      result.begins.emplace_back(read(parts, 2 * p), read(parts, 2 * p + 1));
    for (int i = 0, count = read(merges, 0); i < count; ++i)
      result.merges[read(merges, 1 + 3 * i)] = {read(merges, 2 + 3 * i), read(merges, 3 + 3 * i)};
    EXPECT_EQ(static_cast<int>(result.merges.size()), read(merges, 0)) << "a request is listed twice";
    return result;
  }

  /// Walks the parts as `mla_gpu.items` does and checks everything that the other kernels rely on.
  void check(const std::vector<int> &lengths, int numParts, int itemCost, int minSteps) {
    SCOPED_TRACE(::testing::Message() << "batch " << lengths.size() << ", parts " << numParts << ", item_cost "
                                      << itemCost << ", min_steps " << minSteps);
    Plan got = plan(lengths, numParts, itemCost, minSteps);
    int batch = lengths.size();
    auto steps = [&](int request) { return (std::max(lengths[request], 0) + kStepTokens - 1) / kStepTokens; };
    int64_t total = 0;
    for (int request = 0; request < batch; ++request)
      total += steps(request) + itemCost;
    int64_t share = std::max<int64_t>((total + numParts - 1) / numParts, minSteps);

    ASSERT_EQ(got.begins.front(), std::make_pair(0, 0));
    ASSERT_EQ(got.begins.back(), std::make_pair(batch, 0));
    std::vector<int> done(batch, 0), items(batch, 0), firstPart(batch, -1);
    for (int p = 0; p < numParts; ++p) {
      auto [r0, s0] = got.begins[p];
      auto [r1, s1] = got.begins[p + 1];
      ASSERT_LE(got.begins[p], got.begins[p + 1]) << "part " << p;
      int64_t cost = 0;
      for (int request = r0; request < r1 + (s1 > 0); ++request) {
        ASSERT_LT(request, batch);
        int first = request == r0 ? s0 : 0, last = request == r1 ? s1 : steps(request);
        ASSERT_EQ(done[request], first) << "steps of request " << request << " before part " << p;
        ASSERT_LE(first, last);
        bool whole = first == 0 && last == steps(request);
        if (!whole)
          EXPECT_GE(last - first, std::min(minSteps, steps(request))) << "piece of request " << request;
        done[request] = last;
        ++items[request];
        if (firstPart[request] < 0)
          firstPart[request] = p;
        else
          EXPECT_EQ(p, firstPart[request] + items[request] - 1) << "pieces are in consecutive parts";
        cost += last - first + itemCost;
      }
      EXPECT_LE(cost, share + kAlignSteps + 2 * minSteps + 2 * itemCost) << "cost of part " << p;
    }
    for (int request = 0; request < batch; ++request) {
      EXPECT_EQ(done[request], steps(request)) << "request " << request;
      EXPECT_GE(items[request], 1) << "request " << request << " has no item";
      auto merge = got.merges.find(request);
      if (items[request] == 1) {
        EXPECT_EQ(merge, got.merges.end()) << "whole request " << request << " is listed for the merge";
      } else {
        ASSERT_NE(merge, got.merges.end()) << "split request " << request << " is not listed";
        EXPECT_EQ(merge->second, std::make_pair(firstPart[request], items[request]));
      }
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
      check({length}, parts, 1, 1);
}

TEST_F(WorkScheduling, EmptyRequestsHaveAnItemEach) {
  check({0, 0, 0}, 4, 0, 1);
  check({0, 0, 0}, 1, 1, 1);
  check({0, 500, 0, 0, 3000, 0}, 7, 1, 1);
  check(std::vector<int>(100, 0), 132, 1, 1);
}

TEST_F(WorkScheduling, NegativeLengthsCountAsEmpty) { check({-5, 700, -2147483647}, 3, 1, 1); }

TEST_F(WorkScheduling, EqualLengths) {
  for (int batch : {2, 16, 31, 32, 33, 64, 128})
    check(std::vector<int>(batch, 4096), 66, 1, 1);
}

TEST_F(WorkScheduling, RequestsAlikeStayWholeWhereThatIsCheap) {
  // An even share is 64 of a request's cost of 65; raising it by one step splits nothing.
  EXPECT_TRUE(plan(std::vector<int>(128, 8192), 132, 1, 1).merges.empty());
  // Two requests a part: 66 instead of 64.
  EXPECT_TRUE(plan(std::vector<int>(128, 4096), 66, 1, 1).merges.empty());
  // 257 instead of 250 would cost more than the merge does.
  EXPECT_FALSE(plan(std::vector<int>(128, 32768), 132, 1, 1).merges.empty());
  // One request differs.
  std::vector<int> lengths(128, 8192);
  lengths[77] = 8000;
  EXPECT_FALSE(plan(lengths, 132, 1, 1).merges.empty());
}

TEST_F(WorkScheduling, SmallPiecesAreAvoided) {
  for (int minSteps : {2, 4, 16})
    for (int length : {1000, 5000, 20000})
      check({length, 128, length, 64}, 33, 1, minSteps);
}

TEST_F(WorkScheduling, RandomBatches) {
  std::mt19937 random(1);
  for (int trial = 0; trial < 200; ++trial) {
    int batch = 1 + random() % (trial % 4 == 0 ? 150 : 12);
    int longest = 1 << (random() % 16);
    std::vector<int> lengths(batch);
    for (int &length : lengths)
      length = random() % 8 == 0 ? 0 : random() % (longest + 1);
    check(lengths, 1 + random() % 132, random() % 5, 1 + random() % 4);
  }
}

} // namespace

int main(int argc, char **argv) {
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
