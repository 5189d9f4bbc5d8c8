"""What is said where a call, a package or a machine does not fit."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import numpy as np
import pytest

import mla
from conftest import Problem
from mla import arrays, compiler, errors


def test_every_status_has_an_exception() -> None:
    for status in errors.Status:
        error = errors.make_error(int(status), "a sentence")
        assert isinstance(error, mla.MLAError) and str(error) == "a sentence" and error.status is status


def test_builtin_exceptions() -> None:
    """Programs that know nothing of mla catch what they always do."""
    assert issubclass(mla.InvalidArgumentError, ValueError)
    assert issubclass(mla.UnsupportedError, NotImplementedError)
    assert issubclass(mla.OutOfMemoryError, MemoryError)


def test_no_package() -> None:
    with pytest.raises(mla.PackageError, match="package"):
        mla.Package(b"MLAPKG but no more")
    with pytest.raises(mla.PackageError, match="No such file"):
        mla.Package.load("/nowhere/decode.mlapkg")
    with pytest.raises(mla.PackageError, match="expected a package out of .*, but got 'sparse'"):
        mla.Package.builtin("sparse")


def test_altered_package(tmp_path: pathlib.Path) -> None:
    if not mla.builtin_names():
        pytest.skip("built without packages")
    from mla import package

    data = bytearray((package._FOLDER / "decode_bf16.mlapkg").read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "decode.mlapkg").write_bytes(data)
    with pytest.raises(mla.PackageError, match="checksum"):
        mla.Package.load(tmp_path / "decode.mlapkg")


@pytest.mark.compiler
def test_compile_error_has_its_place() -> None:
    with pytest.raises(mla.CompileError, match="layer.mlir:1:"):
        mla.Package.compile("func.func @", name="layer.mlir")
    with pytest.raises(mla.InvalidArgumentError, match="expected option"):
        compiler.compile_ir("module {}", options={"speed": "more"})


@pytest.mark.compiler
def test_wrong_arrays(problem: Problem) -> None:
    package = mla.find_decode()

    def run(**changes: object) -> None:
        values = {
            "q": problem.q,
            "cache": problem.cache,
            "block_table": problem.block_table,
            "seq_lens": problem.seq_lens,
        }
        values.update(changes)
        mla.decode(package, *values.values())

    with pytest.raises(mla.InvalidArgumentError, match="q: expected bfloat16 or uint16, but got float32"):
        run(q=np.zeros((2, 1, 4, 576), dtype=np.float32))
    with pytest.raises(mla.InvalidArgumentError, match=r"q: expected shape \[2, 1, 4, 576\], but got \[2, 1, 4, 512\]"):
        run(q=problem.q[..., :512])
    with pytest.raises(mla.InvalidArgumentError, match="q: expected a dense row-major array"):
        run(q=np.zeros((2, 1, 4, 600), dtype=np.uint16)[..., :576])
    with pytest.raises(mla.InvalidArgumentError, match="cache: expected 5 pages of 73728 bytes"):
        run(cache=problem.cache[:, :32].copy())
    with pytest.raises(mla.InvalidArgumentError, match="seq_lens: expected int32, but got int64"):
        run(seq_lens=problem.seq_lens.astype(np.int64))
    with pytest.raises(mla.InvalidArgumentError, match="expected an array that speaks DLPack, but got str"):
        arrays.describe("no array")
    with pytest.raises(
        mla.InvalidArgumentError, match="seq_lens: expected an array that speaks DLPack, but got NoneType"
    ):
        run(seq_lens=None)


@pytest.mark.compiler
def test_ir_beside_a_package(tmp_path: pathlib.Path) -> None:
    """It is of use to the interpreter alone, which says so where it cannot be read."""
    from mla import package

    (tmp_path / "rope.mlapkg").write_bytes((package._FOLDER / "rope_deepseek_v3.mlapkg").read_bytes())
    (tmp_path / "rope.mlir").write_bytes(b"\xff\xfe")
    with pytest.raises(mla.PackageError, match="rope.mlir: expected UTF-8"):
        mla.Package.load(tmp_path / "rope.mlapkg")
    (tmp_path / "rope.mlir").unlink()
    (tmp_path / "rope.mlir").mkdir()
    with pytest.raises(mla.PackageError, match="rope.mlir: Is a directory"):
        mla.Package.load(tmp_path / "rope.mlapkg")


def test_index_of_the_packages(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mla import package

    monkeypatch.setattr(package, "_FOLDER", tmp_path)
    assert mla.builtin_names() == []
    for text in ("{", "[1]", '{"decode_bf16": 3}'):
        (tmp_path / "index.json").write_text(text)
        with pytest.raises(mla.PackageError, match="index.json"):
            mla.builtin_names()


@pytest.mark.compiler
def test_wrong_package(problem: Problem) -> None:
    with pytest.raises(mla.InvalidArgumentError, match="expected a package of decode, but got one of append"):
        mla.DecodePlan(mla.find_append(), b=1, num_pages=1, block_table_stride=1, h_q=1, device="cpu")
    with pytest.raises(mla.InvalidArgumentError, match="desc: b"):
        mla.DecodePlan(mla.find_decode(), b=0, num_pages=1, block_table_stride=1, h_q=1, device="cpu")


def test_no_gpu() -> None:
    """In a process of its own, whose driver does not exist."""
    code = (
        "import mla\n"
        "assert mla.choose_device(None) == 'cpu'\n"
        "try: mla.choose_device('cuda')\n"
        "except mla.NoGPUError as error: print(error)\n"
    )
    environment = dict(os.environ, MLA_CUDA_DRIVER="/nowhere/libcuda.so")
    answer = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout == "device: expected one of 0 GPUs, but got 'cuda'\n"


def test_bits() -> None:
    values = np.array(
        [0.0, -0.0, 1.0, 1.00390625, 1.01171875, np.inf, -np.inf, np.nan, 3.4e38, 1e-40], dtype=np.float32
    )
    bits = mla.to_bits(values)
    # Ties go to the even neighbour: 1 + 2^-8 down, 1 + 3 · 2^-8 up.
    assert list(bits[:5]) == [0x0000, 0x8000, 0x3F80, 0x3F80, 0x3F82]
    assert list(bits[5:9]) == [0x7F80, 0xFF80, 0x7FC0, 0x7F80]
    back = mla.from_bits(bits)
    assert np.isnan(back[7]) and back[2] == 1.0
    with np.errstate(over="ignore"):
        assert mla.to_bits(np.array([1.5]), mla.Element.F16)[0] == 0x3E00


def test_import_needs_nothing() -> None:
    """Importing mla imports neither torch nor the compiler library."""
    code = "import sys, mla; assert 'torch' not in sys.modules; print(any('MLACompiler' in l for l in open('/proc/self/maps')))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"
