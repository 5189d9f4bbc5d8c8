//===- JitTest.cpp - Compiling on first use, and the cache ----------------------------------------------------===//
//
// Most cases use a fake compiler, which answers at once with a package that was made by hand, so that what is tested is
// the cache; Jit.* use the real one. Times are printed, for docs/runtime.md; that of a hit, the best of twenty, may be
// at most 5 ms.
//
//===---------------------------------------------------------------------------------------------------------===//
#include "JitFixture.h"
#include "runtime/src/compiler.h"
#include <dlfcn.h>
#include <sys/stat.h>
#include <thread>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace {

//===----------------------------------------------------------------------------------------------------------===//
// The cache, with a fake compiler
//===----------------------------------------------------------------------------------------------------------===//

TEST_F(JitCache, MissThenHit) {
  fs::path path = fill();
  EXPECT_EQ(readFile(path), decodePackage());
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(fs::status(cache).permissions(), fs::perms::owner_all);
  for (int i = 0; i < 3; ++i)
    expectHit(compile(kA));
  EXPECT_EQ(log(), "");
}

TEST_F(JitCache, NamesOfEntries) {
  fs::path path = fill();
  std::string key = R"(mla package 4
compiler aa
ptxas none
ir
!cache = !mla.paged_cache<bf16, page_size = 64, d_latent = 512, d_rope = 64>
func.func @decode(%q: tensor<?x?x128x576xbf16>, %cache: !cache, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) -> (tensor<?x?x128x512xbf16>, tensor<?x?x128xf32>) {
  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens scale 0x3E000000 causal precision <bf16>
      : (tensor<?x?x128x576xbf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> (tensor<?x?x128x512xbf16>, tensor<?x?x128xf32>) loc(unknown)
  return %out, %lse : tensor<?x?x128x512xbf16>, tensor<?x?x128xf32>
}
)";
  XXH128_canonical_t hash;
  XXH128_canonicalFromHash(&hash, XXH3_128bits(key.data(), key.size()));
  char name[33];
  for (int i = 0; i < 16; ++i)
    snprintf(name + 2 * i, 3, "%02x", hash.digest[i]);
  EXPECT_EQ(path.filename(), std::string(name) + ".mlapkg");
}

TEST_F(JitCache, EverythingCounts) {
  fill();
  expectCompiled(compile(kA, cache.c_str(), "schedule=item_cost=2  gpu=h200\n"));
  EXPECT_EQ(log(), "aa schedule=item_cost=2 gpu=h200 ptxas=none\n");
  expectHit(compile(kA, cache.c_str(), " schedule=item_cost=2 gpu=h200"));
  // A compiler of another identity, whose entries lie beside those of the first.
  expectCompiled(compile(kB));
  EXPECT_EQ(log(), "bb ptxas=none\n");
  expectHit(compile(kA));
  // A ptxas, and that ptxas after an update.
  fs::path ptxas = root / "ptxas";
  writeFile(ptxas, "#!/bin/sh\n");
  chmod(ptxas.c_str(), 0755);
  expectCompiled(compile(kA, cache.c_str(), nullptr, ptxas.c_str()));
  EXPECT_EQ(log(), "aa ptxas=" + ptxas.string() + "\n");
  expectHit(compile(kA, cache.c_str(), nullptr, ptxas.c_str()));
  writeFile(ptxas, "#!/bin/bash\n");
  expectCompiled(compile(kA, cache.c_str(), nullptr, ptxas.c_str()));
  EXPECT_EQ(log(), "aa ptxas=" + ptxas.string() + "\n");
  // The problem, each time with the package that fits.
  struct Change {
    void (*apply)(mla_decode_info_t &);
    const char *from, *to;
  };
  for (const Change &change : {
           Change{[](mla_decode_info_t &d) { d.causal = 0; }, "true", "false"},
           Change{[](mla_decode_info_t &d) { d.h_q = 16; }, "\"h_q\": 128", "\"h_q\": 16"},
           Change{[](mla_decode_info_t &d) { d.s_q = 2; }, "\"s_q\": 0", "\"s_q\": 2"},
           Change{[](mla_decode_info_t &d) { d.d_latent = 256; }, "\"d_latent\": 512", "\"d_latent\": 256"},
           Change{[](mla_decode_info_t &d) { d.d_rope = 32; }, "\"d_rope\": 64", "\"d_rope\": 32"},
           Change{[](mla_decode_info_t &d) { d.page_size = 32; }, "\"page_size\": 64", "\"page_size\": 32"},
           Change{[](mla_decode_info_t &d) { d.softmax_scale = 0.25f; }, "0.125", "0.25"},
       }) {
    mla_decode_info_t before = problem;
    change.apply(problem);
    answer(alteredPackage(change.from, change.to));
    expectCompiled(compile(kA));
    expectHit(compile(kA));
    problem = before;
  }
  auto takes = [&](mla_cache_format_t format, mla_precision_t precision, const char *precisionName) {
    problem.format = format;
    problem.precision = precision;
    answer(formatPackage("e4m3_group", precisionName, kLatentMap));
    expectCompiled(compile(kA));
    expectHit(compile(kA));
  };
  takes(MLA_CACHE_FORMAT_E4M3_GROUP, MLA_PRECISION_BF16, "bf16");
  takes(MLA_CACHE_FORMAT_E4M3_GROUP, MLA_PRECISION_E4M3, "e4m3");
  problem.precision = MLA_PRECISION_BF16;
  problem.element = MLA_ELEMENT_F16;
  problem.format = MLA_CACHE_FORMAT_F16;
  std::string metadata = kDecodeMetadata;
  for (size_t at; (at = metadata.find("\"bf16\"")) != std::string::npos;)
    metadata.replace(at, 6, "\"f16\"");
  metadata.replace(metadata.find("\"precision\": \"f16\""), 18, "\"precision\": \"bf16\"");
  answer(buildPackage(metadata, {emptyCubin(), kPTX}));
  expectCompiled(compile(kA));
  expectHit(compile(kA));
}

