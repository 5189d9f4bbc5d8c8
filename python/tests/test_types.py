"""mypy --strict passes on the package, and what is public says what it does."""

from __future__ import annotations

import inspect
import pathlib
import subprocess
import sys

import pytest

import mla

_ROOT = pathlib.Path(__file__).parent.parent


def test_mypy() -> None:
    pytest.importorskip("mypy")
    answer = subprocess.run([sys.executable, "-m", "mypy"], cwd=_ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stdout + answer.stderr


@pytest.mark.parametrize("name", mla.__all__)
def test_docstrings(name: str) -> None:
    thing = getattr(mla, name)
    assert thing.__doc__, name
    if inspect.isclass(thing):
        for method, function in inspect.getmembers(thing, inspect.isfunction):
            if not method.startswith("_") and function.__module__.startswith("mla"):
                assert function.__doc__, f"{name}.{method}"
