//===- MLAGPUTypes.td - Types -------------------------------------------------------------------------------===//
#ifndef DIALECT_MLAGPU_MLAGPUTYPES_TD
#define DIALECT_MLAGPU_MLAGPUTYPES_TD

include "mlir/IR/AttrTypeBase.td"
include "dialect/MLAGPU/MLAGPUAttrs.td"

class MLAGPU_Type<string name, string typeMnemonic> : TypeDef<MLAGPU_Dialect, name> {
  let mnemonic = typeMnemonic;
}

def MLAGPU_SmemType : MLAGPU_Type<"Smem", "smem"> {
  let summary = "A shared-memory buffer, or a view of one";
  let description = [{
    `!mla_gpu.smem<64x576xbf16, sw128>`: rows × columns in tiles of all rows × 128 bytes, tile after tile along the
    columns; inside a tile the 16-byte chunk index is XORed with the row modulo 8 (address bits 4–6 ^= bits 7–9). Buffers
    are aligned to 1024 bytes. `!mla_gpu.smem<64xf32>` is a plain row of elements, aligned to 16 bytes.

    `sw64`: tiles of all rows × 64 bytes; the chunk index is XORed with row / 2 modulo 4 (address bits 4–5 ^= bits 7–8).
    `sw64_paired`: as sw64, for elements of 8 bits, and inside each chunk column 8h + 2c + i (h, i from 0 to 1, c from 0
    to 3) lies in byte 4c + 2h + i. The hardware knows nothing of that order: it is one that A operands in layout
    a_paired share.
    C1: swizzled buffers have rank 2, rows that are a multiple of 8 from 8 to 256, and columns of whole tiles. C2: the others have rank 1. C3: elements are
    integers or floats of 8, 16, 32 or 64 bits. C4: extents are positive, and the buffer is at most 1 MiB. C5: sw64_paired
    has elements of 8 bits.
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$shape, "::mlir::Type":$elementType, "Swizzle":$swizzle);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Bytes of a tile's row, 128 or 64, and of a tile; 0 for an unswizzled buffer.
    int64_t getTileRowBytes() const;
    int64_t getTileBytes() const { return getTileRowBytes() ? getShape().front() * getTileRowBytes() : 0; }
    /// Elements along the columns of one tile; 0 for an unswizzled buffer.
    int64_t getTileColumns() const;
    /// Number of tiles; 0 for an unswizzled buffer.
    int64_t getNumTiles() const;
    int64_t getSizeInBytes() const;
    int64_t getAlignment() const;
    /// Rows that a warp group works on, and bytes of such a tile of sw128.
    static constexpr int64_t kTileRows = 64, kTileRowBytes = 128, kTileBytes = 8192;
    /// Bytes of a row of a tile with this swizzle; 0 for none.
    static int64_t getTileRowBytes(Swizzle swizzle);
    /// Whether a tile may have so many rows: whole atoms of the swizzle, no more than a copy takes.
    static bool isValidTileRows(int64_t rows) { return rows >= 8 && rows <= 256 && rows % 8 == 0; }
  }];
}

def MLAGPU_PtrType : MLAGPU_Type<"Ptr", "ptr"> {
  let summary = "A pointer to global memory";
  let description = [{
    `!mla_gpu.ptr<f32>`; offsets are in elements and 64 bits wide. C1: elements are integers or floats of 8, 16, 32 or
    64 bits.
  }];
  let parameters = (ins "::mlir::Type":$elementType);
  let assemblyFormat = "`<` $elementType `>`";
  let genVerifyDecl = 1;
}

def MLAGPU_PtrToI32
    : Type<CPred<"::mlir::mla_gpu::isPtrTo($_self, 32)">, "pointer to i32", "::mlir::mla_gpu::PtrType">,
      BuildableType<"::mlir::mla_gpu::PtrType::get($_builder.getContext(), $_builder.getI32Type())">;

def MLAGPU_TensorMapType : MLAGPU_Type<"TensorMap", "tensor_map"> {
  let summary = "A TMA descriptor";
  let description = [{
    `!mla_gpu.tensor_map<1x64x64xbf16, sw128>`: boxes of 1×64×64 elements, slowest dimension first, land in one swizzled
    tile of shared memory. Elements outside the tensor read as 0. The host derives the descriptor from this type and the
    argument's binding; L2 promotion is 128 bytes (256 costs a tenth of the bandwidth).
    C1: the box has 2 to 5 dimensions: (1 × … ×) rows, a multiple of 8 from 8 to 256, × one tile row, of 128 bytes for
    sw128 and 64 for sw64. C2:
    elements are integers or floats of 8, 16 or 32 bits. C3: the swizzle is sw128 or sw64.
  }];
  let parameters = (ins ArrayRefParameter<"int64_t">:$box, "::mlir::Type":$elementType, "Swizzle":$swizzle);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Rows of a box, and of the tile that it fills.
    int64_t getBoxRows() const { return getBox()[getBox().size() - 2]; }
  }];
}

def MLAGPU_MbarType : MLAGPU_Type<"Mbar", "mbar"> {
  let summary = "A transaction barrier (mbarrier) in shared memory";
}

def MLAGPU_NbarType : MLAGPU_Type<"Nbar", "nbar"> {
  let summary = "A named barrier (bar.sync / bar.arrive)";
}

def MLAGPU_PendingType : MLAGPU_Type<"Pending", "pending"> {
  let summary = "An accumulator that the tensor cores may still be writing";
  let description = "`!mla_gpu.pending<tensor<64x256xf32, #mla_gpu.layout<acc>>>`; only `wgmma.wait` gives the tensor. C1: f32 in layout acc or acc_paired.";
  let parameters = (ins "::mlir::RankedTensorType":$tensor);
  let assemblyFormat = "`<` $tensor `>`";
  let genVerifyDecl = 1;
}

