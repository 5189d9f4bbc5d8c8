// A compiler library that compiles nothing: it answers with the file $FAKE_COMPILER_PACKAGE, and appends a line with
// its name, the ptxas and the options that it was given to $FAKE_COMPILER_LOG. FAKE_IDENTITY is what it says of itself,
// true or not; FAKE_ABI its interface; with FAKE_EMPTY it is a library of something else.
#include "mla/MLACompiler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef FAKE_EMPTY
MLA_CAPI_EXPORTED int mlaSomethingElse(void);
int mlaSomethingElse(void) { return 0; }
#else

#ifndef FAKE_ABI
#define FAKE_ABI MLA_COMPILER_ABI_VERSION
#endif

struct MlaCompileOptions {
  char text[256];
};
struct MlaArtifact {
  size_t size;
  char bytes[1 << 16];
};

uint32_t mlaCompilerGetABIVersion(void) { return FAKE_ABI; }
const char *mlaCompilerGetVersion(void) { return "fake"; }
const char *mlaCompilerGetIdentity(void) { return FAKE_IDENTITY; }

MlaCompileOptions *mlaCompileOptionsCreate(void) { return calloc(1, sizeof(MlaCompileOptions)); }
void mlaCompileOptionsDestroy(MlaCompileOptions *options) { free(options); }

bool mlaCompileOptionsSet(MlaCompileOptions *options, const char *name, const char *value,
                          MlaDiagnosticCallback callback, void *userData) {
  (void)callback;
  (void)userData;
  size_t used = strlen(options->text);
  snprintf(options->text + used, sizeof(options->text) - used, " %s=%s", name, value);
  return true;
}

MlaArtifact *mlaCompileIR(const char *text, size_t size, const char *name, const MlaCompileOptions *options,
                          MlaDiagnosticCallback callback, void *userData) {
  (void)text, (void)size, (void)name;
  const char *path = getenv("FAKE_COMPILER_PACKAGE"), *logPath = getenv("FAKE_COMPILER_LOG");
  FILE *log = logPath ? fopen(logPath, "a") : NULL;
  if (log) {
    fprintf(log, "%s%s\n", FAKE_IDENTITY, options->text);
    fclose(log);
  }
  FILE *file = path ? fopen(path, "rb") : NULL;
  if (!file) {
    // A lot of words, only some of which are an error's.
    callback(MlaSeverityRemark, "a remark", userData);
    callback(MlaSeverityNote, "a remark's note", userData);
    for (int i = 0; i < 1000; ++i) {
      callback(MlaSeverityError, "an error", userData);
      callback(MlaSeverityNote, "an error's note", userData);
    }
    return NULL;
  }
  MlaArtifact *artifact = calloc(1, sizeof(*artifact));
  artifact->size = fread(artifact->bytes, 1, sizeof(artifact->bytes), file);
  fclose(file);
  return artifact->size ? artifact : (free(artifact), (MlaArtifact *)NULL);
}

const void *mlaArtifactGetBytes(const MlaArtifact *artifact) { return artifact->bytes; }
size_t mlaArtifactGetSize(const MlaArtifact *artifact) { return artifact->size; }
void mlaArtifactDestroy(MlaArtifact *artifact) { free(artifact); }
#endif
