"""Attention for models of DeepSeek-V3's architecture in transformers: prefill, append, paged cache and decode.

    import mla.transformers
    mla.transformers.register()                                  # attn_implementation="mla" from here on
    model.set_attn_implementation("mla")
    cache = mla.transformers.MLACache(model.config, max_length=4096)
    model.generate(**inputs, past_key_values=cache)

The model's own code projects, norms and turns; it hands the compressed tokens to the cache, which puts them into pages by
`mla.append`. Prompts are attended by `mla.prefill`, with keys and values for each head. Later tokens are attended by
`mla.decode` in the latent space: the up-projection of the keys is absorbed into the queries, that of the values is applied
to the result (DeepSeek-V2, arXiv:2405.04434, section 2.1.2), so that a step reads 576 elements a token whatever the heads.

For inference in bf16 or fp16, with or without left padding, on GPUs, and on the host by the interpreter for tests. Beam
search and cropping the cache are not supported. ``python -m mla.transformers`` prints a table of time per token and bytes.
"""

from __future__ import annotations

import argparse
import copy
import statistics
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import torch
from transformers import AttentionInterface
from transformers.masking_utils import AttentionMaskInterface, flash_attention_mask

from . import torch as mla_torch
from .errors import InvalidArgumentError, UnsupportedError
from .package import find_append, find_decode, find_prefill
from .types import Element

if TYPE_CHECKING:  # what is inherited has few annotations, and none where transformers is missing

    class Cache:
        layers: list[Any]

        def __init__(self, *arguments: Any, **options: Any) -> None: ...
        def reset(self) -> None: ...

    class CacheLayerMixin:
        keys: Any
        values: Any
        is_initialized: bool
else:
    from transformers.cache_utils import Cache, CacheLayerMixin

__all__ = ["MLACache", "attention_forward", "register", "small_config"]

_ELEMENTS = {torch.bfloat16: Element.BF16, torch.float16: Element.F16}
_PAGE_SIZE = 64


class _Current(threading.local):
    """The layer whose `update` ran last in this thread: its attention runs next."""

    layer: _MLALayer | None = None


_current = _Current()