// An update under a running process: the loader stays with what it has loaded of that name, and what is loaded names
// the entry, not the new file. (What the fakes say of themselves is not the build id of their files either.)
TEST_F(JitCache, UpdatedLibrary) {
  fs::path library = root / "library.so", next = root / "next.so";
  fs::copy_file(kA, library);
  expectCompiled(compile(library.string()));
  EXPECT_EQ(log(), "aa ptxas=none\n");
  fs::copy_file(kB, next);
  fs::rename(next, library);
  expectHit(compile(library.string()));
  expectCompiled(compile(library.string(), cache.c_str(), "schedule=item_cost=2"));
  EXPECT_EQ(log(), "aa schedule=item_cost=2 ptxas=none\n");
  expectHit(compile(kA, cache.c_str(), "schedule=item_cost=2"));
  // Under a new name it is another library.
  fs::rename(library, next);
  expectCompiled(compile(next.string()));
  EXPECT_EQ(log(), "bb ptxas=none\n");
}

TEST_F(JitCache, TruncatedEntries) {
  fs::path path = fill();
  std::string bytes = readFile(path);
  for (size_t size : {size_t(0), size_t(1), size_t(39), size_t(40), bytes.size() / 2, bytes.size() - 1}) {
    fs::resize_file(path, size);
    expectRepaired(size < 40 ? "package: expected a header of 40 bytes, but got a file of " + std::to_string(size)
                             : "package: expected " + std::to_string(bytes.size()) + " bytes, but got ");
  }
}

TEST_F(JitCache, AlteredEntries) {
  fs::path path = fill();
  std::string bytes = readFile(path);
  for (size_t at = 0; at < bytes.size(); at += 97) {
    std::string altered = bytes;
    altered[at] ^= 0x10;
    writeFile(path, altered);
    expectRepaired("package: expected ");
  }
  writeFile(path, bytes + "x");
  expectRepaired("package: expected ");
}

TEST_F(JitCache, EntryOfAnotherProblem) {
  fs::path path = fill();
  writeFile(path, alteredPackage("\"h_q\": 128", "\"h_q\": 64"));
  expectRepaired("package 'decode': expected the problem that was asked for, but got another");
}

