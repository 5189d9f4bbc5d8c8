//===- Runner.cpp - Runs a program on a problem and judges the result --------------------------------------------===//
#include "Runner.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::mla;
using namespace mlir::mla::run;
using namespace mlir::mla::reference;
using llvm::Error;
using llvm::Expected;

static constexpr char kFlushIR[] = {
#include "flush.mlir.inc"
};

std::string Outcome::describeComparison() const {
  std::string text = llvm::formatv("relative error {0:e2} (request {1}), log-sum-exp error {2:e2}",
                                   comparison.worstRelativeError, comparison.worstRequest, comparison.worstLseError);
  if (!comparison.withinBounds(bounds))
    text += llvm::formatv(", expected at most {0:e1} and {1:e1}{2}", bounds.output, bounds.lse,
                          bounds.cutsOff ? llvm::formatv(" beside {0:e1} of itself", kFP8AccumulatorPart).str() : "");
  if (comparison.worstElement >= 0)
    text += llvm::formatv(", worst element {0} = {1:F6}, reference {2:F6}",
                          describeElement(extents, comparison.worstElement), comparison.worstValue,
                          comparison.worstReference);
  int64_t rows = 1;
  for (int64_t extent : llvm::ArrayRef(extents).drop_back())
    rows *= extent;
  return text + llvm::formatv("; {0} of {1} rows", comparison.rowsCompared, rows).str();
}

std::string Outcome::describeAlone() const {
  return llvm::formatv("{0} of {1} requests have the same bits alone", extents[0] - *otherBitsAlone, extents[0]);
}

template <typename Outputs> static bool sameBits(const Outputs &a, const Outputs &b) {
  // Bytes, not values: NaN must be the same NaN, and 0 is not −0.
  return a.out == b.out && a.lse.size() == b.lse.size() &&
         std::memcmp(a.lse.data(), b.lse.data(), a.lse.size() * sizeof(float)) == 0;
}

static void print(const mla_gpu::Finding &finding) {
  InFlightDiagnostic diagnostic = emitError(finding.location)
                                  << mla_gpu::stringifyFindingKind(finding.kind) << ": " << finding.message;
  if (finding.other)
    diagnostic.attachNote(*finding.other) << "the other place";
}

/// Runs a program in all orders by `interpret`, which fills a report and outputs.
template <typename Outputs, typename Interpret>
static Expected<Outputs> interpretAll(const Program &program, const RunnerOptions &options, Outcome &outcome,
                                      Interpret interpret) {
  Outputs first;
  for (auto [index, order] : llvm::enumerate(options.orders)) {
    Outputs outputs;
    mla_gpu::InterpreterReport report;
    if (failed(interpret(order, report, outputs)))
      return llvm::createStringError(llvm::formatv("{0} was not interpreted", program.getName()).str());
    for (const mla_gpu::Finding &finding : report.findings)
      print(finding);
    outcome.clean &= report.clean();
    outcome.steps += report.steps;
    if (order.timing)
      outcome.prediction = Prediction{mla_gpu::predictCall(report, *order.timing), std::move(report.times)};
    if (index == 0)
      first = std::move(outputs);
    else
      outcome.sameBits &= sameBits(first, outputs);
  }
  return first;
}

Expected<DecodeOutputs> Runner::interpret(const Program &program, const DecodeInputs &inputs, Outcome &outcome) {
  return interpretAll<DecodeOutputs>(program, options, outcome, [&](auto &order, auto &report, auto &outputs) {
    return mla_gpu::interpretDecode(program.getProgram(), inputs, options.multiprocessors, order, report, outputs);
  });
}

Expected<PrefillOutputs> Runner::interpret(const Program &program, const PrefillInputs &inputs, Outcome &outcome) {
  return interpretAll<PrefillOutputs>(program, options, outcome, [&](auto &order, auto &report, auto &outputs) {
    return mla_gpu::interpretPrefill(program.getProgram(), inputs, options.multiprocessors, order, report, outputs);
  });
}

Expected<CacheFlush *> Runner::getFlush() {
  if (!flush) {
    auto compiled = Program::loadKernels(llvm::StringRef(kFlushIR, sizeof(kFlushIR)), "flush.mlir", options.compile);
    if (!compiled)
      return compiled.takeError();
    flushProgram = std::move(*compiled);
    auto created = CacheFlush::create(*device, flushProgram->getPackage());
    if (!created)
      return created.takeError();
    flush = std::move(*created);
  }
  return flush.get();
}

