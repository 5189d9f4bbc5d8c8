//===- Decode.cpp - One row of mla.decode, word for word ----------------------------------------------------===//
//
// The specification's formula with no thought of speed; Rows.cpp is the fast twin and is tested against it.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "lib/Reference/Tokens.h"
#include <cmath>
#include <limits>

using namespace mlir::mla::reference;

double mlir::mla::reference::decodeRow(const DecodeInputs &inputs, int64_t request, int64_t query, int64_t head,
                                       double *out) {
  const DecodeShape &shape = inputs.shape;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  CacheLayout layout = inputs.layout();
  std::vector<double> q(shape.d_qk()), key(shape.d_qk());
  readQuery(inputs, request, query, head, q.data());

  std::fill_n(out, shape.d_latent, 0.0);
  std::vector<double> scores(visibleTokens(inputs, request, query));
  if (scores.empty())
    return -kInfinity;

  double maximum = -kInfinity;
  for (size_t token = 0; token < scores.size(); ++token) {
    readVector(inputs, layout, request, token, key.data());
    double dot = 0;
    for (int64_t column = 0; column < shape.d_qk(); ++column)
      dot += q[column] * key[column];
    scores[token] = inputs.softmaxScale * dot;
    maximum = std::max(maximum, scores[token]);
  }

  double sum = 0;
  for (double score : scores)
    sum += std::exp(score - maximum);
  for (size_t token = 0; token < scores.size(); ++token) {
    readVector(inputs, layout, request, token, key.data());
    double weight = std::exp(scores[token] - maximum) / sum;
    for (int64_t column = 0; column < shape.d_latent; ++column)
      out[column] += weight * key[column];
  }
  return maximum + std::log(sum);
}
