// Exists so that cmake/Precompiled.h has a target to be built with.
