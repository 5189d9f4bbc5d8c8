"""Packages of compiled kernels: loaded, compiled, or those that came with this one."""

from __future__ import annotations

import json
import os
import pathlib
import threading
from typing import Any

from . import _native, compiler, ir
from .errors import CompileError, PackageError, Status, UnsupportedError
from .types import CacheFormat, Element, Precision, element_format

_FOLDER = pathlib.Path(__file__).parent / "packages"


def _read(file: pathlib.Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise PackageError(f"{file}: {error.strerror}", Status.IO_ERROR) from None


def _read_index() -> dict[str, str]:
    """The op of each package that came with this one; none in a wheel that was built without them."""
    path = _FOLDER / "index.json"
    if not path.exists():
        return {}
    try:
        return {name: str(entry["op"]) for name, entry in json.loads(_read(path)).items()}
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise PackageError(f"{path}: expected names with their op, but got {error}") from None


class Package:
    """Kernels of one op (docs/runtime.md, "Package").

    A package knows the IR that it was made of if it was compiled here, or if a file of the same name that ends with
    ``.mlir`` lies beside it: then its calls also run on the interpreter, for arrays on the host.
    """

    def __init__(self, data: bytes, *, source: str | None = None, name: str = "package") -> None:
        """Reads and checks the bytes of a package. Raises ``PackageError`` where they are not one."""
        self._set(_native.package_from_bytes(data), source, name)

    def _set(self, native: _native.Package, source: str | None, name: str) -> None:
        self.name = name
        self.source = source
        self.native = native
        self.op, self.info = native.info()
        self._program: _native.Program | None = None
        self._lock = threading.Lock()

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Package:
        """Reads the file at ``path``, and the IR beside it if there is some. Raises ``PackageError``."""
        file = pathlib.Path(path)
        data = _read(file)
        beside, source = file.with_suffix(".mlir"), None
        if beside.exists():
            try:
                source = _read(beside).decode()
            except UnicodeDecodeError as error:
                raise PackageError(f"{beside}: expected UTF-8, but got {error.reason} at {error.start}") from None
        return cls(data, source=source, name=file.stem)

    @classmethod
    def compile(cls, text: str, *, name: str = "package", options: dict[str, str] | None = None) -> Package:
        """Compiles MLIR text, such as `mla.ir` writes; takes about a second. Raises ``CompileError``."""
        return cls(compiler.compile_ir(text, name=name, options=options), source=text, name=name)

    @classmethod
    def jit(
        cls,
        text: str,
        *,
        name: str = "package",
        cache_folder: str | None = None,
        compile_options: str | None = None,
        ptxas: str | None = None,
    ) -> Package:
        """The package of MLIR text from the runtime's cache on disk, else compiled into it (``mla_package_jit_ir``).

        ``cache_folder`` is by default ``$XDG_CACHE_HOME/mla``; ``""`` is none. The first time takes about two seconds, a hit
        less than a millisecond: docs/runtime.md, "Compiling on first use". Raises ``CompileError``.
        """
        package = cls.__new__(cls)
        native = _native.package_jit(text, name, cache_folder, compiler.library(), compile_options, ptxas)
        package._set(native, text, name)
        return package

    @classmethod
    def jit_decode(
        cls,
        *,
        element: Element = Element.BF16,
        cache_format: CacheFormat | None = None,
        precision: Precision = Precision.BF16,
        causal: bool = True,
        h_q: int = 0,
        s_q: int = 0,
        d_latent: int = 512,
        d_rope: int = 64,
        page_size: int = 64,
        softmax_scale: float = 192**-0.5,
        cache_folder: str | None = None,
        compile_options: str | None = None,
        ptxas: str | None = None,
    ) -> Package:
        """`jit` of `mla.ir.decode`, whose extents of 0 are left open."""
        text = ir.decode(
            h_q=h_q,
            s_q=s_q,
            d_latent=d_latent,
            d_rope=d_rope,
            page_size=page_size,
            element=element,
            cache_format=cache_format,
            precision=precision,
            causal=causal,
            softmax_scale=softmax_scale,
        )
        return cls.jit(text, name="decode", cache_folder=cache_folder, compile_options=compile_options, ptxas=ptxas)

    @classmethod
    def builtin(cls, name: str) -> Package:
        """One of the packages that came with this one; `builtin_names` lists them. Raises ``PackageError``."""
        with _builtin_lock:
            package = _builtin.get(name)
            if package is None:
                path = _FOLDER / f"{name}.mlapkg"
                if name not in builtin_names():
                    raise PackageError(
                        f"expected a package out of {', '.join(builtin_names()) or 'none'}, but got '{name}'",
                        Status.IO_ERROR,
                    )
                package = _builtin[name] = cls.load(path)
        return package

    def program(self) -> _native.Program:
        """The same op for the interpreter. Raises ``UnsupportedError`` where the IR is not known."""
        with self._lock:
            if self._program is None:
                if self.source is None:
                    raise UnsupportedError(
                        f"package '{self.name}' comes without its IR, which arrays on the host need; compile it with "
                        "Package.compile, or put NAME.mlir beside NAME.mlapkg"
                    )
                self._program = _native.Program(compiler.library(), self.source, self.name, {})
        return self._program

    def __repr__(self) -> str:
        return f"<mla.Package '{self.name}': {self.op} {self.info}>"


_builtin: dict[str, Package] = {}
_builtin_lock = threading.Lock()


def builtin_names() -> list[str]:
    """Names of the packages that came with this one. Raises ``PackageError`` where their index was altered."""
    return sorted(_read_index())


def find_decode(
    *,
    element: Element = Element.BF16,
    cache_format: CacheFormat | None = None,
    precision: Precision = Precision.BF16,
    causal: bool = True,
    d_latent: int = 512,
    d_rope: int = 64,
    page_size: int = 64,
    rope: ir.Rope | None = None,
    prefix: str = "decode",
) -> Package:
    """A decode package for any number of requests, new tokens and heads, and any softmax scale.

    Takes a builtin one whose name begins with ``prefix``, else compiles one into the runtime's cache on disk
    (docs/runtime.md, "Compiling on first use"), which takes about two seconds the first time. With ``rope`` the kernels turn
    the queries. Raises
    ``CompileError`` where there is no compiler, or where it cannot compile this.
    """
    kind = element_format(element) if cache_format is None else cache_format
    wanted = {
        "element": int(element),
        "format": int(kind),
        "precision": int(precision),
        "causal": causal,
        "h_q": 0,
        "s_q": 0,
        "d_latent": d_latent,
        "d_rope": d_rope,
        "page_size": page_size,
        "rope": False,
    }
    if rope is not None:
        text = ir.decode(
            d_latent=d_latent,
            d_rope=d_rope,
            page_size=page_size,
            element=element,
            cache_format=kind,
            precision=precision,
            causal=causal,
            rope=rope,
        )
        return _compile_once("decode", text)
    key = (prefix, *wanted.values())
    found = _found.get(key)
    if found is None:
        found = _find(prefix, "decode", wanted)
    if found is None:
        text = ir.decode(
            d_latent=d_latent,
            d_rope=d_rope,
            page_size=page_size,
            element=element,
            cache_format=kind,
            precision=precision,
            causal=causal,
        )
        found = _compile_once("decode", text)
    _found[key] = found
    return found


def find_prefill(
    *,
    h_q: int,
    d_nope: int = 128,
    d_rope: int = 64,
    d_v: int = 128,
    element: Element = Element.BF16,
    causal: bool = True,
) -> Package:
    """A prefill package for any sequences and any softmax scale: builtin, else compiled into the cache on disk.

    Raises ``CompileError``.
    """
    wanted = {"element": int(element), "causal": causal, "h_q": h_q, "d_nope": d_nope, "d_rope": d_rope, "d_v": d_v}
    key = ("prefill", *wanted.values())
    found = _found.get(key)
    if found is None:
        found = _find("prefill", "prefill", wanted)
    if found is None:
        text = ir.prefill(h_q=h_q, d_nope=d_nope, d_rope=d_rope, d_v=d_v, element=element, causal=causal)
        found = _compile_once("prefill", text)
    _found[key] = found
    return found


def find_prefill_absorbed(
    *,
    h_q: int,
    d_latent: int = 512,
    d_rope: int = 64,
    page_size: int = 0,
    element: Element = Element.BF16,
    cache_format: CacheFormat | None = None,
    causal: bool = True,
) -> Package:
    """A package of prefill in the absorbed form, for any sequences and any softmax scale: a builtin one, else compiled.

    It reads a paged cache, by default of elements as those of the queries, or with ``page_size`` 0 a tensor of latent
    vectors. Raises ``CompileError``, and ``InvalidArgumentError`` for a tensor with the format of a cache.
    """
    kind = element_format(element) if cache_format is None else cache_format
    wanted = {
        "element": int(element),
        "format": int(kind),
        "causal": causal,
        "h_q": h_q,
        "d_latent": d_latent,
        "d_rope": d_rope,
        "page_size": page_size,
    }
    key = ("prefill_absorbed", *wanted.values())
    found = _found.get(key)
    if found is None:
        found = _find("prefill_absorbed", "prefill_absorbed", wanted)
    if found is None:
        text = ir.prefill_absorbed(
            h_q=h_q,
            d_latent=d_latent,
            d_rope=d_rope,
            page_size=page_size,
            element=element,
            cache_format=kind,
            causal=causal,
        )
        found = _compile_once("prefill_absorbed", text)
    _found[key] = found
    return found


def find_merge(*, heads: int, d_v: int = 512, element: Element = Element.BF16, heads_first: bool = False) -> Package:
    """A merge package for any number of tokens: a builtin one, else compiled. Raises ``CompileError``.

    ``heads_first`` is for results of prefill, whose log-sum-exps are [heads, tokens]; those of decode and of prefill in the
    absorbed form are [tokens, heads].
    """
    wanted = {"element": int(element), "heads": heads, "d_v": d_v, "heads_first": heads_first}
    key = ("merge", *wanted.values())
    found = _found.get(key)
    if found is None:
        found = _find("merge", "merge", wanted)
    if found is None:
        found = _compile_once("merge", ir.merge(heads=heads, d_v=d_v, element=element, heads_first=heads_first))
    _found[key] = found
    return found


def find_append(
    *,
    element: Element = Element.BF16,
    cache_format: CacheFormat | None = None,
    d_latent: int = 512,
    d_rope: int = 64,
    page_size: int = 64,
) -> Package:
    """A package that appends vectors as they are, without norm and RoPE, to slots of 64 bits.

    Takes a builtin one, else compiles one into the cache on disk. Raises ``CompileError``.
    """
    kind = element_format(element) if cache_format is None else cache_format
    wanted = {
        "element": int(element),
        "format": int(kind),
        "d_latent": d_latent,
        "d_rope": d_rope,
        "page_size": page_size,
        "slot_bits": 64,
        "norm": False,
    }
    key = ("append", *wanted.values())
    found = _found.get(key)
    if found is None:
        found = _find("append_plain", "append", wanted)
    if found is None:
        text = ir.append(d_latent=d_latent, d_rope=d_rope, page_size=page_size, element=element, cache_format=kind)
        found = _compile_once("append", text)
    _found[key] = found
    return found


_found: dict[tuple[Any, ...], Package] = {}
_compiled: dict[str, Package] = {}
_compiled_lock = threading.Lock()


def _find(prefix: str, op: str, wanted: dict[str, Any]) -> Package | None:
    """A builtin package whose info has all that is wanted."""
    index = _read_index()
    for name in sorted(index):
        if name.startswith(prefix) and index[name] == op:
            package = Package.builtin(name)
            if all(package.info[field] == value for field, value in wanted.items()):
                return package
    return None


def _compile_once(name: str, text: str) -> Package:
    """Compiled into the runtime's cache on disk, or taken from it; once in a process."""
    with _compiled_lock:  # threads that ask at the same time get the same package
        package = _compiled.get(text)
        if package is None:
            if not compiler.is_available():
                raise CompileError(
                    f"no builtin package does this {name}, and there is no compiler here to make one; the op would be:\n{text}",
                    Status.NO_COMPILER,
                )
            package = _compiled[text] = Package.jit(text, name=name)
    return package
