"""What is said where a call, a package or a machine does not fit."""

from __future__ import annotations

import ctypes
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
def test_arrays_that_are_not_what_they_seem(problem: Problem) -> None:
    """Other byte orders, strides between elements, and memory that must not be written."""
    package = mla.find_decode()
    inputs = [problem.q, problem.cache, problem.block_table]
    with pytest.raises(mla.InvalidArgumentError, match="seq_lens: expected native byte order, but got >i4"):
        mla.decode(package, *inputs, problem.seq_lens.astype(">i4"))
    packed = np.zeros(2, np.dtype([("length", "<i4"), ("more", "u1")]))
    with pytest.raises(mla.InvalidArgumentError, match=r"seq_lens: expected strides of whole elements, but got \(5,\)"):
        mla.decode(package, *inputs, packed["length"])
    plan = mla.DecodePlan(package, b=2, h_q=4, num_pages=5, block_table_stride=2, device="cpu")
    results: list[object] = [np.zeros((2, 1, 4, 512), np.uint16), np.zeros((2, 1, 4), np.float32)]
    for i, name in enumerate(("out", "lse")):
        for frozen in (np.zeros_like(results[i]), memoryview(np.zeros_like(results[i])).toreadonly()):
            if isinstance(frozen, np.ndarray):
                frozen.flags.writeable = False
            given = [*results]
            given[i] = frozen
            with pytest.raises(mla.InvalidArgumentError, match=f"{name}: expected an array that can be written"):
                plan.run(*inputs, problem.seq_lens, *given)
    cache = np.zeros((1, 64, 576), np.uint16)
    cache.flags.writeable = False
    with pytest.raises(mla.InvalidArgumentError, match="cache: expected an array that can be written"):
        mla.append_(mla.find_append(), problem.q[0, 0, :, :512], problem.q[0, 0, :, 512:], cache, slots=np.arange(4))


@pytest.mark.compiler
def test_arrays_of_another_rank(problem: Problem) -> None:
    """Whole calls read extents from their arrays, so they look at ranks first."""
    package, starts = mla.find_decode(), np.zeros(2, np.int32)
    values = {"q": problem.q, "cache": problem.cache, "block_table": problem.block_table, "seq_lens": problem.seq_lens}
    flat, scalar = np.zeros(4, np.uint16), np.array(1, np.int32)
    calls = [
        ("q: expected 4 dimensions", lambda: mla.decode(package, **{**values, "q": flat})),
        (
            "q: expected 3 dimensions",
            lambda: mla.prefill(mla.find_prefill(h_q=2), flat, flat, flat, flat, starts, starts),
        ),
        ("q: expected an array", lambda: mla.decode(package, **{**values, "q": [1.0]})),
        ("cache: expected at least 1 dimension", lambda: mla.decode(package, **{**values, "cache": scalar})),
        ("block_table: expected 2 dimensions", lambda: mla.decode(package, **{**values, "block_table": starts})),
        ("x: expected 3 dimensions", lambda: mla.rope(mla.Package.builtin("rope_deepseek_v3"), flat, starts)),
        (
            "cu_seqlens_q: expected 1 dimension,",
            lambda: mla.prefill(mla.find_prefill(h_q=2), problem.q[0], flat, flat, flat, scalar, scalar),
        ),
        (
            "cu_seqlens_q: expected 1 dimension,",
            lambda: mla.prefill_absorbed(mla.find_prefill_absorbed(h_q=2), problem.q[0], flat, scalar),
        ),
        (
            "block_table: expected 2 dimensions",
            lambda: mla.append_(mla.find_append(), flat, flat, problem.cache, block_table=starts),
        ),
        ("out_a: expected shape", lambda: mla.merge(mla.find_merge(heads=2, d_v=64), flat, flat, flat, flat)),
    ]
    for message, call in calls:
        with pytest.raises(mla.InvalidArgumentError, match=message):
            call()


@pytest.mark.compiler
def test_places_that_are_none(problem: Problem) -> None:
    package, inputs = mla.find_decode(), (problem.q, problem.cache)
    with pytest.raises(
        mla.InvalidArgumentError, match="block_table: expected pages from 0 to 4 in request 0, but got -1"
    ):
        mla.decode(package, *inputs, np.array([[4, -1], [2, 0]], np.int32), problem.seq_lens)
    with pytest.raises(
        mla.InvalidArgumentError, match="seq_lens: expected at most 128 tokens in request 1, but got 129"
    ):
        mla.decode(package, *inputs, problem.block_table, np.array([70, 129], np.int32))


