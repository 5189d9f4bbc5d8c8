"""MLA for PyTorch: plans on the current stream, and custom ops that torch.compile knows.

Two ways in:

- `DecodePlan`: for engines. Everything that does not change is checked and planned once; `DecodePlan.run` costs a few
  microseconds of the host's time, can be captured into a CUDA graph, and then costs none.
- The ops ``torch.ops.mla.*``, and functions of the same names here: plans are found by shape and kept. They have fake
  implementations, so that torch.compile traces through them, and keep to the current device and stream.

On tensors of the host both run on the interpreter (small shapes, for tests).

Plans hold loaded kernels; they are never evicted, because a captured graph would go on using what was unloaded. A process
that meets ever new shapes calls `clear_plans` when nothing of theirs is in flight and no graph will be replayed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import torch

from . import _native, plans
from .arrays import check_rank
from .errors import InvalidArgumentError, NoGPUError, UnsupportedError, WrongContextError
from .package import Package, builtin_names
from .types import CacheFormat, Element, Precision

__all__ = [
    "DecodePlan",
    "append_",
    "clear_plans",
    "decode",
    "decode_run",
    "decode_schedule",
    "decode_workspace_size",
    "merge",
    "prefill",
    "prefill_absorbed",
    "register_package",
    "rope",
]

_DTYPES = {Element.BF16: torch.bfloat16, Element.F16: torch.float16, Element.F32: torch.float32}
_CACHE_DTYPES = {
    CacheFormat.BF16: (torch.bfloat16,),
    CacheFormat.F16: (torch.float16,),
    CacheFormat.E4M3: (torch.float8_e4m3fn, torch.uint8),
    CacheFormat.E4M3_TOKEN: (torch.uint8,),
    CacheFormat.E4M3_GROUP: (torch.uint8,),
}


def _raw_stream(index: int) -> int:
    stream: int = torch.cuda.current_stream(index).cuda_stream
    return stream


# The address of the current stream without making an object of it; what Triton's launcher calls.
_current_stream: Callable[[int], int] = getattr(torch._C, "_cuda_getCurrentRawStream", _raw_stream)
_current_device: Callable[[], int] = getattr(torch._C, "_cuda_getDevice", torch.cuda.current_device)


def _device_of(tensor: torch.Tensor) -> str:
    device = tensor.device
    return "cpu" if device.type == "cpu" else f"cuda:{device.index}"


_Result = TypeVar("_Result")


def _on_device(index: int, call: Callable[[], _Result]) -> _Result:
    """Runs ``call`` with the device current, also in a thread that no context has been made current in."""
    if index < 0:
        return call()
    if _current_device() != index:
        with torch.cuda.device(index):
            return call()
    try:
        return call()
    except WrongContextError:
        _native.use_device(
            index
        )  # the primary context; torch.cuda.set_device does nothing for the device that is current
        return call()


# ---------------------------------------------------------------------------------------------------------------------
# Planned decode
# ---------------------------------------------------------------------------------------------------------------------


def decode_workspace_size(s_q: int, h_q: int, d_latent: int, multiprocessors: int) -> int:
    """Bytes of workspace of a decode on a device with so many multiprocessors; docs/runtime.md, "Launch contract"."""
    rows = s_q * h_q
    row_tiles = (rows + 63) // 64
    parts = max(1, multiprocessors // row_tiles)
    pieces = ((parts + 1) * 16, parts * row_tiles * 8, 2 * parts * rows * d_latent * 2, 3 * 2 * parts * rows * 4)
    return sum((piece + 255) // 256 * 256 for piece in pieces)


class DecodePlan:
    """Attention over a paged latent cache for one shape on one device.

    ``run`` takes q [b, s_q, h_q, d_latent + d_rope], cache [num_pages, …] as the format says, block_table i32 [b,
    block_table_stride], seq_lens i32 [b], and gives out [b, s_q, h_q, d_latent] and lse f32 [b, s_q, h_q] (natural
    logarithm, −infinity where a row sees no token). Layers share a plan, its workspace and one `schedule`, as long as
    they run one after the other; calls that may run at the same time need a plan each, or give a workspace of their own:
    ``workspace_size`` bytes of uint8 on the device. With ``workspace=False`` the plan has none and each call gives one.

    Source: the op `mla.decode`, docs/Dialects/MLA.md. Raises ``UnsupportedError`` where the package does not implement the
    problem, ``NoGPUError`` where it is for another GPU, or there is none.
    """

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
        device: torch.device | str | None = None,
        workspace: bool = True,
    ) -> None:
        where = torch.device("cuda" if device is None else device)
        if where.type not in ("cpu", "cuda"):
            raise InvalidArgumentError(f"device: expected cpu or cuda, but got {where.type}")
        if where.type == "cuda":
            if not torch.cuda.is_available():
                raise NoGPUError("device: expected a GPU, but PyTorch has none; device='cpu' runs on the interpreter")
            where = torch.device("cuda", torch.cuda.current_device() if where.index is None else where.index)
        self.device = where
        self._index = where.index if where.type == "cuda" else -1
        self._get_device = self._index  # as Tensor.get_device has it
        self.plan = _on_device(
            self._index,
            lambda: plans.DecodePlan(
                package,
                b=b,
                num_pages=num_pages,
                block_table_stride=block_table_stride,
                h_q=h_q,
                s_q=s_q,
                softmax_scale=softmax_scale,
                device="cpu" if where.type == "cpu" else f"cuda:{where.index}",
            ),
        )
        plan = self.plan
        self._dtype = _DTYPES[plan.element]
        self._given = plan.precision is Precision.E4M3_QUERIES
        self._q_dtype = torch.float8_e4m3fn if self._given else self._dtype
        self._cache_dtypes = _CACHE_DTYPES[plan.format]
        self._q_shape = (b, plan.s_q, plan.h_q, plan.d_latent + plan.d_rope)
        self._out_shape = (b, plan.s_q, plan.h_q, plan.d_latent)
        self._lse_shape = (b, plan.s_q, plan.h_q)
        self._table_shape = (b, block_table_stride)
        self._lens_shape = (b,)
        self._cache_bytes = num_pages * plan.format.page_bytes(plan.page_size, plan.d_latent, plan.d_rope)
        self._scaled = plan.format is CacheFormat.E4M3
        self.workspace_size = plan.workspace_size
        self.workspace = torch.empty(self.workspace_size if workspace else 0, dtype=torch.uint8, device=where)
        self._workspace = self.workspace.data_ptr()
        self._workspace_size = self.workspace.nbytes
        self._native = plan.native

    def _stream(self) -> int:
        return _current_stream(self._index)

    def _space(self, workspace: torch.Tensor | None) -> tuple[int, int]:
        """Address and size of a workspace."""
        if workspace is None:
            return self._workspace, self._workspace_size
        if workspace.get_device() != self._get_device or not workspace.is_contiguous():
            self._explain("workspace", workspace, (workspace.dtype,), None)
        return workspace.data_ptr(), workspace.nbytes

    def schedule(self, seq_lens: torch.Tensor, workspace: torch.Tensor | None = None) -> None:
        """Divides the work on the current stream: before the first `run`, and after each change of the lengths."""
        if self._native is None:
            return
        if (
            seq_lens.shape != self._lens_shape
            or seq_lens.dtype is not torch.int32
            or not seq_lens.is_contiguous()
            or seq_lens.get_device() != self._get_device
        ):
            self._explain("seq_lens", seq_lens, (torch.int32,), self._lens_shape)
        native, (space, size) = self._native, self._space(workspace)
        _on_device(self._index, lambda: native.schedule(seq_lens.data_ptr(), space, size, self._stream()))

    def run(
        self,
        q: torch.Tensor,
        cache: torch.Tensor,
        block_table: torch.Tensor,
        seq_lens: torch.Tensor,
        out: torch.Tensor | None = None,
        lse: torch.Tensor | None = None,
        cache_scale: torch.Tensor | None = None,
        workspace: torch.Tensor | None = None,
        q_scale: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Attention of one layer on the current stream: (out, lse), which are made where they are not given.

        ``cache_scale`` is one f32 on the device, for a cache of E4M3, ``q_scale`` one for queries of float8_e4m3fn. Raises
        ``InvalidArgumentError`` with the tensor's name.
        """
        where = self._get_device
        if out is None:
            out = torch.empty(self._out_shape, dtype=self._dtype, device=self.device)
        if lse is None:
            lse = torch.empty(self._lse_shape, dtype=torch.float32, device=self.device)
        dtype, int32 = self._dtype, torch.int32
        # One condition, because a planned call is to cost microseconds; what is wrong is found out below.
        if not (
            q.shape == self._q_shape
            and q.dtype is self._q_dtype
            and q.get_device() == where
            and q.is_contiguous()
            and out.shape == self._out_shape
            and out.dtype is dtype
            and out.get_device() == where
            and out.is_contiguous()
            and cache.dtype in self._cache_dtypes
            and cache.get_device() == where
            and cache.nbytes == self._cache_bytes
            and cache.is_contiguous()
            and block_table.shape == self._table_shape
            and block_table.dtype is int32
            and block_table.get_device() == where
            and block_table.is_contiguous()
            and seq_lens.shape == self._lens_shape
            and seq_lens.dtype is int32
            and seq_lens.get_device() == where
            and seq_lens.is_contiguous()
            and lse.shape == self._lse_shape
            and lse.dtype is torch.float32
            and lse.get_device() == where
            and lse.is_contiguous()
            and (self._is_scale(cache_scale) if self._scaled else cache_scale is None)
            and (self._is_scale(q_scale) if self._given else q_scale is None)
        ):
            self._explain_run(q, cache, block_table, seq_lens, out, lse, cache_scale, q_scale)
        native = self._native
        if native is None:
            self.plan.run(q, cache, block_table, seq_lens, out, lse, cache_scale=cache_scale, q_scale=q_scale)
            return out, lse
        if self._index >= 0 and _current_device() != self._index:
            with torch.cuda.device(self._index):
                return self.run(q, cache, block_table, seq_lens, out, lse, cache_scale, workspace, q_scale)
        space, size = (self._workspace, self._workspace_size) if workspace is None else self._space(workspace)
        try:
            native.run(
                q.data_ptr(),
                cache.data_ptr(),
                block_table.data_ptr(),
                seq_lens.data_ptr(),
                out.data_ptr(),
                lse.data_ptr(),
                space,
                size,
                0 if cache_scale is None else cache_scale.data_ptr(),
                0 if q_scale is None else q_scale.data_ptr(),
                self._stream(),
            )
        except WrongContextError:
            _native.use_device(self._index)  # as in _on_device
            space_ = self.workspace if workspace is None else workspace
            self.plan.run(
                q,
                cache,
                block_table,
                seq_lens,
                out,
                lse,
                space_,
                cache_scale=cache_scale,
                q_scale=q_scale,
                stream=self._stream(),
            )
        return out, lse

    def _explain(
        self, name: str, tensor: torch.Tensor, dtypes: tuple[torch.dtype, ...], shape: tuple[int, ...] | None
    ) -> None:
        """Raises where the tensor is wrong."""
        if tensor.dtype not in dtypes:
            raise InvalidArgumentError(f"{name}: expected {' or '.join(map(str, dtypes))}, but got {tensor.dtype}")
        if shape is not None and tuple(tensor.shape) != shape:
            raise InvalidArgumentError(f"{name}: expected shape {list(shape)}, but got {list(tensor.shape)}")
        if tensor.get_device() != self._get_device:
            raise InvalidArgumentError(f"{name}: expected a tensor on {self.device}, but got one on {tensor.device}")
        if not tensor.is_contiguous():
            raise InvalidArgumentError(
                f"{name}: expected a contiguous tensor, but got strides {list(tensor.stride())}; copy it with contiguous()"
            )

    def _explain_run(
        self,
        q: torch.Tensor,
        cache: torch.Tensor,
        block_table: torch.Tensor,
        seq_lens: torch.Tensor,
        out: torch.Tensor,
        lse: torch.Tensor,
        cache_scale: torch.Tensor | None,
        q_scale: torch.Tensor | None,
    ) -> None:
        self._explain("q", q, (self._q_dtype,), self._q_shape)
        self._explain("cache", cache, self._cache_dtypes, None)
        if cache.nbytes != self._cache_bytes:
            raise InvalidArgumentError(f"cache: expected {self._cache_bytes} bytes, but got {cache.nbytes}")
        self._explain("block_table", block_table, (torch.int32,), self._table_shape)
        self._explain("seq_lens", seq_lens, (torch.int32,), self._lens_shape)
        self._explain("out", out, (self._dtype,), self._out_shape)
        self._explain("lse", lse, (torch.float32,), self._lse_shape)
        self._explain_scale("cache_scale", cache_scale, self._scaled, "a cache of 16-bit elements")
        self._explain_scale("q_scale", q_scale, self._given, "queries of 16 bits")

    def _is_scale(self, scale: torch.Tensor | None) -> bool:
        return (
            scale is not None
            and scale.dtype is torch.float32
            and scale.numel() == 1
            and scale.get_device() == self._get_device
        )

    def _explain_scale(self, name: str, scale: torch.Tensor | None, wanted: bool, other: str) -> None:
        """The same for a scale, which is ``wanted`` or must be None, as it must be for ``other``."""
        if not wanted and scale is not None:
            raise InvalidArgumentError(f"{name}: expected None for {other}, but got a tensor")
        if wanted and not self._is_scale(scale):
            actual = "None" if scale is None else f"{scale.numel()} of {scale.dtype} on {scale.device}"
            raise InvalidArgumentError(f"{name}: expected one torch.float32 on {self.device}, but got {actual}")