TEST_F(JitCache, EntriesThatOthersMayWrite) {
  fs::path path = fill();
  for (mode_t mode : {0620, 0602, 0666}) {
    chmod(path.c_str(), mode);
    expectRepaired("expected a file of user " + std::to_string(geteuid()) +
                   " or 0 that nobody else may write, but got user ");
  }
  chmod(path.c_str(), 0444);
  expectHit(compile(kA));
  if (geteuid() == 0) {
    ASSERT_EQ(chown(path.c_str(), 12345, 12345), 0);
    expectRepaired("but got user 12345 and mode 444");
  }
}

TEST_F(JitCache, EntriesThatAreNoFiles) {
  fs::path path = fill();
  std::string bytes = readFile(path);
  // A pipe without a writer must not be waited for.
  fs::remove(path);
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  expectRepaired("expected a regular file");
  // A link is not followed, but replaced, and what it leads to is left alone.
  fs::remove(path);
  writeFile(root / "elsewhere", bytes);
  fs::create_symlink(root / "elsewhere", path);
  expectRepaired("Too many levels of symbolic links");
  EXPECT_EQ(readFile(root / "elsewhere"), bytes);
  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(path)));
  // A folder cannot be replaced.
  fs::remove(path);
  fs::create_directory(path);
  expectUncached(compile(kA), MLA_STATUS_IO_ERROR, "cannot replace " + path.string() + ": ");
  EXPECT_EQ(entries().size(), 1u) << "a temporary file was left";
}

TEST_F(JitCache, EntryTooLarge) {
  fs::path path = fill();
  fs::resize_file(path, (1 << 28) + 1);
  expectRepaired("expected at most 268435456 bytes, but got 268435457");
}

TEST_F(JitCache, FoldersThatCannotBe) {
  fs::path file = root / "file";
  writeFile(file, "");
  expectUncached(compile(kA, file.c_str()), MLA_STATUS_IO_ERROR, "expected a folder, but got something else");
  fs::path below = file / "cache";
  expectUncached(compile(kA, below.c_str()), MLA_STATUS_IO_ERROR,
                 "cannot make the cache folder " + below.string() + ": Not a directory");
  expectUncached(compile(kA, "/proc/no/such"), MLA_STATUS_IO_ERROR, "cannot make the cache folder /proc/no/such: ");
  expectUncached(compile(kA, "/proc"), MLA_STATUS_IO_ERROR, "cannot write into the cache folder /proc: ");
  std::string tooLong = root.string() + "/" + std::string(300, 'x');
  expectUncached(compile(kA, tooLong.c_str()), MLA_STATUS_IO_ERROR, "File name too long");
}

// As a user for whom permissions count; root may do everything.
TEST_F(JitCache, Permissions) {
  fs::path path = fill();
  chmod(cache.c_str(), 0555);
  fs::remove(path);
  fs::remove(root / "log");
  fflush(nullptr);
  pid_t child = fork();
  if (child == 0) {
    chmod(root.c_str(), 0777);
    chmod(cache.parent_path().c_str(), 0755);
    bool isUser = geteuid() != 0 || (setgid(65534) == 0 && setuid(65534) == 0);
    if (!isUser || access(kA.c_str(), R_OK) != 0)
      _exit(2);
    expectUncached(compile(kA), MLA_STATUS_IO_ERROR,
                   "cannot write into the cache folder " + cache.string() + ": Permission denied");
    cache = root / "own";
    expectCompiled(compile(kA));
    chmod(entry().c_str(), 0);
    expectCompiled(compile(kA), entry().string() + ": Permission denied");
    expectHit(compile(kA));
    _exit(HasFailure());
  }
  int status = 0;
  waitpid(child, &status, 0);
  chmod(cache.c_str(), 0755);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
    GTEST_SKIP() << "no other user can be had here";
  EXPECT_EQ(status, 0);
}

TEST_F(JitCache, SwitchedOff) {
  expectUncached(compile(kA, ""), MLA_STATUS_UNSUPPORTED, "cache: switched off by the call");
  EXPECT_FALSE(fs::exists(cache));
  EXPECT_FALSE(fs::exists(root / "home"));
}

