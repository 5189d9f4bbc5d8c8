//===- ThreadCode.cpp - Writing the code of one thread ----------------------------------------------------===//
#include "lib/Conversion/MLAGPUToNVVM/ThreadCode.h"

using namespace mlir;
using namespace mlir::mla_gpu;

static constexpr int32_t kFullWarp = -1;

Value ThreadCode::add(Value value, int64_t amount) {
  if (amount == 0)
    return value;
  return LLVM::AddOp::create(b, loc, value, constant(value.getType(), b.getIntegerAttr(value.getType(), amount)));
}

Value ThreadCode::shl(Value value, int64_t bits) {
  return LLVM::ShlOp::create(b, loc, value, constant(value.getType(), b.getIntegerAttr(value.getType(), bits)));
}

Value ThreadCode::lshr(Value value, int64_t bits) {
  return LLVM::LShrOp::create(b, loc, value, constant(value.getType(), b.getIntegerAttr(value.getType(), bits)));
}

Value ThreadCode::bitAnd(Value value, int64_t mask) {
  return LLVM::AndOp::create(b, loc, value, constant(value.getType(), b.getIntegerAttr(value.getType(), mask)));
}

Value ThreadCode::sext64(Value value) {
  return value.getType().isInteger(64) ? value : LLVM::SExtOp::create(b, loc, i64(), value).getResult();
}

Value ThreadCode::threadIndex() {
  return pinnedThread ? pinnedThread : NVVM::ThreadIdXOp::create(b, loc, i32()).getResult();
}

void ThreadCode::pinThreadIndex() {
  Type types[] = {i32()};
  pinnedThread = ptx("mov.u32 $0, %tid.x;", {types, {}, {}}).front();
}

Value ThreadCode::lane() { return bitAnd(threadIndex(), 31); }

Value ThreadCode::warpInGroup() { return bitAnd(lshr(threadIndex(), 5), 3); }

Value ThreadCode::firstRow() { return LLVM::AddOp::create(b, loc, shl(warpInGroup(), 4), lshr(lane(), 2)); }

Value ThreadCode::quadLane() { return bitAnd(threadIndex(), 3); }

Value ThreadCode::firstChunkRow() { return bitAnd(lshr(threadIndex(), 2), 31); }

Value ThreadCode::element(Value pointer, Type type, Value index) {
  return LLVM::GEPOp::create(b, loc, pointer.getType(), type, pointer, ArrayRef<LLVM::GEPArg>{index});
}

Value ThreadCode::bytes(Value pointer, int64_t offset) {
  if (offset == 0)
    return pointer;
  return LLVM::GEPOp::create(b, loc, pointer.getType(), b.getI8Type(), pointer,
                             ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offset)});
}

Value ThreadCode::sharedAddress(Value pointer) { return LLVM::PtrToIntOp::create(b, loc, i32(), pointer); }

Value ThreadCode::shuffleXor(Value value, int32_t mask) {
  return NVVM::ShflOp::create(b, loc, value.getType(), constI32(kFullWarp), value, constI32(mask), constI32(31),
                              NVVM::ShflKind::bfly, UnitAttr());
}

Value ThreadCode::shuffleUp(Value value, int32_t delta) {
  return NVVM::ShflOp::create(b, loc, value.getType(), constI32(kFullWarp), value, constI32(delta), constI32(0),
                              NVVM::ShflKind::up, UnitAttr());
}

Value ThreadCode::shuffleIndex(Value value, Value index) {
  return NVVM::ShflOp::create(b, loc, value.getType(), constI32(kFullWarp), value, index, constI32(31),
                              NVVM::ShflKind::idx, UnitAttr());
}

Value ThreadCode::isLeader(Team team) {
  if (team != Team::WarpGroup)
    return NVVM::ElectSyncOp::create(b, loc, i1(), Value());
  return LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::eq, bitAnd(threadIndex(), 127), constI32(0));
}

Value ThreadCode::isAmongFirst(Team team, int64_t count) {
  Value thread = team == Team::WarpGroup ? bitAnd(threadIndex(), 127) : lane();
  return LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::ult, thread, constI32(count));
}

Value ThreadCode::intrinsic(StringRef name, Type result, ValueRange operands) {
  return LLVM::CallIntrinsicOp::create(b, loc, result, b.getStringAttr(name), operands).getResult(0);
}

