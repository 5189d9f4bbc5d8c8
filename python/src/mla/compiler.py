"""The compiler library in this process: IR in, packages out, and programs for the interpreter."""

from __future__ import annotations

import os
import pathlib

from . import _native
from .errors import CompileError, Status

_NAME = "libMLACompiler.so.1"


def library() -> str:
    """Path of the compiler library: ``$MLA_COMPILER_LIBRARY``, else the one in this package.

    Raises ``CompileError`` where there is none: a wheel that was built without LLVM has runtime and prebuilt packages
    alone.
    """
    named = os.environ.get("MLA_COMPILER_LIBRARY")
    if named:
        return named
    path = pathlib.Path(__file__).parent / "lib" / _NAME
    if not path.exists():
        raise CompileError(
            f"this package of mla was built without the compiler; set MLA_COMPILER_LIBRARY to a {_NAME}, or install a "
            "wheel that has it",
            Status.NO_COMPILER,
        )
    return str(path)


def is_available() -> bool:
    """Whether IR can be compiled and interpreted here."""
    try:
        version()
    except CompileError:
        return False
    return True


def version() -> str:
    """Of the compiler, for people: ``"0.1.0 (LLVM 22.1.8)"``. Raises ``CompileError`` where there is none."""
    return _native.compiler_version(library())


def compile_ir(text: str, *, name: str = "ir", options: dict[str, str] | None = None) -> bytes:
    """Compiles MLIR text of any stage to the bytes of a package; ``name`` stands for it in messages.

    ``options`` are flags of ``mla-compile`` without dashes (docs/runtime.md): ``{"emit": "ptx"}`` gives text in place of a
    package, ``{"schedule": "item_cost=2"}`` steers the schedule. Raises ``CompileError`` with what the compiler says, with
    line and column, and ``InvalidArgumentError`` for an unknown option.
    """
    return _native.compile_ir(library(), text, name, options or {})
