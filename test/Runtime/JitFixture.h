//===- JitFixture.h - Calls that compile on first use ----------------------------------------------*- C++ -*-===//
#ifndef TEST_RUNTIME_JITFIXTURE_H
#define TEST_RUNTIME_JITFIXTURE_H

#include "PackageBuilder.h"
#include "mla/mla_runtime.h"
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

namespace fs = std::filesystem;

inline std::string readFile(const fs::path &path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline void writeFile(const fs::path &path, const std::string &bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

/// What a call gave.
struct Result {
  mla_status_t status = MLA_STATUS_OK;
  mla_jit_info_t info = MLA_JIT_INFO_INIT;
  PackageHandle package;
  double milliseconds = 0;
};

/// What `kDecodeMetadata` says.
inline mla_decode_info_t makeProblem() {
  mla_decode_info_t problem = MLA_DECODE_INFO_INIT;
  problem.causal = 1;
  problem.h_q = 128;
  problem.d_latent = 512;
  problem.d_rope = 64;
  problem.page_size = 64;
  problem.softmax_scale = 0.125f;
  return problem;
}

class JitTest : public testing::Test {
protected:
  JitTest() {
    char name[] = "/tmp/mla-jit-test-XXXXXX";
    root = mkdtemp(name);
    cache = root / "some" / "cache";
    for (const char *variable : {"MLA_COMPILER_LIBRARY", "MLA_PTXAS", "CUDA_HOME", "XDG_CACHE_HOME"})
      unsetenv(variable);
    setenv("HOME", (root / "home").c_str(), 1);
  }
  ~JitTest() override {
    std::error_code error;
    fs::remove_all(root, error);
  }

  Result compile(const std::string &library, const char *folder, const char *compileOptions = nullptr,
                 const char *ptxas = "none") {
    mla_jit_options_t options = MLA_JIT_OPTIONS_INIT;
    options.cache_folder = folder;
    options.compiler_library = library.empty() ? nullptr : library.c_str();
    options.compile_options = compileOptions;
    options.ptxas = ptxas;
    Result result;
    auto begin = std::chrono::steady_clock::now();
    auto *package = reinterpret_cast<mla_package_t *>(1);
    result.status = call(&options, &result.info, &package);
    result.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
    result.package.reset(package);
    EXPECT_EQ(package == nullptr, result.status != MLA_STATUS_OK);
    return result;
  }
  Result compile(const std::string &library) { return compile(library, cache.c_str()); }

  void expectCompiled(const Result &result, const std::string &cacheMessage = "") {
    ASSERT_EQ(result.status, MLA_STATUS_OK) << mla_last_error_message();
    EXPECT_EQ(result.info.hit, 0);
    EXPECT_EQ(result.info.cache_status, MLA_STATUS_OK);
    EXPECT_NE(std::string(result.info.cache_message).find(cacheMessage), std::string::npos)
        << "message: " << result.info.cache_message << "\nexpected in it: " << cacheMessage;
    if (cacheMessage.empty())
      EXPECT_STREQ(result.info.cache_message, "");
  }
  void expectHit(const Result &result) {
    ASSERT_EQ(result.status, MLA_STATUS_OK) << mla_last_error_message();
    EXPECT_EQ(result.info.hit, 1) << result.info.cache_message;
    EXPECT_EQ(result.info.cache_status, MLA_STATUS_OK);
  }
  /// Expects a package although the cache failed.
  void expectUncached(const Result &result, mla_status_t status, const std::string &message) {
    ASSERT_EQ(result.status, MLA_STATUS_OK) << mla_last_error_message();
    EXPECT_EQ(result.info.hit, 0);
    EXPECT_EQ(result.info.cache_status, status);
    EXPECT_NE(std::string(result.info.cache_message).find(message), std::string::npos)
        << "message: " << result.info.cache_message << "\nexpected in it: " << message;
  }

  /// Files of the cache.
  std::vector<fs::path> entries() const {
    std::vector<fs::path> paths;
    std::error_code error;
    for (const auto &entry : fs::directory_iterator(cache, error))
      paths.push_back(entry.path());
    return paths;
  }
  /// The only one.
  fs::path entry() const {
    std::vector<fs::path> paths = entries();
    EXPECT_EQ(paths.size(), 1u);
    return paths.empty() ? fs::path() : paths.front();
  }

  fs::path root, cache;
  mla_decode_info_t problem = makeProblem();
  /// The call under test.
  std::function<mla_status_t(const mla_jit_options_t *, mla_jit_info_t *, mla_package_t **)> call =
      [this](auto... arguments) { return mla_package_jit_decode(&problem, nullptr, arguments...); };
};

/// Runs `work` in `count` processes at once, and expects each to end well.
template <typename Work> void inProcesses(int count, Work work) {
  std::vector<pid_t> children;
  fflush(nullptr);
  for (int i = 0; i < count; ++i) {
    pid_t child = fork();
    if (child == 0) {
      work(i);
      fflush(nullptr);
      _exit(testing::Test::HasFailure());
    }
    children.push_back(child);
  }
  for (pid_t child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
}

inline const std::string kA = MLA_FAKE_COMPILER_A, kB = MLA_FAKE_COMPILER_B;

/// With a fake compiler.
class JitCache : public JitTest {
protected:
  JitCache() {
    answer(decodePackage());
    setenv("FAKE_COMPILER_PACKAGE", (root / "answer").c_str(), 1);
    setenv("FAKE_COMPILER_LOG", (root / "log").c_str(), 1);
  }
  ~JitCache() override {
    unsetenv("FAKE_COMPILER_PACKAGE");
    unsetenv("FAKE_COMPILER_LOG");
  }
  void answer(const std::string &bytes) { writeFile(root / "answer", bytes); }
  /// What the compilers were called for since the last time.
  std::string log() {
    std::string text = readFile(root / "log");
    fs::remove(root / "log");
    return text;
  }
  /// Compiles into an empty cache, and returns the entry's path.
  fs::path fill() {
    expectCompiled(compile(kA));
    EXPECT_EQ(log(), "aa ptxas=none\n");
    return entry();
  }
  /// Expects that the entry is compiled again, once, and good afterwards.
  void expectRepaired(const std::string &message) {
    expectCompiled(compile(kA), message);
    EXPECT_EQ(log(), "aa ptxas=none\n");
    expectHit(compile(kA));
    EXPECT_EQ(log(), "");
    EXPECT_EQ(entries().size(), 1u);
  }
};

inline const std::string kCompiler = MLA_COMPILER;

/// With the real one.
class Jit : public JitTest {
protected:
  Jit() {
    problem.h_q = 0;
    problem.softmax_scale = 0.0721687824f;
  }

  /// The best time in milliseconds.
  double expectFastHits(const char *ptxas) {
    double best = INFINITY;
    for (int i = 0; i < 20; ++i) {
      Result hit = compile(kCompiler, cache.c_str(), nullptr, ptxas);
      expectHit(hit);
      best = std::min(best, hit.milliseconds);
    }
    EXPECT_LE(best, 5);
    return best;
  }
};

#endif // TEST_RUNTIME_JITFIXTURE_H
