"""Plans, as in the C API: what calls have in common is checked once, then each call only enqueues.

A plan is for a CUDA device, or for the host: there the same call runs on the interpreter, with all its checks, which is
for small shapes. ``device`` is ``"cuda"``, ``"cuda:1"``, ``"cpu"`` or None, which is the first GPU if there is one.
A plan of a GPU makes that device's primary context current in the thread that makes it; a thread that runs it has to have
it current, too, else it gets ``WrongContextError``. `mla.torch` sees to both.

Arrays are of any framework (`mla.arrays`) and lie on the plan's device; extents are given below as in docs/runtime.md. For
PyTorch, `mla.torch` has plans that allocate, know the current stream, and cost less of the host's time.
"""

from __future__ import annotations

import ctypes
from typing import Any

from . import _native
from .arrays import ELEMENT_DTYPES, Array, describe, refuse, take, take_cache, take_scale
from .errors import InvalidArgumentError, NoGPUError
from .package import Package
from .types import CacheFormat, Element, Precision

_INT32 = ("int32",)
#: Multiprocessors of the device that the interpreter imitates.
HOST_MULTIPROCESSORS = 4


def choose_device(device: str | None) -> str:
    """``"cpu"`` or ``"cuda:n"``. Raises ``NoGPUError`` where a GPU is asked for that is not there."""
    if device == "cpu":
        return device
    count = _native.use_device(-1)
    if device is None:
        return "cuda:0" if count else "cpu"
    kind, _, number = device.partition(":")
    if kind != "cuda" or (number and not (number.isascii() and number.isdigit())):
        raise InvalidArgumentError(f"device: expected cpu, cuda or cuda:N, but got '{device}'")
    ordinal = int(number or 0)
    if ordinal >= count:
        raise NoGPUError(f"device: expected one of {count} GPUs, but got '{device}'")
    return f"cuda:{ordinal}"


def _use(device: str) -> None:
    """Makes the device's primary context current, which is the one of PyTorch, CuPy and JAX."""
    _native.use_device(int(device.partition(":")[2]))


def _check_strides(name: str, memory: Array, expected: tuple[int, ...]) -> None:
    if memory.size and any(s != e and n > 1 for s, e, n in zip(memory.strides, expected, memory.shape)):
        raise InvalidArgumentError(f"{name}: expected strides {list(expected)}, but got {list(memory.strides)}")


def choose_scale(given: float | None, default: float) -> float:
    """The scale as the runtime has it, a float32; without one, and for 0, ``default``.

    Raises ``InvalidArgumentError`` for what only becomes 0 there, which would stand for the package's.
    """
    if not given:
        return default
    scale = ctypes.c_float(given).value
    if scale == 0:
        raise InvalidArgumentError(f"softmax_scale: expected a number that a float32 can hold, but got {given}")
    return scale


def _choose_strides(name: str, given: tuple[int, int] | None, heads: int, width: int) -> tuple[int, int]:
    """Elements from token to token and from head to head. 0, which stands for dense in C, is none here."""
    if given is None:
        return heads * width, width
    if min(given) <= 0:
        raise InvalidArgumentError(f"{name}: expected positive strides, but got {list(given)}")
    return given


def _take_rows(name: str, array: Any, dtypes: tuple[str, ...], width: int, device: str) -> tuple[Array, int]:
    """A matrix whose rows may lie apart, and the elements from one row to the next; 0 where there is one row at most."""
    memory = take(name, array, dtypes, (None, width), device, dense=False)
    if memory.size and width > 1 and memory.strides[1] != 1:
        raise InvalidArgumentError(f"{name}: expected rows without gaps inside, but got strides {list(memory.strides)}")
    if memory.shape[0] <= 1:
        return memory, 0
    if memory.strides[0] < width:
        raise InvalidArgumentError(
            f"{name}: expected rows of {width} that do not overlap, but got strides {list(memory.strides)}"
        )
    return memory, memory.strides[0]


