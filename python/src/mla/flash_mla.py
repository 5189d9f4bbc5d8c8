"""The interface of deepseek-ai/FlashMLA, by the kernels of this project.

Names, arguments, defaults, results and errors are those of ``flash_mla`` (its interface of April 2026, commit 9241ae3): a
program that says ``import flash_mla`` runs unchanged where python/dropin is installed, or with ``import mla.flash_mla as
flash_mla``. What is not supported raises ``mla.UnsupportedError``, a ``NotImplementedError``, which names the nearest call.

Log-sum-exp of rows that see no token: FlashMLA gives +infinity from decode, the mathematics says −infinity. This module does
as FlashMLA, which costs one small kernel for each call. ``set_empty_row_lse("-inf")``, or ``MLA_FLASH_MLA_LSE=-inf`` in the
environment, gives −infinity and saves it.

The kernels of decode carry the name of FlashMLA's, ``flash_fwd_splitkv_mla_kernel``, as its tests and profiles look for it.
"""

from __future__ import annotations

import ctypes
import dataclasses
import os
from typing import Any

import torch

from . import torch as mla_torch
from .errors import InvalidArgumentError, UnsupportedError
from .package import Package, find_decode, find_prefill
from .types import CacheFormat, Element, Precision

__all__ = [
    "FlashMLASchedMeta",
    "flash_attn_varlen_func",
    "flash_attn_varlen_kvpacked_func",
    "flash_attn_varlen_qkvpacked_func",
    "flash_mla_sparse_fwd",
    "flash_mla_with_kvcache",
    "flash_mla_with_kvcache_fp8",
    "get_mla_metadata",
    "set_empty_row_lse",
]

_ELEMENTS = {torch.bfloat16: Element.BF16, torch.float16: Element.F16}
_lse_as_flash_mla = True


def set_empty_row_lse(sign: str) -> None:
    """What decode gives as log-sum-exp of rows that see no token: ``"+inf"``, as FlashMLA, or ``"-inf"``.

    Raises ``InvalidArgumentError`` for anything else.
    """
    global _lse_as_flash_mla
    if sign not in ("+inf", "-inf"):
        raise InvalidArgumentError(f"expected +inf or -inf, but got {sign!r}")
    _lse_as_flash_mla = sign == "+inf"


set_empty_row_lse(os.environ.get("MLA_FLASH_MLA_LSE", "+inf"))


@dataclasses.dataclass
class FlashMLASchedMeta:
    """What calls of the same shapes and lengths share: it is empty at first, and the first call fills it in.

    ``tile_scheduler_metadata`` is the workspace, which all of them use: such calls must not run at the same time.
    """

    @dataclasses.dataclass
    class Config:
        """Of the first call."""

        b: int
        s_q: int
        h_q: int
        page_block_size: int
        h_k: int
        causal: bool
        is_fp8_kvcache: bool
        topk: int | None
        extra_page_block_size: int | None
        extra_topk: int | None

    have_initialized: bool = False
    config: Config | None = None
    tile_scheduler_metadata: torch.Tensor | None = None
    num_splits: torch.Tensor | None = None
    _plan: mla_torch.DecodePlan | None = None
    _plan_key: tuple[Any, ...] = ()


def get_mla_metadata(*args: Any, **kwargs: Any) -> tuple[FlashMLASchedMeta, None]:
    """An empty `FlashMLASchedMeta`, and None; arguments of older interfaces are taken and not looked at."""
    return FlashMLASchedMeta(), None


def _check(condition: bool, message: str) -> None:
    """FlashMLA's interface asserts; so does this, also under ``python -O``."""
    if not condition:
        raise AssertionError(message)


_names: dict[tuple[Any, ...], str] = {}


def _decode_package(element: Element, cache_format: CacheFormat, precision: Precision, causal: bool) -> str:
    """The name of the package, which the plans are found by."""
    key = ("decode", element, cache_format, precision, causal)
    name = _names.get(key)
    if name is None:
        prefix = "flash_mla" if cache_format is not CacheFormat.E4M3 else "decode"
        package = find_decode(
            element=element, cache_format=cache_format, precision=precision, causal=causal, prefix=prefix
        )
        name = _names[key] = _register(package, "_".join(str(part) for part in key))
    return name


