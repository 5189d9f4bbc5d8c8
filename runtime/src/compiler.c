//===- compiler.c - Finding and loading the compiler library --------------------------------------------------===//
#define _GNU_SOURCE // O_CLOEXEC and pread in C11
#include "compiler.h"
#include "status.h"

#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

//===----------------------------------------------------------------------------------------------------------===//
// Build id of a file
//===----------------------------------------------------------------------------------------------------------===//

enum { MAX_SEGMENTS = 128, MAX_NOTES = 1 << 16, NOTE_ALIGNMENT = 4, MAX_BUILD_ID = (MLA_MAX_IDENTITY - 1) / 2 };

/// Reads exactly `size` bytes at `offset`; false if they are not there.
static int read_at(int file, void *out, size_t size, uint64_t offset) {
  size_t done = 0;
  while (done < size && offset <= INT64_MAX - size) {
    ssize_t count = pread(file, (char *)out + done, size - done, (off_t)(offset + done));
    if (count > 0)
      done += (size_t)count;
    else if (count == 0 || errno != EINTR)
      break;
  }
  return done == size;
}

static size_t padded(uint32_t size) { return ((size_t)size + NOTE_ALIGNMENT - 1) / NOTE_ALIGNMENT * NOTE_ALIGNMENT; }

/// Looks for the build id among `size` bytes of notes.
static int find_build_id(const unsigned char *notes, size_t size, char out_identity[MLA_MAX_IDENTITY]) {
  static const char digits[] = "0123456789abcdef";
  int found = 0;
  Elf64_Nhdr note;
  while (!found && size >= sizeof(note)) {
    memcpy(&note, notes, sizeof(note));
    notes += sizeof(note);
    size -= sizeof(note);
    size_t name_size = padded(note.n_namesz), id_size = padded(note.n_descsz);
    if (name_size > size || id_size > size - name_size)
      break;
    found = note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(notes, "GNU", 4) == 0 && note.n_descsz > 0 &&
            note.n_descsz <= MAX_BUILD_ID;
    for (uint32_t i = 0; found && i < note.n_descsz; ++i) {
      out_identity[2 * i] = digits[notes[name_size + i] >> 4];
      out_identity[2 * i + 1] = digits[notes[name_size + i] & 15];
      out_identity[2 * i + 2] = 0;
    }
    notes += name_size + id_size;
    size -= name_size + id_size;
  }
  return found;
}

mla_status_t mla_compiler_read_identity(const char *path, char out_identity[MLA_MAX_IDENTITY]) {
  mla_status_t status = MLA_STATUS_OK;
  unsigned char *notes = NULL;
  Elf64_Ehdr header;
  Elf64_Phdr segments[MAX_SEGMENTS];
  struct stat info;
  int found = 0;
  out_identity[0] = 0;
  // Not blocking: a pipe of that name would keep us waiting for a writer.
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  MLA_CHECK(file >= 0, MLA_STATUS_NO_COMPILER, "cannot open the compiler library %s: %s", path, strerror(errno));
  MLA_CHECK(fstat(file, &info) == 0 && S_ISREG(info.st_mode), MLA_STATUS_NO_COMPILER,
            "compiler library %s: expected a regular file", path);
  MLA_CHECK(read_at(file, &header, sizeof(header), 0) && memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
                header.e_ident[EI_CLASS] == ELFCLASS64 && header.e_phentsize == sizeof(Elf64_Phdr) &&
                header.e_phnum <= MAX_SEGMENTS &&
                read_at(file, segments, header.e_phnum * sizeof(Elf64_Phdr), header.e_phoff),
            MLA_STATUS_NO_COMPILER, "compiler library %s: expected a 64-bit ELF library, but got something else", path);
  notes = malloc(MAX_NOTES);
  MLA_CHECK(notes, MLA_STATUS_OUT_OF_MEMORY, "no memory to read %s", path);
  for (int i = 0; i < header.e_phnum && !found; ++i)
    if (segments[i].p_type == PT_NOTE && segments[i].p_filesz <= MAX_NOTES &&
        read_at(file, notes, segments[i].p_filesz, segments[i].p_offset))
      found = find_build_id(notes, segments[i].p_filesz, out_identity);
  MLA_CHECK(found, MLA_STATUS_NO_COMPILER, "compiler library %s: expected a build id, but got none", path);
done:
  free(notes);
  if (file >= 0)
    close(file);
  return status;
}

//===----------------------------------------------------------------------------------------------------------===//
// Loading
//===----------------------------------------------------------------------------------------------------------===//

typedef struct symbol_t {
  const char *name;
  size_t offset;
} symbol_t;

static const symbol_t symbols[] = {
#define MLA_ENTRY(field, function) {#function, offsetof(mla_compiler_t, field)},
    MLA_COMPILER_SYMBOLS(MLA_ENTRY)
#undef MLA_ENTRY
};

mla_status_t mla_compiler_open(const char *library, mla_compiler_t *out_compiler, char out_identity[MLA_MAX_IDENTITY]) {
  mla_status_t status = MLA_STATUS_OK;
  memset(out_compiler, 0, sizeof(*out_compiler));
  out_identity[0] = 0;
  // Never closed: LLVM registers things that outlive a call, and loading it again would cost more than keeping it.
  void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!handle) {
    const char *reason = dlerror();
    status = mla_fail(MLA_STATUS_NO_COMPILER,
                      "cannot load the compiler library: %s; install it, or name it in MLA_COMPILER_LIBRARY",
                      reason ? reason : library);
    goto done;
  }
  for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); ++i) {
    void *address = dlsym(handle, symbols[i].name);
    MLA_CHECK(address, MLA_STATUS_NO_COMPILER, "compiler library %s: expected a function %s, but got none", library,
              symbols[i].name);
    // ISO C has no conversion from object to function pointers; POSIX promises that the bits are the same.
    memcpy((char *)out_compiler + symbols[i].offset, &address, sizeof(address));
    // The first function says whether the others are what they are called.
    if (i == 0)
      MLA_CHECK(out_compiler->get_abi_version() == MLA_COMPILER_ABI_VERSION, MLA_STATUS_NO_COMPILER,
                "compiler library %s: expected interface %d, but got %" PRIu32
                "; use a compiler and a runtime of the same release",
                library, MLA_COMPILER_ABI_VERSION, out_compiler->get_abi_version());
  }
  const char *identity = out_compiler->get_identity();
  size_t length = identity ? strlen(identity) : 0;
  MLA_CHECK(length > 0 && length < MLA_MAX_IDENTITY, MLA_STATUS_NO_COMPILER,
            "compiler library %s: expected a build id, but got none", library);
  memcpy(out_identity, identity, length + 1);
done:
  return status;
}
