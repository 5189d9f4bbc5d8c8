// Only the name of this file matters: see choose-schedule-options.mlir.
