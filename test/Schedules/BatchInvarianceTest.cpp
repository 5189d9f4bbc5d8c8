//===- BatchInvarianceTest.cpp - With split_requests=0 a request has the same bits in every batch ------------===//
//
// Compiles a decode op, runs it on the interpreter for a batch and for single requests of it, and compares bits.
//
//===---------------------------------------------------------------------------------------------------------===//

#include "lib/Interpreter/Interpreter.h"
#include "lib/Pipelines/Compile.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::mla_gpu;
using namespace mlir::mla::reference;

namespace {

constexpr llvm::StringLiteral kDecode = R"(
!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 256, d_rope = 64>
func.func @decode(%q: tensor<?x?x?x320xbf16>, %cache: !cache, %table: tensor<?x?xi32>, %lens: tensor<?xi32>)
    -> (tensor<?x?x?x256xbf16>, tensor<?x?x?xf32>) {
  %out, %lse = mla.decode %q, %cache, %table, %lens scale 0.0625 causal
      : (tensor<?x?x?x320xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>)
      -> (tensor<?x?x?x256xbf16>, tensor<?x?x?xf32>)
  return %out, %lse : tensor<?x?x?x256xbf16>, tensor<?x?x?xf32>
}
)";

class BatchInvariance : public ::testing::Test {
protected:
  BatchInvariance() {
    DialectRegistry registry;
    mla::registerCompiler(registry);
    context.appendDialectRegistry(registry);
  }

  /// The kernels, made with the levers in `schedule`.
  OwningOpRef<ModuleOp> compile(StringRef schedule) {
    OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(kDecode, &context);
    mla::CompileOptions options;
    options.stopAfter = mla::Stage::MLAGPU;
    options.schedule.overrides = schedule.str();
    options.schedule.table = "none";
    EXPECT_TRUE(module && succeeded(mla::compile(*module, options)));
    return module;
  }

  DecodeOutputs run(ModuleOp module, const DecodeInputs &inputs, int64_t multiprocessors) {
    ProgramOp program = *module.getOps<ProgramOp>().begin();
    InterpreterReport report;
    DecodeOutputs outputs;
    EXPECT_TRUE(succeeded(interpretDecode(program, inputs, multiprocessors, InterpreterOptions(), report, outputs)));
    EXPECT_TRUE(report.clean());
    return outputs;
  }

  static DecodeInputs makeBatch() {
    DecodeShape shape;
    shape.h_q = 20;
    shape.d_latent = 256;
    DecodeInputOptions options;
    options.seed = 11;
    return makeDecodeInputs(shape, Element::BF16, 0.0625f, /*causal=*/true, {700, 0, 1500, 64, 129, 2000}, options);
  }

  /// One request of a batch, with the same queries and pages.
  static DecodeInputs takeRequest(const DecodeInputs &batch, int64_t request) {
    DecodeInputs one = batch;
    one.shape.b = 1;
    int64_t elements = batch.shape.rows() * batch.shape.d_qk(), entries = batch.shape.blockTableStride;
    one.q.assign(batch.q.begin() + request * elements, batch.q.begin() + (request + 1) * elements);
    one.blockTable.assign(batch.blockTable.begin() + request * entries,
                          batch.blockTable.begin() + (request + 1) * entries);
    one.seqLens = {batch.seqLens[request]};
    return one;
  }

  /// How many of the batch's requests have other bits when they are alone.
  int countDifferences(StringRef schedule) {
    OwningOpRef<ModuleOp> module = compile(schedule);
    DecodeInputs batch = makeBatch();
    constexpr int64_t kMultiprocessors = 4;
    DecodeOutputs together = run(*module, batch, kMultiprocessors);
    int differences = 0;
    for (int64_t request = 0; request < batch.shape.b; ++request) {
      DecodeOutputs alone = run(*module, takeRequest(batch, request), kMultiprocessors);
      int64_t elements = batch.shape.rows() * batch.shape.d_latent;
      differences += !std::equal(alone.out.begin(), alone.out.end(), together.out.begin() + request * elements);
    }
    return differences;
  }

  MLIRContext context;
};

TEST_F(BatchInvariance, WholeRequestsHaveTheSameBits) { EXPECT_EQ(countDifferences("split_requests=0"), 0); }

/// Else the test above would prove nothing.
TEST_F(BatchInvariance, SplitRequestsHaveOtherBits) { EXPECT_GT(countDifferences("split_requests=1"), 0); }

} // namespace
