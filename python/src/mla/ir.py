"""MLIR text of single ops, for `Package.compile`: docs/Dialects/MLA.md says what they mean.

Extents of 0 are left open, and the package takes any.
"""

from __future__ import annotations

import dataclasses

from .errors import InvalidArgumentError
from .types import CacheFormat, Element, Precision, element_format


def _real(value: float) -> str:
    """A float as MLIR reads it, which wants digits behind a point before an exponent."""
    text = repr(float(value))
    if "e" in text and "." not in text.split("e")[0]:
        text = text.replace("e", ".0e")
    return text


@dataclasses.dataclass(frozen=True)
class Yarn:
    """How a context window was extended; the names are those of model files (arXiv:2309.00071)."""

    factor: float
    original_length: int
    beta_fast: float = 32.0
    beta_slow: float = 1.0
    mscale: float = 1.0
    mscale_all_dim: float = 0.0


@dataclasses.dataclass(frozen=True)
class Rope:
    """A rotary position embedding: ``interleaved`` turns elements 2i and 2i + 1, else i and i + d_rope / 2."""

    base: float = 10000.0
    interleaved: bool = True
    yarn: Yarn | None = None

    def ir(self) -> str:
        """The attribute."""
        yarn = ""
        if self.yarn:
            y = self.yarn
            yarn = (
                f", yarn = <factor = {_real(y.factor)}, original_length = {y.original_length}, beta_fast = "
                f"{_real(y.beta_fast)}, beta_slow = {_real(y.beta_slow)}, mscale = {_real(y.mscale)}, "
                f"mscale_all_dim = {_real(y.mscale_all_dim)}>"
            )
        pairing = "interleaved" if self.interleaved else "half_split"
        return f"#mla.rope<base = {_real(self.base)}, pairing = {pairing}{yarn}>"


def _extent(value: int) -> str:
    return str(value) if value else "?"


def decode(
    *,
    h_q: int = 0,
    s_q: int = 0,
    d_latent: int = 512,
    d_rope: int = 64,
    page_size: int = 64,
    element: Element = Element.BF16,
    cache_format: CacheFormat | None = None,
    precision: Precision = Precision.BF16,
    causal: bool = True,
    softmax_scale: float = 192**-0.5,
    rope: Rope | None = None,
) -> str:
    """``mla.decode`` of any number of requests; with ``rope`` it turns the queries itself."""
    kind = element_format(element) if cache_format is None else cache_format
    cache = f"!mla.paged_cache<{kind.ir}, page_size = {page_size}, d_latent = {d_latent}, d_rope = {d_rope}>"
    rows = f"?x{_extent(s_q)}x{_extent(h_q)}"
    q, out, lse = (
        f"tensor<{rows}x{d_latent + d_rope}x{'f8E4M3FN' if precision is Precision.E4M3_QUERIES else element.ir}>",
        f"tensor<{rows}x{d_latent}x{element.ir}>",
        f"tensor<{rows}xf32>",
    )
    scaled, given = kind is CacheFormat.E4M3, precision is Precision.E4M3_QUERIES
    types = f"{q}, {cache}, tensor<?x?xi32>, tensor<?xi32>" + ", tensor<f32>" * (scaled + given)
    return (
        f"func.func @decode(%q: {q}, %cache: {cache}, %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>"
        + (", %cache_scale: tensor<f32>" if scaled else "")
        + (", %q_scale: tensor<f32>" if given else "")
        + f") -> ({out}, {lse}) {{\n"
        f"  %out, %lse = mla.decode %q, %cache, %block_table, %seq_lens{', %cache_scale' if scaled else ''} "
        f"{'q_scale(%q_scale) ' if given else ''}"
        f"scale {_real(softmax_scale)}{' causal' if causal else ''}"
        f"{'' if precision is Precision.BF16 else f' precision <{precision.ir}>'}"
        f"{f' rope({rope.ir()})' if rope else ''}\n"
        f"      : ({types}) -> ({out}, {lse})\n"
        f"  return %out, %lse : {out}, {lse}\n}}\n"
    )


def append(
    *,
    d_latent: int = 512,
    d_rope: int = 64,
    page_size: int = 64,
    element: Element = Element.BF16,
    cache_format: CacheFormat | None = None,
    eps: float | None = None,
    rope: Rope | None = None,
    slot_bits: int = 64,
    position_bits: int = 64,
) -> str:
    """``mla.append`` with one slot for each token; ``eps`` norms the latents, ``rope`` turns the key part."""
    kind = element_format(element) if cache_format is None else cache_format
    cache = f"!mla.paged_cache<{kind.ir}, page_size = {page_size}, d_latent = {d_latent}, d_rope = {d_rope}>"
    operands = [
        ("latent", f"tensor<?x{d_latent}x{element.ir}>"),
        ("k_rope", f"tensor<?x{d_rope}x{element.ir}>"),
        ("cache", cache),
        ("slots", f"tensor<?xi{slot_bits}>"),
    ]
    text = "%latent, %k_rope to %cache slots(%slots)"
    if rope:
        operands.append(("positions", f"tensor<?xi{position_bits}>"))
        text += " positions(%positions)"
    if kind is CacheFormat.E4M3:
        operands.append(("cache_scale", "tensor<f32>"))
        text += " cache_scale(%cache_scale)"
    if eps is not None:
        operands.append(("weight", f"tensor<{d_latent}x{element.ir}>"))
        text += f" norm(%weight) eps {_real(eps)}"
    if rope:
        text += f" rope({rope.ir()})"
    arguments = ", ".join(f"%{name}: {kind_}" for name, kind_ in operands)
    types = ", ".join(kind_ for _, kind_ in operands)
    return (
        f"func.func @append({arguments}) -> {cache} {{\n"
        f"  %after = mla.append {text}\n      : ({types}) -> {cache}\n"
        f"  return %after : {cache}\n}}\n"
    )