class _MLALayer(CacheLayerMixin):
    """Pages of one layer."""

    is_compileable = False
    is_sliding = False

    def __init__(self, cache: MLACache) -> None:
        super().__init__()
        self.cache = cache
        self.pages: torch.Tensor | None = None
        self.pending: tuple[torch.Tensor, torch.Tensor] | None = None
        self.seen = 0

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        """Allocates the pages."""
        width = key_states.shape[-1] + value_states.shape[-1]
        pages = key_states.shape[0] * self.cache.pages_per_request
        self.pages = torch.zeros(pages, _PAGE_SIZE, width, dtype=key_states.dtype, device=key_states.device)
        self.dtype, self.device = key_states.dtype, key_states.device
        self.is_initialized = True

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Keeps the compressed tokens [b, 1, s, d_latent] and [b, 1, s, d_rope] until the attention of this layer runs."""
        if key_states.shape[1] != 1:
            raise UnsupportedError(
                "expected compressed tokens [b, 1, s, d_latent], but got keys for each head; nearest: transformers 5.17 or "
                "newer, whose DeepSeek-V3 caches what is compressed"
            )
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        self.cache._begin(self, key_states)
        # They count as seen when attention has taken them: it may refuse the pass.
        self.pending = (key_states, value_states)
        _current.layer = self
        return key_states, value_states

    def get_mask_sizes(self, query_length: Any) -> tuple[int, int]:
        """As a dynamic cache."""
        new = query_length if isinstance(query_length, int) else query_length.shape[0]
        return self.seen + new, 0

    def get_seq_length(self) -> int:
        """Tokens so far, padding included."""
        return self.seen

    def get_max_length(self) -> int:
        """The most tokens of a request."""
        return self.cache.max_length

    def get_max_cache_shape(self) -> int:
        """As `get_max_length`."""
        return self.cache.max_length

    def reset(self) -> None:
        """Forgets all tokens."""
        self.seen, self.pending = 0, None

    def reorder_cache(self, beam_idx: torch.Tensor) -> None:
        """Not supported."""
        raise UnsupportedError("beam search is not supported; nearest: greedy search or sampling")

    def crop(self, *args: Any, **kwargs: Any) -> None:
        """Not supported."""
        raise UnsupportedError("cropping the cache is not supported; nearest: a new MLACache")

    def batch_repeat_interleave(self, *args: Any, **kwargs: Any) -> None:
        """Not supported."""
        raise UnsupportedError("repeating requests is not supported; nearest: a new MLACache for the larger batch")

    def batch_select_indices(self, *args: Any, **kwargs: Any) -> None:
        """Not supported."""
        raise UnsupportedError("selecting requests is not supported; nearest: a new MLACache for the smaller batch")


class _Step:
    """What the layers of one forward pass share."""

    def __init__(self) -> None:
        self.slots: torch.Tensor | None = None
        self.rows: torch.Tensor | None = None
        self.cu_seqlens: torch.Tensor | None = None
        self.prefill = False
        self.plan: mla_torch.DecodePlan | None = None


class MLACache(Cache):
    """A paged cache of compressed tokens, [pages, 64, d_latent + d_rope] for each layer.

    ``max_length`` is the most tokens of a request, padding not counted; the batch is that of the first pass.
    Raises ``InvalidArgumentError`` where a request grows beyond, and for another batch.
    """

    def __init__(self, config: Any, max_length: int) -> None:
        if not isinstance(max_length, int) or max_length < 1:
            raise InvalidArgumentError(f"max_length: expected an integer of at least 1, but got {max_length}")
        self.max_length = max_length
        self.pages_per_request = -(-max_length // _PAGE_SIZE)
        super().__init__(layers=[_MLALayer(self) for _ in range(config.num_hidden_layers)])
        self._lengths: torch.Tensor | None = None
        self._block_table: torch.Tensor | None = None
        self._step: _Step | None = None
        self._first: _MLALayer | None = None
        self._before = 0
        self._longest = 0
        self._plans: dict[tuple[int, ...], mla_torch.DecodePlan] = {}

    @property
    def nbytes(self) -> int:
        """Bytes of all pages."""
        return sum(layer.pages.nbytes for layer in self.layers if layer.pages is not None)

    def reset(self) -> None:
        """Forgets all tokens; pages, plans and the batch stay."""
        super().reset()
        if self._lengths is not None:
            self._lengths.zero_()
        self._step, self._first, self._longest = None, None, 0

    def __deepcopy__(self, memo: dict[int, Any]) -> MLACache:
        """A cache of its own with the same tokens, which makes plans of its own."""
        result = type(self).__new__(type(self))
        memo[id(self)] = result
        for name, value in vars(self).items():
            vars(result)[name] = {} if name == "_plans" else None if name == "_step" else copy.deepcopy(value, memo)
        return result

    def _begin(self, layer: _MLALayer, latents: torch.Tensor) -> None:
        """The first layer of a pass begins a step."""
        if self._first is None:
            self._first = layer
        if self._lengths is None:
            b, device = latents.shape[0], latents.device
            self._lengths = torch.zeros(b, dtype=torch.int32, device=device)
            table = torch.arange(b * self.pages_per_request, dtype=torch.int32, device=device)
            self._block_table = table.view(b, self.pages_per_request)
        if layer is self._first:
            assert self._lengths is not None
            if latents.shape[0] != self._lengths.shape[0]:
                raise InvalidArgumentError(
                    f"expected a batch of {self._lengths.shape[0]}, but got {latents.shape[0]}; make a new MLACache"
                )
            self._step, self._before = None, layer.seen

    def _begin_step(self, query: torch.Tensor, mask: torch.Tensor | None) -> _Step:
        """Where the new tokens go, and who attends to what; once for all layers."""
        assert self._lengths is not None and self._block_table is not None and self._first is not None
        (b, h, s, _), device = query.shape, query.device
        step = _Step()
        step.prefill = self._before == 0
        before = self._lengths.long()
        steps = torch.arange(s, device=device)
        valid = None
        if mask is not None and step.prefill:
            valid = mask[:, -s:].bool()
            counts = valid.sum(dim=1)
            positions = before[:, None] + valid.long().cumsum(dim=1) - 1
        else:
            # A generated token is never padding, and sees what its request has: its step need not wait for the mask.
            if mask is not None and s > 1:
                sees = mask.bool()
                if not bool(sees[:, -s:].all()) or not torch.equal(sees[:, :-s].sum(dim=1), before):
                    raise UnsupportedError(
                        "a mask that hides tokens of the cache, or tokens that follow them, is not supported; nearest: left "
                        "padding of the prompt"
                    )
            counts = torch.full((b,), s, device=device)
            positions = before[:, None] + steps
        longest = self._longest + (s if valid is None else int(counts.max()))
        if longest > self.max_length:
            raise InvalidArgumentError(f"expected at most max_length = {self.max_length} tokens, but got {longest}")
        self._longest = longest
        positions = positions.clamp(min=0)
        slots = self._block_table.long().gather(1, positions // _PAGE_SIZE) * _PAGE_SIZE + positions % _PAGE_SIZE
        if valid is not None:
            slots = torch.where(valid, slots, -1)
            step.rows = valid.flatten().nonzero()[:, 0]
        step.slots = slots.flatten()
        self._lengths += counts.int()
        if step.prefill:
            step.cu_seqlens = torch.nn.functional.pad(counts.cumsum(0), (1, 0)).int()
        else:
            pages = self._first.pages
            assert pages is not None
            element = _ELEMENTS[query.dtype]
            key = (b, s, h)
            if key not in self._plans:
                self._plans[key] = mla_torch.DecodePlan(
                    find_decode(element=element, d_latent=pages.shape[2] - self._d_rope, d_rope=self._d_rope),
                    b=b,
                    s_q=s,
                    h_q=h,
                    num_pages=pages.shape[0],
                    block_table_stride=self.pages_per_request,
                    softmax_scale=self._scaling,
                    device=device,
                )
            step.plan = self._plans[key]
            step.plan.schedule(self._lengths)
        self._step = step
        return step

    _d_rope = 64
    _scaling = 0.0


_registered: dict[tuple[Any, ...], str] = {}


def _prefill_package(h: int, d_nope: int, d_rope: int, d_v: int, element: Element, causal: bool) -> str:
    key = ("prefill", h, d_nope, d_rope, d_v, int(element), causal)
    name = _registered.get(key)
    if name is None:
        package = find_prefill(h_q=h, d_nope=d_nope, d_rope=d_rope, d_v=d_v, element=element, causal=causal)
        name = _registered[key] = mla_torch.register_package(f"mla.transformers.{key}", package)
    return name


def _append_package(d_latent: int, d_rope: int, element: Element) -> str:
    key = ("append", d_latent, d_rope, int(element))
    name = _registered.get(key)
    if name is None:
        package = find_append(element=element, d_latent=d_latent, d_rope=d_rope)
        name = _registered[key] = mla_torch.register_package(f"mla.transformers.{key}", package)
    return name


def _is_packed(options: dict[str, Any]) -> bool:
    """Whether rows hold several sequences: transformers says so by their bounds, and by positions that do not go up by one.

    While torch.compile traces, positions have no values, and are not looked at; nor does transformers then.
    """
    if options.get("cu_seq_lens_q") is not None:
        return True
    positions = options.get("position_ids")
    if positions is None or torch.compiler.is_compiling():
        return False
    return bool((positions.diff(dim=-1) != 1).any())


def attention_forward(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    **kwargs: Any,
) -> tuple[torch.Tensor, None]:
    """What transformers calls: query and key [b, h, s, d_nope + d_rope], value [b, h, s, d_v]; gives [b, s, h, d_v].

    With an `MLACache` key and value are those of the new tokens alone. Raises ``UnsupportedError`` for dropout, for other
    types than bf16 and fp16, for another cache, for other architectures, for masks that say more than padding, for
    sequences packed into one row, and in training, because there is no backward pass.
    """
    layer, _current.layer = _current.layer, None
    if not hasattr(module, "kv_lora_rank") or not hasattr(module, "qk_rope_head_dim"):
        raise UnsupportedError(
            f"{type(module).__name__} is not supported; nearest: a model of DeepSeek-V3's architecture, or "
            "set_attn_implementation('sdpa')"
        )
    if attention_mask is not None and attention_mask.dim() != 2:
        raise UnsupportedError(
            f"a mask of {attention_mask.dim()} dimensions is not supported; nearest: causal attention with padding, mask [b, s]"
        )
    b, h, s, d_qk = query.shape
    if attention_mask is not None and (attention_mask.shape[0] != b or attention_mask.shape[1] < s):
        raise InvalidArgumentError(
            f"attention_mask: expected {b} rows of at least {s} tokens, but got shape {list(attention_mask.shape)}"
        )
    if module.training and torch.is_grad_enabled() and query.requires_grad:
        raise UnsupportedError("there is no backward pass; nearest: model.eval(), or the same call under torch.no_grad()")
    if dropout:
        raise UnsupportedError("dropout is not supported; nearest: dropout 0")
    if query.dtype not in _ELEMENTS:
        raise UnsupportedError(f"{query.dtype} is not supported; nearest: model.to(torch.bfloat16)")
    d_rope, d_v = module.qk_rope_head_dim, value.shape[-1]
    d_nope, d_latent = d_qk - d_rope, module.kv_lora_rank
    scaling = d_qk**-0.5 if scaling is None else scaling
    element = _ELEMENTS[query.dtype]
    cached = layer is not None and layer.pending is not None
    if not cached and key.shape[2] != s:
        raise UnsupportedError(
            "another cache than MLACache is not supported; nearest: past_key_values=MLACache(config, …)"
        )
    if not cached and attention_mask is None and _is_packed(kwargs):
        raise UnsupportedError("packed sequences are not supported; nearest: one sequence a row, with padding")
    step = None
    if cached:
        assert layer is not None and layer.pending is not None and layer.pages is not None
        cache = layer.cache
        cache._d_rope, cache._scaling = d_rope, scaling
        step = cache._step or cache._begin_step(query, attention_mask)
        latents, rotated = layer.pending
        layer.pending = None
        layer.seen += s
        assert step.slots is not None
        mla_torch.append_(
            latents.reshape(b * s, d_latent),
            rotated.reshape(b * s, d_rope),
            layer.pages,
            slots=step.slots,
            positions=step.slots,
            package=_append_package(d_latent, d_rope, element),
        )
    if step is None or step.prefill:
        return _prefill(query, key, value, step, attention_mask, scaling, d_nope, d_rope, d_v), None
    assert layer is not None and layer.pages is not None and step.plan is not None
    # kv_b_proj holds, for each head, the up-projection of its keys and then that of its values.
    weight = module.kv_b_proj.weight.view(h, d_nope + d_v, d_latent)
    absorbed = torch.einsum("bhsd,hdl->bshl", query[..., :d_nope], weight[:, :d_nope])
    q = torch.cat([absorbed, query[..., d_nope:].transpose(1, 2)], dim=-1)
    assert layer.cache._block_table is not None and layer.cache._lengths is not None
    out, _ = step.plan.run(q, layer.pages, layer.cache._block_table, layer.cache._lengths)
    return torch.einsum("bshl,hvl->bshv", out, weight[:, d_nope:]), None


def _prefill(
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    step: _Step | None,
    attention_mask: torch.Tensor | None,
    scaling: float,
    d_nope: int,
    d_rope: int,
    d_v: int,
) -> torch.Tensor:
    """Prompts: padding is left out, then put back as zeros."""
    b, h, s, _ = query.shape
    rows = None
    if step is not None:
        rows, places = step.rows, step.cu_seqlens
    elif attention_mask is not None:
        valid = attention_mask[:, -s:].bool()
        rows = valid.flatten().nonzero()[:, 0]
        places = torch.nn.functional.pad(valid.sum(dim=1).cumsum(0), (1, 0)).int()
    else:
        places = torch.arange(0, b * s + 1, s, dtype=torch.int32, device=query.device)
    q, k, v = (tensor.transpose(1, 2).reshape(b * s, h, -1) for tensor in (query, key, value))
    if rows is not None:
        q, k, v = q[rows], k[rows], v[rows]
    package = _prefill_package(h, d_nope, d_rope, d_v, _ELEMENTS[query.dtype], True)
    assert places is not None
    out, _ = mla_torch.prefill(
        q, k[..., :d_nope], k[:, 0, d_nope:], v, places, places, softmax_scale=scaling, package=package
    )
    if rows is not None:
        whole = out.new_zeros(b * s, h, d_v)
        whole[rows] = out
        out = whole
    return out.view(b, s, h, d_v)


def register(name: str = "mla") -> None:
    """Makes ``attn_implementation=name`` known to transformers."""
    AttentionInterface.register(name, attention_forward)
    # Padding is all that masks have to say: None, or [b, tokens].
    AttentionMaskInterface.register(name, flash_attention_mask)


# ---------------------------------------------------------------------------------------------------------------------
# The table
# ---------------------------------------------------------------------------------------------------------------------


def small_config(heads: int = 16, layers: int = 2, hidden: int = 512, vocabulary: int = 1024) -> Any:
    """DeepSeek-V3's architecture with its widths of attention, and little of the rest."""
    from transformers import DeepseekV3Config

    return DeepseekV3Config(
        vocab_size=vocabulary,
        hidden_size=hidden,
        intermediate_size=2 * hidden,
        moe_intermediate_size=hidden // 2,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
        n_routed_experts=8,
        n_group=2,
        topk_group=1,
        num_experts_per_tok=2,
        first_k_dense_replace=1,
        q_lora_rank=hidden // 2,
        kv_lora_rank=512,
        qk_rope_head_dim=64,
        qk_nope_head_dim=128,
        v_head_dim=128,
        max_position_embeddings=1 << 17,
        bos_token_id=0,
        eos_token_id=None,
        pad_token_id=0,
    )


