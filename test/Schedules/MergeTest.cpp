//===- MergeTest.cpp - Two chunks of the keys, merged, give what one call gives ------------------------------===//
//
// A prompt's last queries attend to what came before without a mask, and to themselves with one; merge puts the two
// together. On the interpreter, in both forms of prefill, against the reference of the one call.
//
//===---------------------------------------------------------------------------------------------------------===//

#include "KernelCompiler.h"
#include "lib/Reference/Element.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"
#include <map>

using namespace mlir;
using namespace mlir::mla_gpu;
using namespace mlir::mla::reference;

namespace {

constexpr int64_t kMultiprocessors = 3;
constexpr int64_t kHeads = 3;
constexpr int32_t kTokens = 300, kQueries = 100;

/// As the argument of `scale`.
constexpr float kScale = 0.0625f;

std::string getMHA(bool causal) {
  return llvm::formatv(R"mlir(
    func.func @prefill(%q: tensor<?x3x192xbf16>, %k: tensor<?x3x128xbf16>, %k_rope: tensor<?x64xbf16>,
                       %v: tensor<?x3x128xbf16>, %cu_q: tensor<?xi32>, %cu_kv: tensor<?xi32>)
        -> (tensor<?x3x128xbf16>, tensor<3x?xf32>) {{
      %out, %lse = mla.prefill %q, %k rope %k_rope, %v, %cu_q, %cu_kv scale 0.0625 {0}
          : (tensor<?x3x192xbf16>, tensor<?x3x128xbf16>, tensor<?x64xbf16>, tensor<?x3x128xbf16>, tensor<?xi32>,
             tensor<?xi32>) -> (tensor<?x3x128xbf16>, tensor<3x?xf32>)
      return %out, %lse : tensor<?x3x128xbf16>, tensor<3x?xf32>
    })mlir",
                       causal ? "causal" : "");
}

std::string getAbsorbed(bool causal) {
  return llvm::formatv(R"mlir(
    func.func @prefill(%q: tensor<?x3x576xbf16>, %keys: tensor<?x576xbf16>, %cu_q: tensor<?xi32>, %cu_kv: tensor<?xi32>)
        -> (tensor<?x3x512xbf16>, tensor<?x3xf32>) {{
      %out, %lse = mla.prefill_absorbed %q, %keys cu_seqlens_q(%cu_q) cu_seqlens_kv(%cu_kv) scale 0.0625 {0}
          : (tensor<?x3x576xbf16>, tensor<?x576xbf16>, tensor<?xi32>, tensor<?xi32>)
          -> (tensor<?x3x512xbf16>, tensor<?x3xf32>)
      return %out, %lse : tensor<?x3x512xbf16>, tensor<?x3xf32>
    })mlir",
                       causal ? "causal" : "");
}

std::string getMerge(int64_t d_v, bool headsFirst) {
  std::string out = llvm::formatv("tensor<?x3x{0}xbf16>", d_v),
              lse = headsFirst ? "tensor<3x?xf32>" : "tensor<?x3xf32>";
  return llvm::formatv(R"mlir(
    func.func @merge(%a: {0}, %la: {1}, %b: {0}, %lb: {1}) -> ({0}, {1}) {{
      %out, %lse = mla.merge %a, %la, %b, %lb {2} : ({0}, {1}, {0}, {1}) -> ({0}, {1})
      return %out, %lse : {0}, {1}
    })mlir",
                       out, lse, headsFirst ? "heads_first" : "");
}

class MergedChunks : public ::testing::Test, protected KernelCompiler {
protected:
  PrefillOutputs attend(const std::string &text, const PrefillInputs &inputs) {
    OwningOpRef<ModuleOp> module = compile(text);
    PrefillOutputs outputs;
    InterpreterReport report;
    EXPECT_TRUE(succeeded(
        interpretPrefill(getProgram(*module), inputs, kMultiprocessors, InterpreterOptions(), report, outputs)));
    EXPECT_TRUE(report.clean());
    return outputs;
  }

