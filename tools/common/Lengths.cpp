//===- Lengths.cpp - Sequence lengths on the command line ----------------------------------------------------===//
#include "Lengths.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <random>

using namespace mlir::mla;
using namespace mlir::mla::run;
using llvm::StringRef;

/// One item of a list: lengths from `min` to `max`, `count` times.
namespace {
struct Item {
  int64_t min = 0, max = 0, count = 1;
};
} // namespace

static llvm::Expected<Item> parseItem(StringRef text) {
  Item item;
  StringRef body = text, count;
  std::tie(body, count) = text.split('x');
  bool good = count.data() == nullptr || count.empty() ? !text.contains('x') : !count.getAsInteger(10, item.count);
  if (body.consume_front("random:")) {
    auto [min, max] = body.split(':');
    good = good && !min.getAsInteger(10, item.min) && !max.getAsInteger(10, item.max);
  } else {
    good = good && !body.getAsInteger(10, item.min);
    item.max = item.min;
  }
  if (!good || item.min < 0 || item.min > item.max || item.max > kMaxLength || item.count < 1 ||
      item.count > kMaxRequests)
    return llvm::createStringError(
        llvm::formatv("expected lengths such as 4097, 0x8 or random:1:512, but got '{0}'", text).str());
  return item;
}

llvm::Expected<std::vector<int32_t>> run::parseLengths(StringRef spec, int64_t b, uint64_t seed) {
  std::vector<Item> items;
  for (StringRef text : llvm::split(spec, ',')) {
    llvm::Expected<Item> item = parseItem(text.trim());
    if (!item)
      return item.takeError();
    items.insert(items.end(), static_cast<size_t>(item->count), *item);
    if (static_cast<int64_t>(items.size()) > kMaxRequests)
      return llvm::createStringError(llvm::formatv("expected at most {0} requests, but got more", kMaxRequests).str());
  }
  // std::uniform_int_distribution may differ from library to library, the engine's numbers do not.
  std::mt19937_64 random(seed);
  std::vector<int32_t> lengths;
  size_t requests = b > 0 ? static_cast<size_t>(b) : items.size();
  for (size_t i = 0; i < requests; ++i) {
    const Item &item = items[i % items.size()];
    uint64_t range = static_cast<uint64_t>(item.max - item.min) + 1;
    lengths.push_back(static_cast<int32_t>(item.min + static_cast<int64_t>(range > 1 ? random() % range : 0)));
  }
  return lengths;
}

std::string run::describeLengths(const std::vector<int32_t> &lengths) {
  auto [min, max] = std::minmax_element(lengths.begin(), lengths.end());
  std::string text = std::to_string(*min);
  if (*min != *max)
    text += " to " + std::to_string(*max);
  return text;
}