def cache_bytes(cache: Any) -> int:
    """Bytes of a cache of transformers, or of an `MLACache`."""
    if isinstance(cache, MLACache):
        return cache.nbytes
    tensors = [tensor for layer in cache.layers for tensor in (layer.keys, layer.values) if tensor is not None]
    return sum(tensor.nbytes for tensor in tensors)


def main() -> int:
    """Prints the table for a small random model."""
    parser = argparse.ArgumentParser(prog="python -m mla.transformers", description=main.__doc__)
    parser.add_argument("--heads", type=int, default=16)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--prompt", type=int, default=1024 if torch.cuda.is_available() else 32)
    parser.add_argument("--tokens", type=int, default=64 if torch.cuda.is_available() else 4)
    parser.add_argument("--batch", type=int, default=4 if torch.cuda.is_available() else 1)
    options = parser.parse_args()
    from transformers import AutoModelForCausalLM, DynamicCache

    models: Any = AutoModelForCausalLM
    register()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(0)
    config = small_config(options.heads, options.layers)
    model = models.from_config(config).to(device, torch.bfloat16).eval()
    prompt = torch.randint(1, config.vocab_size, (options.batch, options.prompt), device=device)
    print(f"{options.heads} heads, {options.layers} layers, batch {options.batch}, prompt {options.prompt}, {device}")
    print("| attention | ms per prompt | ms per token | cache bytes |\n|---|---|---|---|")
    for name in ("eager", "sdpa", "mla"):
        timed = copy.deepcopy(model)
        timed.set_attn_implementation(name)

        def run(count: int, timed: Any = timed, name: str = name) -> tuple[float, Any]:
            mla_cache = MLACache(config, options.prompt + options.tokens + 1)
            cache = mla_cache if name == "mla" else DynamicCache(config=config)
            start = time.perf_counter()
            timed.generate(
                prompt,
                attention_mask=torch.ones_like(prompt),
                past_key_values=cache,
                max_new_tokens=count,
                min_new_tokens=count,
                do_sample=False,
            )
            if device == "cuda":
                torch.cuda.synchronize()
            return time.perf_counter() - start, cache

        run(options.tokens)
        first = statistics.median(run(1)[0] for _ in range(5))
        times = [run(options.tokens) for _ in range(5)]
        whole, cache = statistics.median(seconds for seconds, _ in times), times[-1][1]
        per_token = (whole - first) / max(options.tokens - 1, 1)
        print(f"| {name} | {first * 1e3:.2f} | {per_token * 1e3:.3f} | {cache_bytes(cache)} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
