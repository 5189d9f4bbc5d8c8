//===- MLASyntax.h - Keywords of the cache formats in the assembly -------------------------------*- C++ -*-===//
//
// Formats and precisions are rows of a table that knows no MLIR (lib/Support/CacheFormat.h), so their keywords are read
// and printed here and not by an ODS enum, which would be a second list of them.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef DIALECT_MLA_MLASYNTAX_H
#define DIALECT_MLA_MLASYNTAX_H

#include "lib/Support/CacheFormat.h"
#include "mlir/IR/OpImplementation.h"

namespace mlir {

template <> struct FieldParser<mla::CacheFormat> {
  static FailureOr<mla::CacheFormat> parse(AsmParser &parser);
};
template <> struct FieldParser<std::optional<mla::CacheFormat>> {
  static FailureOr<std::optional<mla::CacheFormat>> parse(AsmParser &parser) {
    FailureOr<mla::CacheFormat> format = FieldParser<mla::CacheFormat>::parse(parser);
    if (failed(format))
      return failure();
    return std::optional(*format);
  }
};
template <> struct FieldParser<mla::Precision> {
  static FailureOr<mla::Precision> parse(AsmParser &parser);
};

namespace mla {
/// A keyword that `symbolize` knows; reports "expected `what`, but got …" otherwise.
template <typename T>
FailureOr<T> parseKeywordOf(AsmParser &parser, StringRef what, std::optional<T> (*symbolize)(std::string_view)) {
  SMLoc location = parser.getCurrentLocation();
  StringRef keyword;
  if (parser.parseKeyword(&keyword))
    return failure();
  if (std::optional<T> value = symbolize(keyword.str()))
    return *value;
  return parser.emitError(location) << "expected " << what << ", but got '" << keyword << "'", failure();
}

inline AsmPrinter &operator<<(AsmPrinter &printer, CacheFormat format) {
  return printer << StringRef(stringify(format));
}
inline AsmPrinter &operator<<(AsmPrinter &printer, std::optional<CacheFormat> format) { return printer << *format; }
inline AsmPrinter &operator<<(AsmPrinter &printer, Precision precision) {
  return printer << StringRef(stringify(precision));
}
inline Diagnostic &operator<<(Diagnostic &diagnostic, CacheFormat format) {
  return diagnostic << StringRef(stringify(format));
}
inline Diagnostic &operator<<(Diagnostic &diagnostic, Precision precision) {
  return diagnostic << StringRef(stringify(precision));
}
inline llvm::hash_code hash_value(CacheFormat format) { return llvm::hash_value(static_cast<int>(format)); }
inline llvm::hash_code hash_value(Precision precision) { return llvm::hash_value(static_cast<int>(precision)); }
} // namespace mla

inline FailureOr<mla::CacheFormat> FieldParser<mla::CacheFormat>::parse(AsmParser &parser) {
  return mla::parseKeywordOf(parser, "cache format bf16, f16, e4m3, e4m3_token or e4m3_group",
                             mla::symbolizeCacheFormat);
}
inline FailureOr<mla::Precision> FieldParser<mla::Precision>::parse(AsmParser &parser) {
  return mla::parseKeywordOf(parser, "precision bf16, e4m3 or e4m3_queries", mla::symbolizePrecision);
}

} // namespace mlir

#endif // DIALECT_MLA_MLASYNTAX_H