@pytest.mark.compiler
def test_arrays_that_nothing_would_read(problem: Problem) -> None:
    """Norms and scales of packages that have none would be left out silently."""
    one, slots = np.ones(1, np.float32), np.arange(4)
    decode = mla.find_decode()
    inputs = (problem.q, problem.cache, problem.block_table, problem.seq_lens)
    for name in ("cache_scale", "q_scale"):
        with pytest.raises(mla.InvalidArgumentError, match=f"{name}: expected None for this package"):
            mla.decode(decode, *inputs, **{name: one})
    latent, k_rope = problem.q[0, 0, :, :512], problem.q[0, 0, :, 512:]
    for name, array in (
        ("weight", latent[0]),
        ("cache_scale", one),
        ("block_table", problem.block_table),
        ("seq_lens", problem.seq_lens),
    ):
        with pytest.raises(mla.InvalidArgumentError, match=f"{name}: expected None for this package"):
            mla.append_(mla.find_append(), latent, k_rope, problem.cache.copy(), slots=slots, **{name: array})
    starts, keys = np.array([0, 5], np.int32), np.zeros((5, 2, 192), np.uint16)
    with pytest.raises(mla.InvalidArgumentError, match="k_rope: expected None for this package"):
        mla.prefill(
            mla.find_prefill(h_q=2, d_nope=192, d_rope=0),
            keys,
            keys,
            keys[:, 0, :64],
            keys[..., :128].copy(),
            starts,
            starts,
        )
    with pytest.raises(mla.InvalidArgumentError, match="seq_lens: expected None for this package"):
        latents = np.zeros((5, 576), np.uint16)
        mla.prefill_absorbed(
            mla.find_prefill_absorbed(h_q=2),
            np.zeros((5, 2, 576), np.uint16),
            latents,
            starts,
            cu_seqlens_kv=starts,
            seq_lens=starts[1:],
        )


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
    for wrong in (np.ones(2, np.float32), np.ones(2, np.float16), [70000], [-1]):
        with pytest.raises(mla.InvalidArgumentError, match="bits: expected integers of 16 bits"):
            mla.from_bits(wrong)
    assert mla.from_bits(bits[2]).shape == mla.to_bits(1.0).shape == ()
    with np.errstate(over="ignore"):
        assert mla.to_bits(np.array([1.5]), mla.Element.F16)[0] == 0x3E00


def test_names_of_devices() -> None:
    for device in ("cuda:x", "cuda:-1", "cuda:²", "gpu", ""):
        with pytest.raises(mla.InvalidArgumentError, match=f"device: expected cpu, cuda or cuda:N, but got '{device}'"):
            mla.choose_device(device)


def test_import_needs_nothing() -> None:
    """Importing mla imports neither torch nor the compiler library."""
    code = "import sys, mla; assert 'torch' not in sys.modules; print(any('MLACompiler' in l for l in open('/proc/self/maps')))"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"


def test_buffers_of_ctypes() -> None:
    """Their buffers have no strides."""
    lengths = (ctypes.c_int32 * 2)(70, 9)
    described = arrays.describe(lengths)
    assert (described.shape, described.strides, described.dtype) == ((2,), (1,), "int32")
    assert described.pointer == ctypes.addressof(lengths) and described.writable
    assert not arrays.describe(b"abc").writable


def test_bits() -> None:
    """Signed bits are bits; what is out of their range is named."""
    one = np.array([0x3F80, 0xBF80], np.uint16)
    assert mla.from_bits(one.view(np.int16)).tolist() == [1.0, -1.0]
    assert mla.from_bits([]).size == 0
    with pytest.raises(mla.InvalidArgumentError, match="expected integers from 0 to 65535, but got -1 to 65536"):
        mla.from_bits([-1, 65536])
    with pytest.raises(mla.InvalidArgumentError, match="expected integers of 16 bits, but got an array of float64"):
        mla.from_bits([1.0])


def test_scales_that_vanish() -> None:
    """A float32 of 0 would stand for the package's scale."""
    from mla.plans import choose_scale

    assert choose_scale(None, 0.5) == choose_scale(0.0, 0.5) == 0.5
    assert choose_scale(0.1, 0.5) == float(np.float32(0.1))
    with pytest.raises(mla.InvalidArgumentError, match="expected a number that a float32 can hold, but got 1e-50"):
        choose_scale(1e-50, 0.5)


@pytest.mark.compiler
def test_plans_on_the_host_check_what_gpus_check() -> None:
    plan = mla.PrefillPlan(mla.Package.compile(mla.ir.prefill(h_q=1)), max_b=1, max_total_q=4, device="cpu")
    q, k = np.zeros((5, 1, 192), np.uint16), np.zeros((5, 1, 128), np.uint16)
    arguments = (q, k, np.zeros((5, 64), np.uint16), k, np.array([0, 5], np.int32), np.array([0, 5], np.int32))
    with pytest.raises(mla.InvalidArgumentError, match="total_q: expected at most max_total_q = 4, but got 5"):
        plan.run(*arguments, np.zeros((5, 1, 128), np.uint16), np.zeros((1, 5), np.float32))
    four, places = (q[:4], k[:4], np.zeros((4, 64), np.uint16), k[:4]), np.array([0, 2, 4], np.int32)
    with pytest.raises(mla.InvalidArgumentError, match="b: expected at most max_b = 1, but got 2"):
        plan.run(*four, places, places, np.zeros((4, 1, 128), np.uint16), np.zeros((1, 4), np.float32))
    package = mla.Package.compile(mla.ir.decode(h_q=1, s_q=1))
    decode = mla.DecodePlan(package, b=1, num_pages=1, block_table_stride=1, device="cpu")
    with pytest.raises(mla.InvalidArgumentError, match="seq_lens: expected"):
        decode.schedule("junk")