  void check(const PrefillShape &shape, std::string (*getIR)(bool causal)) {
    PrefillInputs whole =
        makePrefillInputs(shape, Element::BF16, kScale, /*causal=*/true, {{kQueries, kTokens}}, PrefillInputOptions());
    PrefillInputs before = whole, own = whole;
    before.causal = false;
    before.cuSeqlensKv = {0, kTokens - kQueries};
    own.cuSeqlensKv = {kTokens - kQueries, kTokens};
    PrefillOutputs a = attend(getIR(/*causal=*/false), before), b = attend(getIR(/*causal=*/true), own);

    MergeInputs parts;
    parts.tokens = kQueries;
    parts.heads = kHeads;
    parts.d_v = shape.d_v;
    parts.headsFirst = !shape.isAbsorbed();
    auto widened = [](const std::vector<uint16_t> &bits) {
      std::vector<float> values;
      for (uint16_t element : bits)
        values.push_back(elementToFloat(Element::BF16, element));
      return values;
    };
    parts.outA = widened(a.out);
    parts.lseA = a.lse;
    parts.outB = widened(b.out);
    parts.lseB = b.lse;
    OwningOpRef<ModuleOp> module = compile(getMerge(shape.d_v, parts.headsFirst));
    MergeOutputs merged;
    InterpreterReport report;
    ASSERT_TRUE(
        succeeded(interpretMerge(getProgram(*module), parts, kMultiprocessors, InterpreterOptions(), report, merged)));
    EXPECT_TRUE(report.clean());
    EXPECT_TRUE(compareMerge(parts, merged).withinBounds());

    PrefillOutputs together;
    together.lse = merged.lse;
    for (float value : merged.out)
      together.out.push_back(roundToElement(Element::BF16, value));
    // Rounded twice: what a part lost and what the sum loses are each as large as the error of one call.
    ErrorBounds bounds = getPrefillErrorBounds(Element::BF16);
    bounds.output *= 1.5;
    DecodeComparison comparison = comparePrefill(whole, together);
    EXPECT_EQ(comparison.rowsCompared, kQueries * kHeads);
    EXPECT_TRUE(comparison.withinBounds(bounds)) << comparison.worstRelativeError << " " << comparison.worstLseError;
    // One part alone is something else.
    EXPECT_FALSE(comparePrefill(whole, b).withinBounds(bounds));
  }
};

TEST_F(MergedChunks, MHAForm) { check({kHeads, 128, 64, 128}, getMHA); }

TEST_F(MergedChunks, AbsorbedForm) { check({kHeads, 512, 64, 512, PrefillForm::Absorbed}, getAbsorbed); }

/// The result may replace either part, which the race check would find fault with if warps shared rows.
TEST_F(MergedChunks, InPlace) {
  for (bool headsFirst : {false, true}) {
    MergeInputs parts;
    parts.tokens = 37;
    parts.heads = kHeads;
    parts.d_v = 128;
    parts.headsFirst = headsFirst;
    fillMergeInputs(parts, /*seed=*/4);
    OwningOpRef<ModuleOp> module = compile(getMerge(parts.d_v, headsFirst));
    KernelOp kernel = *(getProgram(*module)).getBody().getOps<KernelOp>().begin();
    for (auto [replacedOut, replacedLse] :
         {std::pair(Binding::OutA, Binding::LseA), {Binding::OutB, Binding::LseB}, {Binding::OutA, Binding::LseB}}) {
      std::map<Binding, DeviceBuffer> buffers;
      buffers[Binding::OutA].bytes = store(parts.element, parts.outA);
      buffers[Binding::OutB].bytes = store(parts.element, parts.outB);
      buffers[Binding::LseA].bytes = store(MergeElement::F32, parts.lseA);
      buffers[Binding::LseB].bytes = store(MergeElement::F32, parts.lseB);
      SmallVector<KernelArgument> arguments;
      for (unsigned i = 0, e = kernel.getArgumentTypes().size(); i < e; ++i) {
        Binding binding = kernel.getBinding(i);
        KernelArgument &argument = arguments.emplace_back();
        if (binding == Binding::Tokens)
          argument.integer = parts.tokens;
        else
          argument.buffer = &buffers[binding == Binding::Out   ? replacedOut
                                     : binding == Binding::Lse ? replacedLse
                                                               : binding];
      }
      InterpreterReport report;
      ASSERT_TRUE(succeeded(interpretKernel(kernel, 2 * kMultiprocessors, 1, arguments, InterpreterOptions(), report)));
      EXPECT_TRUE(report.clean());
      MergeOutputs merged{load(parts.element, buffers[replacedOut].bytes),
                          load(MergeElement::F32, buffers[replacedLse].bytes)};
      EXPECT_TRUE(compareMerge(parts, merged).withinBounds());
    }
  }
}

} // namespace
