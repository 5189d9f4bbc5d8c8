//===- TileLayout.cpp - Where the elements of a view lie among its bytes ------------------------------------===//
#include "lib/Interpreter/TileLayout.h"
#include <cstring>

namespace mlir::mla_gpu::interpreter {

static constexpr int64_t kChunk = 16;

int64_t getPairedPlace(int64_t column) { return column % 8 / 2 * 4 + column / 8 * 2 + column % 2; }

TileLayout::TileLayout(SmemType type)
    : swizzle(type.getSwizzle()), rows(1), columns(type.getShape().back()), tileColumns(columns),
      elementBytes(type.getElementType().getIntOrFloatBitWidth() / 8) {
  if (swizzle == Swizzle::None)
    return;
  rows = type.getShape().front();
  tileColumns = type.getTileColumns();
}

int64_t TileLayout::getChunkPlace(int64_t row, int64_t chunk) const {
  return (chunk ^ (swizzle == Swizzle::B128 ? row % 8 : row / 2 % 4)) * kChunk;
}

void TileLayout::readTileRow(const uint8_t *tile, int64_t row, uint8_t *to) const {
  const uint8_t *from = tile + row * getTileRowBytes();
  if (swizzle == Swizzle::None) {
    std::memcpy(to, from, getTileRowBytes());
    return;
  }
  for (int64_t chunk = 0, chunks = getTileRowBytes() / kChunk; chunk < chunks; ++chunk, to += kChunk) {
    const uint8_t *source = from + getChunkPlace(row, chunk);
    if (swizzle != Swizzle::B64Paired)
      std::memcpy(to, source, kChunk);
    else
      for (int64_t column = 0; column < kChunk; ++column)
        to[column] = source[getPairedPlace(column)];
  }
}

void TileLayout::writeTileRow(uint8_t *tile, int64_t row, const uint8_t *from) const {
  uint8_t *to = tile + row * getTileRowBytes();
  if (swizzle == Swizzle::None) {
    std::memcpy(to, from, getTileRowBytes());
    return;
  }
  for (int64_t chunk = 0, chunks = getTileRowBytes() / kChunk; chunk < chunks; ++chunk, from += kChunk) {
    uint8_t *target = to + getChunkPlace(row, chunk);
    if (swizzle != Swizzle::B64Paired)
      std::memcpy(target, from, kChunk);
    else
      for (int64_t column = 0; column < kChunk; ++column)
        target[getPairedPlace(column)] = from[column];
  }
}

void TileLayout::readRow(const uint8_t *view, int64_t row, uint8_t *to) const {
  for (int64_t tile = 0, tiles = getNumTiles(); tile < tiles; ++tile)
    readTileRow(view + tile * getTileBytes(), row, to + tile * getTileRowBytes());
}

void TileLayout::writeRow(uint8_t *view, int64_t row, const uint8_t *from) const {
  for (int64_t tile = 0, tiles = getNumTiles(); tile < tiles; ++tile)
    writeTileRow(view + tile * getTileBytes(), row, from + tile * getTileRowBytes());
}

} // namespace mlir::mla_gpu::interpreter
