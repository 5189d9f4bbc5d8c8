//===- PackageTest.cpp - Reading packages, most of them broken -------------------------------------------------===//
#include "PackageBuilder.h"
#include "runtime/src/format.h"
#include <cmath>
#include <cstdio>
#include <tuple>
#include <unistd.h>

namespace {

mla_status_t load(const std::string &bytes) {
  mla_package_t *package = reinterpret_cast<mla_package_t *>(1);
  mla_status_t status = mla_package_load_from_memory(bytes.data(), bytes.size(), &package);
  EXPECT_EQ(package == nullptr, status != MLA_STATUS_OK);
  mla_package_destroy(package);
  return status;
}

void expectCorrupt(const std::string &bytes, const std::string &text) {
  expectFailure(load(bytes), MLA_STATUS_CORRUPT_PACKAGE, text);
}

TEST(Package, HoldsWhatWasWritten) {
  PackageHandle package = loadPackage(decodePackage());
  mla_decode_info_t info = MLA_DECODE_INFO_INIT;
  ASSERT_EQ(mla_package_decode_info(package.get(), &info), MLA_STATUS_OK);
  EXPECT_EQ(info.element, MLA_ELEMENT_BF16);
  EXPECT_EQ(info.causal, 1);
  EXPECT_EQ(info.h_q, 128);
  EXPECT_EQ(info.s_q, 0);
  EXPECT_EQ(info.d_latent, 512);
  EXPECT_EQ(info.d_rope, 64);
  EXPECT_EQ(info.page_size, 64);
  EXPECT_EQ(info.softmax_scale, 0.125f);
}

TEST(Package, TruncatedAnywhere) {
  std::string bytes = decodePackage();
  for (size_t size = 0; size < bytes.size(); ++size) {
    mla_package_t *package = nullptr;
    // A copy of exactly this size, so that a sanitizer sees a read past its end.
    std::string part(bytes.data(), size);
    part.shrink_to_fit();
    EXPECT_EQ(mla_package_load_from_memory(part.data(), size, &package), MLA_STATUS_CORRUPT_PACKAGE) << size;
  }
}

TEST(Package, AlteredAnywhere) {
  std::string bytes = decodePackage();
  for (size_t i = 0; i < bytes.size(); ++i)
    for (unsigned char flip : {0x01, 0x80, 0xff}) {
      std::string altered = bytes;
      altered[i] ^= flip;
      bool isVersion = i >= 8 && i < 12;
      EXPECT_EQ(load(altered), isVersion ? MLA_STATUS_UNSUPPORTED : MLA_STATUS_CORRUPT_PACKAGE) << i;
    }
}

// Whoever alters a package on purpose also repairs the checksum: any status will do, but no crash, neither in loading
// nor in asking the package what it can do.
TEST(Package, AlteredAnywhereWithARightChecksum) {
  for (const std::string &bytes :
       {decodePackage(),
        formatPackage("e4m3", "e4m3",
                      std::string(kLatentMap) + ", " + kRopeMapE4M3 + R"(, {"binding": "cache_scale"})"),
        formatPackage("e4m3_token", "bf16", std::string(kLatentMap) + ", " + kRopeMapBF16 + ", " + kScalesBindings),
        formatPackage("e4m3_group", "e4m3", std::string(kLatentMap) + ", " + kRopeMapBF16 + ", " + kScalesBindings)})
    for (size_t i = 16; i < bytes.size(); ++i)
      for (unsigned char flip : {0x01, 0x04, 0x10, 0x80, 0xff}) {
        std::string altered = bytes;
        altered[i] ^= flip;
        sealPackage(altered);
        mla_package_t *package = nullptr;
        if (mla_package_load_from_memory(altered.data(), altered.size(), &package) != MLA_STATUS_OK)
          continue;
        mla_decode_desc_t desc = decodeDesc();
        mla_decode_can_implement(package, &desc);
        mla_package_destroy(package);
      }
}

/// Every format with every precision, element type and set of bindings: what hangs together loads, the rest is corrupt.
TEST(Package, FormatsThatDoNotHangTogether) {
  const std::string scale = R"({"binding": "cache_scale"})", latent = kLatentMap;
  for (std::string format : {"bf16", "f16", "e4m3", "e4m3_token", "e4m3_group", "e5m2"})
    for (std::string precision : {"bf16", "e4m3", "f16"})
      for (std::string element : {"bf16", "f16"})
        for (const std::string &bindings :
             {latent + ", " + kRopeMapE4M3 + ", " + scale, latent + ", " + kRopeMapBF16 + ", " + kScalesBindings}) {
          SCOPED_TRACE(format + " " + precision + " " + element + " " + bindings);
          std::string metadata = formatMetadata(format, precision, bindings);
          if (element == "f16")
            for (std::string before : {"\"decode\": {", "\"q_map\", ", "\"out_map\", "})
              metadata.replace(metadata.find(before) + before.size(), 17, "\"element\": \"f16\"");
          bool hasOneScale = bindings.find(scale) != std::string::npos;
          bool fits = hasOneScale ? format == "e4m3" : element == "bf16" && format.rfind("e4m3_", 0) == 0;
          mla_status_t expected = fits && precision != "f16" ? MLA_STATUS_OK : MLA_STATUS_CORRUPT_PACKAGE;
          EXPECT_EQ(load(buildPackage(metadata, {emptyCubin(), kPTX})), expected) << mla_last_error_message();
        }
}

TEST(Package, Header) {
  std::string bytes = decodePackage();
  expectCorrupt("MLAPKG", "package: expected a header of 40 bytes, but got a file of 6");
  expectCorrupt(std::string(100, 'x'), "package: expected a file that begins with MLAPKG, but got something else");
  expectCorrupt(bytes + "x", "; the file was truncated or altered");
  std::string altered = bytes;
  altered[100] ^= 1;
  expectCorrupt(altered, "package: expected checksum ");
  std::string newer = bytes;
  newer[8] = 5;
  expectFailure(load(newer), MLA_STATUS_UNSUPPORTED,
                "package: expected format version 4, but got 5; use a compiler and a runtime of the same release");
  std::string older = bytes;
  older[8] = 3;
  expectFailure(load(older), MLA_STATUS_UNSUPPORTED, "package: expected format version 4, but got 3");
  // Offset and size of the metadata: far away, overflowing, in the header.
  for (uint64_t offset : {UINT64_MAX, UINT64_MAX - 8, static_cast<uint64_t>(bytes.size()) + 1, uint64_t(39)}) {
    std::string far = bytes;
    memcpy(&far[24], &offset, 8);
    sealPackage(far);
    expectCorrupt(far, "package: expected metadata inside the file, but got ");
  }
  uint64_t huge = UINT64_MAX;
  std::string large = bytes;
  memcpy(&large[32], &huge, 8);
  sealPackage(large);
  expectCorrupt(large, "package: expected metadata inside the file, but got ");
}

TEST(Package, Metadata) {
  struct {
    const char *from, *to, *message;
  } cases[] = {
      {"{\n \"name\"", "[\n \"name\"", "package: expected metadata in JSON, but got: "},
      {"\"target\": \"sm_90a\"", "\"name\": \"twice\"", "duplicate object key"},
      {"\"name\": \"decode\",", "", "package: name: expected a name, but got nothing"},
      {"\"name\": \"decode\"", "\"name\": \"\"", "package: name: expected a name, but got an empty string"},
      {"\"name\": \"decode\"", "\"name\": 5", "package: name: expected a name, but got a number"},
      {"sm_90a", "gfx90a", "package: target: expected a name such as sm_90a, but got 'gfx90a'"},
      {"sm_90a", "sm_9", "package: target: expected a name such as sm_90a"},
      {"sm_90a", "sm_90b", "package: target: expected a name such as sm_90a"},
      {"sm_90a", "sm_90000", "package: target: expected a name such as sm_90a"},
      {"\"decode\": {", "\"decode\": null, \"rest\": {", "package: decode: expected an object, but got null"},
      {"\"element\": \"bf16\"", "\"element\": \"f64\"",
       "package: decode.element: expected a known name, but got 'f64'"},
      {"\"causal\": true", "\"causal\": 1", "package: decode.causal: expected a boolean, but got a number"},
      {"\"causal\": true, ", "", "package: decode.causal: expected a boolean, but got nothing"},
      {"\"d_latent\": 512", "\"d_latent\": 0", "package: decode.d_latent: expected 1 to 4096, but got 0"},
      {"\"format\": \"bf16\"", "\"rope\": 5, \"format\": \"bf16\"",
       "package: decode.rope: expected an object, but got a number"},
      {"\"format\": \"bf16\"", R"("rope": {"interleaved": true, "magnitude": 1, "turns": [1]}, "format": "bf16")",
       "package: decode.rope.turns: expected 32 to 32 elements, but got 1"},
      {"\"d_rope\": 64", "\"d_rope\": -1", "package: decode.d_rope: expected 0 to 4096, but got -1"},
      {"\"page_size\": 64", "\"page_size\": 65537", "package: decode.page_size: expected 1 to 65536, but got 65537"},
      {"\"page_size\": 64", "\"page_size\": 64.0", "package: decode.page_size: expected an integer, but got a number"},
      {"\"h_q\": 128", "\"h_q\": 9999999999999999999", "too big integer"},
      {"0.125", "\"much\"", "package: decode.softmax_scale: expected a number, but got a string"},
      {"0.125", "1e300", "package: decode.softmax_scale: expected a number, but got one that is no f32"},
      {"0.125", "0", "package: decode.softmax_scale: expected a positive f32, but got 0"},
      {"0.125", "-0.125", "package: decode.softmax_scale: expected a positive f32, but got -0.125"},
      {"0.125", "1e-300", "package: decode.softmax_scale: expected a positive f32, but got 1e-300"},
      {"\"kernels\": [", "\"kernels\": {}, \"rest\": [", "package: kernels: expected an array, but got an object"},
      {"\"kernels\": [", "\"kernels\": [], \"rest\": [", "package: kernels: expected 1 to 16 elements, but got 0"},
      {"{\"name\": \"plan_work\"", "7, {\"name\": \"plan_work\"",
       "package: kernels[0]: expected an object, but got a number"},
      {"\"step\": \"schedule\"", "\"step\": \"attend\"",
       "package: kernels: expected one kernel of step schedule, but got 0"},
      {"\"step\": \"attend\"", "\"step\": \"schedule\"",
       "package: kernels: expected one kernel of step schedule, but got 2"},
      {"\"step\": \"attend\"", "\"step\": \"combine\"",
       "package: kernels[1].step: expected a known name, but got 'combine'"},
      {"[\"one\", \"one\"]", "[\"one\"]", "package: kernels[0].grid: expected 2 to 2 elements, but got 1"},
      {"[\"one\", \"one\"]", "[\"one\", \"two\"]", "package: kernels[0].grid: expected a known name, but got 'two'"},
      {"[\"one\", \"one\"]", "[\"one\", 1]", "package: kernels[0].grid: expected a known name, but got ''"},
      {"\"threads\": 384", "\"threads\": 2048", "package: kernels[1].threads: expected 32 to 1024, but got 2048"},
      {"\"threads\": 384", "\"threads\": 100", "package: kernels[1].threads: expected a multiple of 32, but got 100"},
      {"\"smem_bytes\": 230000", "\"smem_bytes\": -1",
       "package: kernels[1].smem_bytes: expected 0 to 2147483647, but got -1"},
      {"\"pdl\": true", "\"pdl\": \"yes\"", "package: kernels[1].pdl: expected a boolean, but got a string"},
      {"\"cooperative\": true", "\"cooperative\": 1",
       "package: kernels[1].cooperative: expected a boolean, but got a number"},
      {"\"cooperative\": true", "\"cooperative\": \"false\"",
       "package: kernels[1].cooperative: expected a boolean, but got a string"},
      {"\"cooperative\": true", "\"cooperative\": null",
       "package: kernels[1].cooperative: expected a boolean, but got null"},
      {"\"cooperative\": true, ", "", "package: kernels[1].cooperative: expected a boolean, but got nothing"},
      {"{\"binding\": \"batch\"}", "\"batch\"",
       "package: kernels[0].arguments[3]: expected an object, but got a string"},
      {"\"batch\"", "\"bunch\"", "package: kernels[0].arguments[3].binding: expected a known name, but got 'bunch'"},
      {"\"batch\"", "\"scratch\"",
       "package: kernels[0].arguments[3].binding: got 'scratch' in a package that implements decode"},
      {"\"box\": [1, 64, 64]", "\"box\": [64, 64]",
       "package: kernels[1].arguments[0].box: expected 3 to 3 elements, but got 2"},
      {"\"box\": [1, 64, 64]", "\"box\": [1, 512, 64]",
       "package: kernels[1].arguments[0].box[1]: expected an integer from 1 to 256"},
      {"\"box\": [1, 64, 64]", "\"box\": [1, 64, 4]",
       "package: kernels[1].arguments[0].box: expected rows of a multiple of 16 bytes, but got 8"},
      {"\"box\": [1, 64, 64]", "\"box\": [1, 64, 128]",
       "package: kernels[1].arguments[0].box: expected rows of at most 128 bytes with sw128, but got 256"},
      {"\"swizzle\": \"sw128\"", "\"swizzle\": \"sw64\"",
       "package: kernels[1].arguments[0].box: expected rows of at most 64 bytes with sw64, but got 128"},
      {"\"format\": \"bf16\", ", "", "package: decode.format: expected a name, but got nothing"},
      {"\"format\": \"bf16\"", "\"format\": \"e5m2\"", "package: decode.format: expected a known name, but got 'e5m2'"},
      {"\"format\": \"bf16\"", "\"format\": \"f16\"", "package: decode.format: got 'f16' with elements of bf16"},
      {"\"format\": \"bf16\"", "\"format\": \"e4m3\"",
       "package: kernels[1].arguments[1].binding: got 'cache_map' with a cache of format e4m3"},
      {"\"precision\": \"bf16\"", "\"precision\": \"fast\"",
       "package: decode.precision: expected a known name, but got 'fast'"},
      {"\"precision\": \"bf16\"", "\"precision\": \"e4m3\"",
       "package: decode.precision: got 'e4m3' with a cache of format bf16"},
      {"{\"binding\": \"block_table\"}", "{\"binding\": \"cache_scale\"}",
       "package: kernels[1].arguments[2].binding: got 'cache_scale' with a cache of format bf16"},
      {"{\"binding\": \"block_table\"}", "{\"binding\": \"cache_scales\"}",
       "package: kernels[1].arguments[2].binding: got 'cache_scales' with a cache of format bf16"},
      {"\"q_map\", \"element\": \"bf16\"", "\"q_map\", \"element\": \"f16\"",
       "package: kernels[1].arguments[0].element: expected bf16, but got f16"},
      {"\"out_map\", \"element\": \"bf16\"", "\"out_map\", \"element\": \"f16\"",
       "package: kernels[1].arguments[16].element: expected bf16, but got f16"},
      {"\"partial_map\", \"element\": \"f16\"", "\"partial_map\", \"element\": \"bf16\"",
       "package: kernels[1].arguments[17].element: expected f16, but got bf16"},
      {"\"counters\"", "\"merges\"",
       "package: kernels[0].arguments[2].binding: expected a known name, but got 'merges'"},
      {"\"swizzle\": \"sw128\"", "\"swizzle\": \"sw32\"",
       "package: kernels[1].arguments[0].swizzle: expected a known name, but got 'sw32'"},
      {"\"images\": [", "\"images\": [], \"rest\": [", "package: images: expected 1 to 16 elements, but got 0"},
      {"{\"kind\": \"cubin\", @0}", "0", "package: images[0]: expected an object, but got a number"},
      {"\"kind\": \"cubin\"", "\"kind\": \"fatbin\"",
       "package: images[0].kind: expected a known name, but got 'fatbin'"},
      {"@0", "\"offset\": -1, \"size\": 4", "package: images[0].offset: expected 0 to 9223372036854775807, but got -1"},
      {"@0", "\"offset\": 64, \"size\": 0", "package: images[0].size: expected 1 to 9223372036854775807, but got 0"},
      {"@0", "\"offset\": 9223372036854775807, \"size\": 9223372036854775807",
       "package: images[0].size: expected an image inside the file"},
      {"@0", "\"offset\": 8, \"size\": 8", "package: images[0].size: expected an image inside the file"},
      {"\"kind\": \"ptx\"", "\"kind\": \"cubin\"", "package: images[1]: expected a cubin, a whole 64-bit ELF file"},
  };
  for (const auto &test : cases) {
    SCOPED_TRACE(test.to);
    std::string bytes = alteredPackage(test.from, test.to);
    expectCorrupt(bytes, test.message);
  }
}

/// A decode package whose attend kernel has the first of `rows`, and one more for each other.
std::string rowsPackage(const std::vector<std::string> &rows, const std::string &queries = "0") {
  std::string metadata = kDecodeMetadata;
  auto replace = [&](const std::string &from, const std::string &to) {
    metadata.replace(metadata.find(from), from.size(), to);
  };
  replace("\"s_q\": 0", "\"s_q\": " + queries);
  if (!rows[0].empty())
    replace("\"pdl\": true", "\"rows\": " + rows[0] + ", \"pdl\": true");
  for (size_t i = 1; i < rows.size(); ++i)
    replace("\"kernels\": [", R"("kernels": [{"name": "more", "step": "attend", "grid": ["one", "one"], "threads": 32,
      "smem_bytes": 0, "pdl": false, "cooperative": false, "arguments": [], "rows": )" +
                                  rows[i] + "},");
  return buildPackage(metadata, {emptyCubin(), kPTX});
}

