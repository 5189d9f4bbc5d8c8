// The headers are C11 and include nothing but the language's own headers.
#include "mla/MLACompiler.h"
#include "mla/MLAInterpreter.h"

extern const char *versionFromC(void);
const char *versionFromC(void) { return mlaCompilerGetVersion(); }
