//===- Models.cpp - Ops with the numbers of published models ------------------------------------------------===//
#include "lib/Pipelines/Models.h"
#include "lib/Support/JSONFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

using namespace mlir::mla;
using llvm::Error;
using llvm::Expected;
using llvm::StringLiteral;
using llvm::StringRef;
namespace json = llvm::json;
namespace reference = mlir::mla::reference;

//===----------------------------------------------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------------------------------------------===//

static bool checkKeys(const json::Value &value, json::Path path, llvm::ArrayRef<StringRef> known) {
  for (const auto &[key, unused] : *value.getAsObject())
    if (!llvm::is_contained(known, StringRef(key))) {
      path.field(key).report("unknown field");
      return false;
    }
  return true;
}

static bool checkRange(json::Path path, StringRef key, double value, double min, double max, StringLiteral expected) {
  if (value >= min && value <= max)
    return true;
  path.field(key).report(expected);
  return false;
}

static bool readYarn(const json::Value &value, json::Path path, reference::YarnParameters &out) {
  json::ObjectMapper map(value, path);
  int64_t originalLength = 0;
  if (!map ||
      !checkKeys(value, path, {"factor", "original_length", "beta_fast", "beta_slow", "mscale", "mscale_all_dim"}) ||
      !map.map("factor", out.factor) || !map.map("original_length", originalLength) ||
      !map.map("beta_fast", out.betaFast) || !map.map("beta_slow", out.betaSlow) || !map.map("mscale", out.mscale) ||
      !map.map("mscale_all_dim", out.mscaleAllDim))
    return false;
  out.originalLength = static_cast<double>(originalLength);
  return checkRange(path, "factor", out.factor, 1e-6, 1e6, "expected 1e-6 to 1e6") &&
         checkRange(path, "original_length", out.originalLength, 1, 1 << 30, "expected 1 to 2^30") &&
         checkRange(path, "beta_slow", out.betaSlow, 1e-6, out.betaFast, "expected 1e-6 to beta_fast") &&
         checkRange(path, "beta_fast", out.betaFast, 1e-6, 1e6, "expected 1e-6 to 1e6") &&
         checkRange(path, "mscale", out.mscale, 0, 1e3, "expected 0 to 1000") &&
         checkRange(path, "mscale_all_dim", out.mscaleAllDim, 0, 1e3, "expected 0 to 1000");
}

static bool readRope(const json::Value &value, json::Path path, int64_t width, reference::RopeParameters &out) {
  json::ObjectMapper map(value, path);
  std::string pairing;
  if (!map || !checkKeys(value, path, {"base", "pairing", "yarn", "factors"}) || !map.map("base", out.base) ||
      !map.map("pairing", pairing) || !map.mapOptional("factors", out.factors) ||
      !checkRange(path, "base", out.base, 1.001, 1e12, "expected 1.001 to 1e12"))
    return false;
  out.d_rope = width;
  if (pairing != "interleaved" && pairing != "half_split") {
    path.field("pairing").report("expected interleaved or half_split");
    return false;
  }
  out.pairing = pairing == "interleaved" ? reference::Pairing::Interleaved : reference::Pairing::HalfSplit;
  if (!out.factors.empty() && static_cast<int64_t>(out.factors.size()) != width / 2) {
    path.field("factors").report("expected d_rope / 2 factors");
    return false;
  }
  const json::Value *yarn = value.getAsObject()->get("yarn");
  return !yarn || readYarn(*yarn, path.field("yarn"), out.yarn.emplace());
}