def _register(package: Package, name: str) -> str:
    return mla_torch.register_package(f"mla.flash_mla.{name}", package)


def _decode_dense(
    q: torch.Tensor,
    k_cache: torch.Tensor,
    block_table: torch.Tensor,
    cache_seqlens: torch.Tensor,
    meta: FlashMLASchedMeta,
    softmax_scale: float,
    causal: bool,
    cache_format: CacheFormat,
    cache_scale: torch.Tensor | None,
    q_scale: torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    b, s_q, h_q, _ = q.shape
    num_pages, _, h_k, _ = k_cache.shape
    causal = causal and s_q > 1
    rows = h_q // h_k
    if not block_table.is_contiguous():
        block_table = block_table.contiguous()
    key = (q.dtype, q.device, b, s_q, h_q, num_pages, h_k, block_table.shape[1], softmax_scale, causal, cache_format)
    plan = meta._plan
    if plan is None or meta._plan_key != key:
        plan = mla_torch._on_device(
            q.get_device(),
            lambda: mla_torch._decode_plan(
                # Queries of e4m3 give results of bf16, as in vLLM's fork.
                _decode_package(
                    _ELEMENTS.get(q.dtype, Element.BF16),
                    cache_format,
                    Precision.BF16 if q_scale is None else Precision.E4M3_QUERIES,
                    causal,
                ),
                mla_torch._device_of(q),
                b,
                s_q,
                rows,
                num_pages,
                block_table.shape[1],
                softmax_scale,
            ),
        )
        # Kernels for other types may divide the work in another way.
        kept = meta._plan is not None and meta._plan.plan.package is plan.plan.package
        schedule = not kept or meta.tile_scheduler_metadata is None
        if schedule:
            meta.tile_scheduler_metadata = torch.empty(plan.workspace_size, dtype=torch.uint8, device=q.device)
            plan.schedule(cache_seqlens, meta.tile_scheduler_metadata)
        meta._plan, meta._plan_key = plan, key
    workspace = meta.tile_scheduler_metadata
    if h_k == 1:
        out, lse = plan.run(
            q.contiguous(),
            k_cache,
            block_table,
            cache_seqlens,
            cache_scale=cache_scale,
            workspace=workspace,
            q_scale=q_scale,
        )
    else:
        # One call for each head of the cache, on a copy of its tokens: no model of MLA has more than one, and kernels
        # read dense pages.
        outs, lses = [], []
        for head in range(h_k):
            part = q[:, :, head * rows : (head + 1) * rows].contiguous()
            pages = k_cache[:, :, head].contiguous()
            result = plan.run(
                part,
                pages,
                block_table,
                cache_seqlens,
                cache_scale=cache_scale,
                workspace=workspace,
                q_scale=q_scale,
            )
            outs.append(result[0])
            lses.append(result[1])
        out, lse = torch.cat(outs, dim=2), torch.cat(lses, dim=2)
    if _lse_as_flash_mla:
        torch.nan_to_num_(lse, nan=float("nan"), posinf=float("inf"), neginf=float("inf"))
    return out, lse.transpose(1, 2).contiguous()


def _check_scale(softmax_scale: float) -> None:
    """0 stands for the package's scale in the runtime, and no kernel multiplies by less."""
    if not ctypes.c_float(softmax_scale).value > 0:
        raise UnsupportedError(
            f"softmax_scale must be positive, but got {softmax_scale}; nearest: the same call with a positive scale, and "
            "for one below 0 with −q"
        )


def _check_decode(
    q: torch.Tensor,
    k_cache: torch.Tensor,
    block_table: torch.Tensor,
    cache_seqlens: torch.Tensor,
    head_dim_v: int,
    dtypes: tuple[torch.dtype, ...] = tuple(_ELEMENTS),
) -> None:
    """What FlashMLA's extension refuses, and how it says so: a RuntimeError."""
    if q.dtype not in dtypes:
        raise InvalidArgumentError(f"q must have dtype bfloat16 or float16, but got {q.dtype}")
    if cache_seqlens.dtype != torch.int32:
        raise InvalidArgumentError("seqlens_k must have dtype int32")
    if block_table.dtype != torch.int32:
        raise InvalidArgumentError("block_table must have dtype torch.int32")
    if q.dim() != 4 or k_cache.dim() != 4:
        raise InvalidArgumentError(f"q and k_cache must have 4 dimensions, but got {q.dim()} and {k_cache.dim()}")
    if block_table.dim() != 2:
        raise InvalidArgumentError(f"block_table must have 2 dimensions, but got {block_table.dim()}")
    if k_cache.shape[1] != 64:
        raise UnsupportedError(
            f"page_block_size must be 64, but got {k_cache.shape[1]}; nearest: a cache of pages of 64 tokens"
        )
    if head_dim_v != 512 or q.shape[-1] != 576:
        raise UnsupportedError(
            f"head_dim must be 576 and head_dim_v 512, but got {q.shape[-1]} and {head_dim_v}; nearest: "
            "mla.Package.compile(mla.ir.decode(d_latent=…, d_rope=…)) with mla.torch.DecodePlan"
        )
    if q.shape[0] < 1:
        raise InvalidArgumentError("batch size must be positive")
    if k_cache.shape[2] < 1 or q.shape[2] % k_cache.shape[2] != 0:
        raise InvalidArgumentError("Number of heads in key/value must divide number of heads in query")
    if q.shape[2] // k_cache.shape[2] > 128:
        raise UnsupportedError(
            f"at most 128 query heads are supported for each head of the cache, but got {q.shape[2]}; nearest: one call "
            "of flash_mla_with_kvcache for every 128"
        )
    if k_cache.shape[2] == 1 and not k_cache.is_contiguous():
        raise UnsupportedError(
            f"k_cache must be dense, but got strides {list(k_cache.stride())}; nearest: k_cache.contiguous(), or a pool for "
            "each layer"
        )


def flash_mla_with_kvcache(
    q: torch.Tensor,
    k_cache: torch.Tensor,
    block_table: torch.Tensor | None,
    cache_seqlens: torch.Tensor | None,
    head_dim_v: int,
    tile_scheduler_metadata: FlashMLASchedMeta,
    num_splits: None = None,
    softmax_scale: float | None = None,
    causal: bool = False,
    is_fp8_kvcache: bool = False,
    indices: torch.Tensor | None = None,
    attn_sink: torch.Tensor | None = None,
    extra_k_cache: torch.Tensor | None = None,
    extra_indices_in_kvcache: torch.Tensor | None = None,
    topk_length: torch.Tensor | None = None,
    extra_topk_length: torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Dense decode from a paged cache in bf16 or fp16.

    q [b, s_q, h_q, 576] of the cache's type, k_cache [num_blocks, 64, h_k, 576], block_table int32 [b, max_blocks],
    cache_seqlens int32 [b], head_dim_v 512; ``softmax_scale`` defaults to 576^(−1/2). Gives out [b, s_q, h_q, 512] and
    softmax_lse float32 [b, h_q, s_q], natural logarithm; for rows that see nothing see the module. Calls with one
    ``tile_scheduler_metadata`` must have the same shapes and lengths, as in FlashMLA, and not run at the same time.

    With h_k > 1 the cache's heads are copied one by one, which is slow. Source: the op `mla.decode`. Raises
    ``AssertionError`` where FlashMLA asserts, ``RuntimeError`` where it checks, ``UnsupportedError`` (also a
    ``NotImplementedError``) for sparse attention, sinks, and fp8 caches, for which see `flash_mla_with_kvcache_fp8`.
    """
    meta = tile_scheduler_metadata
    _check(isinstance(meta, FlashMLASchedMeta), "tile_scheduler_metadata must be of type FlashMLASchedMeta")
    _check(num_splits is None, "num_splits must be None")
    topk = None if indices is None else indices.shape[-1]
    extra_page_block_size = None if extra_k_cache is None else extra_k_cache.shape[1]
    extra_topk = None if extra_indices_in_kvcache is None else extra_indices_in_kvcache.shape[-1]
    if softmax_scale is None:
        softmax_scale = q.shape[-1] ** -0.5
    config = FlashMLASchedMeta.Config(
        q.shape[0],
        q.shape[1],
        q.shape[2],
        k_cache.shape[1],
        k_cache.shape[2],
        causal,
        is_fp8_kvcache,
        topk,
        extra_page_block_size,
        extra_topk,
    )
    if indices is not None or attn_sink is not None or extra_k_cache is not None or topk_length is not None:
        raise UnsupportedError(
            "sparse attention (indices, topk_length, extra_k_cache) and attention sinks are not supported yet; nearest: "
            "flash_mla_with_kvcache with block_table and cache_seqlens, dense"
        )
    _check(
        extra_indices_in_kvcache is None and extra_topk_length is None,
        "extra_indices_in_kvcache and extra_topk_length must be None when dense attention is used.",
    )
    if block_table is None or cache_seqlens is None:
        raise AssertionError("block_table and cache_seqlens must be provided when dense attention is used.")
    if is_fp8_kvcache or k_cache.dtype not in _ELEMENTS:
        what = (
            "656 bytes, with scales inside" if k_cache.dim() == 4 and k_cache.shape[-1] == 656 else str(k_cache.dtype)
        )
        raise UnsupportedError(
            f"dense decode from a cache of tokens of {what} is not supported yet; nearest: flash_mla_with_kvcache_fp8, "
            "from a cache of float8_e4m3fn [num_blocks, 64, 1, 576] with one scale"
        )
    _check_scale(softmax_scale)
    # Of later calls the configuration below and the plan check what is left.
    if not meta.have_initialized or head_dim_v != 512 or q.dtype is not k_cache.dtype or block_table.dim() != 2:
        _check_decode(q, k_cache, block_table, cache_seqlens, head_dim_v)
        if k_cache.dtype != q.dtype:
            raise InvalidArgumentError("query and key must have the same dtype")
    if not meta.have_initialized:
        meta.have_initialized, meta.config = True, config
    elif meta.config != config:
        assert meta.config is not None
        for field in dataclasses.fields(config):
            first, now = getattr(meta.config, field.name), getattr(config, field.name)
            _check(
                first == now,
                f"sched_meta.config.{field.name} must be equal to that of the first call: expected {first}, but got {now}. "
                "Your input arguments are inconsistent with sched_meta.",
            )
    return _decode_dense(
        q,
        k_cache,
        block_table,
        cache_seqlens,
        meta,
        softmax_scale,
        causal,
        CacheFormat(int(_ELEMENTS[q.dtype])),
        None,
    )


def flash_mla_with_kvcache_fp8(
    q: torch.Tensor,
    k_cache: torch.Tensor,
    block_table: torch.Tensor,
    cache_seqlens: torch.Tensor,
    head_dim_v: int,
    tile_scheduler_metadata: FlashMLASchedMeta,
    num_splits: None = None,
    softmax_scale: float | None = None,
    causal: bool = False,
    descale_q: torch.Tensor | None = None,
    descale_k: torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Dense decode from a cache of e4m3 with one scale; the name is that of vllm-project/FlashMLA.

    k_cache is float8_e4m3fn [num_blocks, 64, 1, 576], descale_k float32 [1] on the device, what every stored number is to
    be multiplied by. q is float8_e4m3fn with its ``descale_q``, float32 [1], and the results are bf16, as in vLLM's fork; or q is
    bf16 or fp16, as the results are then, and ``descale_q`` None. Everything else as in `flash_mla_with_kvcache`. Source:
    the op `mla.decode` with a cache of format e4m3, and precision e4m3_queries for such queries.
    """
    meta = tile_scheduler_metadata
    _check(isinstance(meta, FlashMLASchedMeta), "tile_scheduler_metadata must be of type FlashMLASchedMeta")
    _check(num_splits is None, "num_splits must be None")
    if block_table is None or cache_seqlens is None:
        raise AssertionError("block_table and cache_seqlens must be provided when dense attention is used.")
    given = q.dtype == torch.float8_e4m3fn
    if given != (descale_q is not None):
        raise InvalidArgumentError("descale is required when input dtype is fp8, and only then")
    if k_cache.dtype not in (torch.float8_e4m3fn, torch.uint8):
        raise InvalidArgumentError(f"k_cache must have dtype float8_e4m3fn, but got {k_cache.dtype}")
    _check_decode(
        q, k_cache, block_table, cache_seqlens, head_dim_v, (torch.float8_e4m3fn,) if given else tuple(_ELEMENTS)
    )
    if k_cache.shape[3] != 576:
        raise UnsupportedError(
            f"a token of k_cache must have 576 bytes, but got {k_cache.shape[3]}; nearest: one scale for the whole cache"
        )
    if descale_k is None:
        raise InvalidArgumentError("descale is required when input dtype is fp8")
    for name, scale in (("descale_k", descale_k), ("descale_q", descale_q)):
        if scale is not None and not (
            isinstance(scale, torch.Tensor)
            and scale.dtype == torch.float32
            and scale.numel() == 1
            and scale.device == q.device
        ):
            raise InvalidArgumentError(f"{name} must be one float32 on the device of q")
    if softmax_scale is None:
        softmax_scale = q.shape[-1] ** -0.5
    _check_scale(softmax_scale)
    config = FlashMLASchedMeta.Config(
        q.shape[0], q.shape[1], q.shape[2], k_cache.shape[1], k_cache.shape[2], causal, True, None, None, None
    )
    _check(
        not meta.have_initialized or meta.config == config,
        "Your input arguments are inconsistent with sched_meta.",
    )
    meta.have_initialized, meta.config = True, config
    return _decode_dense(
        q, k_cache, block_table, cache_seqlens, meta, softmax_scale, causal, CacheFormat.E4M3, descale_k, descale_q
    )


def flash_mla_sparse_fwd(
    q: torch.Tensor,
    kv: torch.Tensor,
    indices: torch.Tensor,
    sm_scale: float,
    d_v: int = 512,
    attn_sink: torch.Tensor | None = None,
    topk_length: torch.Tensor | None = None,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Sparse prefill, which is not supported yet: raises ``UnsupportedError``."""
    raise UnsupportedError(
        "flash_mla_sparse_fwd is not supported yet; nearest: flash_attn_varlen_func, dense attention of prompts"
    )


def _prefill_package(h_q: int, element: Element, causal: bool) -> str:
    key = ("prefill", h_q, element, causal)
    name = _names.get(key)
    if name is None:
        package = find_prefill(h_q=h_q, d_nope=192, d_rope=0, element=element, causal=causal)
        name = _names[key] = _register(package, "_".join(str(part) for part in key))
    return name


def flash_attn_varlen_func(
    q: torch.Tensor,
    k: torch.Tensor,
    v: torch.Tensor,
    cu_seqlens_qo: torch.Tensor,
    cu_seqlens_kv: torch.Tensor,
    max_seqlen_qo: int,
    max_seqlen_kv: int,
    dropout_p: float = 0.0,
    softmax_scale: float | None = None,
    causal: bool = False,
    deterministic: bool = False,
    is_varlen: bool = True,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Attention of prompts in the 192/128 form.

    q and k [tokens, heads, 192], v [tokens, heads, 128] of bf16 or fp16, cu_seqlens int32 [b + 1]; ``softmax_scale`` defaults
    to 192^(−1/2). Gives out [tokens, heads, 128] and lse float32 [tokens, heads], natural logarithm, −infinity for rows that
    see nothing. ``max_seqlen_qo``, ``max_seqlen_kv`` and ``is_varlen`` are not needed. Where the rotated part of the keys is
    one for all heads, `mla.torch.prefill` reads it once. Source: the op `mla.prefill`.

    Raises ``UnsupportedError`` for other widths, fewer key heads than query heads, and gradients; the first call with a new
    number of heads may compile for some seconds.
    """
    _check(dropout_p == 0.0, "dropout_p must be 0")
    _check(not deterministic, "deterministic must be False")
    if q.dtype not in _ELEMENTS or k.dtype != q.dtype or v.dtype != q.dtype:
        raise InvalidArgumentError(
            f"q, k and v must have one dtype, bfloat16 or float16, but got {q.dtype}, {k.dtype}, {v.dtype}"
        )
    if q.dim() != 3 or k.dim() != 3 or v.dim() != 3:
        raise InvalidArgumentError("q, k and v must have 3 dimensions")
    if (q.shape[-1], k.shape[-1], v.shape[-1]) != (192, 192, 128):
        raise UnsupportedError(
            f"head_dim_qk must be 192 and head_dim_vo 128, but got {q.shape[-1]} and {v.shape[-1]}; nearest: mla.torch.prefill "
            "with a package of mla.ir.prefill(d_nope=…, d_rope=…, d_v=…)"
        )
    heads = q.shape[1]
    if v.shape[1] != k.shape[1] or k.shape[1] < 1 or heads < 1 or heads % k.shape[1] != 0:
        raise InvalidArgumentError(
            f"Number of heads in key/value must divide number of heads in query, but got {heads}, {k.shape[1]}, {v.shape[1]}"
        )
    if k.shape[1] != heads:
        raise UnsupportedError(
            f"as many key heads as query heads are needed, but got {k.shape[1]} and {heads}; nearest: the same call with "
            f"k and v of repeat_interleave({heads // k.shape[1]}, dim=1)"
        )
    if heads > 128:
        raise UnsupportedError(f"at most 128 heads are supported, but got {heads}; nearest: one call for every 128")
    if torch.is_grad_enabled() and any(tensor.requires_grad for tensor in (q, k, v)):
        raise UnsupportedError("there is no backward pass; nearest: the same call under torch.no_grad()")
    if softmax_scale is None:
        softmax_scale = 192**-0.5
    _check_scale(softmax_scale)
    package = _prefill_package(heads, _ELEMENTS[q.dtype], causal)
    out, lse = mla_torch.prefill(
        q, k, None, v, cu_seqlens_qo, cu_seqlens_kv, softmax_scale=softmax_scale, package=package
    )
    return out, lse.T


def flash_attn_varlen_qkvpacked_func(
    qkv: torch.Tensor,
    cu_seqlens: torch.Tensor,
    max_seqlen: int,
    head_dim_qk: int,
    dropout_p: float = 0.0,
    softmax_scale: float | None = None,
    causal: bool = False,
    deterministic: bool = False,
    is_varlen: bool = True,
) -> tuple[torch.Tensor, torch.Tensor]:
    """`flash_attn_varlen_func` of queries, keys and values that are parts of one tensor's last axis."""
    q, k, v = torch.split(qkv, [head_dim_qk, head_dim_qk, qkv.shape[-1] - 2 * head_dim_qk], dim=-1)
    return flash_attn_varlen_func(
        q,
        k,
        v,
        cu_seqlens,
        cu_seqlens,
        max_seqlen,
        max_seqlen,
        dropout_p,
        softmax_scale,
        causal,
        deterministic,
        is_varlen,
    )


def flash_attn_varlen_kvpacked_func(
    q: torch.Tensor,
    kv: torch.Tensor,
    cu_seqlens_qo: torch.Tensor,
    cu_seqlens_kv: torch.Tensor,
    max_seqlen_qo: int,
    max_seqlen_kv: int,
    head_dim_qk: int,
    dropout_p: float = 0.0,
    softmax_scale: float | None = None,
    causal: bool = False,
    deterministic: bool = False,
    is_varlen: bool = True,
) -> tuple[torch.Tensor, torch.Tensor]:
    """`flash_attn_varlen_func` of keys and values that are parts of one tensor's last axis."""
    k, v = torch.split(kv, [head_dim_qk, kv.shape[-1] - head_dim_qk], dim=-1)
    return flash_attn_varlen_func(
        q,
        k,
        v,
        cu_seqlens_qo,
        cu_seqlens_kv,
        max_seqlen_qo,
        max_seqlen_kv,
        dropout_p,
        softmax_scale,
        causal,
        deterministic,
        is_varlen,
    )
