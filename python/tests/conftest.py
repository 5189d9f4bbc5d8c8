"""What the tests share: problems of a few tokens, drawn once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import mla
from mla import compiler


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that interpret or compile are skipped where this package was built without the compiler."""
    if compiler.is_available():
        return
    skip = pytest.mark.skip(reason="built without the compiler library")
    for item in items:
        if "compiler" in item.keywords:
            item.add_marker(skip)


def pytest_configure(config: pytest.Config) -> None:
    """Names the marks."""
    config.addinivalue_line("markers", "compiler: needs the compiler library")


class Problem:
    """A decode problem: 2 requests of 70 and 9 tokens, 4 heads."""

    def __init__(self, element: mla.Element = mla.Element.BF16) -> None:
        random = np.random.default_rng(1)
        self.element = element
        self.q = mla.to_bits(random.standard_normal((2, 1, 4, 576)), element)
        self.cache = mla.to_bits(random.standard_normal((5, 64, 576)), element)
        self.block_table = np.array([[4, 1], [2, 0]], dtype=np.int32)
        self.seq_lens = np.array([70, 9], dtype=np.int32)

    def reference(self, softmax_scale: float, causal: bool = True) -> tuple[Any, Any]:
        """In double."""
        from mla import reference

        return reference.decode(
            mla.from_bits(self.q, self.element),
            mla.from_bits(self.cache, self.element),
            self.block_table,
            self.seq_lens,
            d_latent=512,
            softmax_scale=softmax_scale,
            causal=causal,
        )


@pytest.fixture
def problem() -> Problem:
    """In bf16."""
    return Problem()


def relative_error(actual: Any, expected: Any) -> float:
    """‖actual − expected‖ / ‖expected‖."""
    return float(np.linalg.norm(np.asarray(actual, dtype=np.float64) - expected) / np.linalg.norm(expected))
