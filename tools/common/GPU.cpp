//===- GPU.cpp - Decode problems on a GPU ------------------------------------------------------------------------===//
#include "GPU.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir::mla;
using namespace mlir::mla::run;
using namespace mlir::mla::reference;
using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;

/// NaN in every floating-point type, −1 as an integer.
static constexpr uint8_t kPoison = 0xff;

template <typename T> static ArrayRef<uint8_t> bytesOf(const std::vector<T> &values) {
  return {reinterpret_cast<const uint8_t *>(values.data()), values.size() * sizeof(T)};
}

Expected<Signature> run::getSignature(const mla_package_t *package) {
  mla_decode_info_t info = MLA_DECODE_INFO_INIT;
  MLA_RUN_TRY(toError(mla_package_decode_info(package, &info)));
  Signature signature;
  signature.element = info.element == MLA_ELEMENT_BF16 ? Element::BF16 : Element::F16;
  signature.format = static_cast<CacheFormat>(info.format);
  signature.precision = static_cast<Precision>(info.precision);
  signature.causal = info.causal;
  signature.s_q = info.s_q;
  signature.h_q = info.h_q;
  signature.d_latent = info.d_latent;
  signature.d_rope = info.d_rope;
  signature.page_size = info.page_size;
  signature.softmaxScale = info.softmax_scale;
  signature.rope = run::getRope(info.rotation);
  return signature;
}

//===----------------------------------------------------------------------------------------------------------===//
// Cache flush
//===----------------------------------------------------------------------------------------------------------===//

Expected<std::unique_ptr<CacheFlush>> CacheFlush::create(Device &device, const mla_package_t *package) {
  // Several times the largest L2; what the kernel stores comes behind it.
  constexpr size_t kBytes = size_t(512) << 20, kStoredBytes = 4096;
  std::unique_ptr<CacheFlush> flush(new CacheFlush());
  flush->device = &device;
  MLA_RUN_TRY(toError(mla_module_create(package, &flush->module)));
  auto buffer = DeviceBuffer::allocate(device, kBytes + kStoredBytes);
  if (!buffer)
    return buffer.takeError();
  flush->buffer = std::move(*buffer);
  MLA_RUN_TRY(flush->buffer.fill(0));
  flush->launch.values[MLA_BINDING_SCRATCH].address = flush->buffer.getAddress();
  flush->launch.values[MLA_BINDING_SCRATCH_ELEMENTS].integer = kBytes / sizeof(float);
  return std::move(flush);
}

CacheFlush::~CacheFlush() { mla_module_destroy(module); }

Error CacheFlush::enqueue() { return toError(mla_module_launch(module, MLA_STEP_OTHER, &launch, device->getStream())); }

//===----------------------------------------------------------------------------------------------------------===//
// Decode
//===----------------------------------------------------------------------------------------------------------===//

