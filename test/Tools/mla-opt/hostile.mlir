// Found by changing characters at random; each crashed once.
// RUN: mla-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{unknown  type `nope` in dialect `mla_gpu`}}
func.func private @no_element_type(tensor<!mla_gpu.nope, #mla_gpu.layout<lane>>)