TEST_F(JitCache, DefaultFolders) {
  expectCompiled(compile(kA, nullptr));
  EXPECT_FALSE(fs::is_empty(root / "home" / ".cache" / "mla"));
  setenv("XDG_CACHE_HOME", (root / "xdg").c_str(), 1);
  expectCompiled(compile(kA, nullptr));
  EXPECT_FALSE(fs::is_empty(root / "xdg" / "mla"));
  setenv("XDG_CACHE_HOME", "relative", 1);
  expectHit(compile(kA, nullptr));
  unsetenv("HOME");
  expectUncached(compile(kA, nullptr), MLA_STATUS_IO_ERROR,
                 "cache: expected an absolute path in $XDG_CACHE_HOME or $HOME, but got none");
}

TEST_F(JitCache, PtxasIsLookedForAsTheCompilerDoes) {
  auto makeProgram = [&](const fs::path &path) {
    fs::create_directories(path.parent_path());
    writeFile(path, "");
    chmod(path.c_str(), 0755);
    return path.string();
  };
  std::string onPath = makeProgram(root / "bin" / "ptxas"), inHome = makeProgram(root / "cuda" / "bin" / "ptxas");
  std::string named = makeProgram(root / "my-ptxas");
  std::string oldPath = getenv("PATH") ? getenv("PATH") : "";
  setenv("PATH", ("/no/such::" + (root / "bin").string()).c_str(), 1);
  setenv("CUDA_HOME", (root / "cuda").c_str(), 1);
  expectCompiled(compile(kA, cache.c_str(), nullptr, nullptr));
  EXPECT_EQ(log(), "aa ptxas=" + onPath + "\n");
  setenv("PATH", "/no/such", 1);
  expectCompiled(compile(kA, cache.c_str(), nullptr, nullptr));
  EXPECT_EQ(log(), "aa ptxas=" + inHome + "\n");
  setenv("MLA_PTXAS", named.c_str(), 1);
  expectCompiled(compile(kA, cache.c_str(), nullptr, nullptr));
  EXPECT_EQ(log(), "aa ptxas=" + named + "\n");
  // The compiler itself complains about a variable that leads nowhere.
  setenv("MLA_PTXAS", "/no/such/ptxas", 1);
  expectCompiled(compile(kA, cache.c_str(), nullptr, nullptr));
  EXPECT_EQ(log(), "aa\n");
  setenv("PATH", oldPath.c_str(), 1);
}

TEST_F(JitCache, CompilerThatMisbehaves) {
  answer(alteredPackage("\"h_q\": 128", "\"h_q\": 64"));
  expectFailure(compile(kA).status, MLA_STATUS_CORRUPT_PACKAGE,
                "package 'decode': expected the problem that was asked for, but got another");
  answer("garbage");
  expectFailure(compile(kA).status, MLA_STATUS_CORRUPT_PACKAGE, "package: expected a header of 40 bytes");
  answer("");
  expectFailure(compile(kA).status, MLA_STATUS_COMPILE_ERROR, "cannot compile the problem: the compiler says nothing");
  unsetenv("FAKE_COMPILER_PACKAGE");
  expectFailure(compile(kA).status, MLA_STATUS_COMPILE_ERROR,
                "cannot compile the problem: an error; an error's note; an error; ");
  EXPECT_EQ(std::string(mla_last_error_message()).find("remark"), std::string::npos);
  EXPECT_TRUE(entries().empty());
}

TEST_F(JitCache, Libraries) {
  expectFailure(compile("/no/such/library.so").status, MLA_STATUS_NO_COMPILER,
                "cannot open the compiler library /no/such/library.so: No such file or directory");
  expectFailure(compile("/no/such/library.so", "").status, MLA_STATUS_NO_COMPILER,
                "cannot load the compiler library: /no/such/library.so");
  expectFailure(compile("libNoSuchMLACompiler.so").status, MLA_STATUS_NO_COMPILER,
                "install it, or name it in MLA_COMPILER_LIBRARY");
  expectFailure(compile(root.string()).status, MLA_STATUS_NO_COMPILER, "expected a regular file");
  expectFailure(compile(MLA_FAKE_COMPILER_ABI).status, MLA_STATUS_NO_COMPILER,
                "expected interface 1, but got 999; use a compiler and a runtime of the same release");
  expectFailure(compile(MLA_FAKE_COMPILER_EMPTY).status, MLA_STATUS_NO_COMPILER,
                "expected a function mlaCompilerGetABIVersion, but got none");
  expectFailure(compile(MLA_FAKE_COMPILER_ANONYMOUS).status, MLA_STATUS_NO_COMPILER,
                "expected a build id, but got none");
  expectFailure(compile(MLA_FAKE_COMPILER_ANONYMOUS, "").status, MLA_STATUS_NO_COMPILER,
                "expected a build id, but got none");
  // Nobody names one: a library of that name may be installed, but not one that makes this package.
  setenv("MLA_COMPILER_LIBRARY", kA.c_str(), 1);
  expectCompiled(compile(""));
  EXPECT_EQ(log(), "aa ptxas=none\n");
  setenv("MLA_COMPILER_LIBRARY", "/no/such/library.so", 1);
  expectFailure(compile("").status, MLA_STATUS_NO_COMPILER, "/no/such/library.so");
}