# ---------------------------------------------------------------------------------------------------------------------
# Packages and plans by key
# ---------------------------------------------------------------------------------------------------------------------

_packages: dict[str, Package] = {}
_plans: dict[Hashable, Any] = {}
_lock = threading.Lock()


def register_package(name: str, package: Package) -> str:
    """Makes a package known to the ops under ``name``, which is returned; builtin packages are known by theirs."""
    with _lock:
        known = _packages.get(name)
        if known is not None and known is not package:
            raise InvalidArgumentError(f"package name: expected a new one, but '{name}' is taken")
        if known is None and name in builtin_names():
            raise InvalidArgumentError(f"package name: expected another, but '{name}' is that of a builtin one")
        _packages[name] = package
    return name


def _package(name: str) -> Package:
    package = _packages.get(name)
    return Package.builtin(name) if package is None else package


def clear_plans() -> None:
    """Unloads the kernels of all plans that the ops keep; nothing of theirs may be in flight, or replayed later."""
    with _lock:
        _plans.clear()


def _get_plan(key: Hashable, make: Callable[[], _Result]) -> _Result:
    plan = _plans.get(key)
    if plan is None:
        with _lock:
            plan = _plans.get(key)
            if plan is None:
                plan = _plans[key] = make()
    result: _Result = plan
    return result