Expected<std::unique_ptr<GPUDecode>> GPUDecode::create(Device &device, const mla_package_t *package,
                                                       const DecodeInputs &inputs) {
  std::unique_ptr<GPUDecode> result(new GPUDecode(device, inputs));
  const DecodeShape &shape = inputs.shape;
  mla_decode_desc_t desc = MLA_DECODE_DESC_INIT;
  desc.element = inputs.element == Element::BF16 ? MLA_ELEMENT_BF16 : MLA_ELEMENT_F16;
  desc.format = static_cast<mla_cache_format_t>(inputs.format);
  desc.precision = static_cast<mla_precision_t>(inputs.precision);
  desc.causal = inputs.causal;
  desc.rope = inputs.rope.has_value();
  desc.b = shape.b;
  desc.s_q = shape.s_q;
  desc.h_q = shape.h_q;
  desc.d_latent = shape.d_latent;
  desc.d_rope = shape.d_rope;
  desc.page_size = shape.page_size;
  desc.num_pages = shape.numPages;
  desc.block_table_stride = shape.blockTableStride;
  size_t workspaceSize = 0;
  MLA_RUN_TRY(toError(mla_decode_plan_create(package, &desc, &result->plan)));
  MLA_RUN_TRY(toError(mla_decode_plan_workspace_size(result->plan, &workspaceSize)));

  Error error = Error::success();
  auto allocate = [&](DeviceBuffer &buffer, size_t size) -> void * {
    if (!error) {
      if (auto allocated = DeviceBuffer::allocate(device, size))
        buffer = std::move(*allocated);
      else
        error = allocated.takeError();
    }
    return buffer.getAddress();
  };
  size_t rows = static_cast<size_t>(shape.b * shape.rows());
  size_t cacheSize = static_cast<size_t>(shape.numPages * inputs.layout().pageStride);
  mla_decode_args_t &args = result->args;
  ArrayRef<uint8_t> q = inputs.quantizedQ.empty() ? bytesOf(inputs.q) : bytesOf(inputs.quantizedQ);
  args.q = allocate(result->q, q.size());
  args.q_scale = allocate(result->qScale, sizeof(float));
  args.cache = allocate(result->cache, cacheSize);
  args.cache_scale = allocate(result->cacheScale, sizeof(float));
  args.block_table = allocate(result->blockTable, bytesOf(inputs.blockTable).size());
  args.seq_lens = allocate(result->seqLens, bytesOf(inputs.seqLens).size());
  args.out = allocate(result->out, rows * static_cast<size_t>(shape.d_latent) * sizeof(uint16_t));
  args.lse = allocate(result->lse, rows * sizeof(float));
  args.workspace = allocate(result->workspace, workspaceSize);
  args.workspace_size = workspaceSize;
  if (error)
    return error;
  MLA_RUN_TRY(result->q.upload(q));
  MLA_RUN_TRY(result->qScale.upload(bytesOf(std::vector<float>{inputs.qScale})));
  MLA_RUN_TRY(result->cache.upload(bytesOf(inputs.cache)));
  MLA_RUN_TRY(result->cacheScale.upload(bytesOf(std::vector<float>{inputs.cacheScale})));
  MLA_RUN_TRY(result->blockTable.upload(bytesOf(inputs.blockTable)));
  MLA_RUN_TRY(result->seqLens.upload(bytesOf(inputs.seqLens)));
  return std::move(result);
}

GPUDecode::~GPUDecode() { mla_decode_plan_destroy(plan); }

Error GPUDecode::poison() {
  for (DeviceBuffer *buffer : {&out, &lse, &workspace})
    MLA_RUN_TRY(buffer->fill(kPoison));
  return Error::success();
}

Expected<DecodeOutputs> GPUDecode::fetch() {
  DecodeOutputs outputs;
  outputs.out.resize(out.getSize() / sizeof(uint16_t));
  outputs.lse.resize(lse.getSize() / sizeof(float));
  MLA_RUN_TRY(out.download({reinterpret_cast<uint8_t *>(outputs.out.data()), out.getSize()}));
  MLA_RUN_TRY(lse.download({reinterpret_cast<uint8_t *>(outputs.lse.data()), lse.getSize()}));
  return outputs;
}

Expected<DecodeOutputs> GPUDecode::run() {
  MLA_RUN_TRY(poison());
  MLA_RUN_TRY(schedule());
  MLA_RUN_TRY(attend());
  return fetch();
}

namespace {
/// A captured graph, ready to launch.
class Graph {
public:
  static Expected<std::unique_ptr<Graph>> capture(Device &device, llvm::function_ref<Error()> enqueue) {
    std::unique_ptr<Graph> result(new Graph(device));
    const mla_driver_t *driver = &device.getDriver();
    MLA_RUN_TRY(toError(
        MLA_DRIVER(driver, cuStreamBeginCapture_v2, device.getStream(), MLA_CU_STREAM_CAPTURE_MODE_THREAD_LOCAL)));
    Error failure = enqueue();
    Error end = toError(MLA_DRIVER(driver, cuStreamEndCapture, device.getStream(), &result->graph));
    MLA_RUN_TRY(llvm::joinErrors(std::move(failure), std::move(end)));
    MLA_RUN_TRY(toError(MLA_DRIVER(driver, cuGraphInstantiateWithFlags, &result->executable, result->graph, 0ull)));
    return std::move(result);
  }

