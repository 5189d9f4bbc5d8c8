"""A layer's calls on a small problem, compared with NumPy: ``python -m mla.demo``.

New tokens go into a paged cache (norm and RoPE), queries attend to it, and a prompt is prefilled. On the interpreter, so
that it runs on any machine; a GPU runs the same kernels.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from . import compiler, reference
from .arrays import from_bits, to_bits
from .functions import append_, decode, prefill
from .package import Package, find_decode, find_prefill


def relative_error(actual: Any, expected: Any) -> float:
    """‖actual − expected‖ / ‖expected‖."""
    import numpy as np

    return float(np.linalg.norm(actual - expected) / np.linalg.norm(expected))


def _timed(call: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    result = call()
    return result, time.perf_counter() - start


def main() -> int:
    """Runs all three; 0 if every error is within its bound."""
    import numpy as np

    print(f"compiler {compiler.version()}; kernels for Hopper, executed by the interpreter on the host")
    random = np.random.default_rng(0)

    def draw(*shape: int) -> Any:
        return to_bits(random.standard_normal(shape))

    good = True

    def report(what: str, error: float, bound: float, seconds: float) -> None:
        nonlocal good
        good = good and error <= bound
        verdict = "ok" if error <= bound else "TOO LARGE"
        print(f"{what:<58} relative error {error:.2e}, bound {bound:.0e}  {verdict}  ({seconds:.1f} s)")

    # 2 requests, a cache of 6 pages of 64 tokens. The first page of a request is filled, then 3 tokens are appended.
    page_size, lengths = 64, (70, 9)
    cache = draw(6, page_size, 576)
    block_table = np.array([[4, 1], [2, 0]], dtype=np.int32)
    new = 3
    places = [(request, position) for request, length in enumerate(lengths) for position in range(length - new, length)]
    slots = np.array([block_table[r, p // page_size] * page_size + p % page_size for r, p in places], dtype=np.int64)
    positions = np.array([p for _, p in places], dtype=np.int64)
    latent, k_rope = draw(len(places), 512), draw(len(places), 64)
    weight = to_bits(1 + 0.1 * random.standard_normal(512))

    appends = Package.builtin("append_deepseek_v3")
    _, seconds = _timed(
        lambda: append_(appends, latent, k_rope, cache, slots=slots, positions=positions, weight=weight)
    )
    written = reference.append(appends, from_bits(latent), from_bits(k_rope), slots, positions, from_bits(weight))
    got = from_bits(cache).reshape(-1, 576)[list(written)]
    report(
        "append: 6 tokens, norm and RoPE of DeepSeek-V3",
        relative_error(got, np.stack(list(written.values()))),
        4e-3,
        seconds,
    )

    decodes = find_decode()
    q = draw(len(lengths), 1, 16, 576)
    seq_lens = np.array(lengths, dtype=np.int32)
    (out, lse), seconds = _timed(lambda: decode(decodes, q, cache, block_table, seq_lens))
    expected, expected_lse = reference.decode(
        from_bits(q),
        from_bits(cache),
        block_table,
        seq_lens,
        d_latent=512,
        softmax_scale=decodes.info["softmax_scale"],
        causal=True,
    )
    report("decode: 2 requests of 70 and 9 tokens, 16 heads", relative_error(from_bits(out), expected), 3e-3, seconds)
    report("        their log-sum-exp", relative_error(lse, expected_lse), 1e-3, 0.0)

    prefills = find_prefill(h_q=2)
    starts = np.array([0, 40, 45], dtype=np.int32)
    pq, pk, pk_rope, pv = draw(45, 2, 192), draw(45, 2, 128), draw(45, 64), draw(45, 2, 128)
    (out, lse), seconds = _timed(lambda: prefill(prefills, pq, pk, pk_rope, pv, starts, starts))
    expected, expected_lse = reference.prefill(
        from_bits(pq),
        from_bits(pk),
        from_bits(pk_rope),
        from_bits(pv),
        starts,
        starts,
        softmax_scale=prefills.info["softmax_scale"],
        causal=True,
    )
    report("prefill: 2 prompts of 40 and 5 tokens, 2 heads", relative_error(from_bits(out), expected), 3e-3, seconds)
    print("all within their bounds" if good else "NOT all within their bounds")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