Value ThreadCode::max(Value x, Value y) {
  if (x.getType().isF32())
    return LLVM::MaxNumOp::create(b, loc, x, y);
  return LLVM::SMaxOp::create(b, loc, x, y);
}

Value ThreadCode::sum(Value x, Value y) {
  if (isa<FloatType>(getElementTypeOrSelf(x.getType())))
    return LLVM::FAddOp::create(b, loc, x, y);
  return LLVM::AddOp::create(b, loc, x, y);
}

Value ThreadCode::combine(ReduceKind kind, Value x, Value y) { return kind == ReduceKind::Max ? max(x, y) : sum(x, y); }

Value ThreadCode::join(ValueRange values) {
  Value vector = LLVM::PoisonOp::create(b, loc, VectorType::get(values.size(), values.front().getType()));
  for (auto [index, value] : llvm::enumerate(values))
    vector = LLVM::InsertElementOp::create(b, loc, vector, value, constI32(index));
  return vector;
}

SmallVector<Value> ThreadCode::split(Value vector) {
  SmallVector<Value> elements;
  for (int64_t index = 0, count = cast<VectorType>(vector.getType()).getNumElements(); index < count; ++index)
    elements.push_back(LLVM::ExtractElementOp::create(b, loc, vector, constI32(index)));
  return elements;
}

Value ThreadCode::pack(Type element, Value low, Value high) {
  // cvt.rn.{bf16x2,f16x2}.f32 d, hi, lo.
  bool isBF16 = element.isBF16();
  Type pair = VectorType::get(2, element);
  Value packed = intrinsic(isBF16 ? "llvm.nvvm.ff2bf16x2.rn" : "llvm.nvvm.ff2f16x2.rn", pair, {high, low});
  return LLVM::BitcastOp::create(b, loc, i32(), packed);
}

SmallVector<Value> ThreadCode::unpack(Type element, Value pair) {
  Type type = VectorType::get(2, element);
  if (pair.getType() != type)
    pair = LLVM::BitcastOp::create(b, loc, type, pair);
  SmallVector<Value> elements;
  for (int64_t index : {0, 1})
    elements.push_back(
        LLVM::FPExtOp::create(b, loc, f32(), LLVM::ExtractElementOp::create(b, loc, pair, constI32(index))));
  return elements;
}

std::array<Value, 2> ThreadCode::unpackE4M3(Value word) {
  Type type = VectorType::get(2, b.getF16Type());
  auto convert = [&](Value half) -> Value {
    return intrinsic("llvm.nvvm.e4m3x2.to.f16x2.rn", type,
                     LLVM::TruncOp::create(b, loc, b.getI16Type(), half).getResult());
  };
  Value low = convert(word);
  return {low, convert(lshr(word, 16))};
}

Value ThreadCode::packE4M3(ValueRange values) {
  // cvt.rn.satfinite.e4m3x2.f32 d, hi, lo.
  auto pair = [&](Value low, Value high) {
    return intrinsic("llvm.nvvm.ff.to.e4m3x2.rn", b.getI16Type(), {high, low});
  };
  if (values.size() == 1)
    return LLVM::TruncOp::create(b, loc, b.getI8Type(), pair(values[0], constF32(0)));
  Value low = pair(values[0], values[1]);
  if (values.size() == 2)
    return low;
  Value high = LLVM::ZExtOp::create(b, loc, i32(), pair(values[2], values[3]));
  return LLVM::OrOp::create(b, loc, LLVM::ZExtOp::create(b, loc, i32(), low), shl(high, 16));
}

/// NVPTX's letter for a register of `type`.
static char getConstraint(Type type) {
  if (type.isF32())
    return 'f';
  if (type.isInteger(1))
    return 'b';
  if (type.isInteger(32))
    return 'r';
  return 'l';
}