class _Plan:
    """What all plans have."""

    op = ""

    def __init__(self, package: Package, device: str | None) -> None:
        if package.op != self.op:
            raise InvalidArgumentError(f"expected a package of {self.op}, but got one of {package.op}: {package.name}")
        self.package = package
        self.device = choose_device(device)
        self.element = Element(package.info["element"])

    @property
    def on_host(self) -> bool:
        """Whether calls run on the interpreter."""
        return self.device == "cpu"

    def _scale(self, name: str, array: Any, wanted: bool) -> int:
        """The address of a scale, 0 where none is wanted; then there must be none."""
        if wanted:
            return take_scale(name, array, self.device).pointer
        refuse(**{name: array})
        return 0

    def _workspace(self, workspace: Any) -> Array:
        memory = describe(workspace)
        if memory.device != self.device or not memory.is_dense:
            raise InvalidArgumentError(f"workspace: expected dense memory on {self.device}, but got {memory.device}")
        return memory


class DecodePlan(_Plan):
    """Attention of new tokens over a paged latent cache (``mla_decode_plan_t``).

    ``h_q``, ``s_q``, ``softmax_scale`` default to the package's; ``block_table_stride`` is the most pages that a request
    has. Raises ``UnsupportedError`` where the package does not implement the problem.
    """

    op = "decode"

    def __init__(
        self,
        package: Package,
        *,
        b: int,
        num_pages: int,
        block_table_stride: int,
        h_q: int | None = None,
        s_q: int | None = None,
        softmax_scale: float | None = None,
        device: str | None = None,
    ) -> None:
        super().__init__(package, device)
        info = package.info
        self.format = CacheFormat(info["format"])
        self.precision = Precision(info["precision"])
        self.b, self.num_pages, self.block_table_stride = b, num_pages, block_table_stride
        self.h_q: int = info["h_q"] if h_q is None else h_q
        self.s_q: int = (info["s_q"] or 1) if s_q is None else s_q
        self.d_latent: int = info["d_latent"]
        self.d_rope: int = info["d_rope"]
        self.page_size: int = info["page_size"]
        self.causal: bool = info["causal"]
        #: Whether the kernels turn the last d_rope columns of the queries, each token's by its place in its sequence.
        self.rope: bool = info["rope"]
        self.softmax_scale = choose_scale(softmax_scale, info["softmax_scale"])
        self.desc = _native.DecodeDesc(
            element=int(self.element),
            format=int(self.format),
            precision=int(self.precision),
            causal=self.causal,
            b=b,
            s_q=self.s_q,
            h_q=self.h_q,
            d_latent=self.d_latent,
            d_rope=self.d_rope,
            page_size=self.page_size,
            num_pages=num_pages,
            block_table_stride=block_table_stride,
            softmax_scale=self.softmax_scale,
            rope=self.rope,
        )
        _native.decode_can_implement(package.native, self.desc)
        self.native: _native.DecodePlan | None = None
        if not self.on_host:
            _use(self.device)
            self.native = _native.decode_plan(package.native, self.desc)

    @property
    def workspace_size(self) -> int:
        """Bytes that `schedule` and `run` need, aligned to 256; 0 on the host."""
        return self.native.workspace_size() if self.native else 0

    def schedule(self, seq_lens: Any, workspace: Any = None, *, stream: int = 0) -> None:
        """Divides the work: once per change of the lengths, all layers share it. Does nothing on the host.

        ``seq_lens`` is i32 [b] on the device; ``stream`` is the address of a CUDA stream, 0 the default one.
        """
        lengths = take("seq_lens", seq_lens, _INT32, (self.b,), self.device)
        if self.native:
            memory = self._workspace(workspace)
            self.native.schedule(lengths.pointer, memory.pointer, memory.size * memory.itemsize, stream)

    def run(
        self,
        q: Any,
        cache: Any,
        block_table: Any,
        seq_lens: Any,
        out: Any,
        lse: Any,
        workspace: Any = None,
        *,
        cache_scale: Any = None,
        q_scale: Any = None,
        stream: int = 0,
    ) -> None:
        """Attention of one layer, enqueued on ``stream``; on the host it is done when this returns.

        ``q`` is [b, s_q, h_q, d_latent + d_rope] and ``out`` [b, s_q, h_q, d_latent] of the element type, ``lse`` f32
        [b, s_q, h_q] (natural logarithm; −infinity for a row that sees no token), ``cache`` [num_pages, …] as the format
        says, ``block_table`` i32 [b, block_table_stride], ``cache_scale`` one f32 for a cache of E4M3. With precision
        ``E4M3_QUERIES`` ``q`` is of e4m3, and ``q_scale`` one f32, what all of it is to be multiplied by. Where the plan
        has ``rope``, the last d_rope columns of ``q`` are as the projection left them, and query token i of a request
        is turned by its position, seq_len − s_q + i; else they have been turned.
        """
        element, device, rows = ELEMENT_DTYPES[self.element], self.device, (self.b, self.s_q, self.h_q)
        given = self.precision is Precision.E4M3_QUERIES
        q_ = take(
            "q", q, ("float8_e4m3fn", "uint8") if given else element, (*rows, self.d_latent + self.d_rope), device
        )
        cache_ = take_cache(
            "cache", cache, self.format, self.num_pages, self.page_size, self.d_latent, self.d_rope, device
        )
        table = take("block_table", block_table, _INT32, (self.b, self.block_table_stride), device)
        lengths = take("seq_lens", seq_lens, _INT32, (self.b,), device)
        out_ = take("out", out, element, (*rows, self.d_latent), device, writable=True)
        lse_ = take("lse", lse, ("float32",), rows, device, writable=True)
        scale = self._scale("cache_scale", cache_scale, self.format is CacheFormat.E4M3)
        query_scale = self._scale("q_scale", q_scale, given)
        pointers = (q_.pointer, cache_.pointer, table.pointer, lengths.pointer, out_.pointer, lse_.pointer)
        if self.native:
            memory = self._workspace(workspace)
            self.native.run(*pointers, memory.pointer, memory.size * memory.itemsize, scale, query_scale, stream)
        else:
            self.package.program().run_decode(self.desc, HOST_MULTIPROCESSORS, *pointers, scale, query_scale)


