"""Multi-head Latent Attention on NVIDIA Hopper: decode, prefill in both forms, merge, append and RoPE.

Needs neither PyTorch nor a GPU to be imported. What there is:

- `Package`: compiled kernels; `Package.builtin`, `Package.load`, `Package.compile`, `find_decode` and its like.
- Plans, which mirror the C API: `DecodePlan`, `AppendPlan`, `RopePlan`, `PrefillPlan`, `PrefillAbsorbedPlan`, `MergePlan`.
- `decode`, `append_`, `rope`, `prefill`, `prefill_absorbed`, `merge`: whole calls on NumPy arrays, on the interpreter.
- `mla.torch`: the same for PyTorch on GPUs, with custom ops; `mla.flash_mla`: the interface of FlashMLA;
  `mla.transformers`: attention for DeepSeek-V3's architecture.

``python -m mla.demo`` shows it, on any machine.
"""

from __future__ import annotations

from . import ir
from .arrays import from_bits, to_bits
from .errors import (
    CompileError,
    InvalidArgumentError,
    MLAError,
    NoGPUError,
    OutOfMemoryError,
    PackageError,
    Status,
    UnsupportedError,
    WrongContextError,
)
from .functions import append_, decode, merge, prefill, prefill_absorbed, rope
from .package import (
    Package,
    builtin_names,
    find_append,
    find_decode,
    find_merge,
    find_prefill,
    find_prefill_absorbed,
)
from .plans import AppendPlan, DecodePlan, MergePlan, PrefillAbsorbedPlan, PrefillPlan, RopePlan, choose_device
from .types import CacheFormat, Element, Precision

__version__ = "0.1.0"

__all__ = [
    "AppendPlan",
    "CacheFormat",
    "CompileError",
    "DecodePlan",
    "Element",
    "InvalidArgumentError",
    "MLAError",
    "MergePlan",
    "NoGPUError",
    "OutOfMemoryError",
    "Package",
    "PackageError",
    "Precision",
    "PrefillAbsorbedPlan",
    "PrefillPlan",
    "RopePlan",
    "Status",
    "UnsupportedError",
    "WrongContextError",
    "append_",
    "builtin_names",
    "choose_device",
    "decode",
    "find_append",
    "find_decode",
    "find_merge",
    "find_prefill",
    "find_prefill_absorbed",
    "from_bits",
    "ir",
    "merge",
    "prefill",
    "prefill_absorbed",
    "rope",
    "to_bits",
]