TEST(Package, Rows) {
  loadPackage(rowsPackage({"[1]"}));
  loadPackage(rowsPackage({"[17]", "[1, 17]"}));
  loadPackage(rowsPackage({"[1, 2]", "[17]", "[2, 17]"}));
  loadPackage(rowsPackage({"[1, 2147483647]", "[2147483647]"}));
  // 256 rows: nobody asks for others.
  loadPackage(rowsPackage({"[256, 257]"}, "2"));
  loadPackage(rowsPackage({"[200]", "[1, 10]", "[5, 256]"}, "2"));
}

TEST(Package, WrongRows) {
  auto expect = [](const std::string &rows, const std::string &message) {
    expectCorrupt(rowsPackage({rows}), "package: kernels[1].rows" + message);
  };
  expect("17", ": expected an array, but got a number");
  expect("null", ": expected an array, but got null");
  expect("[]", ": expected 1 to 2 elements, but got 0");
  expect("[1, 2, 3]", ": expected 1 to 2 elements, but got 3");
  expect("[0]", "[0]: expected an integer from 1 to 2147483647");
  expect("[-1, 17]", "[0]: expected an integer from 1 to 2147483647");
  expect("[2147483648]", "[0]: expected an integer from 1 to 2147483647");
  expect("[1, 9223372036854775807]", "[1]: expected an integer from 1 to 2147483647");
  expect("[1.0, 17]", "[0]: expected an integer from 1 to 2147483647");
  expect("[1, null]", "[1]: expected an integer from 1 to 2147483647");
  expect("[17, 17]", ": expected an end above 17, but got 17");
  expect("[17, 1]", ": expected an end above 17, but got 1");
}

