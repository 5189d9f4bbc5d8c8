//===- PackageBuilder.h - Packages made by hand -----------------------------------------------------*- C++ -*-===//
//
// Writes the format from its description in docs/runtime.md, independently of lib/Target/Package, so that a test can
// write what the compiler never would.
//
//===---------------------------------------------------------------------------------------------------------===//
#ifndef TEST_RUNTIME_PACKAGEBUILDER_H
#define TEST_RUNTIME_PACKAGEBUILDER_H

#include "mla/mla_runtime.h"
#include <cstring>
#include <elf.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <zlib.h>

struct PackageDeleter {
  void operator()(mla_package_t *package) const { mla_package_destroy(package); }
};
using PackageHandle = std::unique_ptr<mla_package_t, PackageDeleter>;

struct PrefillPlanDeleter {
  void operator()(mla_prefill_plan_t *plan) const { mla_prefill_plan_destroy(plan); }
};
using PrefillPlanHandle = std::unique_ptr<mla_prefill_plan_t, PrefillPlanDeleter>;

/// A prefill problem with 16 heads; RoPE columns and strides are for the test to set.
inline mla_prefill_desc_t prefillDesc() {
  mla_prefill_desc_t desc = MLA_PREFILL_DESC_INIT;
  desc.element = MLA_ELEMENT_BF16;
  desc.causal = 1;
  desc.h_q = 16;
  desc.d_nope = 128;
  desc.d_v = 128;
  desc.max_b = 10;
  desc.max_total_q = 1000;
  return desc;
}

inline mla_status_t createPrefill(const mla_package_t *package, const mla_prefill_desc_t &desc,
                                  PrefillPlanHandle &out) {
  auto *plan = reinterpret_cast<mla_prefill_plan_t *>(1);
  mla_status_t status = mla_prefill_plan_create(package, &desc, &plan);
  EXPECT_EQ(plan == nullptr, status != MLA_STATUS_OK);
  out.reset(plan);
  return status;
}

/// Expects a failure, and its sentence to contain `text`.
inline void expectFailure(mla_status_t actual, mla_status_t expected, const std::string &text) {
  EXPECT_EQ(actual, expected) << mla_last_error_message();
  EXPECT_NE(std::string(mla_last_error_message()).find(text), std::string::npos)
      << "message: " << mla_last_error_message() << "\nexpected in it: " << text;
}

/// Writes the checksum that the bytes need.
inline void sealPackage(std::string &bytes) {
  auto *covered = reinterpret_cast<const Bytef *>(bytes.data()) + 16;
  uint32_t checksum = crc32(0, covered, bytes.size() - 16);
  memcpy(&bytes[12], &checksum, sizeof(checksum));
}

/// Header, images, metadata. `metadata` names the images by "@0", "@1", …, which become `"offset": …, "size": …`.
inline std::string buildPackage(std::string metadata, const std::vector<std::string> &images) {
  std::string bytes(40, '\0');
  for (size_t i = 0; i < images.size(); ++i) {
    bytes.resize((bytes.size() + 63) / 64 * 64);
    std::string place =
        "\"offset\": " + std::to_string(bytes.size()) + ", \"size\": " + std::to_string(images[i].size());
    std::string name = "@" + std::to_string(i);
    if (size_t at = metadata.find(name); at != std::string::npos)
      metadata.replace(at, name.size(), place);
    bytes += images[i];
  }
  uint64_t numbers[] = {bytes.size() + metadata.size(), bytes.size(), metadata.size()};
  uint32_t version = 4;
  bytes += metadata;
  memcpy(&bytes[0], "MLAPKG\r\n", 8);
  memcpy(&bytes[8], &version, sizeof(version));
  memcpy(&bytes[16], numbers, sizeof(numbers));
  sealPackage(bytes);
  return bytes;
}

/// The least that is a whole cubin.
inline std::string emptyCubin() {
  Elf64_Ehdr header = {};
  memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_phentsize = sizeof(Elf64_Phdr);
  return std::string(reinterpret_cast<const char *>(&header), sizeof(header));
}

inline const std::string kPTX = std::string("// PTX\n.version 8.8\n") + '\0';