SmallVector<Value> ThreadCode::ptx(StringRef text, const PtxOperands &operands) {
  SmallVector<Type> results = llvm::to_vector(operands.updated.getTypes());
  llvm::append_range(results, operands.results);
  SmallVector<std::string> constraints;
  for (Type type : results)
    constraints.push_back(std::string("=") + getConstraint(type));
  SmallVector<Value> inputs = llvm::to_vector(operands.inputs);
  for (Value input : operands.inputs)
    constraints.push_back(std::string(1, getConstraint(input.getType())));
  for (auto [index, value] : llvm::enumerate(operands.updated)) {
    constraints.push_back(std::to_string(index));
    inputs.push_back(value);
  }
  constraints.push_back("~{memory}");

  Type type;
  if (results.size() == 1)
    type = results.front();
  else if (!results.empty())
    type = LLVM::LLVMStructType::getLiteral(b.getContext(), results);
  auto asmOp = LLVM::InlineAsmOp::create(b, loc, type ? TypeRange(type) : TypeRange(), inputs, text.str(),
                                         llvm::join(constraints, ","), /*has_side_effects=*/true,
                                         /*is_align_stack=*/false, LLVM::TailCallKind::None,
                                         /*asm_dialect=*/nullptr, /*operand_attrs=*/nullptr);
  SmallVector<Value> values;
  if (results.size() == 1)
    values.push_back(asmOp.getRes());
  else
    for (unsigned index = 0; index < results.size(); ++index)
      values.push_back(LLVM::ExtractValueOp::create(b, loc, asmOp.getRes(), index));
  return values;
}

SmallVector<Value> mlir::mla_gpu::emitIf(RewriterBase &rewriter, Location loc, Value condition, ValueRange otherwise,
                                         llvm::function_ref<SmallVector<Value>()> then) {
  Block *before = rewriter.getInsertionBlock();
  Block *after = rewriter.splitBlock(before, rewriter.getInsertionPoint());
  // Values come through a block of their own: `after` may have got its arguments from elsewhere.
  Block *join = after;
  if (!otherwise.empty()) {
    SmallVector<Location> locations(otherwise.size(), loc);
    join = rewriter.createBlock(after, otherwise.getTypes(), locations);
    LLVM::BrOp::create(rewriter, loc, after);
  }
  Block *guarded = rewriter.createBlock(join);
  SmallVector<Value> values = then();
  LLVM::BrOp::create(rewriter, loc, values, join);

  rewriter.setInsertionPointToEnd(before);
  LLVM::CondBrOp::create(rewriter, loc, condition, guarded, ValueRange(), join, otherwise);
  rewriter.setInsertionPointToStart(after);
  return llvm::to_vector_of<Value>(join->getArguments().take_front(otherwise.size()));
}

void mlir::mla_gpu::emitIf(RewriterBase &rewriter, Location loc, Value condition, llvm::function_ref<void()> then) {
  emitIf(rewriter, loc, condition, ValueRange(), [&] {
    then();
    return SmallVector<Value>();
  });
}

Value mlir::mla_gpu::createTable(OpBuilder &builder, Operation *op, DenseElementsAttr values) {
  auto program = op->getParentOfType<ProgramOp>();
  Location loc = op->getLoc();
  Type element = values.getElementType();
  int64_t count = values.getNumElements(), bytes = llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
  LLVM::GlobalOp table;
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(&program.getBody().front());
    // Free of names that the input may use: PTX names come from there, too.
    std::string name;
    unsigned number = 0;
    do
      name = "lane_table_" + std::to_string(number++);
    while (SymbolTable::lookupSymbolIn(program, name));
    auto plain = DenseElementsAttr::getFromRawBuffer(RankedTensorType::get({count}, element), values.getRawData());
    table = LLVM::GlobalOp::create(builder, loc, LLVM::LLVMArrayType::get(element, count), /*isConstant=*/true,
                                   LLVM::Linkage::Internal, name, plain,
                                   /*alignment=*/llvm::PowerOf2Ceil(count * bytes), kGlobal);
  }
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext(), kGlobal);
  return LLVM::AddressOfOp::create(builder, loc, pointer, table.getSymName());
}

Team mlir::mla_gpu::getTeam(Operation *op) { return op->hasAttr(kByWarpAttrName) ? Team::Warp : getExecutingTeam(op); }

SmallVector<Value> mlir::mla_gpu::flatten(ArrayRef<ValueRange> operands) {
  SmallVector<Value> values;
  for (ValueRange range : operands)
    llvm::append_range(values, range);
  return values;
}
