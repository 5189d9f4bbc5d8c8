# The one place that pins LLVM/MLIR. Packages: Debian bookworm-security, `libmlir-22-dev` and friends.
set(MLA_LLVM_VERSION 22.1.8)
set(MLA_LLVM_PREFIX /usr/lib/llvm-22 CACHE PATH "Where LLVM/MLIR ${MLA_LLVM_VERSION} is installed")
