//===- MLADialect.td - Attention as mathematics -------------------------------------------------------------===//
#ifndef DIALECT_MLA_MLADIALECT_TD
#define DIALECT_MLA_MLADIALECT_TD

include "mlir/IR/OpBase.td"

def MLA_Dialect : Dialect {
  let name = "mla";
  let cppNamespace = "::mlir::mla";
  let summary = "Multi-head latent attention as mathematics";
  let description = [{
    Queries, a latent cache and a mask; no thread, tile or buffer in sight. An op says *what* is computed, on whole
    tensors; `lib/Reference` evaluates it in double and is the meaning of record; the `mla_gpu` dialect says *how*.

    Dimensions have one vocabulary, `docs/glossary.md`: `b` requests, `s_q` query tokens per request, `h_q` query heads,
    `d_latent` latent columns (keys and values), `d_rope` columns that only keys have, `d_qk` = `d_latent` + `d_rope`.
    They are parameters of types, never constants of the dialect.

    Constraints are numbered C1, C2, … and hold for every valid op or type; the verifier rejects the rest. Preconditions
    are numbered P1, P2, … and concern values known only when the program runs; where one is broken the results are
    unspecified.
  }];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let extraClassDeclaration = [{
    void registerAttributes();
    void registerTypes();
  }];
}

#endif