TEST(Package, RowsOfAttendOnly) {
  expectCorrupt(alteredPackage("\"threads\": 32,", "\"threads\": 32, \"rows\": [1],"),
                "package: kernels[0].rows: expected none at step schedule in a package that implements decode");
}

TEST(Package, RowsOfOtherOps) {
  std::string metadata = R"({"name": "prefill", "target": "sm_90a",
    "prefill": {"form": "mha", "element": "bf16", "causal": true, "h_q": 16, "d_nope": 128, "d_rope": 0, "d_v": 128,
                "softmax_scale": 0.125},
    "kernels": [{"name": "attend", "step": "attend", "grid": ["one", "one"], "threads": 32, "smem_bytes": 0,
                 "pdl": false, "cooperative": false, "rows": [1], "arguments": []}],
    "images": [{"kind": "cubin", @0}]})";
  expectCorrupt(buildPackage(metadata, {emptyCubin()}),
                "package: kernels[0].rows: expected none at step attend in a package that implements prefill");
}

TEST(Package, OneKernelForEachNumberOfRows) {
  auto expect = [](const std::vector<std::string> &rows, const std::string &count, const std::string &queries = "0") {
    expectCorrupt(rowsPackage(rows, queries), "package: kernels: expected one kernel of step attend" + count);
  };
  expect({"[2]"}, " for 1 rows, but got 0");
  expect({"[1, 17]"}, " for 17 rows, but got 0");
  expect({"[1, 17]", "[20]"}, " for 17 rows, but got 0");
  expect({"[1, 17]", "[16]"}, " for 16 rows, but got 2");
  expect({"[1, 17]", "[5, 9]", "[17]"}, " for 5 rows, but got 2");
  expect({"[1, 2147483647]"}, " for 2147483647 rows, but got 0");
  expect({"", "[17]"}, " for 17 rows, but got 2");
  expect({"", "[1, 17]"}, " for 1 rows, but got 2");
  expect({"[1]", "[1]"}, " for 1 rows, but got 2");
  expect({"[1, 256]", "[257]"}, " for 256 rows, but got 0", "2");
  expect({"[1, 257]", "[256]"}, " for 256 rows, but got 2", "2");
}

