//===- Assemble.cpp - PTX → cubin, by ptxas ------------------------------------------------------------------===//
#include "lib/Target/PTX/PTX.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/Regex.h"

using namespace mlir;
using namespace mlir::mla_gpu;

/// The assembler to run; empty if there is none. Fails if one was named that cannot be run.
static FailureOr<std::string> findAssembler(Operation *module, const AssembleOptions &options) {
  std::string named = options.ptxasPath;
  StringRef origin = "the option";
  if (named.empty())
    if (std::optional<std::string> variable = llvm::sys::Process::GetEnv("MLA_PTXAS")) {
      named = *variable;
      origin = "$MLA_PTXAS";
    }
  if (!named.empty()) {
    if (llvm::sys::fs::can_execute(named))
      return named;
    emitError(module->getLoc(), "expected ") << origin << " to name a ptxas that can be run, but got '" << named << "'";
    return failure();
  }
  if (llvm::ErrorOr<std::string> found = llvm::sys::findProgramByName("ptxas"))
    return *found;
  SmallVector<std::string> folders;
  if (std::optional<std::string> home = llvm::sys::Process::GetEnv("CUDA_HOME"))
    folders.push_back(*home);
  folders.push_back("/usr/local/cuda");
  for (const std::string &folder : folders) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, "bin", "ptxas");
    if (llvm::sys::fs::can_execute(path))
      return std::string(path);
  }
  return std::string();
}

/// `pattern` in `line`: its first group as a number, or 0.
static int64_t findNumber(StringRef line, StringRef pattern) {
  SmallVector<StringRef> groups;
  int64_t number = 0;
  if (llvm::Regex(pattern).match(line, &groups))
    (void)groups[1].getAsInteger(10, number);
  return number;
}

std::vector<AssembledKernel> mlir::mla_gpu::parseAssemblerLog(StringRef log) {
  // ptxas info    : Compiling entry function 'attend' for 'sm_90a'
  // ptxas info    : Function properties for attend
  //     0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
  // ptxas info    : Used 168 registers, used 6 barriers, 16 bytes smem
  std::vector<AssembledKernel> kernels;
  llvm::Regex entry("Compiling entry function '([^']*)'");
  SmallVector<StringRef> lines;
  log.split(lines, '\n');
  for (StringRef line : lines) {
    SmallVector<StringRef> groups;
    if (entry.match(line, &groups)) {
      kernels.emplace_back();
      kernels.back().name = groups[1].str();
    } else if (kernels.empty()) {
      continue;
    } else if (line.contains("bytes stack frame")) {
      AssembledKernel &kernel = kernels.back();
      kernel.stackBytes += findNumber(line, "([0-9]+) bytes stack frame");
      kernel.spillStoreBytes += findNumber(line, "([0-9]+) bytes spill stores");
      kernel.spillLoadBytes += findNumber(line, "([0-9]+) bytes spill loads");
    } else if (line.contains("Used ")) {
      AssembledKernel &kernel = kernels.back();
      kernel.registers = findNumber(line, "Used ([0-9]+) registers");
      kernel.namedBarriers = findNumber(line, "used ([0-9]+) barriers");
      kernel.sharedBytes = findNumber(line, "([0-9]+) bytes smem");
    }
  }
  return kernels;
}

/// What ptxas may set aside: some values of the whole kernel that no loop uses, such as pointers of the epilogue, which
/// costs nothing, by each of up to six roles. An accumulator that goes through memory is larger than the stack of
/// these.
constexpr int64_t kMostStackBytes = 128, kMostSpillBytes = 400;

/// Why the cubin that came with `log` must not be used; empty if it may.
static std::string findFault(StringRef log, ArrayRef<AssembledKernel> kernels) {
  if (llvm::Regex("\\(C75[0-9][0-9]\\)").match(log))
    return "ptxas serialises wgmma";
  for (const AssembledKernel &kernel : kernels)
    if (kernel.stackBytes > kMostStackBytes || kernel.spillStoreBytes > kMostSpillBytes)
      return llvm::formatv(
          "expected at most {0} bytes of stack and {1} of spill stores in kernel '{2}', but got {3} and {4}, "
          "and {5} of spill loads",
          kMostStackBytes, kMostSpillBytes, kernel.name, kernel.stackBytes, kernel.spillStoreBytes,
          kernel.spillLoadBytes);
  return "";
}

/// Reads a whole file; empty if it cannot be read.
static std::string readFile(StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  return buffer ? (*buffer)->getBuffer().str() : std::string();
}

FailureOr<std::optional<Assembly>>
mlir::mla_gpu::assemblePTX(StringRef ptx, Operation *module, const TargetInfo &target, const AssembleOptions &options) {
  FailureOr<std::string> assembler = findAssembler(module, options);
  if (failed(assembler))
    return failure();
  if (assembler->empty())
    return std::optional<Assembly>();

  // Three files with names that nobody else has: text in, code out, words out.
  llvm::SmallString<128> ptxPath, cubinPath, logPath;
  int ptxFile = -1;
  std::error_code error = llvm::sys::fs::createTemporaryFile("mla", "ptx", ptxFile, ptxPath);
  llvm::FileRemover removePTX(ptxPath);
  if (!error)
    error = llvm::sys::fs::createTemporaryFile("mla", "cubin", cubinPath);
  llvm::FileRemover removeCubin(cubinPath);
  if (!error)
    error = llvm::sys::fs::createTemporaryFile("mla", "log", logPath);
  llvm::FileRemover removeLog(logPath);
  if (ptxFile >= 0) {
    llvm::raw_fd_ostream stream(ptxFile, /*shouldClose=*/true);
    stream << ptx;
    stream.flush();
    if (stream.has_error() && !error)
      error = stream.error();
    stream.clear_error();
  }
  if (error) {
    emitError(module->getLoc(), "cannot write temporary files for ptxas: ") << error.message();
    return failure();
  }

  std::string arch = "-arch=" + target.name.str();
  SmallVector<StringRef> command{*assembler, arch, "-v", "-o", cubinPath, ptxPath};
  std::optional<StringRef> redirects[] = {StringRef(""), StringRef(logPath), StringRef(logPath)};
  std::string message;
  int status = llvm::sys::ExecuteAndWait(*assembler, command, /*Env=*/std::nullopt, redirects, /*SecondsToWait=*/0,
                                         /*MemoryLimit=*/0, &message);
  Assembly assembly;
  assembly.log = readFile(logPath);
  assembly.kernels = parseAssemblerLog(assembly.log);
  std::string fault = findFault(assembly.log, assembly.kernels);
  if (status != 0)
    fault = message.empty() ? "ptxas failed" : "cannot run ptxas: " + message;
  if (!fault.empty()) {
    removePTX.releaseFile();
    InFlightDiagnostic diagnostic = emitError(module->getLoc(), fault);
    if (!assembly.log.empty())
      diagnostic.attachNote() << "ptxas says:\n" << StringRef(assembly.log).rtrim();
    diagnostic.attachNote() << "the PTX is kept; repeat with: " << *assembler << " " << arch << " -v -o /dev/null "
                            << ptxPath;
    return failure();
  }
  assembly.cubin = readFile(cubinPath);
  if (assembly.cubin.empty()) {
    emitError(module->getLoc(), "expected ptxas to write a cubin, but got an empty file");
    return failure();
  }
  return std::optional<Assembly>(std::move(assembly));
}