class AppendPlan(_Plan):
    """New tokens into a paged cache: norm, RoPE, quantising (``mla_append_plan_t``)."""

    op = "append"

    def __init__(
        self, package: Package, *, num_pages: int, block_table_stride: int = 0, device: str | None = None
    ) -> None:
        super().__init__(package, device)
        info = package.info
        self.format = CacheFormat(info["format"])
        self.num_pages, self.block_table_stride = num_pages, block_table_stride
        self.d_latent: int = info["d_latent"]
        self.d_rope: int = info["d_rope"]
        self.page_size: int = info["page_size"]
        self.slot_bits: int = info["slot_bits"]
        self.position_bits: int = info["position_bits"]
        self.norm: bool = info["norm"]
        self.desc = _native.AppendDesc(
            element=int(self.element),
            format=int(self.format),
            d_latent=self.d_latent,
            d_rope=self.d_rope,
            page_size=self.page_size,
            num_pages=num_pages,
            block_table_stride=block_table_stride,
        )
        _native.append_can_implement(package.native, self.desc)
        self.native: _native.AppendPlan | None = None
        if not self.on_host:
            _use(self.device)
            self.native = _native.append_plan(package.native, self.desc)

    def run(
        self,
        latent: Any,
        k_rope: Any,
        cache: Any,
        *,
        slots: Any = None,
        positions: Any = None,
        block_table: Any = None,
        seq_lens: Any = None,
        weight: Any = None,
        cache_scale: Any = None,
        stream: int = 0,
    ) -> None:
        """Puts the tokens into ``cache``, in place, enqueued on ``stream``.

        ``latent`` is [tokens, d_latent] and ``k_rope`` [tokens, d_rope] of the element type, their rows may lie apart.
        Packages with slots take ``slots`` [tokens] (page · page_size + offset, below 0 skips the token) and, where they
        turn, ``positions`` [tokens]; others take ``block_table`` i32 [b, block_table_stride] and ``seq_lens`` i32 [b], which
        include the new tokens, and then ``latent`` is [b, s_q, d_latent]. ``weight`` [d_latent] where the package norms. What the
        package has no use for must be None, apart from ``positions``. Raises ``InvalidArgumentError``.
        """
        device, element = self.device, ELEMENT_DTYPES[self.element]
        if self.slot_bits:
            latent_, latent_stride = _take_rows("latent", latent, element, self.d_latent, device)
            tokens, s_q = latent_.shape[0], 1
            k_rope_, k_rope_stride = _take_rows("k_rope", k_rope, element, self.d_rope, device)
            if k_rope_.shape[0] != tokens:
                raise InvalidArgumentError(
                    f"k_rope: expected shape {[tokens, self.d_rope]}, but got {list(k_rope_.shape)}"
                )
        else:
            latent_ = take("latent", latent, element, (None, None, self.d_latent), device)
            tokens, s_q = latent_.shape[0] * latent_.shape[1], latent_.shape[1]
            k_rope_ = take("k_rope", k_rope, element, (*latent_.shape[:-1], self.d_rope), device)
            latent_stride = k_rope_stride = 0
        cache_ = take_cache(
            "cache",
            cache,
            self.format,
            self.num_pages,
            self.page_size,
            self.d_latent,
            self.d_rope,
            device,
            writable=True,
        )
        slots_ = positions_ = table = lengths = weight_ = 0
        if self.slot_bits:
            refuse(block_table=block_table, seq_lens=seq_lens)
            slots_ = take("slots", slots, (f"int{self.slot_bits}",), (tokens,), device).pointer
            if self.position_bits:
                positions_ = take("positions", positions, (f"int{self.position_bits}",), (tokens,), device).pointer
        else:
            refuse(slots=slots)
            b = latent_.shape[0]
            table = take("block_table", block_table, _INT32, (b, self.block_table_stride), device).pointer
            lengths = take("seq_lens", seq_lens, _INT32, (b,), device).pointer
        if self.norm:
            weight_ = take("weight", weight, element, (self.d_latent,), device).pointer
        else:
            refuse(weight=weight)
        scale = self._scale("cache_scale", cache_scale, self.format is CacheFormat.E4M3)
        values = (
            tokens,
            s_q,
            latent_.pointer,
            k_rope_.pointer,
            latent_stride,
            k_rope_stride,
            slots_,
            positions_,
            table,
            lengths,
            weight_,
            scale,
            cache_.pointer,
        )
        if self.native:
            self.native.run(*values, stream)
        else:
            self.package.program().run_append(self.desc, HOST_MULTIPROCESSORS, *values)