TEST(Package, PTXWithoutAnEnd) {
  expectCorrupt(buildPackage(kDecodeMetadata, {emptyCubin(), "// PTX"}),
                "package: images[1]: expected PTX that ends with a zero byte");
}

TEST(Package, NestedTooDeeply) {
  std::string deep = std::string(100000, '[') + std::string(100000, ']');
  expectCorrupt(buildPackage(deep, {}), "package: expected metadata in JSON, but got: maximum parsing depth reached");
}

// The driver believes a cubin's own headers.
TEST(Package, CubinThatClaimsMoreThanItHas) {
  auto altered = [](void (*change)(Elf64_Ehdr &)) {
    std::string cubin = emptyCubin();
    change(reinterpret_cast<Elf64_Ehdr &>(cubin[0]));
    return buildPackage(kDecodeMetadata, {cubin, kPTX});
  };
  const char *message = "package: images[0]: expected a cubin, a whole 64-bit ELF file";
  expectCorrupt(altered([](Elf64_Ehdr &header) { header.e_shnum = 2; }), message);
  expectCorrupt(altered([](Elf64_Ehdr &header) { header.e_phnum = 0xffff; }), message);
  expectCorrupt(altered([](Elf64_Ehdr &header) { header.e_shoff = UINT64_MAX; }), message);
  expectCorrupt(altered([](Elf64_Ehdr &header) { header.e_phoff = UINT64_MAX; }), message);
  expectCorrupt(altered([](Elf64_Ehdr &header) { header.e_ident[EI_CLASS] = ELFCLASS32; }), message);
  std::string cubin = emptyCubin();
  Elf64_Shdr section = {};
  section.sh_type = SHT_PROGBITS;
  section.sh_size = 1 << 20;
  reinterpret_cast<Elf64_Ehdr &>(cubin[0]).e_shnum = 1;
  reinterpret_cast<Elf64_Ehdr &>(cubin[0]).e_shoff = cubin.size();
  cubin.append(reinterpret_cast<const char *>(&section), sizeof(section));
  expectCorrupt(buildPackage(kDecodeMetadata, {cubin, kPTX}), message);
}