static bool readModel(const json::Value &value, json::Path path, Model &out) {
  json::ObjectMapper map(value, path);
  if (!map ||
      !checkKeys(value, path,
                 {"name", "aliases", "source", "heads", "d_latent", "d_nope", "d_rope", "d_v", "eps", "rope"}) ||
      !map.map("name", out.name) || !map.mapOptional("aliases", out.aliases) ||
      !map.mapOptional("source", out.source) || !map.map("heads", out.heads) || !map.map("d_latent", out.d_latent) ||
      !map.map("d_nope", out.d_nope) || !map.map("d_rope", out.d_rope) || !map.mapOptional("d_v", out.d_v) ||
      !map.map("eps", out.eps))
    return false;
  if (!value.getAsObject()->get("d_v"))
    out.d_v = out.d_nope;
  for (auto [key, number] : {std::pair<StringRef, int64_t>("heads", out.heads),
                             {"d_latent", out.d_latent},
                             {"d_nope", out.d_nope},
                             {"d_rope", out.d_rope},
                             {"d_v", out.d_v}})
    if (!checkRange(path, key, static_cast<double>(number), 1, 65536, "expected 1 to 65536"))
      return false;
  if (!checkRange(path, "eps", out.eps, 0, 1, "expected 0 to 1"))
    return false;
  const json::Value *rope = value.getAsObject()->get("rope");
  return !rope || readRope(*rope, path.field("rope"), out.d_rope, out.rope.emplace());
}

Expected<std::vector<Model>> mlir::mla::parseModels(StringRef text, StringRef name) {
  Expected<json::Value> value = parseJSON(text, name);
  if (!value)
    return value.takeError();
  const json::Array *list = value->getAsArray();
  if (!list)
    return llvm::createStringError(llvm::formatv("{0}: expected a list of models", name).str());
  json::Path::Root root(name);
  std::vector<Model> models(list->size());
  llvm::StringSet<> names;
  for (auto [index, entry] : llvm::enumerate(*list)) {
    Model &model = models[index];
    if (!readModel(entry, json::Path(root).index(index), model))
      return root.getError();
    for (const std::string &each : llvm::concat<const std::string>(llvm::ArrayRef(model.name), model.aliases))
      if (!names.insert(each).second)
        return llvm::createStringError(
            llvm::formatv("{0}: expected every name once, but got '{1}' twice", name, each).str());
  }
  return models;
}

llvm::ArrayRef<Model> mlir::mla::getBuiltinModels() {
  struct File {
    StringLiteral name, text;
  };
  static constexpr File files[] = {
#include "lib/Pipelines/Models.inc"
  };
  // A test parses them, so this cannot fail in a compiler that was tested.
  static const std::vector<Model> models = llvm::cantFail(parseModels(files[0].text, files[0].name));
  return models;
}

Expected<const Model *> mlir::mla::lookupModel(llvm::ArrayRef<Model> models, StringRef name) {
  for (const Model &model : models)
    if (model.name == name || llvm::is_contained(model.aliases, name))
      return &model;
  std::string known;
  for (const Model &model : models)
    known += (known.empty() ? "" : ", ") + model.name;
  return llvm::createStringError(llvm::formatv("expected model {0}, but got '{1}'", known, name).str());
}

std::string mlir::mla::describeModels(llvm::ArrayRef<Model> models) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  for (const Model &model : models) {
    stream << model.name;
    for (const std::string &alias : model.aliases)
      stream << ", " << alias;
    stream << llvm::formatv(": {0} heads, d_latent {1}, d_rope {2}, softmax scale {3:F6}, eps {4:e0}", model.heads,
                            model.d_latent, model.d_rope, model.getSoftmaxScale(), model.eps);
    if (model.rope)
      stream << llvm::formatv(", RoPE of base {0:F0}", model.rope->base);
    else
      stream << ", no RoPE";
    if (model.rope && model.rope->yarn)
      stream << llvm::formatv(" with YaRN {0:F0} over {1:F0}", model.rope->yarn->factor,
                              model.rope->yarn->originalLength);
    stream << '\n';
    if (!model.source.empty())
      stream << "  from " << model.source << '\n';
  }
  return text;
}

double Model::getSoftmaxScale() const {
  return (rope ? reference::getSoftmaxScaleFactor(*rope) : 1) / std::sqrt(static_cast<double>(d_nope + d_rope));
}

//===----------------------------------------------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------------------------------------------===//

/// A float literal that reads back to the same double.
static std::string print(double value) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.17e", value);
  return text;
}