def rope(
    parameters: Rope, *, d_rope: int = 64, heads: int = 0, element: Element = Element.BF16, position_bits: int = 64
) -> str:
    """``mla.rope`` of any number of tokens."""
    x = f"tensor<?x{_extent(heads)}x{d_rope}x{element.ir}>"
    positions = f"tensor<?xi{position_bits}>"
    return (
        f"func.func @rope(%x: {x}, %positions: {positions}) -> {x} {{\n"
        f"  %out = mla.rope %x, %positions by({parameters.ir()}) : ({x}, {positions}) -> {x}\n"
        f"  return %out : {x}\n}}\n"
    )


def prefill(
    *,
    h_q: int,
    d_nope: int = 128,
    d_rope: int = 64,
    d_v: int = 128,
    element: Element = Element.BF16,
    causal: bool = True,
    softmax_scale: float = 192**-0.5,
) -> str:
    """``mla.prefill`` in the form with keys and values for each head, of any number of sequences."""
    e = element.ir
    q, k, k_rope, v = (
        f"tensor<?x{h_q}x{d_nope + d_rope}x{e}>",
        f"tensor<?x{h_q}x{d_nope}x{e}>",
        f"tensor<?x{d_rope}x{e}>",
        f"tensor<?x{h_q}x{d_v}x{e}>",
    )
    out, lse, places = f"tensor<?x{h_q}x{d_v}x{e}>", f"tensor<{h_q}x?xf32>", "tensor<?xi32>"
    with_rope = d_rope > 0
    arguments = f"%q: {q}, %k: {k}, " + (f"%k_rope: {k_rope}, " if with_rope else "") + f"%v: {v}, "
    types = f"{q}, {k}, " + (f"{k_rope}, " if with_rope else "") + f"{v}, {places}, {places}"
    return (
        f"func.func @prefill({arguments}%cu_seqlens_q: {places}, %cu_seqlens_kv: {places}) -> ({out}, {lse}) {{\n"
        f"  %out, %lse = mla.prefill %q, %k{' rope %k_rope' if with_rope else ''}, %v, %cu_seqlens_q, %cu_seqlens_kv "
        f"scale {_real(softmax_scale)}{' causal' if causal else ''}\n"
        f"      : ({types}) -> ({out}, {lse})\n"
        f"  return %out, %lse : {out}, {lse}\n}}\n"
    )


def prefill_absorbed(
    *,
    h_q: int,
    d_latent: int = 512,
    d_rope: int = 64,
    page_size: int = 0,
    element: Element = Element.BF16,
    cache_format: CacheFormat | None = None,
    causal: bool = True,
    softmax_scale: float = 192**-0.5,
) -> str:
    """``mla.prefill_absorbed`` of any number of sequences: over a paged cache, or with ``page_size`` 0 over a tensor.

    Raises ``InvalidArgumentError`` for a tensor with the format of a cache.
    """
    kind = element_format(element) if cache_format is None else cache_format
    if not page_size and kind is not element_format(element):
        raise InvalidArgumentError(
            f"cache_format: expected {element.ir} without pages (page_size 0), but got {kind.ir}"
        )
    width = d_latent + d_rope
    q = f"tensor<?x{h_q}x{width}x{element.ir}>"
    out, lse, places = f"tensor<?x{h_q}x{d_latent}x{element.ir}>", f"tensor<?x{h_q}xf32>", "tensor<?xi32>"
    if page_size:
        keys = f"!mla.paged_cache<{kind.ir}, page_size = {page_size}, d_latent = {d_latent}, d_rope = {d_rope}>"
        lengths = [("block_table", "tensor<?x?xi32>"), ("seq_lens", places)]
        if kind is CacheFormat.E4M3:
            lengths.append(("cache_scale", "tensor<f32>"))
    else:
        keys, lengths = f"tensor<?x{width}x{element.ir}>", [("cu_seqlens_kv", places)]
    operands = [("q", q), ("keys", keys), ("cu_seqlens_q", places), *lengths]
    named = " ".join(f"{name}(%{name})" for name, _ in operands[2:])
    arguments = ", ".join(f"%{name}: {kind_}" for name, kind_ in operands)
    types = ", ".join(kind_ for _, kind_ in operands)
    return (
        f"func.func @prefill_absorbed({arguments}) -> ({out}, {lse}) {{\n"
        f"  %out, %lse = mla.prefill_absorbed %q, %keys {named} scale {_real(softmax_scale)}"
        f"{' causal' if causal else ''}\n"
        f"      : ({types}) -> ({out}, {lse})\n"
        f"  return %out, %lse : {out}, {lse}\n}}\n"
    )


def merge(*, heads: int, d_v: int = 512, element: Element = Element.BF16, heads_first: bool = False) -> str:
    """``mla.merge`` of any number of tokens; with ``heads_first`` log-sum-exps are [heads, tokens]."""
    out = f"tensor<?x{heads}x{d_v}x{element.ir}>"
    lse = f"tensor<{heads}x?xf32>" if heads_first else f"tensor<?x{heads}xf32>"
    return (
        f"func.func @merge(%out_a: {out}, %lse_a: {lse}, %out_b: {out}, %lse_b: {lse}) -> ({out}, {lse}) {{\n"
        f"  %out, %lse = mla.merge %out_a, %lse_a, %out_b, %lse_b{' heads_first' if heads_first else ''}\n"
        f"      : ({out}, {lse}, {out}, {lse}) -> ({out}, {lse})\n"
        f"  return %out, %lse : {out}, {lse}\n}}\n"
    )