class RopePlan(_Plan):
    """RoPE of the queries' part with positions (``mla_rope_plan_t``)."""

    op = "rope"

    def __init__(self, package: Package, *, heads: int | None = None, device: str | None = None) -> None:
        super().__init__(package, device)
        info = package.info
        self.d_rope: int = info["d_rope"]
        self.heads: int = info["heads"] if heads is None else heads
        self.position_bits: int = info["position_bits"]
        self.desc = _native.RopeDesc(element=int(self.element), d_rope=self.d_rope, heads=self.heads)
        _native.rope_can_implement(package.native, self.desc)
        self.native: _native.RopePlan | None = None
        if not self.on_host:
            _use(self.device)
            self.native = _native.rope_plan(package.native, self.desc)

    def run(self, x: Any, positions: Any, out: Any, *, stream: int = 0) -> None:
        """``x`` and ``out`` are [tokens, heads, d_rope] of the element type, ``positions`` [tokens]; may be in place."""
        device, element = self.device, ELEMENT_DTYPES[self.element]
        x_ = take("x", x, element, (None, self.heads, self.d_rope), device)
        tokens = x_.shape[0]
        places = take("positions", positions, (f"int{self.position_bits}",), (tokens,), device)
        out_ = take("out", out, element, x_.shape, device, writable=True)
        if self.native:
            self.native.run(tokens, x_.pointer, places.pointer, out_.pointer, stream)
        else:
            self.package.program().run_rope(
                self.desc, HOST_MULTIPROCESSORS, tokens, x_.pointer, places.pointer, out_.pointer
            )


class _PrefillPlan(_Plan):
    """What the two forms have in common."""

    desc: _native.PrefillDesc
    native: _native.PrefillPlan | None

    def _make(self) -> None:
        """Checks the description, and loads the kernels where there is a GPU."""
        _native.prefill_can_implement(self.package.native, self.desc)
        self.native = None
        if not self.on_host:
            _use(self.device)
            self.native = _native.prefill_plan(self.package.native, self.desc)

    @property
    def workspace_size(self) -> int:
        """Bytes that `schedule` and `run` need, aligned to 256; 0 on the host."""
        return self.native.workspace_size() if self.native else 0

    def _run(self, values: tuple[int, ...], workspace: Any, stream: int, schedule: bool) -> None:
        """``values`` are those of mla_prefill_args_t, in the order of _native.cpp."""
        if self.native:
            if values[1] == 0:  # no queries: nothing to write, and empty tensors have no address
                return
            memory = self._workspace(workspace)
            space = (memory.pointer, memory.size * memory.itemsize)
            if schedule:
                self.native.schedule(*values, *space, stream)
            self.native.run(*values, *space, stream)
        else:
            self.package.program().run_prefill(self.desc, HOST_MULTIPROCESSORS, *values)