TEST_F(JitCache, LibrariesThatAreNone) {
  fs::path path = root / "library.so";
  std::string real = readFile(kA).substr(0, 4096); // the headers and the notes
  for (size_t size : {size_t(0), size_t(3), size_t(63), size_t(64), size_t(200)}) {
    writeFile(path, real.substr(0, size));
    EXPECT_EQ(compile(path.string()).status, MLA_STATUS_NO_COMPILER) << size;
  }
  writeFile(path, std::string(1000, 'x'));
  expectFailure(compile(path.string()).status, MLA_STATUS_NO_COMPILER,
                "expected a 64-bit ELF library, but got something else");
  // Any byte of the headers altered: the build id or none, but no crash. Nothing is loaded here.
  char whole[MLA_MAX_IDENTITY], identity[MLA_MAX_IDENTITY];
  ASSERT_EQ(mla_compiler_read_identity(kA.c_str(), whole), MLA_STATUS_OK) << mla_last_error_message();
  EXPECT_EQ(strlen(whole), 40u);
  int64_t found = 0, tried = 0;
  for (size_t at = 0; at < 1024; ++at)
    for (unsigned char flip : {0x01, 0x80, 0xff}) {
      std::string altered = real;
      altered[at] ^= flip;
      writeFile(path, altered);
      mla_status_t status = mla_compiler_read_identity(path.c_str(), identity);
      EXPECT_TRUE(status == MLA_STATUS_OK || status == MLA_STATUS_NO_COMPILER) << at;
      EXPECT_EQ(*identity != 0, status == MLA_STATUS_OK) << at;
      found += status == MLA_STATUS_OK;
      ++tried;
    }
  EXPECT_GT(found, 0);
  EXPECT_LT(found, tried);
}

