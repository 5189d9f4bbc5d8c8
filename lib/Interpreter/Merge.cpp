//===- Merge.cpp - Running a merge program as the runtime would ---------------------------------------------===//
#include "lib/Interpreter/KernelHost.h"

namespace mlir::mla_gpu {

using mla::reference::MergeElement;
using mla::reference::MergeInputs;
using mla::reference::MergeOutputs;

static MergeElement getElement(Type element) {
  return element.isBF16() ? MergeElement::BF16 : element.isF16() ? MergeElement::F16 : MergeElement::F32;
}

LogicalResult interpretMerge(ProgramOp program, const MergeInputs &inputs, int64_t multiprocessors,
                             const InterpreterOptions &options, InterpreterReport &report, MergeOutputs &outputs) {
  MergeAttr merge = program.getMerge();
  if (!merge)
    return program.emitError() << "expected a program that implements a merge op";
  KernelHost host(program, multiprocessors);
  if (getElement(merge.getElement()) != inputs.element)
    return program.emitError() << "expected inputs of " << merge.getElement() << ", but got another element type";
  if (merge.getHeads() != inputs.heads)
    return host.mismatch("heads", merge.getHeads(), inputs.heads);
  if (merge.getDV() != inputs.d_v)
    return host.mismatch("d_v", merge.getDV(), inputs.d_v);
  if (merge.getHeadsFirst() != inputs.headsFirst)
    return host.mismatch("heads_first", merge.getHeadsFirst(), inputs.headsFirst);
  // As in the runtime.
  constexpr int64_t kMostRows = 1 << 30;
  if (inputs.tokens < 0 || inputs.tokens > kMostRows / inputs.heads)
    return program.emitError() << "expected 0 to " << kMostRows / inputs.heads << " tokens, but got " << inputs.tokens;
  if (failed(host.checkSize("out_a", inputs.outA.size(), {inputs.tokens, inputs.heads, inputs.d_v})) ||
      failed(host.checkSize("out_b", inputs.outB.size(), {inputs.tokens, inputs.heads, inputs.d_v})) ||
      failed(host.checkSize("lse_a", inputs.lseA.size(), {inputs.tokens, inputs.heads})) ||
      failed(host.checkSize("lse_b", inputs.lseB.size(), {inputs.tokens, inputs.heads})))
    return failure();
  host.bind(Binding::OutA, store(inputs.element, inputs.outA));
  host.bind(Binding::OutB, store(inputs.element, inputs.outB));
  host.bind(Binding::LseA, copyAs<float>(inputs.lseA));
  host.bind(Binding::LseB, copyAs<float>(inputs.lseB));
  host.bind(Binding::Out,
            std::vector<uint8_t>(inputs.rows() * inputs.d_v * mla::reference::getBytes(inputs.element), 0xff));
  host.bind(Binding::Lse, std::vector<uint8_t>(inputs.rows() * sizeof(float), 0xff));
  host.bind(Binding::Tokens, inputs.tokens);
  if (failed(host.run(Step::Merge, options, report)))
    return failure();
  outputs.out = mla::reference::load(inputs.element, host.getBytes(Binding::Out));
  outputs.lse = mla::reference::load(MergeElement::F32, host.getBytes(Binding::Lse));
  return success();
}

} // namespace mlir::mla_gpu