template <typename Call>
auto Runner::measure(Expected<std::unique_ptr<Call>> call, Outcome &outcome) -> decltype((*call)->run()) {
  if (!call)
    return call.takeError();
  auto outputs = (*call)->run();
  if (!outputs)
    return outputs.takeError();
  if (options.repeatability) {
    auto again = (*call)->replay();
    if (!again)
      return again.takeError();
    outcome.sameBits = sameBits(*outputs, *again);
  }
  if (options.sampling.repeat > 0) {
    Expected<CacheFlush *> flush = getFlush();
    if (!flush)
      return flush.takeError();
    Expected<Timing> timing = (*call)->time(**flush, options.sampling);
    if (!timing)
      return timing.takeError();
    outcome.timing = *timing;
  }
  return outputs;
}

Expected<DecodeOutputs> Runner::launch(const Program &program, const DecodeInputs &inputs, Outcome &outcome) {
  return measure(GPUDecode::create(*device, program.getPackage(), inputs), outcome);
}

Expected<PrefillOutputs> Runner::launch(const Program &program, const PrefillInputs &inputs, Outcome &outcome) {
  return measure(GPUPrefill::create(*device, program.getPackage(), inputs), outcome);
}

Expected<Outcome> Runner::run(const Program &program, const PrefillProblem &problem) {
  bool withValues = device || llvm::any_of(options.orders, [](auto &order) { return !order.protocolOnly; });
  PrefillInputs inputs = run::makePrefillInputs(*program.getPrefillSignature(), problem, withValues);
  Outcome outcome;
  outcome.bounds = getPrefillErrorBounds(inputs.element, inputs.shape.format);
  outcome.extents = {inputs.q.tokens, inputs.shape.h_q, inputs.shape.d_v};
  outcome.work = countPrefillWork(inputs);
  Expected<PrefillOutputs> outputs = device ? launch(program, inputs, outcome) : interpret(program, inputs, outcome);
  if (!outputs)
    return outputs.takeError();
  if (options.check && outcome.clean) {
    outcome.comparison = run::comparePrefill(inputs, *outputs, problem);
    outcome.compared = true;
  }
  return outcome;
}

Expected<Outcome> Runner::run(const Program &program, const Problem &problem) {
  // Where no value is computed one page stands for all.
  Problem stored = problem;
  if (!device && llvm::all_of(options.orders, [](auto &order) { return order.protocolOnly; }))
    stored.inputs.maxStoredPages = 1;
  return run(program, problem, makeInputs(program.getSignature(), stored));
}

Expected<Timing> Runner::time(const Program &program, const DecodeInputs &inputs) {
  auto decode = GPUDecode::create(*device, program.getPackage(), inputs);
  if (!decode)
    return decode.takeError();
  // What the scheduling kernel wrote is what the attention reads.
  if (Expected<DecodeOutputs> outputs = (*decode)->run(); !outputs)
    return outputs.takeError();
  Expected<CacheFlush *> flush = getFlush();
  if (!flush)
    return flush.takeError();
  return (*decode)->time(**flush, options.sampling);
}

Expected<Outcome> Runner::run(const Program &program, const Problem &problem, const DecodeInputs &inputs) {
  Outcome outcome;
  outcome.bounds = getErrorBounds(inputs.element, inputs.format, inputs.precision, problem.inputs.outlierChannels > 0,
                                  inputs.rope.has_value());
  outcome.extents = {inputs.shape.b, inputs.shape.s_q, inputs.shape.h_q, inputs.shape.d_latent};
  outcome.work = countWork(inputs);
  Expected<DecodeOutputs> outputs = device ? launch(program, inputs, outcome) : interpret(program, inputs, outcome);
  if (!outputs)
    return outputs.takeError();
  if (options.check && outcome.clean) {
    outcome.comparison = compare(inputs, *outputs, problem);
    outcome.compared = true;
  }
  if (options.alone) {
    Expected<int64_t> count = countOtherBitsAlone(program, inputs, *outputs, outcome);
    if (!count)
      return count.takeError();
    outcome.otherBitsAlone = *count;
  }
  return outcome;
}

Expected<int64_t> Runner::countOtherBitsAlone(const Program &program, const DecodeInputs &inputs,
                                              const DecodeOutputs &outputs, Outcome &outcome) {
  if (int64_t b = program.getSignature().b; b > 1)
    return llvm::createStringError(
        llvm::formatv("expected a program for any number of requests to run them alone, but got one for b {0}", b)
            .str());
  int64_t count = 0, rows = inputs.shape.rows(), elements = rows * inputs.shape.d_latent;
  for (int64_t request = 0; request < inputs.shape.b; ++request) {
    DecodeInputs one = takeRequests(inputs, {request});
    Expected<DecodeOutputs> alone = DecodeOutputs();
    if (device) {
      auto call = GPUDecode::create(*device, program.getPackage(), one);
      if (!call)
        return call.takeError();
      alone = (*call)->run();
    } else {
      alone = interpret(program, one, outcome);
    }
    if (!alone)
      return alone.takeError();
    DecodeOutputs here;
    here.out.assign(outputs.out.begin() + request * elements, outputs.out.begin() + (request + 1) * elements);
    here.lse.assign(outputs.lse.begin() + request * rows, outputs.lse.begin() + (request + 1) * rows);
    count += !sameBits(*alone, here);
  }
  return count;
}