TEST(Package, WithoutDecode) {
  std::string metadata = R"({"name": "flush", "target": "sm_90a", "kernels": [
    {"name": "flush", "step": "other", "grid": ["multiprocessors", "one"], "threads": 256, "smem_bytes": 0, "pdl": false,
     "cooperative": false, "arguments": [{"binding": "scratch"}, {"binding": "scratch_elements"}]}], "images": [{"kind": "ptx", @0}]})";
  PackageHandle package = loadPackage(buildPackage(metadata, {kPTX}));
  mla_decode_info_t info = MLA_DECODE_INFO_INIT;
  info.h_q = 7;
  expectFailure(mla_package_decode_info(package.get(), &info), MLA_STATUS_UNSUPPORTED,
                "package 'flush' implements no decode op");
  EXPECT_EQ(info.h_q, 0);
  mla_decode_desc_t desc = decodeDesc();
  expectFailure(mla_decode_can_implement(package.get(), &desc), MLA_STATUS_UNSUPPORTED,
                "package 'flush' implements no decode op");
  for (const char *grid : {"row_tiles", "parts"}) {
    std::string altered = metadata;
    altered.replace(altered.find("multiprocessors"), strlen("multiprocessors"), grid);
    expectCorrupt(buildPackage(altered, {kPTX}), "in a package that implements no op");
  }
  std::string altered = metadata;
  altered.replace(altered.find("scratch_elements"), strlen("scratch_elements"), "seq_lens");
  expectCorrupt(buildPackage(altered, {kPTX}), "got 'seq_lens' in a package that implements no op");
}

