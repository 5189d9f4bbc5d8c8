"""Whole calls on NumPy arrays, for examples, notebooks and tests: they allocate what they return.

On the host they run on the interpreter, with all its checks. On GPUs, use `mla.torch` or the plans.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .arrays import extents, num_pages
from .plans import AppendPlan, DecodePlan, MergePlan, PrefillAbsorbedPlan, PrefillPlan, RopePlan
from .types import Precision

if TYPE_CHECKING:
    from .package import Package


def decode(
    package: Package,
    q: Any,
    cache: Any,
    block_table: Any,
    seq_lens: Any,
    *,
    softmax_scale: float | None = None,
    cache_scale: Any = None,
    q_scale: Any = None,
) -> tuple[Any, Any]:
    """(out, lse) of attention over a paged latent cache; arrays as `DecodePlan.run` takes them, on the host.

    Raises ``InvalidArgumentError`` for what does not fit, ``UnsupportedError`` for what the package does not implement.
    """
    import numpy

    b, s_q, h_q, _ = extents("q", q, 4)
    plan = DecodePlan(
        package,
        b=b,
        s_q=s_q,
        h_q=h_q,
        num_pages=num_pages("cache", cache),
        block_table_stride=extents("block_table", block_table, 2)[1],
        softmax_scale=softmax_scale,
        device="cpu",
    )
    # Queries of e4m3 do not say what the results are: bits of the element type.
    dtype = numpy.uint16 if plan.precision is Precision.E4M3_QUERIES else q.dtype
    out = numpy.empty((b, s_q, h_q, plan.d_latent), dtype=dtype)
    lse = numpy.empty((b, s_q, h_q), dtype=numpy.float32)
    plan.run(q, cache, block_table, seq_lens, out, lse, cache_scale=cache_scale, q_scale=q_scale)
    return out, lse


def append_(package: Package, latent: Any, k_rope: Any, cache: Any, **places: Any) -> None:
    """Puts new tokens into ``cache``, in place; arguments as `AppendPlan.run` takes them, on the host.

    Raises ``InvalidArgumentError`` for what does not fit, or what the package has no use for.
    """
    table = places.get("block_table")
    plan = AppendPlan(
        package,
        num_pages=num_pages("cache", cache),
        block_table_stride=0 if table is None else extents("block_table", table, 2)[1],
        device="cpu",
    )
    plan.run(latent, k_rope, cache, **places)


def rope(package: Package, x: Any, positions: Any) -> Any:
    """``x`` [tokens, heads, d_rope], turned; arguments as `RopePlan.run` takes them, on the host.

    Raises ``InvalidArgumentError`` for what does not fit, ``UnsupportedError`` for what the package does not implement.
    """
    import numpy

    plan = RopePlan(package, heads=extents("x", x, 3)[1], device="cpu")
    out = numpy.empty_like(x)
    plan.run(x, positions, out)
    return out


def prefill(
    package: Package,
    q: Any,
    k: Any,
    k_rope: Any,
    v: Any,
    cu_seqlens_q: Any,
    cu_seqlens_kv: Any,
    *,
    softmax_scale: float | None = None,
) -> tuple[Any, Any]:
    """(out, lse) of attention of prompts; arrays as `PrefillPlan.run` takes them, dense, on the host.

    Raises ``InvalidArgumentError`` for what does not fit, ``UnsupportedError`` for what the package does not implement.
    """
    import numpy

    total_q = extents("q", q, 3)[0]
    plan = PrefillPlan(
        package,
        max_b=extents("cu_seqlens_q", cu_seqlens_q, 1)[0] - 1,
        max_total_q=max(total_q, 1),
        softmax_scale=softmax_scale,
        device="cpu",
    )
    out = numpy.empty((total_q, plan.h_q, plan.d_v), dtype=q.dtype)
    lse = numpy.empty((plan.h_q, total_q), dtype=numpy.float32)
    plan.run(q, k, k_rope, v, cu_seqlens_q, cu_seqlens_kv, out, lse)
    return out, lse


def prefill_absorbed(
    package: Package,
    q: Any,
    keys: Any,
    cu_seqlens_q: Any,
    *,
    cu_seqlens_kv: Any = None,
    block_table: Any = None,
    seq_lens: Any = None,
    softmax_scale: float | None = None,
    cache_scale: Any = None,
) -> tuple[Any, Any]:
    """(out, lse) of attention of prompts over latent vectors; arrays as `PrefillAbsorbedPlan.run` takes them, on the host.

    Raises ``InvalidArgumentError`` for what does not fit, ``UnsupportedError`` for what the package does not implement.
    """
    import numpy

    total_q = extents("q", q, 3)[0]
    plan = PrefillAbsorbedPlan(
        package,
        max_b=extents("cu_seqlens_q", cu_seqlens_q, 1)[0] - 1,
        max_total_q=max(total_q, 1),
        num_pages=num_pages("keys", keys),
        block_table_stride=0 if block_table is None else extents("block_table", block_table, 2)[1],
        softmax_scale=softmax_scale,
        device="cpu",
    )
    out = numpy.empty((total_q, plan.h_q, plan.d_latent), dtype=q.dtype)
    lse = numpy.empty((total_q, plan.h_q), dtype=numpy.float32)
    plan.run(
        q,
        keys,
        cu_seqlens_q,
        out,
        lse,
        cu_seqlens_kv=cu_seqlens_kv,
        block_table=block_table,
        seq_lens=seq_lens,
        cache_scale=cache_scale,
    )
    return out, lse


def merge(package: Package, out_a: Any, lse_a: Any, out_b: Any, lse_b: Any) -> tuple[Any, Any]:
    """(out, lse) of attention over both parts; arrays as `MergePlan.run` takes them, on the host.

    Raises ``InvalidArgumentError`` for what does not fit.
    """
    import numpy

    out, lse = numpy.empty_like(out_a), numpy.empty_like(lse_a)
    MergePlan(package, device="cpu").run(out_a, lse_a, out_b, lse_b, out, lse)
    return out, lse
