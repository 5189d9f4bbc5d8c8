"""Arrays of any framework: what their memory is, and whether it is what a call needs.

Anything that speaks DLPack will do (NumPy, PyTorch, CuPy, JAX). NumPy has no bf16 and no e4m3: there their bits are passed
as ``uint16`` and ``uint8``, and `to_bits` and `from_bits` convert; types of ml_dtypes are understood, too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from . import _native
from .errors import InvalidArgumentError
from .types import CacheFormat, Element

_DLPACK_CODES = {0: "int", 1: "uint", 2: "float", 4: "bfloat", 6: "bool"}
_DLPACK_CPU = (1, 3, 11)  # kDLCPU, kDLCUDAHost, kDLROCMHost
_DLPACK_CUDA = (2, 13)  # kDLCUDA, kDLCUDAManaged


@dataclasses.dataclass(frozen=True)
class Array:
    """Memory of an array: strides are in elements, ``device`` is ``"cpu"`` or ``"cuda:n"``."""

    pointer: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: str
    device: str
    writable: bool = True

    @property
    def itemsize(self) -> int:
        """Bytes of an element."""
        return _ITEMSIZES.get(self.dtype, 0)

    @property
    def size(self) -> int:
        """Number of elements."""
        count = 1
        for extent in self.shape:
            count *= extent
        return count

    @property
    def is_dense(self) -> bool:
        """Whether it is row-major without gaps."""
        expected = 1
        for extent, stride in zip(reversed(self.shape), reversed(self.strides)):
            if extent != 1 and stride != expected:
                return self.size == 0
            expected *= extent
        return True


_ITEMSIZES = {
    "bfloat16": 2,
    "float16": 2,
    "uint16": 2,
    "int16": 2,
    "float8_e4m3fn": 1,
    "uint8": 1,
    "int8": 1,
    "int32": 4,
    "int64": 8,
    "float32": 4,
    "float64": 8,
}

#: Types that hold an element; uint16 holds its bits.
ELEMENT_DTYPES = {
    Element.BF16: ("bfloat16", "uint16"),
    Element.F16: ("float16", "uint16"),
    Element.F32: ("float32",),
}


def describe(array: Any) -> Array:
    """What the memory of ``array`` is. It must stay alive as long as the result is used.

    Raises ``InvalidArgumentError`` for what is no array.
    """
    if isinstance(array, Array):
        return array
    if hasattr(array, "__array_interface__") and hasattr(array, "ctypes"):
        itemsize = array.dtype.itemsize or 1
        if not array.dtype.isnative:
            raise InvalidArgumentError(f"expected native byte order, but got {array.dtype.str}")
        if any(stride % itemsize for stride in array.strides):
            raise InvalidArgumentError(
                f"expected strides of whole elements, but got {array.strides} bytes for elements of {itemsize}"
            )
        strides = tuple(stride // itemsize for stride in array.strides)
        return Array(
            array.ctypes.data, tuple(array.shape), strides, array.dtype.name, "cpu", bool(array.flags.writeable)
        )
    if hasattr(array, "data_ptr") and hasattr(array, "stride"):  # a torch.Tensor; e4m3 goes through no DLPack of old
        kind, index = array.device.type, array.device.index
        if kind == "meta" or kind not in ("cpu", "cuda"):
            raise InvalidArgumentError(f"expected an array on the host or on a CUDA device, but got one on '{kind}'")
        device = "cpu" if kind == "cpu" else f"cuda:{index or 0}"
        return Array(
            array.data_ptr(), tuple(array.shape), tuple(array.stride()), str(array.dtype).split(".")[-1], device
        )
    try:
        # Arrays of ctypes give buffers without strides, which only a memoryview fills in.
        given = array if hasattr(array, "__dlpack__") else memoryview(array)
        pointer, shape, strides, code, bits, kind, index = _native.describe_array(given)
    except TypeError:
        raise InvalidArgumentError(f"expected an array that speaks DLPack, but got {type(array).__name__}") from None
    name = "float8_e4m3fn" if code == 10 else f"{_DLPACK_CODES.get(code, 'unknown')}{bits}"
    if kind in _DLPACK_CPU:
        device = "cpu"
    elif kind in _DLPACK_CUDA:
        device = f"cuda:{index}"
    else:
        raise InvalidArgumentError(f"expected an array on the host or on a CUDA device, but got DLPack device {kind}")
    # DLPack of old does not say whether memory may be written, buffers do.
    writable = not (isinstance(given, memoryview) and given.readonly)
    return Array(pointer, tuple(shape), tuple(strides), name, device, writable)


def _describe(name: str, array: Any) -> Array:
    """As `describe`, with the array's name where it is none."""
    try:
        return describe(array)
    except InvalidArgumentError as error:
        raise InvalidArgumentError(f"{name}: {error}") from None