static std::string printRope(const reference::RopeParameters &rope) {
  bool interleaved = rope.pairing == reference::Pairing::Interleaved;
  std::string text = llvm::formatv("#mla.rope<base = {0}, pairing = {1}", print(rope.base),
                                   interleaved ? "interleaved" : "half_split");
  if (rope.yarn)
    text += llvm::formatv(", yarn = <factor = {0}, original_length = {1}, beta_fast = {2}, beta_slow = {3}, mscale = "
                          "{4}, mscale_all_dim = {5}>",
                          print(rope.yarn->factor), static_cast<int64_t>(rope.yarn->originalLength),
                          print(rope.yarn->betaFast), print(rope.yarn->betaSlow), print(rope.yarn->mscale),
                          print(rope.yarn->mscaleAllDim));
  if (!rope.factors.empty()) {
    text += ", factors = [";
    for (auto [index, factor] : llvm::enumerate(rope.factors))
      text += (index ? ", " : "") + print(factor);
    text += "]";
  }
  return text + ">";
}

namespace {
/// A function of one op on its arguments, in the making.
class Function {
public:
  /// Adds an argument; the text by which the op names it.
  std::string add(StringRef name, std::string type) {
    arguments += (arguments.empty() ? "%" : ", %") + name.str() + ": " + type;
    types += (types.empty() ? "" : ", ") + type;
    return ("%" + name).str();
  }
  std::string str(StringRef op, StringRef results, StringRef resultNames) const {
    return llvm::formatv("({0}) -> ({1}) {{\n  {2} = {3}\n      : ({4}) -> ({1})\n  return {2} : {1}\n}\n", arguments,
                         results, resultNames, op, types);
  }

private:
  std::string arguments, types;
};
} // namespace