TEST(Package, Files) {
  std::string path = testing::TempDir() + "mla-package-" + std::to_string(getpid());
  std::string bytes = decodePackage();
  FILE *file = fopen(path.c_str(), "wb");
  ASSERT_TRUE(file);
  fwrite(bytes.data(), 1, bytes.size(), file);
  fclose(file);
  mla_package_t *package = nullptr;
  EXPECT_EQ(mla_package_load(path.c_str(), &package), MLA_STATUS_OK) << mla_last_error_message();
  mla_package_destroy(package);
  ASSERT_EQ(truncate(path.c_str(), 50), 0);
  expectFailure(mla_package_load(path.c_str(), &package), MLA_STATUS_CORRUPT_PACKAGE, "truncated");
  EXPECT_EQ(package, nullptr);
  ASSERT_EQ(truncate(path.c_str(), 0), 0);
  expectFailure(mla_package_load(path.c_str(), &package), MLA_STATUS_CORRUPT_PACKAGE, "but got a file of 0");
  ASSERT_EQ(truncate(path.c_str(), off_t(3) << 30), 0);
  expectFailure(mla_package_load(path.c_str(), &package), MLA_STATUS_CORRUPT_PACKAGE,
                "package: expected at most 1073741824 bytes, but got 3221225472");
  unlink(path.c_str());
  expectFailure(mla_package_load(path.c_str(), &package), MLA_STATUS_IO_ERROR, "No such file or directory");
  expectFailure(mla_package_load("/", &package), MLA_STATUS_IO_ERROR, "/: expected a regular file");
}