class PrefillPlan(_PrefillPlan):
    """Attention of prompts, with keys and values for each head (``mla_prefill_plan_t``).

    ``max_b`` and ``max_total_q`` are the most sequences, and queries of all, that a call has. ``q_strides``, ``k_strides``
    and ``v_strides`` let keys and values be parts of one projection: elements from one token to the next, and from one
    head to the next; None where they lie densely.
    """

    op = "prefill"

    def __init__(
        self,
        package: Package,
        *,
        max_b: int,
        max_total_q: int,
        q_strides: tuple[int, int] | None = None,
        k_strides: tuple[int, int] | None = None,
        v_strides: tuple[int, int] | None = None,
        softmax_scale: float | None = None,
        device: str | None = None,
    ) -> None:
        super().__init__(package, device)
        info = package.info
        self.max_b, self.max_total_q = max_b, max_total_q
        self.h_q: int = info["h_q"]
        self.d_nope: int = info["d_nope"]
        self.d_rope: int = info["d_rope"]
        self.d_v: int = info["d_v"]
        self.causal: bool = info["causal"]
        self.softmax_scale = choose_scale(softmax_scale, info["softmax_scale"])
        self.q_strides = _choose_strides("q_strides", q_strides, self.h_q, self.d_nope + self.d_rope)
        self.k_strides = _choose_strides("k_strides", k_strides, self.h_q, self.d_nope)
        self.v_strides = _choose_strides("v_strides", v_strides, self.h_q, self.d_v)
        self.desc = _native.PrefillDesc(
            element=int(self.element),
            causal=self.causal,
            h_q=self.h_q,
            d_nope=self.d_nope,
            d_rope=self.d_rope,
            d_v=self.d_v,
            max_b=max_b,
            max_total_q=max_total_q,
            q_token_stride=self.q_strides[0],
            q_head_stride=self.q_strides[1],
            k_token_stride=self.k_strides[0],
            k_head_stride=self.k_strides[1],
            k_rope_token_stride=0,
            v_token_stride=self.v_strides[0],
            v_head_stride=self.v_strides[1],
            softmax_scale=self.softmax_scale,
        )
        self._make()

    def _values(
        self, q: Any, k: Any, k_rope: Any, v: Any, cu_seqlens_q: Any, cu_seqlens_kv: Any, out: Any, lse: Any
    ) -> tuple[int, ...]:
        device, element, h = self.device, ELEMENT_DTYPES[self.element], self.h_q
        q_ = take("q", q, element, (None, h, self.d_nope + self.d_rope), device, dense=False)
        k_ = take("k", k, element, (None, h, self.d_nope), device, dense=False)
        total_q, total_kv = q_.shape[0], k_.shape[0]
        v_ = take("v", v, element, (total_kv, h, self.d_v), device, dense=False)
        _check_strides("q", q_, (*self.q_strides, 1))
        _check_strides("k", k_, (*self.k_strides, 1))
        _check_strides("v", v_, (*self.v_strides, 1))
        k_rope_ = 0
        if self.d_rope:
            k_rope_ = take("k_rope", k_rope, element, (total_kv, self.d_rope), device).pointer
        else:
            refuse(k_rope=k_rope)
        places_q = take("cu_seqlens_q", cu_seqlens_q, _INT32, (None,), device)
        places_kv = take("cu_seqlens_kv", cu_seqlens_kv, _INT32, places_q.shape, device)
        out_ = take("out", out, element, (total_q, h, self.d_v), device, writable=True)
        lse_ = take("lse", lse, ("float32",), (h, total_q), device, writable=True)
        b = places_q.shape[0] - 1
        return (
            b,
            total_q,
            total_kv,
            q_.pointer,
            k_.pointer,
            k_rope_,
            v_.pointer,
            0,
            places_q.pointer,
            places_kv.pointer,
            0,
            0,
            out_.pointer,
            lse_.pointer,
            0,
        )

    def run(
        self,
        q: Any,
        k: Any,
        k_rope: Any,
        v: Any,
        cu_seqlens_q: Any,
        cu_seqlens_kv: Any,
        out: Any,
        lse: Any,
        workspace: Any = None,
        *,
        stream: int = 0,
        schedule: bool = True,
    ) -> None:
        """Attention of one layer, enqueued on ``stream``; on the host it is done when this returns.

        ``q`` [total_q, h_q, d_nope + d_rope], ``k`` [total_kv, h_q, d_nope], ``k_rope`` [total_kv, d_rope], ``v`` [total_kv,
        h_q, d_v] and ``out`` [total_q, h_q, d_v] of the element type, ``lse`` f32 [h_q, total_q], ``cu_seqlens_q`` and
        ``cu_seqlens_kv`` i32 [b + 1]. ``schedule`` divides the work first: once per change of the lengths.
        """
        values = self._values(q, k, k_rope, v, cu_seqlens_q, cu_seqlens_kv, out, lse)
        self._run(values, workspace, stream, schedule)