//===----------------------------------------------------------------------------------------------------------===//
// Append and RoPE
//===----------------------------------------------------------------------------------------------------------===//

std::string TokenOutcome::describeComparison() const {
  std::string text = llvm::formatv("error {0:F3} of what rounding allows, {1} elements", comparison.worstError,
                                   comparison.elementsCompared);
  if (comparison.worstElement >= 0)
    text += llvm::formatv(", worst element {0} = {1:F6}, reference {2:F6}", comparison.worstElement,
                          comparison.worstValue, comparison.worstReference);
  return text;
}

/// One run of the interpreter: the cache, or `out`.
static LogicalResult interpretTokens(mla_gpu::ProgramOp program, const TokenInputs &inputs, int64_t multiprocessors,
                                     const mla_gpu::InterpreterOptions &order, mla_gpu::InterpreterReport &report,
                                     std::vector<uint8_t> &result) {
  if (const auto *append = std::get_if<AppendInputs>(&inputs))
    return mla_gpu::interpretAppend(program, *append, multiprocessors, order, report, result);
  if (const auto *merge = std::get_if<MergeInputs>(&inputs)) {
    MergeOutputs outputs;
    LogicalResult status = mla_gpu::interpretMerge(program, *merge, multiprocessors, order, report, outputs);
    result = store(merge->element, outputs.out);
    std::vector<uint8_t> lse = store(MergeElement::F32, outputs.lse);
    result.insert(result.end(), lse.begin(), lse.end());
    return status;
  }
  std::vector<uint16_t> out;
  LogicalResult status =
      mla_gpu::interpretRope(program, std::get<RopeInputs>(inputs), multiprocessors, order, report, out);
  result.resize(out.size() * sizeof(uint16_t));
  std::memcpy(result.data(), out.data(), result.size());
  return status;
}

Expected<TokenOutcome> Runner::run(const Program &program, const TokenProblem &problem) {
  const TokenSignature &signature = *program.getTokens();
  MLA_RUN_TRY(checkImplements(signature, problem));
  TokenInputs inputs = makeInputs(signature, problem);
  TokenOutcome outcome;
  outcome.bytes = countBytes(inputs);
  std::vector<uint8_t> first;
  if (!device) {
    for (auto [index, order] : llvm::enumerate(options.orders)) {
      mla_gpu::InterpreterReport report;
      std::vector<uint8_t> result;
      if (failed(interpretTokens(program.getProgram(), inputs, options.multiprocessors, order, report, result)))
        return llvm::createStringError(llvm::formatv("{0} was not interpreted", program.getName()).str());
      for (const mla_gpu::Finding &finding : report.findings)
        print(finding);
      outcome.clean &= report.clean();
      outcome.steps += report.steps;
      if (order.timing)
        outcome.prediction = Prediction{mla_gpu::predictCall(report, *order.timing), std::move(report.times)};
      if (index == 0)
        first = std::move(result);
      else
        outcome.sameBits &= first == result;
    }
  } else {
    auto tokens = GPUTokens::create(*device, program.getPackage(), signature, inputs);
    if (!tokens)
      return tokens.takeError();
    Expected<std::vector<uint8_t>> result = (*tokens)->run();
    if (!result)
      return result.takeError();
    first = std::move(*result);
    if (options.repeatability) {
      Expected<std::vector<uint8_t>> again = (*tokens)->run();
      if (!again)
        return again.takeError();
      outcome.sameBits = first == *again;
    }
    if (options.sampling.repeat > 0) {
      Expected<CacheFlush *> flush = getFlush();
      if (!flush)
        return flush.takeError();
      Expected<Timing> timing = (*tokens)->time(**flush, options.sampling);
      if (!timing)
        return timing.takeError();
      outcome.timing = *timing;
    }
  }
  // Without values there is nothing to compare.
  bool hasValues = device || llvm::any_of(options.orders, [](auto &order) { return !order.protocolOnly; });
  if (options.check && outcome.clean && hasValues) {
    outcome.comparison = mla::run::compare(inputs, first);
    outcome.compared = true;
  }
  return outcome;
}
