// The header is C11 and includes nothing but the language's own headers.
#include "mla/MLACompiler.h"

extern const char *versionFromC(void);
const char *versionFromC(void) { return mlaCompilerGetVersion(); }