def check_rank(name: str, shape: Sequence[int], rank: int) -> tuple[int, ...]:
    """``shape``, of ``rank`` dimensions. Raises ``InvalidArgumentError`` with the name of the array that has it."""
    if len(shape) != rank:
        raise InvalidArgumentError(
            f"{name}: expected {rank} dimension{'s' if rank > 1 else ''}, but got shape {list(shape)}"
        )
    return tuple(shape)


def extents(name: str, array: Any, rank: int) -> tuple[int, ...]:
    """The shape of ``array``, of ``rank`` dimensions. Raises ``InvalidArgumentError`` with the array's name."""
    return check_rank(name, _describe(name, array).shape, rank)


def num_pages(name: str, array: Any) -> int:
    """The first extent of a cache, which may have any rank but 0. Raises ``InvalidArgumentError`` with its name."""
    shape = _describe(name, array).shape
    if not shape:
        raise InvalidArgumentError(f"{name}: expected at least 1 dimension, but got shape []")
    return shape[0]


def refuse(**arrays: Any) -> None:
    """For what a package has no use for, so that it is not left out silently.

    Raises ``InvalidArgumentError`` with the name of the first that is not None.
    """
    for name, array in arrays.items():
        if array is not None:
            raise InvalidArgumentError(f"{name}: expected None for this package, but got an array")


def _check_writable(name: str, memory: Array) -> None:
    if not memory.writable:
        raise InvalidArgumentError(f"{name}: expected an array that can be written to, but got one that is read-only")


def take(
    name: str,
    array: Any,
    dtypes: Iterable[str],
    shape: Sequence[int | None],
    device: str,
    *,
    dense: bool = True,
    writable: bool = False,
) -> Array:
    """Describes ``array`` and checks it: one of ``dtypes``, of ``shape`` (None: any extent), on ``device``, dense.

    With ``writable`` it must not be read-only.

    Raises ``InvalidArgumentError`` with the array's name.
    """
    memory = _describe(name, array)
    wanted = tuple(dtypes)
    if memory.dtype not in wanted:
        raise InvalidArgumentError(f"{name}: expected {' or '.join(wanted)}, but got {memory.dtype}")
    if len(memory.shape) != len(shape) or any(
        extent is not None and extent != actual for extent, actual in zip(shape, memory.shape)
    ):
        expected = ", ".join("?" if extent is None else str(extent) for extent in shape)
        raise InvalidArgumentError(f"{name}: expected shape [{expected}], but got {list(memory.shape)}")
    if memory.device != device:
        raise InvalidArgumentError(f"{name}: expected an array on {device}, but got one on {memory.device}")
    if dense and not memory.is_dense:
        raise InvalidArgumentError(f"{name}: expected a dense row-major array, but got strides {list(memory.strides)}")
    if writable:
        _check_writable(name, memory)
    return memory