TEST_F(JitCache, Arguments) {
  mla_package_t *package = nullptr;
  mla_jit_options_t options = MLA_JIT_OPTIONS_INIT;
  options.compiler_library = kA.c_str();
  options.cache_folder = cache.c_str();
  options.ptxas = "none";
  EXPECT_EQ(call(&options, nullptr, &package), MLA_STATUS_OK) << mla_last_error_message();
  mla_package_destroy(package);

  expectFailure(call(&options, nullptr, nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "out_package: expected a pointer, but got null");
  package = reinterpret_cast<mla_package_t *>(1);
  expectFailure(mla_package_jit_decode(nullptr, nullptr, &options, nullptr, &package), MLA_STATUS_INVALID_ARGUMENT,
                "problem: expected a pointer, but got null");
  EXPECT_EQ(package, nullptr);
  mla_jit_info_t info = MLA_JIT_INFO_INIT;
  info.struct_size = 4;
  expectFailure(call(&options, &info, &package), MLA_STATUS_INVALID_ARGUMENT,
                "out_info: expected struct_size " + std::to_string(sizeof(info)) + ", but got 4");
  EXPECT_EQ(info.struct_size, 4u);
  options.struct_size = 5;
  expectFailure(call(&options, nullptr, &package), MLA_STATUS_INVALID_ARGUMENT,
                "options: expected struct_size " + std::to_string(sizeof(options)) + ", but got 5");
  problem.struct_size = 6;
  expectFailure(compile(kA).status, MLA_STATUS_INVALID_ARGUMENT,
                "problem: expected struct_size " + std::to_string(sizeof(problem)) + ", but got 6");
  problem.struct_size = sizeof(problem);
  auto expectWrong = [&](const char *text, const std::string &message) {
    expectFailure(compile(kA, cache.c_str(), text).status, MLA_STATUS_INVALID_ARGUMENT, "compile_options: " + message);
  };
  expectWrong("schedule", "expected name=value, but got 'schedule'");
  expectWrong("=2", "expected name=value, but got '=2'");
  expectWrong("emit=ptx", "expected an option of the schedule, but got 'emit'");
  expectWrong("ptxas=none", "expected an option of the schedule, but got 'ptxas'");
  expectWrong("schedule-table=/tmp/table.json", "expected an option of the schedule, but got 'schedule-table'");
  expectWrong("schedule=item_cost=1 template-dir=/tmp", "expected an option of the schedule, but got 'template-dir'");
  std::string many;
  for (int i = 0; i < 17; ++i)
    many += "a=b ";
  expectWrong(many.c_str(), "expected at most 16 options, but got more");
}

// Eight processes read, write, damage and remove one entry: each call gives a whole package.
TEST_F(JitCache, ProcessesThatDamageTheEntry) {
  fs::path path = fill();
  std::string bytes = readFile(path);
  inProcesses(8, [&](int process) {
    for (int round = 0; round < 50; ++round) {
      Result result = compile(kA);
      EXPECT_EQ(result.status, MLA_STATUS_OK) << mla_last_error_message();
      EXPECT_EQ(result.info.cache_status, MLA_STATUS_OK) << result.info.cache_message;
      if ((round + process) % 7 == 0)
        (void)!truncate(path.c_str(), round);
      else if ((round + process) % 7 == 3)
        unlink(path.c_str());
    }
  });
  expectCompiled(compile(kA, cache.c_str(), "x=y"));
  EXPECT_EQ(compile(kA).status, MLA_STATUS_OK);
  EXPECT_EQ(entries().size(), 2u) << "a temporary file was left";
  EXPECT_EQ(readFile(path), bytes);
}

TEST_F(JitCache, Threads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (int round = 0; round < 20; ++round)
        EXPECT_EQ(compile(kA).status, MLA_STATUS_OK) << mla_last_error_message();
    });
  for (std::thread &thread : threads)
    thread.join();
  expectHit(compile(kA));
  EXPECT_EQ(entries().size(), 1u);
}

//===----------------------------------------------------------------------------------------------------------===//
// The real compiler
//===----------------------------------------------------------------------------------------------------------===//

bool isMapped(const std::string &library) {
  return readFile("/proc/self/maps").find(fs::path(library).filename().string()) != std::string::npos;
}

// The numbers of docs/runtime.md.
TEST_F(Jit, MissThenHit) {
  Result miss = compile(kCompiler, cache.c_str(), nullptr, nullptr);
  expectCompiled(miss);
  mla_decode_desc_t call = decodeDesc();
  EXPECT_EQ(mla_decode_can_implement(miss.package.get(), &call), MLA_STATUS_OK) << mla_last_error_message();
  printf("miss %.0f ms, hit %.2f ms\n", miss.milliseconds, expectFastHits(nullptr));
}

/// Runs the case DISABLED_`name` in a process that has loaded nothing yet, on the same cache.
void runFresh(const std::string &name, const fs::path &cache) {
  inProcesses(1, [&](int) {
    setenv("MLA_JIT_TEST_CACHE", cache.c_str(), 1);
    for (const char *variable : {"GTEST_TOTAL_SHARDS", "GTEST_SHARD_INDEX", "GTEST_SHARD_STATUS_FILE", "GTEST_OUTPUT"})
      unsetenv(variable);
    std::string filter = "--gtest_filter=Jit.DISABLED_" + name;
    execl("/proc/self/exe", "mla-jit-tests", filter.c_str(), "--gtest_also_run_disabled_tests", "--gtest_brief=1",
          static_cast<char *>(nullptr));
    FAIL() << strerror(errno);
  });
}

