//===- TileLayout.h - Where the elements of a view lie among its bytes ----------------------------*- C++ -*-===//
//
// The bytes of a shared buffer are kept as the hardware has them, swizzled: a buffer that is read as another type or
// swizzle than it was written as gives what it would give there.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef LIB_INTERPRETER_TILELAYOUT_H
#define LIB_INTERPRETER_TILELAYOUT_H

#include "dialect/MLAGPU/MLAGPUDialect.h"

namespace mlir::mla_gpu::interpreter {

/// Where element 8h + 2c + i of 16 lies in the order of sw64_paired: 4c + 2h + i.
int64_t getPairedPlace(int64_t column);

/// Tile after tile, each of rows of 16-byte chunks whose numbers are XORed with the row; an unswizzled buffer is one
/// row.
class TileLayout {
public:
  explicit TileLayout(SmemType type);

  int64_t getRows() const { return rows; }
  int64_t getColumns() const { return columns; }
  int64_t getNumTiles() const { return columns / tileColumns; }
  /// Elements of a tile's row; of a whole buffer without swizzle.
  int64_t getTileColumns() const { return tileColumns; }
  unsigned getElementBytes() const { return elementBytes; }
  int64_t getTileRowBytes() const { return tileColumns * elementBytes; }
  int64_t getTileBytes() const { return rows * getTileRowBytes(); }
  int64_t getRowBytes() const { return columns * elementBytes; }

  /// Copies a row of the view that begins at `view`, in the order of its columns.
  void readRow(const uint8_t *view, int64_t row, uint8_t *to) const;
  void writeRow(uint8_t *view, int64_t row, const uint8_t *from) const;
  /// The same for a row of the tile that begins at `tile`.
  void readTileRow(const uint8_t *tile, int64_t row, uint8_t *to) const;
  void writeTileRow(uint8_t *tile, int64_t row, const uint8_t *from) const;

private:
  /// Where chunk `chunk` of a row begins in the row.
  int64_t getChunkPlace(int64_t row, int64_t chunk) const;

  Swizzle swizzle;
  int64_t rows, columns, tileColumns;
  unsigned elementBytes;
};

} // namespace mlir::mla_gpu::interpreter

#endif // LIB_INTERPRETER_TILELAYOUT_H
