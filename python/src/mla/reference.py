"""The ops in NumPy and double, as docs/Dialects/MLA.md defines them: for tests and for the demo.

All arrays are of floats here; `mla.from_bits` makes them of bits.
"""

from __future__ import annotations

from typing import Any

from .package import Package


def decode(
    q: Any, cache: Any, block_table: Any, seq_lens: Any, *, d_latent: int, softmax_scale: float, causal: bool
) -> tuple[Any, Any]:
    """(out, lse) for q [b, s_q, h_q, d_qk] and cache [num_pages, page_size, d_qk]; as the op `mla.decode`."""
    import numpy as np

    b, s_q, h_q, _ = q.shape
    page_size = cache.shape[1]
    out = np.zeros((b, s_q, h_q, d_latent))
    lse = np.full((b, s_q, h_q), -np.inf)
    for i in range(b):
        length = int(seq_lens[i])
        pages = [int(page) for page in block_table[i, : -(-length // page_size)]]
        tokens = cache[pages].reshape(-1, cache.shape[2])[:length].astype(np.float64)
        for t in range(s_q):
            seen = max(length - (s_q - 1 - t), 0) if causal else length
            if seen:
                out[i, t], lse[i, t] = _attend(q[i, t], tokens[:seen], tokens[:seen, :d_latent], softmax_scale)
    return out, lse


def _attend(q: Any, k: Any, v: Any, softmax_scale: float) -> tuple[Any, Any]:
    """One query token: q [h, d], k [n, d], v [n, d_v]."""
    import numpy as np

    scores = softmax_scale * (q.astype(np.float64) @ k.T)
    largest = scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores - largest)
    total = weights.sum(axis=-1, keepdims=True)
    return weights @ v / total, (largest + np.log(total))[..., 0]


def prefill(
    q: Any, k: Any, k_rope: Any, v: Any, cu_seqlens_q: Any, cu_seqlens_kv: Any, *, softmax_scale: float, causal: bool
) -> tuple[Any, Any]:
    """(out, lse) for q [total_q, h, d_nope + d_rope], k, v [total_kv, h, …], k_rope [total_kv, d_rope]; as `mla.prefill`."""
    import numpy as np

    total_q, h, _ = q.shape
    out = np.zeros((total_q, h, v.shape[2]))
    lse = np.full((h, total_q), -np.inf)
    for i in range(len(cu_seqlens_q) - 1):
        first, n_q = int(cu_seqlens_q[i]), int(cu_seqlens_q[i + 1] - cu_seqlens_q[i])
        begin, n_kv = int(cu_seqlens_kv[i]), int(cu_seqlens_kv[i + 1] - cu_seqlens_kv[i])
        for t in range(n_q):
            seen = min(max(n_kv - n_q + t + 1, 0), n_kv) if causal else n_kv
            for head in range(h if seen else 0):
                rows = slice(begin, begin + seen)
                keys = np.concatenate([k[rows, head], k_rope[rows]], axis=-1).astype(np.float64)
                values = v[rows, head].astype(np.float64)
                row, total = _attend(q[first + t, head][None], keys, values, softmax_scale)
                out[first + t, head], lse[head, first + t] = row[0], total[0]
    return out, lse


def prefill_absorbed(
    q: Any, tokens: list[Any], cu_seqlens_q: Any, *, d_latent: int, softmax_scale: float, causal: bool
) -> tuple[Any, Any]:
    """(out, lse) for q [total_q, h, d_qk], and of each sequence its latent vectors [n_kv, d_qk]; as `mla.prefill_absorbed`."""
    import numpy as np

    total_q, h, _ = q.shape
    out = np.zeros((total_q, h, d_latent))
    lse = np.full((total_q, h), -np.inf)
    for i, keys in enumerate(tokens):
        first, n_q, n_kv = int(cu_seqlens_q[i]), int(cu_seqlens_q[i + 1] - cu_seqlens_q[i]), len(keys)
        keys = keys.astype(np.float64)
        for t in range(n_q):
            seen = min(max(n_kv - n_q + t + 1, 0), n_kv) if causal else n_kv
            if seen:
                row = _attend(q[first + t], keys[:seen], keys[:seen, :d_latent], softmax_scale)
                out[first + t], lse[first + t] = row
    return out, lse


def merge(out_a: Any, lse_a: Any, out_b: Any, lse_b: Any) -> tuple[Any, Any]:
    """(out, lse) for out [tokens, heads, d_v] and lse [tokens, heads]; as `mla.merge`."""
    import numpy as np

    lse = np.logaddexp(lse_a.astype(np.float64), lse_b)
    finite = np.where(np.isneginf(lse), 0.0, lse)
    out = np.zeros(out_a.shape)
    for part, part_lse in ((out_a, lse_a), (out_b, lse_b)):
        weight = np.exp(part_lse - finite)[..., None]
        out += weight * np.where(weight > 0, part, 0.0)  # what saw nothing may hold NaN
    return out, lse


def append(package: Package, latent: Any, k_rope: Any, slots: Any, positions: Any, weight: Any) -> dict[int, Any]:
    """What each slot that is written receives, for a package of `mla.append` with slots; as that op."""
    import numpy as np

    info = package.info
    written = {}
    for token, slot in enumerate(int(slot) for slot in slots):
        if slot < 0:
            continue
        row = latent[token].astype(np.float64)
        if info["norm"]:
            row = row * weight / np.sqrt((row * row).mean() + info["eps"])
        key = k_rope[token].astype(np.float64)
        if info["rotation"]["turns"]:
            key = turn(package, key, int(positions[token]))
        written[slot] = np.concatenate([row, key])
    return written


def turn(package: Package, x: Any, position: int) -> Any:
    """RoPE of the last axis of ``x``, with the package's rotation."""
    import numpy as np

    rotation = package.info["rotation"]
    turns = [(int(turn) * position) % 2**64 / 2**64 for turn in rotation["turns"]]
    angles = 2 * np.pi * np.array(turns)
    cos, sin = np.cos(angles) * rotation["magnitude"], np.sin(angles) * rotation["magnitude"]
    pairs = len(turns)
    first = slice(0, None, 2) if rotation["interleaved"] else slice(0, pairs)
    second = slice(1, None, 2) if rotation["interleaved"] else slice(pairs, None)
    out = np.empty_like(x, dtype=np.float64)
    out[..., first] = x[..., first] * cos - x[..., second] * sin
    out[..., second] = x[..., second] * cos + x[..., first] * sin
    return out