def _decode_plan(
    package: str, device: str, b: int, s_q: int, h_q: int, num_pages: int, stride: int, softmax_scale: float
) -> DecodePlan:
    key = ("decode", package, device, b, s_q, h_q, num_pages, stride, softmax_scale)
    return _get_plan(
        key,
        lambda: DecodePlan(
            _package(package),
            b=b,
            s_q=s_q,
            h_q=h_q,
            num_pages=num_pages,
            block_table_stride=stride,
            softmax_scale=softmax_scale,
            device=device,
            workspace=False,
        ),
    )


# ---------------------------------------------------------------------------------------------------------------------
# Ops
# ---------------------------------------------------------------------------------------------------------------------

_torch_library: Any = torch.library  # whose annotations are partial
_library = _torch_library.Library("mla", "DEF")
_library.define(
    "decode_schedule(Tensor seq_lens, int s_q, int h_q, int num_pages, int block_table_stride, str package) -> Tensor"
)
_library.define(
    "decode_run(Tensor q, Tensor cache, Tensor block_table, Tensor seq_lens, Tensor(a!) workspace, Tensor? cache_scale, "
    "Tensor? q_scale, float softmax_scale, str package) -> (Tensor, Tensor)"
)
_library.define(
    "decode(Tensor q, Tensor cache, Tensor block_table, Tensor seq_lens, Tensor? cache_scale, Tensor? q_scale, "
    "float softmax_scale, str package) -> (Tensor, Tensor)"
)
_library.define(
    "append_(Tensor latent, Tensor k_rope, Tensor(a!) cache, Tensor? slots, Tensor? positions, Tensor? block_table, "
    "Tensor? seq_lens, Tensor? weight, Tensor? cache_scale, str package) -> ()"
)
_library.define("rope(Tensor x, Tensor positions, str package) -> Tensor")
_library.define(
    "prefill(Tensor q, Tensor k, Tensor? k_rope, Tensor v, Tensor cu_seqlens_q, Tensor cu_seqlens_kv, "
    "float softmax_scale, str package) -> (Tensor, Tensor)"
)
_library.define(
    "prefill_absorbed(Tensor q, Tensor keys, Tensor cu_seqlens_q, Tensor? cu_seqlens_kv, Tensor? block_table, "
    "Tensor? seq_lens, Tensor? cache_scale, float softmax_scale, str package) -> (Tensor, Tensor)"
)
_library.define("merge(Tensor out_a, Tensor lse_a, Tensor out_b, Tensor lse_b, str package) -> (Tensor, Tensor)")