TEST(Package, Misuse) {
  std::string bytes = decodePackage();
  mla_package_t *package = nullptr;
  expectFailure(mla_package_load_from_memory(bytes.data(), bytes.size(), nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "out_package: expected a pointer, but got null");
  expectFailure(mla_package_load_from_memory(nullptr, 100, &package), MLA_STATUS_INVALID_ARGUMENT,
                "bytes: expected a pointer, but got null");
  expectFailure(mla_package_load_from_memory(bytes.data(), SIZE_MAX, &package), MLA_STATUS_CORRUPT_PACKAGE,
                "package: expected at most ");
  expectFailure(mla_package_load(nullptr, &package), MLA_STATUS_INVALID_ARGUMENT,
                "path: expected a string, but got null");
  expectFailure(mla_package_load("x", nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "out_package: expected a pointer, but got null");
  mla_package_destroy(nullptr);

  mla_decode_info_t info = MLA_DECODE_INFO_INIT;
  expectFailure(mla_package_decode_info(nullptr, &info), MLA_STATUS_INVALID_ARGUMENT,
                "package: expected a handle, but got null");
  PackageHandle good = loadPackage(bytes);
  expectFailure(mla_package_decode_info(good.get(), nullptr), MLA_STATUS_INVALID_ARGUMENT,
                "out_info: expected a pointer, but got null");
  info.struct_size = 3;
  expectFailure(mla_package_decode_info(good.get(), &info), MLA_STATUS_INVALID_ARGUMENT,
                "out_info: expected struct_size ");
}

TEST(CanImplement, Problems) {
  PackageHandle package = loadPackage(decodePackage());
  mla_decode_desc_t good = decodeDesc();
  EXPECT_EQ(mla_decode_can_implement(package.get(), &good), MLA_STATUS_OK);
  auto expect = [&](void (*change)(mla_decode_desc_t &), mla_status_t status, const char *message) {
    mla_decode_desc_t desc = decodeDesc();
    change(desc);
    SCOPED_TRACE(message);
    expectFailure(mla_decode_can_implement(package.get(), &desc), status, message);
  };
  using Desc = mla_decode_desc_t;
  constexpr mla_status_t invalid = MLA_STATUS_INVALID_ARGUMENT, unsupported = MLA_STATUS_UNSUPPORTED;
  expect([](Desc &desc) { desc.struct_size = 8; }, invalid, "desc: expected struct_size ");
  expect([](Desc &desc) { desc.b = 0; }, invalid, "desc: b: expected 1 to 16777216, but got 0");
  expect([](Desc &desc) { desc.b = (1 << 24) + 1; }, invalid, "desc: b: expected 1 to 16777216, but got 16777217");
  expect([](Desc &desc) { desc.s_q = -1; }, invalid, "desc: s_q: expected 1 to ");
  expect([](Desc &desc) { desc.h_q = 0; }, invalid, "desc: h_q: expected 1 to ");
  expect([](Desc &desc) { desc.s_q = 1 << 30; }, invalid, "desc: expected at most 2147483647 rows");
  expect([](Desc &desc) { desc.num_pages = 0; }, invalid, "desc: num_pages: expected 1 to ");
  expect([](Desc &desc) { desc.block_table_stride = 0; }, invalid, "desc: block_table_stride: expected 1 to ");
  expect([](Desc &desc) { desc.causal = 2; }, invalid, "desc: causal: expected 0 or 1, but got 2");
  expect([](Desc &desc) { desc.softmax_scale = -1; }, invalid, "desc: softmax_scale: expected a finite number");
  expect([](Desc &desc) { desc.softmax_scale = NAN; }, invalid, "desc: softmax_scale: expected a finite number");
  expect([](Desc &desc) { desc.element = MLA_ELEMENT_F16; }, unsupported,
         "package 'decode' implements element type bf16, but got f16");
  expect([](Desc &desc) { desc.element = static_cast<mla_element_t>(9); }, unsupported, "but got an unknown one");
  expect([](Desc &desc) { desc.format = MLA_CACHE_FORMAT_E4M3_TOKEN; }, unsupported,
         "package 'decode' implements a cache of format bf16, but got e4m3_token");
  expect([](Desc &desc) { desc.format = static_cast<mla_cache_format_t>(9); }, unsupported, "but got an unknown one");
  expect([](Desc &desc) { desc.precision = MLA_PRECISION_E4M3; }, unsupported,
         "package 'decode' implements precision bf16, but got e4m3");
  expect([](Desc &desc) { desc.precision = static_cast<mla_precision_t>(-1); }, unsupported, "but got an unknown one");
  expect([](Desc &desc) { desc.causal = 0; }, unsupported, "package 'decode' implements causal = 1, but got 0");
  expect([](Desc &desc) { desc.h_q = 64; }, unsupported, "package 'decode' implements h_q = 128, but got 64");
  expect([](Desc &desc) { desc.d_latent = 256; }, unsupported,
         "package 'decode' implements d_latent = 512, but got 256");
  expect([](Desc &desc) { desc.d_rope = 0; }, unsupported, "package 'decode' implements d_rope = 64, but got 0");
  expect([](Desc &desc) { desc.page_size = 1; }, unsupported, "package 'decode' implements page_size = 64, but got 1");
  expectFailure(mla_decode_can_implement(nullptr, &good), invalid, "package: expected a handle, but got null");
  expectFailure(mla_decode_can_implement(package.get(), nullptr), invalid, "desc: expected a pointer, but got null");
}

TEST(Package, CachesOfE4M3) {
  for (auto [format, rope, rest] :
       {std::tuple("e4m3", kRopeMapE4M3, R"({"binding": "cache_scale"})"),
        {"e4m3_token", kRopeMapBF16, kScalesBindings},
        {"e4m3_group", kRopeMapBF16, R"({"binding": "cache"}, {"binding": "cache_page_stride"})"}}) {
    SCOPED_TRACE(format);
    PackageHandle package =
        loadPackage(formatPackage(format, "e4m3", std::string(kLatentMap) + ", " + rope + ", " + rest));
    mla_decode_info_t info = MLA_DECODE_INFO_INIT;
    ASSERT_EQ(mla_package_decode_info(package.get(), &info), MLA_STATUS_OK);
    EXPECT_STREQ(mla_cache_format_info(info.format)->name, format);
    EXPECT_EQ(info.precision, MLA_PRECISION_E4M3);
  }
}

TEST(Package, FixedPieces) {
  auto expect = [](const std::string &splitSteps, const char *message) {
    SCOPED_TRACE(message);
    mla_package_t *package = nullptr;
    std::string metadata = kDecodeMetadata;
    auto replace = [&](const std::string &from, const std::string &to) {
      metadata.replace(metadata.find(from), from.size(), to);
    };
    replace("\"precision\": \"bf16\"", "\"precision\": \"bf16\"" + splitSteps);
    replace("{\"binding\": \"num_parts\"}", "{\"binding\": \"num_parts\"}, {\"binding\": \"most_pieces\"}");
    std::string bytes = buildPackage(metadata, {emptyCubin(), kPTX});
    expectFailure(mla_package_load_from_memory(bytes.data(), bytes.size(), &package), MLA_STATUS_CORRUPT_PACKAGE,
                  message);
  };
  // Without pieces nobody has slots for them.
  expect("", "package: kernels[0].arguments[5].binding: got 'most_pieces' in a package that implements decode");
  expect(", \"split_steps\": 0", "package: kernels[0].arguments[5].binding: got 'most_pieces'");
  expect(", \"split_steps\": -1", "package: decode.split_steps: expected ");
  expect(", \"split_steps\": 1025", "package: decode.split_steps: expected ");
  expect(", \"split_steps\": 9223372036854775807", "package: decode.split_steps: expected ");
  expect(", \"split_steps\": 1.5", "package: decode.split_steps: expected an integer");
  expect(", \"split_steps\": \"1\"", "package: decode.split_steps: expected an integer");
  expect(", \"split_steps\": null", "package: decode.split_steps: expected an integer");
  // And pieces that nobody counts would have the slots of parts.
  mla_package_t *package = nullptr;
  std::string metadata = kDecodeMetadata, precision = "\"precision\": \"bf16\"";
  metadata.replace(metadata.find(precision), precision.size(), precision + ", \"split_steps\": 4");
  std::string bytes = buildPackage(metadata, {emptyCubin(), kPTX});
  expectFailure(mla_package_load_from_memory(bytes.data(), bytes.size(), &package), MLA_STATUS_CORRUPT_PACKAGE,
                "package: kernels[0].arguments: expected 'most_pieces', for decode.split_steps is 4");
}

TEST(Package, BrokenCachesOfE4M3) {
  auto expect = [](const std::string &metadata, const char *message) {
    SCOPED_TRACE(message);
    mla_package_t *package = nullptr;
    std::string bytes = buildPackage(metadata, {emptyCubin(), kPTX});
    expectFailure(mla_package_load_from_memory(bytes.data(), bytes.size(), &package), MLA_STATUS_CORRUPT_PACKAGE,
                  message);
  };
  expect(formatMetadata("e4m3", "e4m3", kQueryBindings),
         "package: kernels[1].arguments[17].binding: got 'q_rope_map' in a package that implements decode");
  expect(formatMetadata("e4m3", "bf16", kScalesBindings),
         "package: kernels[1].arguments[17].binding: got 'cache_scales' with a cache of format e4m3");
  expect(formatMetadata("e4m3_group", "bf16", R"({"binding": "cache_scale"})"),
         "package: kernels[1].arguments[17].binding: got 'cache_scale' with a cache of format e4m3_group");
  expect(formatMetadata("e4m3_group", "bf16", kRopeMapE4M3),
         "package: kernels[1].arguments[17].element: expected bf16, but got e4m3");
  expect(formatMetadata("e4m3", "bf16", kRopeMapBF16),
         "package: kernels[1].arguments[17].element: expected e4m3, but got bf16");
  std::string metadata = formatMetadata("e4m3_token", "bf16", kLatentMap);
  metadata.replace(metadata.find("\"page_size\": 64"), 15, "\"page_size\": 2");
  expect(metadata,
         "package: decode.format: expected parts of multiples of 16 bytes, but got RoPE columns at 512, tokens "
         "of 640 and pages of 1288 bytes");
}

TEST(Status, Names) {
  EXPECT_STREQ(mla_status_string(MLA_STATUS_OK), "ok");
  EXPECT_STREQ(mla_status_string(MLA_STATUS_INVALID_ARGUMENT), "invalid argument");
  EXPECT_STREQ(mla_status_string(MLA_STATUS_UNSUPPORTED), "unsupported");
  EXPECT_STREQ(mla_status_string(MLA_STATUS_CORRUPT_PACKAGE), "corrupt package");
  EXPECT_STREQ(mla_status_string(MLA_STATUS_IO_ERROR), "input/output error");
  EXPECT_STREQ(mla_status_string(MLA_STATUS_OUT_OF_MEMORY), "out of memory");
  EXPECT_STREQ(mla_status_string(MLA_STATUS_NO_DRIVER), "no driver");
  EXPECT_STREQ(mla_status_string(MLA_STATUS_NO_DEVICE), "no device");
  EXPECT_STREQ(mla_status_string(MLA_STATUS_WRONG_CONTEXT), "wrong context");
  EXPECT_STREQ(mla_status_string(MLA_STATUS_DRIVER_ERROR), "driver error");
  EXPECT_STREQ(mla_status_string(static_cast<mla_status_t>(99)), "unknown status");
}

} // namespace
