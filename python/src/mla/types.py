"""The enums of ``mla_runtime.h``, and how the tokens of a cache lie in memory."""

from __future__ import annotations

import enum

from .errors import InvalidArgumentError


class Element(enum.IntEnum):
    """Type of queries, new tokens and output; ``F32`` is of merge only."""

    BF16 = 0
    F16 = 1
    F32 = 3

    @property
    def ir(self) -> str:
        """As in the IR: ``"bf16"``, ``"f16"`` or ``"f32"``."""
        return self.name.lower()


class CacheFormat(enum.IntEnum):
    """How the tokens of a cache are stored; docs/runtime.md has the bytes.

    With L = d_latent and R = d_rope: ``BF16`` and ``F16`` are L + R elements; ``E4M3`` is L + R bytes with one scale for
    the whole cache; ``E4M3_TOKEN`` is L bytes and R bf16, with one f32 scale for each token behind the tokens of a page;
    ``E4M3_GROUP`` is L bytes, L / 128 f32 scales and R bf16 (656 bytes where L is 512 and R is 64).
    """

    BF16 = 0
    F16 = 1
    E4M3 = 2
    E4M3_TOKEN = 3
    E4M3_GROUP = 4

    @property
    def ir(self) -> str:
        """As in the IR: ``"e4m3_token"``."""
        return self.name.lower()

    def page_bytes(self, page_size: int, d_latent: int, d_rope: int) -> int:
        """Bytes from one page of ``page_size`` tokens to the next."""
        if page_size < 1 or d_latent < 1 or d_rope < 0:
            raise InvalidArgumentError(
                f"expected positive extents of a cache, but got page_size {page_size}, d_latent {d_latent}, d_rope {d_rope}"
            )
        if self in (CacheFormat.BF16, CacheFormat.F16):
            return page_size * (d_latent + d_rope) * 2
        if self is CacheFormat.E4M3:
            return page_size * (d_latent + d_rope)
        if self is CacheFormat.E4M3_TOKEN:
            return page_size * (d_latent + 2 * d_rope + 4)
        return page_size * (d_latent + 4 * (d_latent // 128) + 2 * d_rope)


class Precision(enum.IntEnum):
    """In what products are formed: 16-bit floats, or e4m3 on both sides, which is faster and coarser.

    ``E4M3_QUERIES`` takes queries that are e4m3, with one scale; the cache is of any format of e4m3.
    """

    BF16 = 0
    E4M3 = 1
    E4M3_QUERIES = 2

    @property
    def ir(self) -> str:
        """As in the IR."""
        return self.name.lower()


def element_format(element: Element) -> CacheFormat:
    """The format whose elements are ``element``. Raises ``InvalidArgumentError`` for ``F32``, which no cache has."""
    if element is Element.F32:
        raise InvalidArgumentError("element: expected bf16 or f16, but got f32")
    return CacheFormat.BF16 if element is Element.BF16 else CacheFormat.F16