// ---- Constraints on distributed tensors -----------------------------------------------------------------------------

class MLAGPU_HasLayout<string layout>
    : CPred<"::mlir::mla_gpu::hasLayout($_self, ::mlir::mla_gpu::Layout::" # layout # ")">;

class MLAGPU_TensorOf<string layout, string mnemonic, list<Type> elements>
    : Type<And<[RankedTensorOf<elements>.predicate, MLAGPU_HasLayout<layout>]>,
           "tensor in layout " # mnemonic, "::mlir::RankedTensorType">;

def MLAGPU_AccTensor : MLAGPU_TensorOf<"Acc", "acc", [F32]>;
def MLAGPU_AccPairedTensor : MLAGPU_TensorOf<"AccPaired", "acc_paired", [F32]>;
def MLAGPU_AccF8 : MLAGPU_TensorOf<"Acc", "acc", [F8E4M3FN]>;
def MLAGPU_ATensor : MLAGPU_TensorOf<"AOperand", "a_operand", [BF16, F16]>;
def MLAGPU_APairedTensor : MLAGPU_TensorOf<"APaired", "a_paired", [F8E4M3FN, F16]>;
def MLAGPU_APairedF8 : MLAGPU_TensorOf<"APaired", "a_paired", [F8E4M3FN]>;
def MLAGPU_APairedF16 : MLAGPU_TensorOf<"APaired", "a_paired", [F16]>;
def MLAGPU_ColumnTensor : MLAGPU_TensorOf<"Column", "column", [F32, I32, I1]>;
def MLAGPU_ColumnF16 : MLAGPU_TensorOf<"Column", "column", [F16]>;
def MLAGPU_ColumnF32 : MLAGPU_TensorOf<"Column", "column", [F32]>;
def MLAGPU_ColumnReal : MLAGPU_TensorOf<"Column", "column", [F16, F32]>;
def MLAGPU_RowTensor : MLAGPU_TensorOf<"Row", "row", [F32, I32]>;
def MLAGPU_RowF32 : MLAGPU_TensorOf<"Row", "row", [F32]>;
def MLAGPU_RowI32 : MLAGPU_TensorOf<"Row", "row", [I32]>;
def MLAGPU_RowI1 : MLAGPU_TensorOf<"Row", "row", [I1]>;
/// One value of each row, or of each column.
class MLAGPU_RowOrColumnOf<string element, Type row, Type column>
    : AnyTypeOf<[row, column], element # " tensor in layout row or column", "::mlir::RankedTensorType">;
def MLAGPU_ColumnI32 : MLAGPU_TensorOf<"Column", "column", [I32]>;
def MLAGPU_ColumnI1 : MLAGPU_TensorOf<"Column", "column", [I1]>;
def MLAGPU_RowOrColumnF32 : MLAGPU_RowOrColumnOf<"f32", MLAGPU_RowF32, MLAGPU_ColumnF32>;
def MLAGPU_RowOrColumnI32 : MLAGPU_RowOrColumnOf<"i32", MLAGPU_RowI32, MLAGPU_ColumnI32>;
def MLAGPU_RowOrColumnI1 : MLAGPU_RowOrColumnOf<"i1", MLAGPU_RowI1, MLAGPU_ColumnI1>;
def MLAGPU_RowPartial : MLAGPU_TensorOf<"RowPartial", "row_partial", [F32]>;
def MLAGPU_ChunkTensor : MLAGPU_TensorOf<"Chunk", "chunk", [F8E4M3FN, BF16, F16]>;
def MLAGPU_Chunk16 : MLAGPU_TensorOf<"Chunk", "chunk", [BF16, F16]>;
def MLAGPU_ChunkRow : MLAGPU_TensorOf<"ChunkRow", "chunk_row", [F32]>;
/// One f32 a row, as `global.load_rows` reads them.
def MLAGPU_LoadedRows : AnyTypeOf<[MLAGPU_RowF32, MLAGPU_ChunkRow], "f32 tensor in layout row or chunk_row",
                                  "::mlir::RankedTensorType">;
def MLAGPU_LaneTensor : MLAGPU_TensorOf<"Lane", "lane", [F32, I32, I64, I1]>;
/// Rows of what MLAGPU_LaneTensor has one of.
def MLAGPU_LaneRows : MLAGPU_TensorOf<"LaneRows", "lane_rows", [BF16, F16]>;
def MLAGPU_AnyDistributed : AnyTypeOf<[MLAGPU_AccTensor, MLAGPU_RowTensor, MLAGPU_RowPartial, MLAGPU_LaneTensor,
                                       MLAGPU_AccPairedTensor, MLAGPU_ColumnTensor, MLAGPU_ChunkRow]>;
/// What the tensor cores accumulate.
def MLAGPU_Accumulator : AnyTypeOf<[MLAGPU_AccTensor, MLAGPU_AccPairedTensor],
                                   "f32 tensor in layout acc or acc_paired", "::mlir::RankedTensorType">;
/// What a warp group stores to the tiles of a view.
def MLAGPU_TileTensor : AnyTypeOf<[MLAGPU_ATensor, MLAGPU_Chunk16, MLAGPU_AccF8],
                                  "16-bit tensor in layout a_operand or chunk, or f8E4M3FN tensor in layout acc",
                                  "::mlir::RankedTensorType">;

#endif