class PrefillAbsorbedPlan(_PrefillPlan):
    """Attention of prompts over the latent vectors themselves, which all heads share (``mla_prefill_plan_t``).

    Packages with pages read the cache that decode reads, and take ``num_pages`` and ``block_table_stride``; others read a
    tensor, whose vectors lie ``key_stride`` elements apart. ``q_head_stride`` are the elements from one head of the queries
    to the next; 0 stands for dense. ``max_b`` and ``max_total_q`` are the most sequences, and queries of all, that a call
    has.
    """

    op = "prefill_absorbed"

    def __init__(
        self,
        package: Package,
        *,
        max_b: int,
        max_total_q: int,
        num_pages: int = 0,
        block_table_stride: int = 0,
        q_head_stride: int = 0,
        key_stride: int = 0,
        softmax_scale: float | None = None,
        device: str | None = None,
    ) -> None:
        super().__init__(package, device)
        info = package.info
        self.max_b, self.max_total_q = max_b, max_total_q
        self.num_pages, self.block_table_stride = num_pages, block_table_stride
        self.h_q: int = info["h_q"]
        #: Of the pages; without pages that of the element type.
        self.format = CacheFormat(info["format"])
        self.d_latent: int = info["d_latent"]
        self.d_rope: int = info["d_rope"]
        self.page_size: int = info["page_size"]
        self.causal: bool = info["causal"]
        self.softmax_scale = choose_scale(softmax_scale, info["softmax_scale"])
        self.q_head_stride = q_head_stride or self.d_latent + self.d_rope
        self.key_stride = key_stride or self.d_latent + self.d_rope
        self.desc = _native.PrefillAbsorbedDesc(
            element=int(self.element),
            format=int(self.format),
            causal=self.causal,
            h_q=self.h_q,
            d_latent=self.d_latent,
            d_rope=self.d_rope,
            max_b=max_b,
            max_total_q=max_total_q,
            q_head_stride=self.q_head_stride,
            key_stride=self.key_stride,
            page_size=self.page_size,
            num_pages=num_pages,
            block_table_stride=block_table_stride,
            softmax_scale=self.softmax_scale,
        )
        self._make()

    def run(
        self,
        q: Any,
        keys: Any,
        cu_seqlens_q: Any,
        out: Any,
        lse: Any,
        workspace: Any = None,
        *,
        cu_seqlens_kv: Any = None,
        block_table: Any = None,
        seq_lens: Any = None,
        cache_scale: Any = None,
        stream: int = 0,
        schedule: bool = True,
    ) -> None:
        """Attention of one layer, enqueued on ``stream``; on the host it is done when this returns.

        ``q`` [total_q, h_q, d_latent + d_rope] without gaps between tokens and ``out`` [total_q, h_q, d_latent] of the
        element type, ``lse`` f32 [total_q, h_q], ``cu_seqlens_q`` i32 [b + 1]. ``keys`` is [total_kv, d_latent + d_rope] with
        ``cu_seqlens_kv`` i32 [b + 1]; where the package has pages it is a cache [num_pages, …] as the format says, with
        ``block_table`` i32 [b, block_table_stride] and ``seq_lens`` i32 [b], and ``cache_scale`` one f32 for a cache of E4M3.
        ``schedule`` divides the work first: once per change of the lengths.
        """
        device, element, h, width = self.device, ELEMENT_DTYPES[self.element], self.h_q, self.d_latent + self.d_rope
        q_ = take("q", q, element, (None, h, width), device, dense=False)
        _check_strides("q", q_, (h * self.q_head_stride, self.q_head_stride, 1))
        total_q, total_kv = q_.shape[0], 0
        places_q = take("cu_seqlens_q", cu_seqlens_q, _INT32, (None,), device)
        b = places_q.shape[0] - 1
        places_kv = table = lengths = 0
        scale = self._scale("cache_scale", cache_scale, self.page_size > 0 and self.format is CacheFormat.E4M3)
        if self.page_size:
            refuse(cu_seqlens_kv=cu_seqlens_kv)
            keys_ = take_cache(
                "keys", keys, self.format, self.num_pages, self.page_size, self.d_latent, self.d_rope, device
            )
            table = take("block_table", block_table, _INT32, (b, self.block_table_stride), device).pointer
            lengths = take("seq_lens", seq_lens, _INT32, (b,), device).pointer
        else:
            refuse(block_table=block_table, seq_lens=seq_lens)
            keys_ = take("keys", keys, element, (None, width), device, dense=False)
            _check_strides("keys", keys_, (self.key_stride, 1))
            total_kv = keys_.shape[0]
            places_kv = take("cu_seqlens_kv", cu_seqlens_kv, _INT32, places_q.shape, device).pointer
        out_ = take("out", out, element, (total_q, h, self.d_latent), device, writable=True)
        lse_ = take("lse", lse, ("float32",), (total_q, h), device, writable=True)
        values = (
            b,
            total_q,
            total_kv,
            q_.pointer,
            0,
            0,
            0,
            keys_.pointer,
            places_q.pointer,
            places_kv,
            table,
            lengths,
            out_.pointer,
            lse_.pointer,
            scale,
        )
        self._run(values, workspace, stream, schedule)