  ~Graph() {
    if (executable)
      device.getDriver().cuGraphExecDestroy(executable);
    if (graph)
      device.getDriver().cuGraphDestroy(graph);
  }

  Error launch() { return toError(MLA_DRIVER(&device.getDriver(), cuGraphLaunch, executable, device.getStream())); }

private:
  explicit Graph(Device &device) : device(device) {}

  Device &device;
  mla_cu_graph_t graph = nullptr;
  mla_cu_graph_exec_t executable = nullptr;
};
} // namespace

Expected<DecodeOutputs> GPUDecode::replay() {
  // Half of each length has its pages in the block table, too.
  std::vector<int32_t> halves = inputs.seqLens;
  for (int32_t &length : halves)
    length /= 2;
  MLA_RUN_TRY(seqLens.upload(bytesOf(halves)));
  auto graph = Graph::capture(device, [&]() -> Error {
    MLA_RUN_TRY(schedule());
    return attend();
  });
  if (!graph)
    return graph.takeError();
  MLA_RUN_TRY((*graph)->launch());
  MLA_RUN_TRY(seqLens.upload(bytesOf(inputs.seqLens)));
  MLA_RUN_TRY(poison());
  MLA_RUN_TRY((*graph)->launch());
  return fetch();
}

Expected<std::vector<double>> run::sampleTimes(Device &device, CacheFlush &flush, Sampling sampling,
                                               llvm::function_ref<Error()> enqueue) {
  // The flush keeps the device busy while the host goes ahead, so that what lies between two events is the device's
  // time, not the host's.
  constexpr unsigned kWarmUp = 3;
  std::vector<std::pair<Event, Event>> events;
  for (unsigned i = 0; i < kWarmUp + sampling.repeat; ++i) {
    auto begin = Event::create(device);
    if (!begin)
      return begin.takeError();
    auto end = Event::create(device);
    if (!end)
      return end.takeError();
    events.emplace_back(std::move(*begin), std::move(*end));
    MLA_RUN_TRY(flush.enqueue());
    MLA_RUN_TRY(events.back().first.record());
    MLA_RUN_TRY(enqueue());
    MLA_RUN_TRY(events.back().second.record());
    if (sampling.waitsForEach)
      MLA_RUN_TRY(device.synchronize());
  }
  MLA_RUN_TRY(device.synchronize());
  std::vector<double> samples;
  for (auto &[begin, end] : llvm::drop_begin(events, kWarmUp)) {
    auto milliseconds = end.since(begin);
    if (!milliseconds)
      return milliseconds.takeError();
    samples.push_back(*milliseconds);
  }
  llvm::sort(samples);
  return samples;
}

Expected<Timing> GPUDecode::time(CacheFlush &flush, Sampling sampling) {
  return timeCalls(device, flush, sampling, [&] { return schedule(); }, [&] { return attend(); });
}

Expected<Timing> run::timeCalls(Device &device, CacheFlush &flush, Sampling sampling,
                                llvm::function_ref<Error()> schedule, llvm::function_ref<Error()> attend) {
  Timing timing;
  timing.waited = sampling.waitsForEach;
  auto schedules = sampleTimes(device, flush, sampling, schedule);
  if (!schedules)
    return schedules.takeError();
  timing.schedule = (*schedules)[schedules->size() / 2];
  auto samples = sampleTimes(device, flush, sampling, attend);
  if (!samples)
    return samples.takeError();
  timing.samples = std::move(*samples);

  // The clock is read while the device works on this problem, for about 20 ms.
  unsigned calls = static_cast<unsigned>(std::clamp(20.0 / std::max(timing.median(), 1e-3), 1.0, 500.0));
  for (unsigned i = 0; i < calls; ++i)
    MLA_RUN_TRY(attend());
  timing.clockMHz = device.readClock();
  MLA_RUN_TRY(device.synchronize());
  return timing;
}