Expected<std::string> mlir::mla::printModelOp(const Model &model, const ModelOp &op) {
  int64_t heads = op.heads.value_or(model.heads);
  if (op.element != "bf16" && op.element != "f16")
    return llvm::createStringError("--element: expected bf16 or f16, but got '" + op.element + "'");
  if (heads < 1 || heads > model.heads)
    return llvm::createStringError(llvm::formatv("--h-q: expected 1 to {0}, but got {1}", model.heads, heads).str());
  std::string queries = op.queries ? std::to_string(op.queries) : "?";
  CacheFormat format = op.format.value_or(op.element == "bf16" ? CacheFormat::BF16 : CacheFormat::F16);
  bool hasScale = getCacheFormatInfo(format).scales == ScaleKind::Tensor;
  std::string cache = llvm::formatv("!cache = !mla.paged_cache<{0}, page_size = {1}, d_latent = {2}, d_rope = {3}>\n",
                                    StringRef(stringify(format)), op.pageSize, model.d_latent, model.d_rope);
  Function function;
  if (op.op == "decode") {
    std::string q =
        function.add("q", llvm::formatv("tensor<?x{0}x{1}x{2}x{3}>", queries, heads, model.d_latent + model.d_rope,
                                        op.precision == Precision::E4M3Queries ? "f8E4M3FN" : op.element));
    std::string text = "mla.decode " + q + ", " + function.add("cache", "!cache");
    text += ", " + function.add("block_table", "tensor<?x?xi32>") + ", " + function.add("seq_lens", "tensor<?xi32>");
    if (hasScale)
      text += ", " + function.add("cache_scale", "tensor<f32>");
    if (op.precision == Precision::E4M3Queries)
      text += " q_scale(" + function.add("q_scale", "tensor<f32>") + ")";
    text += llvm::formatv(" scale {0} causal", print(model.getSoftmaxScale()));
    if (op.precision != Precision::BF16)
      text += llvm::formatv(" precision <{0}>", StringRef(stringify(op.precision)));
    if (op.fuseRope && !model.rope)
      return llvm::createStringError("--fuse-rope: " + model.name + " has no RoPE");
    if (op.fuseRope)
      text += "\n      rope(" + printRope(*model.rope) + ")";
    std::string results =
        llvm::formatv("tensor<?x{0}x{1}x{2}x{3}>, tensor<?x{0}x{1}xf32>", queries, heads, model.d_latent, op.element);
    return cache + "func.func @decode" + function.str(text, results, "%out, %lse");
  }
  if (op.op == "prefill") {
    auto type = [&](int64_t width) { return llvm::formatv("tensor<?x{0}x{1}x{2}>", heads, width, op.element).str(); };
    std::string text = "mla.prefill " + function.add("q", type(model.d_nope + model.d_rope));
    text += ", " + function.add("k", type(model.d_nope));
    text += " rope " + function.add("k_rope", llvm::formatv("tensor<?x{0}x{1}>", model.d_rope, op.element));
    text += ", " + function.add("v", type(model.d_v)) + ", " + function.add("cu_seqlens_q", "tensor<?xi32>");
    text += ", " + function.add("cu_seqlens_kv", "tensor<?xi32>");
    text += llvm::formatv(" scale {0} causal", print(model.getSoftmaxScale()));
    std::string results = llvm::formatv("{0}, tensor<{1}x?xf32>", type(model.d_v), heads);
    return "func.func @prefill" + function.str(text, results, "%out, %lse");
  }
  if (op.op == "prefill_absorbed") {
    int64_t d_qk = model.d_latent + model.d_rope;
    std::string text = "mla.prefill_absorbed ";
    text += function.add("q", llvm::formatv("tensor<?x{0}x{1}x{2}>", heads, d_qk, op.element));
    text += ", " + (op.blockTable ? function.add("cache", "!cache")
                                  : function.add("keys", llvm::formatv("tensor<?x{0}x{1}>", d_qk, op.element)));
    text += " cu_seqlens_q(" + function.add("cu_seqlens_q", "tensor<?xi32>") + ")";
    if (op.blockTable) {
      text += " block_table(" + function.add("block_table", "tensor<?x?xi32>") + ")";
      text += " seq_lens(" + function.add("seq_lens", "tensor<?xi32>") + ")";
      if (hasScale)
        text += " cache_scale(" + function.add("cache_scale", "tensor<f32>") + ")";
    } else {
      text += " cu_seqlens_kv(" + function.add("cu_seqlens_kv", "tensor<?xi32>") + ")";
    }
    text += llvm::formatv(" scale {0} causal", print(model.getSoftmaxScale()));
    std::string results = llvm::formatv("tensor<?x{0}x{1}x{2}>, tensor<?x{0}xf32>", heads, model.d_latent, op.element);
    return (op.blockTable ? cache : "") + "func.func @prefill_absorbed" + function.str(text, results, "%out, %lse");
  }
  if (op.op == "append") {
    std::string lead = op.blockTable ? "?x" + queries : "?";
    std::string text = "mla.append ";
    text += function.add("latent", llvm::formatv("tensor<{0}x{1}x{2}>", lead, model.d_latent, op.element));
    text += ", " + function.add("k_rope", llvm::formatv("tensor<{0}x{1}x{2}>", lead, model.d_rope, op.element));
    text += " to " + function.add("cache", "!cache");
    if (op.blockTable) {
      text += " block_table(" + function.add("block_table", "tensor<?x?xi32>") + ")";
      text += " seq_lens(" + function.add("seq_lens", "tensor<?xi32>") + ")";
    } else {
      text += " slots(" + function.add("slots", "tensor<?xi64>") + ")";
      if (model.rope)
        text += " positions(" + function.add("positions", "tensor<?xi64>") + ")";
    }
    if (hasScale)
      text += " cache_scale(" + function.add("cache_scale", "tensor<f32>") + ")";
    text += " norm(" + function.add("weight", llvm::formatv("tensor<{0}x{1}>", model.d_latent, op.element)) + ")";
    text += " eps " + print(model.eps);
    if (model.rope)
      text += "\n      rope(" + printRope(*model.rope) + ")";
    return cache + "func.func @append" + function.str(text, "!cache", "%after");
  }
  if (op.op == "rope") {
    if (!model.rope)
      return llvm::createStringError("--op: " + model.name + " has no RoPE");
    std::string type = llvm::formatv("tensor<?x{0}x{1}x{2}>", heads, model.d_rope, op.element);
    std::string text = "mla.rope " + function.add("x", type);
    text += ", " + function.add("positions", "tensor<?xi64>") + "\n      by(" + printRope(*model.rope) + ")";
    return "func.func @rope" + function.str(text, type, "%out");
  }
  return llvm::createStringError("--op: expected decode, prefill, prefill_absorbed, append or rope, but got '" + op.op +
                                 "'");
}