class MergePlan(_Plan):
    """Results of attention over two parts of the keys become one, by their log-sum-exps (``mla_merge_plan_t``)."""

    op = "merge"

    def __init__(self, package: Package, *, device: str | None = None) -> None:
        super().__init__(package, device)
        info = package.info
        self.heads: int = info["heads"]
        self.d_v: int = info["d_v"]
        self.heads_first: bool = info["heads_first"]
        self.desc = _native.MergeDesc(
            element=int(self.element), heads=self.heads, d_v=self.d_v, heads_first=self.heads_first
        )
        _native.merge_can_implement(package.native, self.desc)
        self.native: _native.MergePlan | None = None
        if not self.on_host:
            _use(self.device)
            self.native = _native.merge_plan(package.native, self.desc)

    def run(self, out_a: Any, lse_a: Any, out_b: Any, lse_b: Any, out: Any, lse: Any, *, stream: int = 0) -> None:
        """``out_a``, ``out_b`` and ``out`` are [tokens, heads, d_v] of the element type; ``lse_a``, ``lse_b`` and ``lse`` f32
        [tokens, heads], as of decode and of prefill in the absorbed form, or where the package has ``heads_first`` [heads,
        tokens], as of prefill. A part of log-sum-exp −infinity counts for nothing. May be in place.
        """
        device, element = self.device, ELEMENT_DTYPES[self.element]
        out_a_ = take("out_a", out_a, element, (None, self.heads, self.d_v), device)
        tokens = out_a_.shape[0]
        shape = (self.heads, tokens) if self.heads_first else (tokens, self.heads)
        values = (
            tokens,
            out_a_.pointer,
            take("lse_a", lse_a, ("float32",), shape, device).pointer,
            take("out_b", out_b, element, out_a_.shape, device).pointer,
            take("lse_b", lse_b, ("float32",), shape, device).pointer,
            take("out", out, element, out_a_.shape, device, writable=True).pointer,
            take("lse", lse, ("float32",), shape, device, writable=True).pointer,
        )
        if self.native:
            self.native.run(*values, stream)
        else:
            self.package.program().run_merge(self.desc, HOST_MULTIPROCESSORS, *values)