def take_scale(name: str, array: Any, device: str) -> Array:
    """Describes and checks a factor that kernels read on ``device``: one float32, of any shape.

    Raises ``InvalidArgumentError`` with the array's name, for None, too.
    """
    expected = f"{name}: expected one float32 on {device}, but got"
    if array is None:
        raise InvalidArgumentError(f"{expected} None")
    memory = _describe(name, array)
    if memory.dtype != "float32" or memory.size != 1 or memory.device != device:
        raise InvalidArgumentError(f"{expected} {memory.size} of {memory.dtype} on {memory.device}")
    return memory


def take_cache(
    name: str,
    array: Any,
    cache_format: CacheFormat,
    num_pages: int,
    page_size: int,
    d_latent: int,
    d_rope: int,
    device: str,
    *,
    writable: bool = False,
) -> Array:
    """Describes and checks a cache: dense, of any shape whose first extent is ``num_pages``, of the format's bytes.

    With ``writable`` it must not be read-only. Raises ``InvalidArgumentError`` with the array's name.
    """
    memory = _describe(name, array)
    page = cache_format.page_bytes(page_size, d_latent, d_rope)
    allowed = {
        CacheFormat.BF16: ("bfloat16", "uint16"),
        CacheFormat.F16: ("float16", "uint16"),
        CacheFormat.E4M3: ("float8_e4m3fn", "uint8"),
    }.get(cache_format, ("uint8",))
    if memory.dtype not in allowed:
        raise InvalidArgumentError(f"{name}: expected {' or '.join(allowed)}, but got {memory.dtype}")
    if not memory.shape or memory.shape[0] != num_pages or memory.size * memory.itemsize != num_pages * page:
        raise InvalidArgumentError(
            f"{name}: expected {num_pages} pages of {page} bytes, but got shape {list(memory.shape)} of {memory.dtype}"
        )
    if memory.device != device:
        raise InvalidArgumentError(f"{name}: expected an array on {device}, but got one on {memory.device}")
    if not memory.is_dense:
        raise InvalidArgumentError(f"{name}: expected a dense row-major array, but got strides {list(memory.strides)}")
    if writable:
        _check_writable(name, memory)
    return memory


def _check_16_bits(element: Element) -> None:
    if element is Element.F32:
        raise InvalidArgumentError("element: expected bf16 or f16, but got f32")


def to_bits(values: Any, element: Element = Element.BF16) -> Any:
    """A NumPy array of float32, rounded to nearest even, as ``uint16`` bits of ``element``; NaN stays NaN."""
    import numpy

    _check_16_bits(element)
    if element is Element.F16:
        return numpy.asarray(values, dtype=numpy.float32).astype(numpy.float16).view(numpy.uint16)
    floats = numpy.array(values, dtype=numpy.float32, order="C")
    bits = floats.view(numpy.uint32)
    rounded = ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(numpy.uint16)
    nan = (bits & 0x7FFFFFFF) > 0x7F800000
    return numpy.where(nan, numpy.uint16(0x7FC0), rounded).astype(numpy.uint16)


def from_bits(bits: Any, element: Element = Element.BF16) -> Any:
    """The values of ``uint16`` or ``int16`` bits of ``element`` as a NumPy array of float32; exact.

    Raises ``InvalidArgumentError`` for what are no integers of 16 bits, such as floats that were not bits to begin with.
    """
    import numpy

    _check_16_bits(element)
    given = numpy.asarray(bits)
    if given.dtype == numpy.int16:
        given = given.view(numpy.uint16)
    if given.size:
        if given.dtype.kind not in "iu":
            raise InvalidArgumentError(f"bits: expected integers of 16 bits, but got an array of {given.dtype.name}")
        least, most = int(given.min()), int(given.max())
        if least < 0 or most > 0xFFFF:
            raise InvalidArgumentError(f"bits: expected integers from 0 to 65535, but got {least} to {most}")
    narrow = numpy.array(given, dtype=numpy.uint16, order="C")
    if element is Element.F16:
        return narrow.view(numpy.float16).astype(numpy.float32)
    return (narrow.astype(numpy.uint32) << 16).view(numpy.float32)