def _implement(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers an implementation for the host and for GPUs, which keeps to the first tensor's device."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        def on_device(first: torch.Tensor, *rest: Any) -> Any:
            return _on_device(first.get_device(), lambda: function(first, *rest))

        _library.impl(name, function, "CPU")
        _library.impl(name, on_device, "CUDA")
        return function

    return register


def _fake(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers what an op makes of tensors without values, for torch.compile."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        _torch_library.register_fake(f"mla::{name}", function, lib=_library)
        return function

    return register


def _refuse_backward(context: Any, *gradients: Any) -> Any:
    raise UnsupportedError("there is no backward pass; nearest: the same call under torch.no_grad()")


# Else PyTorch would leave gradients out with no more than a warning.
for _name in ("decode", "rope", "prefill", "prefill_absorbed", "merge"):
    _torch_library.register_autograd(f"mla::{_name}", _refuse_backward, lib=_library)


def _stream_of(tensor: torch.Tensor) -> int:
    index = tensor.get_device()
    return _current_stream(index) if index >= 0 else 0


@_implement("decode_schedule")
def _decode_schedule(
    seq_lens: torch.Tensor, s_q: int, h_q: int, num_pages: int, block_table_stride: int, package: str
) -> torch.Tensor:
    # Of the scale `schedule` knows nothing.
    (b,) = check_rank("seq_lens", seq_lens.shape, 1)
    plan = _decode_plan(package, _device_of(seq_lens), b, s_q, h_q, num_pages, block_table_stride, 0.0)
    workspace = torch.empty(plan.workspace_size, dtype=torch.uint8, device=seq_lens.device)
    plan.schedule(seq_lens, workspace)
    return workspace


@_fake("decode_schedule")
def _(
    seq_lens: torch.Tensor, s_q: int, h_q: int, num_pages: int, block_table_stride: int, package: str
) -> torch.Tensor:
    size = 0
    if seq_lens.device.type == "cuda":
        multiprocessors = torch.cuda.get_device_properties(seq_lens.device).multi_processor_count
        size = decode_workspace_size(s_q, h_q, _package(package).info["d_latent"], multiprocessors)
    return seq_lens.new_empty((size,), dtype=torch.uint8)


def _decode_outputs(q: torch.Tensor, package: str) -> tuple[torch.Tensor, torch.Tensor]:
    b, s_q, h_q, _ = q.shape
    info = _package(package).info
    # Queries of e4m3 do not have the results' type.
    out = q.new_empty((b, s_q, h_q, info["d_latent"]), dtype=_DTYPES[Element(info["element"])])
    return out, q.new_empty((b, s_q, h_q), dtype=torch.float32)


@_implement("decode_run")
def _decode_run(
    q: torch.Tensor,
    cache: torch.Tensor,
    block_table: torch.Tensor,
    seq_lens: torch.Tensor,
    workspace: torch.Tensor,
    cache_scale: torch.Tensor | None,
    q_scale: torch.Tensor | None,
    softmax_scale: float,
    package: str,
) -> tuple[torch.Tensor, torch.Tensor]:
    b, s_q, h_q, _ = check_rank("q", q.shape, 4)
    stride = check_rank("block_table", block_table.shape, 2)[1]
    plan = _decode_plan(package, _device_of(q), b, s_q, h_q, cache.shape[0], stride, float(softmax_scale))
    return plan.run(
        q.contiguous(), cache, block_table, seq_lens, cache_scale=cache_scale, workspace=workspace, q_scale=q_scale
    )


@_fake("decode_run")
def _(
    q: torch.Tensor,
    cache: torch.Tensor,
    block_table: torch.Tensor,
    seq_lens: torch.Tensor,
    workspace: torch.Tensor,
    cache_scale: torch.Tensor | None,
    q_scale: torch.Tensor | None,
    softmax_scale: float,
    package: str,
) -> tuple[torch.Tensor, torch.Tensor]:
    return _decode_outputs(q, package)


@_implement("decode")
def _decode(
    q: torch.Tensor,
    cache: torch.Tensor,
    block_table: torch.Tensor,
    seq_lens: torch.Tensor,
    cache_scale: torch.Tensor | None,
    q_scale: torch.Tensor | None,
    softmax_scale: float,
    package: str,
) -> tuple[torch.Tensor, torch.Tensor]:
    (_, s_q, h_q, _), stride = check_rank("q", q.shape, 4), check_rank("block_table", block_table.shape, 2)[1]
    workspace = _decode_schedule(seq_lens, s_q, h_q, cache.shape[0], stride, package)
    result: tuple[torch.Tensor, torch.Tensor] = _decode_run(
        q, cache, block_table, seq_lens, workspace, cache_scale, q_scale, softmax_scale, package
    )
    return result


@_fake("decode")
def _(
    q: torch.Tensor,
    cache: torch.Tensor,
    block_table: torch.Tensor,
    seq_lens: torch.Tensor,
    cache_scale: torch.Tensor | None,
    q_scale: torch.Tensor | None,
    softmax_scale: float,
    package: str,
) -> tuple[torch.Tensor, torch.Tensor]:
    return _decode_outputs(q, package)


@_implement("append_")
def _append_(
    latent: torch.Tensor,
    k_rope: torch.Tensor,
    cache: torch.Tensor,
    slots: torch.Tensor | None,
    positions: torch.Tensor | None,
    block_table: torch.Tensor | None,
    seq_lens: torch.Tensor | None,
    weight: torch.Tensor | None,
    cache_scale: torch.Tensor | None,
    package: str,
) -> None:
    device, pages = _device_of(latent), cache.shape[0]
    stride = 0 if block_table is None else check_rank("block_table", block_table.shape, 2)[1]
    plan = _get_plan(
        ("append", package, device, pages, stride),
        lambda: plans.AppendPlan(_package(package), num_pages=pages, block_table_stride=stride, device=device),
    )
    plan.run(
        latent,
        k_rope,
        cache,
        slots=slots,
        positions=positions,
        block_table=block_table,
        seq_lens=seq_lens,
        weight=weight,
        cache_scale=cache_scale,
        stream=_stream_of(latent),
    )


@_fake("append_")
def _(latent: torch.Tensor, *rest: Any) -> None:
    return None


@_implement("rope")
def _rope(x: torch.Tensor, positions: torch.Tensor, package: str) -> torch.Tensor:
    device, heads = _device_of(x), check_rank("x", x.shape, 3)[1]
    plan = _get_plan(
        ("rope", package, device, heads), lambda: plans.RopePlan(_package(package), heads=heads, device=device)
    )
    x = x.contiguous()
    out = torch.empty_like(x)
    plan.run(x, positions, out, stream=_stream_of(x))
    return out


@_fake("rope")
def _(x: torch.Tensor, positions: torch.Tensor, package: str) -> torch.Tensor:
    return torch.empty_like(x, memory_format=torch.contiguous_format)


def _round_up(value: int) -> int:
    """The next power of two, so that few plans serve many lengths."""
    return 1 << max(value - 1, 0).bit_length()


def _prefill_outputs(q: torch.Tensor, package: str) -> tuple[torch.Tensor, torch.Tensor]:
    total_q, h_q, _ = q.shape
    out = q.new_empty((total_q, h_q, _package(package).info["d_v"]))
    return out, q.new_empty((h_q, total_q), dtype=torch.float32)


def _strides(tensor: torch.Tensor) -> tuple[torch.Tensor, tuple[int, int]]:
    """The tensor, copied where a kernel could not read it in place, and its strides from token to token and head to head.

    ``contiguous`` would not do: it leaves odd strides of axes of extent 1, and what is not aligned.
    """
    tokens, heads, width = tensor.stride()
    if width == 1 and tokens % 8 == 0 and heads % 8 == 0 and min(tokens, heads) >= tensor.shape[2]:
        if tensor.data_ptr() % 16 == 0:
            return tensor, (tokens, heads)
    _, h, extent = tensor.shape
    return tensor.clone(memory_format=torch.contiguous_format), (max(h, 1) * extent, extent)


@_implement("prefill")
def _prefill(
    q: torch.Tensor,
    k: torch.Tensor,
    k_rope: torch.Tensor | None,
    v: torch.Tensor,
    cu_seqlens_q: torch.Tensor,
    cu_seqlens_kv: torch.Tensor,
    softmax_scale: float,
    package: str,
) -> tuple[torch.Tensor, torch.Tensor]:
    device = _device_of(q)
    for name, tensor in (("q", q), ("k", k), ("v", v)):
        check_rank(name, tensor.shape, 3)
    (q, q_strides), (k, k_strides), (v, v_strides) = _strides(q), _strides(k), _strides(v)
    max_b, max_total_q = _round_up(check_rank("cu_seqlens_q", cu_seqlens_q.shape, 1)[0] - 1), max(_round_up(q.shape[0]), 1024)
    plan = _get_plan(
        ("prefill", package, device, max_b, max_total_q, q_strides, k_strides, v_strides, float(softmax_scale)),
        lambda: plans.PrefillPlan(
            _package(package),
            max_b=max_b,
            max_total_q=max_total_q,
            q_strides=q_strides,
            k_strides=k_strides,
            v_strides=v_strides,
            softmax_scale=softmax_scale,
            device=device,
        ),
    )
    out, lse = _prefill_outputs(q, package)
    workspace = torch.empty(plan.workspace_size, dtype=torch.uint8, device=q.device)
    plan.run(
        q,
        k,
        None if k_rope is None else k_rope.contiguous(),
        v,
        cu_seqlens_q,
        cu_seqlens_kv,
        out,
        lse,
        workspace,
        stream=_stream_of(q),
    )
    return out, lse


@_fake("prefill")
def _(
    q: torch.Tensor,
    k: torch.Tensor,
    k_rope: torch.Tensor | None,
    v: torch.Tensor,
    cu_seqlens_q: torch.Tensor,
    cu_seqlens_kv: torch.Tensor,
    softmax_scale: float,
    package: str,
) -> tuple[torch.Tensor, torch.Tensor]:
    return _prefill_outputs(q, package)


def _prefill_absorbed_outputs(q: torch.Tensor, package: str) -> tuple[torch.Tensor, torch.Tensor]:
    total_q, h_q, _ = q.shape
    out = q.new_empty((total_q, h_q, _package(package).info["d_latent"]))
    return out, q.new_empty((total_q, h_q), dtype=torch.float32)


@_implement("prefill_absorbed")
def _prefill_absorbed(
    q: torch.Tensor,
    keys: torch.Tensor,
    cu_seqlens_q: torch.Tensor,
    cu_seqlens_kv: torch.Tensor | None,
    block_table: torch.Tensor | None,
    seq_lens: torch.Tensor | None,
    cache_scale: torch.Tensor | None,
    softmax_scale: float,
    package: str,
) -> tuple[torch.Tensor, torch.Tensor]:
    device, q = _device_of(q), q.contiguous()
    key_stride = pages = stride = 0
    if block_table is not None:
        pages, stride = keys.shape[0], check_rank("block_table", block_table.shape, 2)[1]
    else:
        check_rank("keys", keys.shape, 2)
        key_stride = keys.stride(0)
        if keys.stride(-1) != 1 or key_stride % 8 != 0 or key_stride < keys.shape[-1] or keys.data_ptr() % 16:
            keys = keys.clone(memory_format=torch.contiguous_format)  # as in _strides
            key_stride = keys.shape[-1]
    check_rank("q", q.shape, 3)
    max_b, max_total_q = _round_up(check_rank("cu_seqlens_q", cu_seqlens_q.shape, 1)[0] - 1), max(_round_up(q.shape[0]), 1024)
    plan = _get_plan(
        ("prefill_absorbed", package, device, max_b, max_total_q, pages, stride, key_stride, float(softmax_scale)),
        lambda: plans.PrefillAbsorbedPlan(
            _package(package),
            max_b=max_b,
            max_total_q=max_total_q,
            num_pages=pages,
            block_table_stride=stride,
            key_stride=key_stride,
            softmax_scale=softmax_scale,
            device=device,
        ),
    )
    out, lse = _prefill_absorbed_outputs(q, package)
    workspace = torch.empty(plan.workspace_size, dtype=torch.uint8, device=q.device)
    plan.run(
        q,
        keys,
        cu_seqlens_q,
        out,
        lse,
        workspace,
        cu_seqlens_kv=cu_seqlens_kv,
        block_table=block_table,
        seq_lens=seq_lens,
        cache_scale=cache_scale,
        stream=_stream_of(q),
    )
    return out, lse


@_fake("prefill_absorbed")
def _(
    q: torch.Tensor,
    keys: torch.Tensor,
    cu_seqlens_q: torch.Tensor,
    cu_seqlens_kv: torch.Tensor | None,
    block_table: torch.Tensor | None,
    seq_lens: torch.Tensor | None,
    cache_scale: torch.Tensor | None,
    softmax_scale: float,
    package: str,
) -> tuple[torch.Tensor, torch.Tensor]:
    return _prefill_absorbed_outputs(q, package)


def _merge_outputs(out_a: torch.Tensor, lse_a: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return out_a.new_empty(out_a.shape), lse_a.new_empty(lse_a.shape)


@_implement("merge")
def _merge(
    out_a: torch.Tensor, lse_a: torch.Tensor, out_b: torch.Tensor, lse_b: torch.Tensor, package: str
) -> tuple[torch.Tensor, torch.Tensor]:
    device = _device_of(out_a)
    plan = _get_plan(("merge", package, device), lambda: plans.MergePlan(_package(package), device=device))
    out, lse = _merge_outputs(out_a, lse_a)
    out_a, lse_a, out_b, lse_b = (tensor.contiguous() for tensor in (out_a, lse_a, out_b, lse_b))
    plan.run(out_a, lse_a, out_b, lse_b, out, lse, stream=_stream_of(out_a))
    return out, lse


@_fake("merge")
def _(
    out_a: torch.Tensor, lse_a: torch.Tensor, out_b: torch.Tensor, lse_b: torch.Tensor, package: str
) -> tuple[torch.Tensor, torch.Tensor]:
    return _merge_outputs(out_a, lse_a)


# ---------------------------------------------------------------------------------------------------------------------
# The ops as functions
# ---------------------------------------------------------------------------------------------------------------------


def decode_schedule(
    seq_lens: torch.Tensor, *, s_q: int, h_q: int, num_pages: int, block_table_stride: int, package: str = "decode_bf16"
) -> torch.Tensor:
    """The workspace for `decode_run`, with the work divided for these lengths; all layers share it.

    ``seq_lens`` is i32 [b]; the other extents are those of the calls to come. ``package`` names a builtin package or one
    that `register_package` made known. Source: `mla_decode_schedule`, docs/runtime.md.
    """
    result: torch.Tensor = torch.ops.mla.decode_schedule(seq_lens, s_q, h_q, num_pages, block_table_stride, package)
    return result


def decode_run(
    q: torch.Tensor,
    cache: torch.Tensor,
    block_table: torch.Tensor,
    seq_lens: torch.Tensor,
    workspace: torch.Tensor,
    *,
    cache_scale: torch.Tensor | None = None,
    q_scale: torch.Tensor | None = None,
    softmax_scale: float = 0.0,
    package: str = "decode_bf16",
) -> tuple[torch.Tensor, torch.Tensor]:
    """(out, lse) of one layer, with a workspace of `decode_schedule`; tensors as `DecodePlan` takes them.

    ``softmax_scale`` of 0 is the package's; the scales are those of `DecodePlan.run`. Raises ``InvalidArgumentError`` and
    ``UnsupportedError``. Source: the op `mla.decode`.
    """
    result: tuple[torch.Tensor, torch.Tensor] = torch.ops.mla.decode_run(
        q, cache, block_table, seq_lens, workspace, cache_scale, q_scale, softmax_scale, package
    )
    return result


def decode(
    q: torch.Tensor,
    cache: torch.Tensor,
    block_table: torch.Tensor,
    seq_lens: torch.Tensor,
    *,
    cache_scale: torch.Tensor | None = None,
    q_scale: torch.Tensor | None = None,
    softmax_scale: float = 0.0,
    package: str = "decode_bf16",
) -> tuple[torch.Tensor, torch.Tensor]:
    """`decode_schedule` and `decode_run` in one; for one layer, or where that is fast enough."""
    result: tuple[torch.Tensor, torch.Tensor] = torch.ops.mla.decode(
        q, cache, block_table, seq_lens, cache_scale, q_scale, softmax_scale, package
    )
    return result


def append_(
    latent: torch.Tensor,
    k_rope: torch.Tensor,
    cache: torch.Tensor,
    *,
    slots: torch.Tensor | None = None,
    positions: torch.Tensor | None = None,
    block_table: torch.Tensor | None = None,
    seq_lens: torch.Tensor | None = None,
    weight: torch.Tensor | None = None,
    cache_scale: torch.Tensor | None = None,
    package: str = "append_plain",
) -> None:
    """Puts new tokens into ``cache``, in place: latent [tokens, d_latent], k_rope [tokens, d_rope], slots [tokens].

    What else a package takes `mla.AppendPlan.run` says. Source: the op `mla.append`. Raises ``InvalidArgumentError``.
    """
    torch.ops.mla.append_(latent, k_rope, cache, slots, positions, block_table, seq_lens, weight, cache_scale, package)


def rope(x: torch.Tensor, positions: torch.Tensor, *, package: str = "rope_deepseek_v3") -> torch.Tensor:
    """``x`` [tokens, heads, d_rope], turned by ``positions`` [tokens]. Source: the op `mla.rope`."""
    result: torch.Tensor = torch.ops.mla.rope(x, positions, package)
    return result


def prefill(
    q: torch.Tensor,
    k: torch.Tensor,
    k_rope: torch.Tensor | None,
    v: torch.Tensor,
    cu_seqlens_q: torch.Tensor,
    cu_seqlens_kv: torch.Tensor,
    *,
    softmax_scale: float = 0.0,
    package: str = "prefill_h128",
) -> tuple[torch.Tensor, torch.Tensor]:
    """(out [total_q, h_q, d_v], lse f32 [h_q, total_q]) of attention of prompts.

    ``q`` [total_q, h_q, d_nope + d_rope], ``k`` [total_kv, h_q, d_nope], ``k_rope`` [total_kv, d_rope], ``v`` [total_kv, h_q,
    d_v], ``cu_seqlens_q`` and ``cu_seqlens_kv`` i32 [b + 1]; keys and values may be views of one projection. Source: the op
    `mla.prefill`. Raises ``InvalidArgumentError`` and ``UnsupportedError``.
    """
    result: tuple[torch.Tensor, torch.Tensor] = torch.ops.mla.prefill(
        q, k, k_rope, v, cu_seqlens_q, cu_seqlens_kv, softmax_scale, package
    )
    return result


def prefill_absorbed(
    q: torch.Tensor,
    keys: torch.Tensor,
    cu_seqlens_q: torch.Tensor,
    *,
    cu_seqlens_kv: torch.Tensor | None = None,
    block_table: torch.Tensor | None = None,
    seq_lens: torch.Tensor | None = None,
    cache_scale: torch.Tensor | None = None,
    softmax_scale: float = 0.0,
    package: str = "prefill_absorbed_h128",
) -> tuple[torch.Tensor, torch.Tensor]:
    """(out [total_q, h_q, d_latent], lse f32 [total_q, h_q]) of attention of prompts over latent vectors.

    ``q`` [total_q, h_q, d_latent + d_rope], ``cu_seqlens_q`` i32 [b + 1]; ``keys`` [total_kv, d_latent + d_rope] with
    ``cu_seqlens_kv`` i32 [b + 1], its rows may lie apart; or, with a package that has pages (``"prefill_absorbed_paged_h128"``),
    the cache that decode reads, with ``block_table`` i32 [b, pages] and ``seq_lens`` i32 [b], and for one of format ``E4M3``
    ``cache_scale``, one f32. Source: the op `mla.prefill_absorbed`. Raises ``InvalidArgumentError`` and
    ``UnsupportedError``.
    """
    result: tuple[torch.Tensor, torch.Tensor] = torch.ops.mla.prefill_absorbed(
        q, keys, cu_seqlens_q, cu_seqlens_kv, block_table, seq_lens, cache_scale, softmax_scale, package
    )
    return result


def merge(
    out_a: torch.Tensor,
    lse_a: torch.Tensor,
    out_b: torch.Tensor,
    lse_b: torch.Tensor,
    *,
    package: str = "merge_h128",
) -> tuple[torch.Tensor, torch.Tensor]:
    """(out, lse) of attention of the same queries over two parts of their keys, put together by the log-sum-exps.

    ``out_a`` and ``out_b`` [tokens, heads, d_v]; ``lse_a`` and ``lse_b`` f32 [tokens, heads], or with a package that has
    ``heads_first`` (``"merge_prefill_h128"``, for `prefill`) [heads, tokens]. Source: the op `mla.merge`. Raises
    ``InvalidArgumentError``.
    """
    result: tuple[torch.Tensor, torch.Tensor] = torch.ops.mla.merge(out_a, lse_a, out_b, lse_b, package)
    return result
