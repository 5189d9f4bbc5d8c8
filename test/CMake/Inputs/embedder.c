#include <mla/MLACompiler.h>
#include <stdio.h>

static void report(MlaSeverity severity, const char *message, void *userData) {
  (void)userData;
  if (severity == MlaSeverityError)
    fprintf(stderr, "%s\n", message);
}

int main(void) {
  MlaDecodeProblem problem = {sizeof(problem), MlaElementBF16, 1, 0, 0, 512, 64, 64, 0.125f};
  MlaCompileOptions *options = mlaCompileOptionsCreate();
  MlaArtifact *artifact = NULL;
  if (mlaCompileOptionsSet(options, "ptxas", "none", report, NULL))
    artifact = mlaCompileDecode(&problem, options, report, NULL);
  if (artifact)
    fwrite(mlaArtifactGetBytes(artifact), 1, mlaArtifactGetSize(artifact), stdout);
  int failed = !artifact;
  mlaArtifactDestroy(artifact);
  mlaCompileOptionsDestroy(options);
  return failed;
}
