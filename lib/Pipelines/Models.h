//===- Models.h - Ops with the numbers of published models ----------------------------------------*- C++ -*-===//
//
// The numbers stand in models.json beside this file, one entry a model, under the names of the glossary: another model
// is an entry there. A file of the same form can be read in its place.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_PIPELINES_MODELS_H
#define LIB_PIPELINES_MODELS_H

#include "lib/Reference/Rope.h"
#include "lib/Support/CacheFormat.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace mlir::mla {

/// What a model's files say about its attention.
struct Model {
  std::string name;
  std::vector<std::string> aliases;
  /// Where the numbers are published: a repository on Hugging Face and its files. Built-in models all have one.
  std::string source;
  /// Of the whole model; tensor parallelism divides them.
  int64_t heads = 0;
  /// d_nope: columns of a head's query and key without positions, before the projection is absorbed.
  int64_t d_latent = 0, d_nope = 0, d_rope = 0;
  /// Columns of a head's value; d_nope if the file says nothing.
  int64_t d_v = 0;
  /// Of the norm of the latent, as the model's own code calls it: some leave it at 1e-6, whatever rms_norm_eps says.
  double eps = 0;
  /// Nothing where no positions are encoded.
  std::optional<reference::RopeParameters> rope;

  /// (d_nope + d_rope)^(−1/2), times what YaRN adds.
  double getSoftmaxScale() const;
};

/// Reads a list of models. Unknown fields are errors, and so are numbers that no op could have.
llvm::Expected<std::vector<Model>> parseModels(llvm::StringRef text, llvm::StringRef name);

/// The models that are built in, in the order of their names.
llvm::ArrayRef<Model> getBuiltinModels();

/// The model of this name or alias, or an error that says which there are.
llvm::Expected<const Model *> lookupModel(llvm::ArrayRef<Model> models, llvm::StringRef name);

/// A page about all models, for `--model=help`.
std::string describeModels(llvm::ArrayRef<Model> models);

/// Which op of a model, and how.
struct ModelOp {
  /// "decode", "prefill", "prefill_absorbed", "append" or "rope".
  std::string op = "decode";
  /// Heads on one GPU; nothing: all of the model's.
  std::optional<int64_t> heads;
  /// Query tokens per request, 0: any. Of append, where places follow from a block table.
  int64_t queries = 0;
  /// "bf16" or "f16".
  std::string element = "bf16";
  /// Nothing: that of the element.
  std::optional<CacheFormat> format;
  int64_t pageSize = 64;
  Precision precision = Precision::BF16;
  /// For decode: the kernels turn the queries.
  bool fuseRope = false;
  /// For append: places from a block table, not one slot for each token. For prefill_absorbed: latent vectors in a
  /// paged cache, not one after the other.
  bool blockTable = false;
};

/// A module with the one op, as text; or what is wrong with the options. What the op's verifier can say is left to it.
llvm::Expected<std::string> printModelOp(const Model &model, const ModelOp &op);

} // namespace mlir::mla

#endif // LIB_PIPELINES_MODELS_H