TEST_F(Jit, DISABLED_HitWithoutCompiler) {
  const char *filled = getenv("MLA_JIT_TEST_CACHE");
  ASSERT_NE(filled, nullptr);
  ASSERT_FALSE(isMapped(kCompiler));
  Result hit = compile(kCompiler, filled);
  expectHit(hit);
  EXPECT_FALSE(isMapped(kCompiler));
  printf("first hit of a process %.2f ms\n", hit.milliseconds);
}

TEST_F(Jit, DISABLED_LoadCompiler) {
  auto begin = std::chrono::steady_clock::now();
  ASSERT_NE(dlopen(kCompiler.c_str(), RTLD_NOW), nullptr) << dlerror();
  auto end = std::chrono::steady_clock::now();
  printf("dlopen %.2f ms\n", std::chrono::duration<double, std::milli>(end - begin).count());
}

TEST_F(Jit, HitsDoNotLoadTheCompiler) {
  expectCompiled(compile(kCompiler));
  runFresh("HitWithoutCompiler", cache);
  runFresh("LoadCompiler", cache);
}

// What is asked for by name is looked for by the loader, and is known to it by then.
TEST_F(Jit, LibraryByName) {
  ASSERT_NE(dlopen(kCompiler.c_str(), RTLD_NOW), nullptr) << dlerror();
  expectCompiled(compile("libMLACompiler.so.1"));
  expectHit(compile(""));
  expectHit(compile(kCompiler));
}

TEST_F(Jit, EightProcessesAtOnce) {
  inProcesses(8, [&](int) {
    Result result = compile(kCompiler);
    ASSERT_EQ(result.status, MLA_STATUS_OK) << mla_last_error_message();
    EXPECT_EQ(result.info.cache_status, MLA_STATUS_OK) << result.info.cache_message;
    mla_decode_desc_t call = decodeDesc();
    EXPECT_EQ(mla_decode_can_implement(result.package.get(), &call), MLA_STATUS_OK) << mla_last_error_message();
  });
  expectHit(compile(kCompiler));
  EXPECT_EQ(entries().size(), 1u);
}

TEST_F(Jit, DamagedEntryIsCompiledAgain) {
  expectCompiled(compile(kCompiler));
  std::string bytes = readFile(entry());
  fs::resize_file(entry(), bytes.size() - 100);
  expectCompiled(compile(kCompiler), "the file was truncated or altered");
  EXPECT_EQ(readFile(entry()), bytes);
  expectHit(compile(kCompiler));
}

TEST_F(Jit, BadProblems) {
  problem.d_latent = 448;
  expectFailure(compile(kCompiler).status, MLA_STATUS_COMPILE_ERROR,
                "cannot compile the problem: 'mla.decode' op decode schedules need d_latent 256 or 512, but got 448");
  problem = makeProblem();
  for (float scale : {0.0f, -1.0f, INFINITY, NAN}) {
    problem.softmax_scale = scale;
    expectFailure(compile(kCompiler).status, MLA_STATUS_COMPILE_ERROR,
                  "cannot compile the problem: 'mla.decode' op attribute 'softmax_scale' failed");
  }
  problem.softmax_scale = 1.0f;
  problem.h_q = 1000;
  expectFailure(compile(kCompiler).status, MLA_STATUS_COMPILE_ERROR, "expected h_q from 1 to 128, but got 1000");
  problem.h_q = 16;
  expectFailure(compile(kCompiler, cache.c_str(), "schedule=item_cost=-1").status, MLA_STATUS_INVALID_ARGUMENT,
                "compile_options: option 'schedule': expected item_cost ");
  expectFailure(compile(kCompiler, cache.c_str(), "speed=11").status, MLA_STATUS_INVALID_ARGUMENT,
                "compile_options: expected option ");
  expectFailure(compile(kCompiler, cache.c_str(), nullptr, "/no/such/ptxas").status, MLA_STATUS_COMPILE_ERROR,
                "expected the option to name a ptxas that can be run, but got '/no/such/ptxas'");
  setenv("MLA_PTXAS", "/no/such/ptxas", 1);
  expectFailure(compile(kCompiler, cache.c_str(), nullptr, nullptr).status, MLA_STATUS_COMPILE_ERROR,
                "expected $MLA_PTXAS to name a ptxas that can be run, but got '/no/such/ptxas'");
  EXPECT_TRUE(entries().empty());
}

} // namespace