/// Metadata of a decode package with every binding that a cache of bf16 has.
inline const char *const kDecodeMetadata = R"({
 "name": "decode", "target": "sm_90a",
 "decode": {"element": "bf16", "causal": true, "h_q": 128, "s_q": 0, "d_latent": 512, "d_rope": 64, "page_size": 64,
            "softmax_scale": 0.125, "format": "bf16", "precision": "bf16"},
 "kernels": [
  {"name": "plan_work", "step": "schedule", "grid": ["one", "one"], "threads": 32, "smem_bytes": 0, "pdl": false,
   "cooperative": false, "arguments": [{"binding": "seq_lens"}, {"binding": "parts"}, {"binding": "counters"},
                                       {"binding": "batch"}, {"binding": "num_parts"}]},
  {"name": "attend", "step": "attend", "grid": ["row_tiles", "parts"], "threads": 384, "smem_bytes": 230000,
   "pdl": true, "cooperative": true, "arguments": [
    {"binding": "q_map", "element": "bf16", "swizzle": "sw128", "box": [1, 64, 64]},
    {"binding": "cache_map", "element": "bf16", "swizzle": "sw128", "box": [1, 64, 64]},
    {"binding": "block_table"}, {"binding": "seq_lens"}, {"binding": "out"}, {"binding": "lse"}, {"binding": "parts"},
    {"binding": "partial_out"}, {"binding": "partial_lse"}, {"binding": "rows"}, {"binding": "heads"},
    {"binding": "queries"}, {"binding": "block_table_stride"}, {"binding": "num_pages"}, {"binding": "scale_log2"},
    {"binding": "counters"}, {"binding": "out_map", "element": "bf16", "swizzle": "sw128", "box": [1, 64, 64]},
    {"binding": "partial_map", "element": "f16", "swizzle": "sw128", "box": [1, 64, 64]}]}],
 "images": [{"kind": "cubin", @0}, {"kind": "ptx", @1}]
})";

/// The same with a cache of another format, whose own bindings come last.
inline std::string formatMetadata(const std::string &format, const std::string &precision,
                                  const std::string &bindings) {
  std::string metadata = kDecodeMetadata;
  auto replace = [&](const std::string &from, const std::string &to) {
    size_t at = metadata.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    metadata.replace(at, from.size(), to);
  };
  replace("\"format\": \"bf16\"", "\"format\": \"" + format + "\"");
  replace("\"precision\": \"bf16\"", "\"precision\": \"" + precision + "\"");
  replace("{\"binding\": \"cache_map\", \"element\": \"bf16\", \"swizzle\": \"sw128\", \"box\": [1, 64, 64]},", "");
  if (precision == "e4m3_queries")
    replace("{\"binding\": \"q_map\", \"element\": \"bf16\", \"swizzle\": \"sw128\", \"box\": [1, 64, 64]}",
            "{\"binding\": \"q_map\", \"element\": \"e4m3\", \"swizzle\": \"sw128\", \"box\": [1, 64, 128]}");
  replace("\"element\": \"f16\", \"swizzle\": \"sw128\", \"box\": [1, 64, 64]}]}]",
          "\"element\": \"f16\", \"swizzle\": \"sw128\", \"box\": [1, 64, 64]}, " + bindings + "]}]");
  return metadata;
}
inline std::string formatPackage(const std::string &format, const std::string &precision, const std::string &bindings) {
  return buildPackage(formatMetadata(format, precision, bindings), {emptyCubin(), kPTX});
}
inline const char *const kLatentMap =
    R"({"binding": "cache_latent_map", "element": "e4m3", "swizzle": "sw128", "box": [1, 64, 128]})";
inline const char *const kRopeMapE4M3 =
    R"({"binding": "cache_rope_map", "element": "e4m3", "swizzle": "sw64", "box": [1, 64, 64]})";
inline const char *const kRopeMapBF16 =
    R"({"binding": "cache_rope_map", "element": "bf16", "swizzle": "sw128", "box": [1, 64, 64]})";
/// What precision e4m3_queries has beside the cache's.
inline const char *const kQueryBindings =
    R"({"binding": "q_rope_map", "element": "e4m3", "swizzle": "sw64", "box": [1, 64, 64]}, {"binding": "q_scale"})";
inline const char *const kScalesBindings =
    R"({"binding": "cache_scales"}, {"binding": "cache_scale_page_stride"}, {"binding": "cache_scale_token_stride"})";

inline std::string decodePackage() { return buildPackage(kDecodeMetadata, {emptyCubin(), kPTX}); }

/// `decodePackage` with `from` replaced by `to` in its metadata.
inline std::string alteredPackage(const std::string &from, const std::string &to) {
  std::string metadata = kDecodeMetadata;
  size_t at = metadata.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos)
    metadata.replace(at, from.size(), to);
  return buildPackage(metadata, {emptyCubin(), kPTX});
}

inline PackageHandle loadPackage(const std::string &bytes) {
  mla_package_t *package = nullptr;
  EXPECT_EQ(mla_package_load_from_memory(bytes.data(), bytes.size(), &package), MLA_STATUS_OK)
      << mla_last_error_message();
  return PackageHandle(package);
}

/// A problem that `decodePackage` implements.
inline mla_decode_desc_t decodeDesc() {
  mla_decode_desc_t desc = MLA_DECODE_DESC_INIT;
  desc.element = MLA_ELEMENT_BF16;
  desc.causal = 1;
  desc.b = 3;
  desc.s_q = 2;
  desc.h_q = 128;
  desc.d_latent = 512;
  desc.d_rope = 64;
  desc.page_size = 64;
  desc.num_pages = 1000;
  desc.block_table_stride = 20;
  return desc;
}

#endif // TEST_RUNTIME_PACKAGEBUILDER_H
