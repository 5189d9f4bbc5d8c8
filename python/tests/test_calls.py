"""Calls on the interpreter, compared with NumPy in double."""

from __future__ import annotations

import concurrent.futures
import os
import pathlib
import subprocess
import sys
import time
from typing import Any

import numpy as np
import pytest

import mla
from conftest import Problem, relative_error
from mla import demo, ir, reference
from mla import package as package_module

pytestmark = pytest.mark.compiler


def test_demo(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.main() == 0
    assert "all within their bounds" in capsys.readouterr().out


@pytest.mark.parametrize(("element", "bound"), [(mla.Element.BF16, 3e-3), (mla.Element.F16, 5e-4)])
def test_decode(element: mla.Element, bound: float) -> None:
    problem = Problem(element)
    package = mla.find_decode(element=element)
    out, lse = mla.decode(package, problem.q, problem.cache, problem.block_table, problem.seq_lens, softmax_scale=0.05)
    expected, expected_lse = problem.reference(float(np.float32(0.05)))
    assert relative_error(mla.from_bits(out, element), expected) < bound
    assert np.abs(lse - expected_lse).max() < 1e-3


def test_decode_two_new_tokens_and_an_empty_request(problem: Problem) -> None:
    random = np.random.default_rng(2)
    problem.q = mla.to_bits(random.standard_normal((2, 2, 4, 576)))
    problem.seq_lens = np.array([0, 65], dtype=np.int32)
    package = mla.find_decode()
    out, lse = mla.decode(package, problem.q, problem.cache, problem.block_table, problem.seq_lens)
    expected, expected_lse = problem.reference(package.info["softmax_scale"])
    assert not out[0].any() and np.isneginf(lse[0]).all()
    assert relative_error(mla.from_bits(out), expected) < 3e-3
    assert np.abs(lse[1] - expected_lse[1]).max() < 1e-3


def test_decode_from_e4m3(problem: Problem) -> None:
    """Every token is 1.0 in e4m3 (0x38) with scale 0.5: the output is 0.5."""
    cache = np.full((5, 64, 576), 0x38, dtype=np.uint8)
    package = mla.find_decode(cache_format=mla.CacheFormat.E4M3)
    scale = np.array([0.5], dtype=np.float32)
    out, _ = mla.decode(
        package, problem.q, cache, problem.block_table, problem.seq_lens, softmax_scale=0.05, cache_scale=scale
    )
    assert np.abs(mla.from_bits(out) - 0.5).max() < 3e-3
    with pytest.raises(mla.InvalidArgumentError, match="cache_scale: expected one float32 on cpu, but got None"):
        mla.decode(package, problem.q, cache, problem.block_table, problem.seq_lens)


def test_decode_with_queries_of_e4m3(problem: Problem) -> None:
    """All tokens are alike, so the output is theirs whatever the queries are, and the scores are q · k."""
    cache = np.full((5, 64, 576), 0x38, dtype=np.uint8)
    package = mla.find_decode(cache_format=mla.CacheFormat.E4M3, precision=mla.Precision.E4M3_QUERIES)
    q = np.full(problem.q.shape, 0x30, dtype=np.uint8)  # 0.5
    scales = {"cache_scale": np.array([0.5], dtype=np.float32), "q_scale": np.array([0.25], dtype=np.float32)}
    out, lse = mla.decode(package, q, cache, problem.block_table, problem.seq_lens, softmax_scale=0.05, **scales)
    assert np.abs(mla.from_bits(out) - 0.5).max() < 3e-2
    tokens = np.maximum(problem.seq_lens, 0)
    score = 0.05 * 576 * (0.5 * 0.25) * (1.0 * 0.5)
    assert np.abs(lse[:, -1] - (score + np.log(tokens))[:, None]).max() < 4e-2
    with pytest.raises(mla.InvalidArgumentError, match="q: expected float8_e4m3fn or uint8, but got uint16"):
        mla.decode(package, problem.q, cache, problem.block_table, problem.seq_lens, **scales)
    expected = "q_scale: expected one float32 on cpu, but got"
    for wrong, actual in (
        (None, "None"),
        (np.ones(1), "1 of float64 on cpu"),
        (np.ones(2, "f4"), "2 of float32 on cpu"),
    ):
        with pytest.raises(mla.InvalidArgumentError, match=f"{expected} {actual}"):
            mla.decode(package, q, cache, problem.block_table, problem.seq_lens, **{**scales, "q_scale": wrong})


SMALL = {"b": 2, "num_pages": 5, "block_table_stride": 2, "h_q": 4, "device": "cpu"}
ROPES = [
    ir.Rope(),
    ir.Rope(interleaved=False, yarn=ir.Yarn(factor=40, original_length=4096, mscale=0.707, mscale_all_dim=1.0)),
]


@pytest.mark.parametrize("rope", ROPES)
def test_decode_that_turns_its_queries(problem: Problem, rope: ir.Rope) -> None:
    """Two new tokens a request: each is turned by its place in the sequence."""
    problem.q = mla.to_bits(np.random.default_rng(8).standard_normal((2, 2, 4, 576)))
    package = mla.find_decode(rope=rope)
    assert package.info["rope"] and package is mla.find_decode(rope=rope)
    out, lse = mla.decode(package, problem.q, problem.cache, problem.block_table, problem.seq_lens)
    turned = mla.from_bits(problem.q)
    for request, length in enumerate(problem.seq_lens):
        for token in range(2):
            part = turned[request, token, :, 512:]
            turned[request, token, :, 512:] = reference.turn(package, part, int(length) - 2 + token)
    problem.q = mla.to_bits(turned)
    expected, expected_lse = problem.reference(package.info["softmax_scale"])
    assert relative_error(mla.from_bits(out), expected) < 5e-3  # what is turned is rounded to bf16, here and there
    assert np.abs(lse - expected_lse).max() < 5e-3


def test_decode_that_turns_is_asked_for() -> None:
    """A builtin package with RoPE does not stand in for one without."""
    builtin = mla.Package.builtin("decode_rope_deepseek_v3")
    assert builtin.info["rope"] and builtin.info["rotation"]["interleaved"]
    assert not mla.find_decode().info["rope"] and mla.DecodePlan(builtin, **SMALL).rope
    with pytest.raises(mla.CompileError, match="with rope in precision e4m3: expected precision bf16"):
        mla.find_decode(rope=ir.Rope(), cache_format=mla.CacheFormat.E4M3, precision=mla.Precision.E4M3)


def test_append_with_a_block_table() -> None:
    package = mla.Package.compile(
        """!cache = !mla.paged_cache<f16, page_size = 64, d_latent = 512, d_rope = 64>
        func.func @append(%latent: tensor<?x?x512xf16>, %k_rope: tensor<?x?x64xf16>, %cache: !cache,
                          %block_table: tensor<?x?xi32>, %seq_lens: tensor<?xi32>) -> !cache {
          %after = mla.append %latent, %k_rope to %cache block_table(%block_table) seq_lens(%seq_lens)
              : (tensor<?x?x512xf16>, tensor<?x?x64xf16>, !cache, tensor<?x?xi32>, tensor<?xi32>) -> !cache
          return %after : !cache
        }"""
    )
    random = np.random.default_rng(3)
    latent, k_rope = (random.standard_normal((2, 2, width)).astype(np.float16) for width in (512, 64))
    cache = np.zeros((3, 64, 576), dtype=np.float16)
    block_table, seq_lens = np.array([[2, 0], [1, 0]], dtype=np.int32), np.array([65, 2], dtype=np.int32)
    mla.append_(package, latent, k_rope, cache, block_table=block_table, seq_lens=seq_lens)
    expected = np.zeros_like(cache)
    tokens = np.concatenate([latent, k_rope], axis=-1)
    expected[2, 63], expected[0, 0], expected[1, 0], expected[1, 1] = (
        tokens[0, 0],
        tokens[0, 1],
        tokens[1, 0],
        tokens[1, 1],
    )
    assert np.array_equal(cache, expected)


def test_append_of_columns_of_one_matrix() -> None:
    both = np.random.default_rng(4).standard_normal((3, 576)).astype(np.float16)
    cache = np.zeros((1, 64, 576), dtype=np.float16)
    package = mla.find_append(element=mla.Element.F16)
    slots, positions = np.array([7, -1, 0]), np.zeros(3, dtype=np.int64)
    mla.append_(package, both[:, :512], both[:, 512:], cache, slots=slots, positions=positions)
    assert np.array_equal(cache[0, 7], both[0]) and np.array_equal(cache[0, 0], both[2])
    assert not cache[0, 1:7].any() and not cache[0, 8:].any()


def test_append_of_rows_that_lie_oddly() -> None:
    """A single token is no exception to dense rows, and one row for all tokens is not what a stride of 0 stands for."""
    package, slots = mla.find_append(), np.arange(3)
    latent, k_rope, cache = (np.ones(shape, np.uint16) for shape in ((3, 1024), (3, 64), (1, 64, 576)))
    with pytest.raises(
        mla.InvalidArgumentError, match=r"latent: expected rows without gaps inside, but got strides \[.*2\]"
    ):
        mla.append_(package, latent[:1, ::2], k_rope[:1], cache, slots=slots[:1])
    with pytest.raises(
        mla.InvalidArgumentError, match=r"k_rope: expected rows .* do not overlap, but got strides \[0, 1\]"
    ):
        mla.append_(package, latent[:, :512], np.broadcast_to(k_rope[0], (3, 64)), cache, slots=slots)
    with pytest.raises(mla.InvalidArgumentError, match="latent: expected rows .* do not overlap"):
        mla.append_(package, latent[::-1, :512], k_rope, cache, slots=slots)
    mla.append_(package, np.broadcast_to(latent[:1, :512], (1, 512)), k_rope[:1], np.zeros_like(cache), slots=slots[:1])


def test_append_checks_its_scale() -> None:
    package = mla.Package.builtin("append_plain_e4m3")
    latent, k_rope = np.zeros((1, 512), dtype=np.uint16), np.zeros((1, 64), dtype=np.uint16)
    cache, slots = np.zeros((1, 64, 576), dtype=np.uint8), np.zeros(1, dtype=np.int64)
    for scale, actual in ((None, "None"), (np.ones(1, dtype=np.float16), "1 of float16 on cpu")):
        with pytest.raises(
            mla.InvalidArgumentError, match=f"cache_scale: expected one float32 on cpu, but got {actual}"
        ):
            mla.append_(package, latent, k_rope, cache, slots=slots, positions=slots, cache_scale=scale)


def test_rope() -> None:
    package = mla.Package.compile(ir.rope(ir.Rope(interleaved=False), position_bits=32))
    x = mla.to_bits(np.random.default_rng(5).standard_normal((3, 2, 64)))
    positions = np.array([0, 1, 100000], dtype=np.int32)
    out = mla.from_bits(mla.rope(package, x, positions))
    for token, position in enumerate(positions):
        expected = reference.turn(package, mla.from_bits(x)[token], int(position))
        assert relative_error(out[token], expected) < 3e-3


@pytest.mark.parametrize("whole_keys", [False, True])
def test_prefill(whole_keys: bool) -> None:
    """With the rotated part of the keys apart, and with keys that are whole."""
    d_nope, d_rope = (192, 0) if whole_keys else (128, 64)
    package = mla.find_prefill(h_q=2, d_nope=d_nope, d_rope=d_rope)
    random = np.random.default_rng(6)
    q, k, v = (mla.to_bits(random.standard_normal((12, 2, width))) for width in (192, d_nope, 128))
    k_rope = mla.to_bits(random.standard_normal((12, d_rope)))
    starts = np.array([0, 5, 5, 12], dtype=np.int32)
    out, lse = mla.prefill(package, q, k, k_rope if d_rope else None, v, starts, starts, softmax_scale=0.1)
    floats = [mla.from_bits(array) for array in (q, k, k_rope, v)]
    expected, expected_lse = reference.prefill(*floats, starts, starts, softmax_scale=0.1, causal=True)
    assert relative_error(mla.from_bits(out), expected) < 3e-3
    assert np.abs(lse - expected_lse).max() < 1e-3


def test_prefill_of_nothing() -> None:
    """No queries, or no keys, whose strides NumPy gives as 0."""
    package = mla.find_prefill(h_q=2)

    def run(queries: int, keys: int) -> tuple[np.ndarray, np.ndarray]:
        q, k, k_rope, v = (
            np.ones(shape, np.uint16) for shape in ((queries, 2, 192), (keys, 2, 128), (keys, 64), (keys, 2, 128))
        )
        return mla.prefill(package, q, k, k_rope, v, *(np.array([0, n], np.int32) for n in (queries, keys)))

    out, lse = run(0, 0)
    assert out.shape == (0, 2, 128) and lse.shape == (2, 0)
    out, lse = run(3, 0)
    assert not out.any() and np.all(lse == -np.inf)


def test_prefill_checks_its_strides() -> None:
    """0 stands for dense in C, and must not reach it as the stride of one row for all."""
    package = mla.find_prefill(h_q=2)
    for name in ("q_strides", "k_strides", "v_strides"):
        for strides in ((0, 192), (384, 0), (-384, 192)):
            with pytest.raises(mla.InvalidArgumentError, match=f"{name}: expected positive strides, but got"):
                mla.PrefillPlan(package, max_b=1, max_total_q=8, device="cpu", **{name: strides})


def test_prefill_of_halves_of_one_projection() -> None:
    package = mla.find_prefill(h_q=2)
    random = np.random.default_rng(7)
    q, kv, k_rope = (mla.to_bits(random.standard_normal(shape)) for shape in ((6, 2, 192), (6, 2, 256), (6, 64)))
    starts = np.array([0, 6], dtype=np.int32)
    plan = mla.PrefillPlan(package, max_b=1, max_total_q=6, k_strides=(512, 256), v_strides=(512, 256), device="cpu")
    out, lse = np.empty((6, 2, 128), dtype=np.uint16), np.empty((2, 6), dtype=np.float32)
    plan.run(q, kv[:, :, :128], k_rope, kv[:, :, 128:], starts, starts, out, lse)
    dense, _ = mla.prefill(package, q, kv[:, :, :128].copy(), k_rope, kv[:, :, 128:].copy(), starts, starts)
    assert np.array_equal(out, dense)


STARTS = np.array([0, 5, 5, 12], dtype=np.int32)


@pytest.mark.parametrize(("element", "causal"), [(mla.Element.BF16, True), (mla.Element.F16, False)])
def test_prefill_absorbed(element: mla.Element, causal: bool) -> None:
    """Three sequences, one of them empty, over latent vectors that are the first columns of a wider matrix."""
    package = mla.find_prefill_absorbed(h_q=2, element=element, causal=causal)
    random = np.random.default_rng(9)
    q, wide = (mla.to_bits(random.standard_normal(shape), element) for shape in ((12, 2, 576), (90, 584)))
    starts = np.array([0, 75, 80, 90], dtype=np.int32)
    plan = mla.PrefillAbsorbedPlan(package, max_b=3, max_total_q=12, key_stride=584, softmax_scale=0.05, device="cpu")
    out, lse = np.empty((12, 2, 512), dtype=np.uint16), np.empty((12, 2), dtype=np.float32)
    plan.run(q, wide[:, :576], STARTS, out, lse, cu_seqlens_kv=starts)
    floats = mla.from_bits(wide, element)[:, :576]
    tokens = [floats[first:last] for first, last in zip(starts[:-1], starts[1:])]
    expected, expected_lse = reference.prefill_absorbed(
        mla.from_bits(q, element), tokens, STARTS, d_latent=512, softmax_scale=float(np.float32(0.05)), causal=causal
    )
    assert relative_error(mla.from_bits(out, element), expected) < 3e-3
    assert np.abs(lse - expected_lse).max() < 1e-3
    dense = mla.prefill_absorbed(package, q, wide[:, :576].copy(), STARTS, cu_seqlens_kv=starts, softmax_scale=0.05)
    assert np.array_equal(dense[0], out) and np.array_equal(dense[1], lse)


def test_prefill_absorbed_from_pages(problem: Problem) -> None:
    """The last tokens of two prompts whose tokens lie in the cache, by the kernels of prefill and by those of decode."""
    package = mla.find_prefill_absorbed(h_q=4, page_size=64)
    q = mla.to_bits(np.random.default_rng(10).standard_normal((4, 4, 576)))
    places = {"block_table": problem.block_table, "seq_lens": problem.seq_lens}
    starts = np.array([0, 2, 4], dtype=np.int32)
    out, lse = mla.prefill_absorbed(package, q, problem.cache, starts, **places)
    problem.q = q.reshape(2, 2, 4, 576)
    expected, expected_lse = problem.reference(package.info["softmax_scale"])
    assert relative_error(mla.from_bits(out), expected.reshape(out.shape)) < 3e-3
    assert np.abs(lse - expected_lse.reshape(lse.shape)).max() < 1e-3
    decoded, _ = mla.decode(mla.find_decode(), problem.q, problem.cache, *places.values())
    assert relative_error(mla.from_bits(decoded).reshape(out.shape), mla.from_bits(out)) < 3e-3


def test_prefill_absorbed_from_pages_of_f16() -> None:
    problem = Problem(element=mla.Element.F16)
    package = mla.find_prefill_absorbed(h_q=4, page_size=64, element=mla.Element.F16)
    starts = np.array([0, 1, 2], dtype=np.int32)
    places = {"block_table": problem.block_table, "seq_lens": problem.seq_lens}
    out, lse = mla.prefill_absorbed(package, problem.q.reshape(2, 4, 576), problem.cache, starts, **places)
    expected, expected_lse = problem.reference(package.info["softmax_scale"])
    assert relative_error(mla.from_bits(out, mla.Element.F16), expected.reshape(out.shape)) < 3e-3
    assert np.abs(lse - expected_lse.reshape(lse.shape)).max() < 1e-3


def draw_e4m3(random: np.random.Generator, *shape: int) -> tuple[np.ndarray, np.ndarray]:
    """Bytes of e4m3, and the numbers from 1/8 to 15/8 of either sign that they stand for."""
    codes = random.integers(4 << 3, 8 << 3, shape) | random.integers(0, 2, shape) << 7
    values = (1 + (codes & 7) / 8) * 2.0 ** ((codes >> 3 & 15) - 7)
    return codes.astype(np.uint8), np.where(codes & 0x80, -values, values)


def draw_cache(kind: mla.CacheFormat, pages: int) -> tuple[np.ndarray, np.ndarray]:
    """A cache of e4m3 with pages of 64 tokens, byte for byte, and its numbers, without the scale of the whole cache."""
    random = np.random.default_rng(11)
    latent, values = draw_e4m3(random, pages, 64, 512)
    if kind is mla.CacheFormat.E4M3:
        rope, rope_values = draw_e4m3(random, pages, 64, 64)
        return np.concatenate([latent, rope], axis=-1), np.concatenate([values, rope_values], axis=-1)
    rope = mla.to_bits(random.standard_normal((pages, 64, 64)))
    groups = 1 if kind is mla.CacheFormat.E4M3_TOKEN else 4
    scales = random.uniform(0.25, 1, (pages, 64, groups)).astype(np.float32)
    floats = np.concatenate([values * scales.repeat(512 // groups, axis=-1), mla.from_bits(rope)], axis=-1)
    if kind is mla.CacheFormat.E4M3_TOKEN:  # behind the tokens of a page
        tokens = np.concatenate([latent, rope.view(np.uint8)], axis=-1)
        return np.concatenate([tokens.reshape(pages, -1), scales.reshape(pages, -1).view(np.uint8)], axis=-1), floats
    return np.concatenate([latent, scales.view(np.uint8), rope.view(np.uint8)], axis=-1), floats


@pytest.mark.parametrize(
    ("kind", "element"),
    [
        (mla.CacheFormat.E4M3, mla.Element.BF16),
        (mla.CacheFormat.E4M3, mla.Element.F16),
        (mla.CacheFormat.E4M3_TOKEN, mla.Element.BF16),
        (mla.CacheFormat.E4M3_GROUP, mla.Element.BF16),
    ],
)
def test_prefill_absorbed_from_pages_of_e4m3(kind: mla.CacheFormat, element: mla.Element) -> None:
    """The last tokens of two prompts, one of them empty and one across pages; decode reads the same bytes."""
    package = mla.find_prefill_absorbed(h_q=2, page_size=64, element=element, cache_format=kind)
    assert package.info["format"] == kind
    assert package is mla.find_prefill_absorbed(h_q=2, page_size=64, element=element, cache_format=kind)
    cache, floats = draw_cache(kind, 3)
    scale = np.array([0.5], dtype=np.float32)
    scales = {"cache_scale": scale} if kind is mla.CacheFormat.E4M3 else {}
    q = mla.to_bits(np.random.default_rng(12).standard_normal((4, 2, 576)), element)
    table, lengths, starts = np.array([[0, 0], [2, 1]], "i4"), np.array([0, 70], "i4"), np.array([0, 1, 4], "i4")
    places = {"block_table": table, "seq_lens": lengths}
    out, lse = mla.prefill_absorbed(package, q, cache, starts, **places, softmax_scale=0.05, **scales)
    tokens = floats * 0.5 if scales else floats
    sequences = [tokens[:0, 0], tokens[[2, 1]].reshape(-1, 576)[:70]]
    scale_ = float(np.float32(0.05))
    expected, expected_lse = reference.prefill_absorbed(
        mla.from_bits(q, element), sequences, starts, d_latent=512, softmax_scale=scale_, causal=True
    )
    assert not out[0].any() and np.isneginf(lse[0]).all()
    assert relative_error(mla.from_bits(out, element), expected) < 4e-3
    assert np.abs(lse[1:] - expected_lse[1:]).max() < 4e-3
    decoded, _ = mla.decode(
        mla.find_decode(element=element, cache_format=kind),
        q[1:][None],
        cache,
        table[1:],
        lengths[1:],
        softmax_scale=0.05,
        **scales,
    )
    assert relative_error(mla.from_bits(decoded[0], element), expected[1:]) < 4e-3


def test_prefill_absorbed_checks_its_format(problem: Problem) -> None:
    package = mla.find_prefill_absorbed(h_q=2, page_size=64, cache_format=mla.CacheFormat.E4M3)
    cache, q, starts = np.zeros((5, 64, 576), dtype=np.uint8), np.zeros((2, 2, 576), "u2"), np.array([0, 1, 2], "i4")
    places = {"block_table": problem.block_table, "seq_lens": problem.seq_lens}
    for wrong, actual in ((None, "None"), (np.ones(2, "f4"), "2 of float32 on cpu")):
        with pytest.raises(
            mla.InvalidArgumentError, match=f"cache_scale: expected one float32 on cpu, but got {actual}"
        ):
            mla.prefill_absorbed(package, q, cache, starts, **places, cache_scale=wrong)
    with pytest.raises(mla.InvalidArgumentError, match="keys: expected float8_e4m3fn or uint8, but got uint16"):
        mla.prefill_absorbed(package, q, problem.cache, starts, **places, cache_scale=np.ones(1, "f4"))
    assert mla.find_prefill_absorbed(h_q=2, page_size=64).info["format"] == mla.CacheFormat.BF16
    assert mla.find_prefill_absorbed(h_q=2, element=mla.Element.F16).info["format"] == mla.CacheFormat.F16
    with pytest.raises(mla.InvalidArgumentError, match=r"expected bf16 without pages \(page_size 0\), but got e4m3"):
        mla.find_prefill_absorbed(h_q=2, cache_format=mla.CacheFormat.E4M3)


def test_prefill_absorbed_checks_its_arrays(problem: Problem) -> None:
    q, keys = np.zeros((12, 2, 576), dtype=np.uint16), np.zeros((12, 576), dtype=np.uint16)
    tensor, paged = (mla.find_prefill_absorbed(h_q=2, page_size=page_size) for page_size in (0, 64))

    def refuses(message: str, package: mla.Package, *values: object, **options: object) -> None:
        with pytest.raises(mla.InvalidArgumentError, match=message):
            mla.prefill_absorbed(package, *values, **options)

    refuses("cu_seqlens_kv: expected an array", tensor, q, keys, STARTS)
    refuses(r"cu_seqlens_kv: expected shape \[4\]", tensor, q, keys, STARTS, cu_seqlens_kv=STARTS[:2])
    refuses("keys: expected strides", tensor, q, keys[:, ::-1], STARTS, cu_seqlens_kv=STARTS)
    refuses(r"q: expected shape \[\?, 2, 576\]", tensor, q[:, :1], keys, STARTS, cu_seqlens_kv=STARTS)
    refuses("q: expected strides", tensor, np.zeros((24, 2, 576), "u2")[::2], keys, STARTS, cu_seqlens_kv=STARTS)
    refuses("desc: block_table_stride", paged, q, problem.cache, STARTS)
    table, lens = problem.block_table, problem.seq_lens
    refuses("seq_lens: expected an array", paged, q, problem.cache, STARTS[:3], block_table=table)
    refuses("keys: expected 5 pages", paged, q, problem.cache[:, :8], STARTS[:3], block_table=table, seq_lens=lens)
    with pytest.raises(
        mla.InvalidArgumentError, match="expected a package of prefill, but got one of prefill_absorbed"
    ):
        mla.PrefillPlan(tensor, max_b=1, max_total_q=1, device="cpu")
    with pytest.raises(mla.InvalidArgumentError, match="desc: key_stride"):
        mla.PrefillAbsorbedPlan(tensor, max_b=1, max_total_q=1, key_stride=577, device="cpu")


@pytest.mark.parametrize("heads_first", [False, True])
@pytest.mark.parametrize(
    ("element", "bound"), [(mla.Element.BF16, 3e-3), (mla.Element.F16, 5e-4), (mla.Element.F32, 1e-6)]
)
def test_merge(element: mla.Element, bound: float, heads_first: bool) -> None:
    """Of one row a part saw nothing and holds NaN, of another both."""
    package = mla.find_merge(heads=2, d_v=64, element=element, heads_first=heads_first)
    random = np.random.default_rng(11)
    parts = []
    for empty in ((1, 4), (2, 4)):
        out, lse = (
            random.standard_normal((5, 2, 64)).astype(np.float32),
            random.standard_normal((5, 2)).astype(np.float32),
        )
        for token in empty:
            out[token, 1], lse[token, 1] = np.nan, -np.inf
        stored = out if element is mla.Element.F32 else mla.to_bits(out, element)
        parts += [stored, np.ascontiguousarray(lse.T) if heads_first else lse]
    floats = [part if part.dtype == np.float32 else mla.from_bits(part, element) for part in parts]
    lse_a, lse_b = (lse.T if heads_first else lse for lse in (parts[1], parts[3]))
    expected, expected_lse = reference.merge(floats[0], lse_a, floats[2], lse_b)
    out, lse = mla.merge(package, *parts)
    merged = out if element is mla.Element.F32 else mla.from_bits(out, element)
    assert relative_error(merged, expected) < bound
    lse = lse.T if heads_first else lse
    assert np.isneginf(lse[4, 1]) and not merged[4, 1].any()
    assert np.abs(np.delete(lse, 9) - np.delete(expected_lse, 9)).max() < 1e-5
    mla.MergePlan(package, device="cpu").run(*parts, parts[0], parts[1])  # in place
    assert np.array_equal(parts[0], out)


def test_merge_of_two_chunks_of_a_prompt() -> None:
    """Queries over the first 10 keys and over the 30 behind them; together what they give over all 40."""
    package = mla.find_prefill(h_q=2, causal=False)
    random = np.random.default_rng(12)
    shapes = ((5, 2, 192), (40, 2, 128), (40, 64), (40, 2, 128))
    q, k, k_rope, v = (mla.to_bits(random.standard_normal(shape)) for shape in shapes)
    queries = np.array([0, 5], dtype=np.int32)

    def part(first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
        keys = np.array([0, last - first], dtype=np.int32)
        return mla.prefill(package, q, k[first:last], k_rope[first:last], v[first:last], queries, keys)

    out, lse = mla.merge(mla.find_merge(heads=2, d_v=128, heads_first=True), *part(0, 10), *part(10, 40))
    expected, expected_lse = part(0, 40)
    assert relative_error(mla.from_bits(out), mla.from_bits(expected)) < 5e-3
    assert np.abs(lse - expected_lse).max() < 1e-3


def test_merge_checks_its_arrays() -> None:
    package = mla.find_merge(heads=2, d_v=64)
    out, lse = np.zeros((3, 2, 64), dtype=np.uint16), np.zeros((3, 2), dtype=np.float32)
    with pytest.raises(mla.InvalidArgumentError, match=r"lse_b: expected shape \[3, 2\], but got \[2, 3\]"):
        mla.merge(package, out, lse, out, lse.reshape(2, 3))
    with pytest.raises(mla.InvalidArgumentError, match=r"out_b: expected shape \[3, 2, 64\], but got \[2, 2, 64\]"):
        mla.merge(package, out, lse, out[:2], lse)
    with pytest.raises(mla.InvalidArgumentError, match="out_a: expected bfloat16 or uint16, but got float32"):
        mla.merge(package, out.astype(np.float32), lse, out, lse)
    empty, no_lse = mla.merge(package, out[:0], lse[:0], out[:0], lse[:0])
    assert empty.shape == (0, 2, 64) and no_lse.shape == (0, 2)
    with pytest.raises(mla.InvalidArgumentError, match="element: expected bf16 or f16, but got f32"):
        mla.find_decode(element=mla.Element.F32)
    with pytest.raises(mla.InvalidArgumentError, match="element: expected bf16 or f16, but got f32"):
        mla.to_bits(lse, mla.Element.F32)


def test_plans_of_a_gpu_on_a_driver_that_records() -> None:
    """Prefill in the absorbed form, merge, and decode that turns: loaded and launched, in a process of its own."""
    folder = pathlib.Path(__file__).parents[2] / "build/lib"
    driver = pathlib.Path(os.environ.get("MLA_FAKE_DRIVER", folder / "fake-cuda-12.0.so"))
    if not driver.exists():
        pytest.skip("needs build/lib/fake-cuda-12.0.so")
    code = """
import mla
from mla.arrays import Array

def on_gpu(dtype, *shape):
    strides = [1]
    for extent in reversed(shape[1:]):
        strides.insert(0, strides[0] * extent)
    return Array(1 << 20, shape, tuple(strides), dtype, "cuda:0")

q, out, lse = on_gpu("bfloat16", 6, 128, 576), on_gpu("bfloat16", 6, 128, 512), on_gpu("float32", 6, 128)
starts, cache = on_gpu("int32", 3), on_gpu("bfloat16", 4, 64, 576)
pages = {"block_table": on_gpu("int32", 2, 2), "seq_lens": on_gpu("int32", 2)}
for page_size, kind, keys, places in (
    (0, None, on_gpu("bfloat16", 70, 576), {"cu_seqlens_kv": starts}),
    (64, None, cache, pages),
    (64, mla.CacheFormat.E4M3, on_gpu("uint8", 4, 64, 576), {**pages, "cache_scale": on_gpu("float32", 1)}),
):
    package = mla.find_prefill_absorbed(h_q=128, page_size=page_size, cache_format=kind)
    assert package.name.startswith("prefill_absorbed")
    plan = mla.PrefillAbsorbedPlan(package, max_b=2, max_total_q=6, num_pages=4, block_table_stride=2, device="cuda")
    plan.run(q, keys, starts, out, lse, on_gpu("uint8", plan.workspace_size), **places)
    try: plan.run(q, keys, starts, out, lse, on_gpu("uint8", plan.workspace_size - 256), **places)
    except mla.InvalidArgumentError as error: print(str(error).split(",")[0])
merge = mla.MergePlan(mla.find_merge(heads=128), device="cuda")
assert merge.package.name == "merge_h128"
merge.run(out, lse, out, lse, out, lse)
decode = mla.DecodePlan(
    mla.Package.builtin("decode_rope_deepseek_v3"), b=2, h_q=128, num_pages=4, block_table_stride=2, device="cuda"
)
space = on_gpu("uint8", decode.workspace_size)
decode.schedule(pages["seq_lens"], space)
decode.run(on_gpu("bfloat16", 2, 1, 128, 576), cache, *pages.values(), on_gpu("bfloat16", 2, 1, 128, 512),
           on_gpu("float32", 2, 1, 128), space)
"""
    environment = dict(os.environ, MLA_CUDA_DRIVER=str(driver))
    answer = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.count("workspace: expected at least") == 3


def test_other_frameworks_arrays(problem: Problem) -> None:
    """Anything that speaks DLPack, here as an object that is no NumPy array."""

    class Foreign:
        def __init__(self, array: np.ndarray) -> None:
            self.array = array

        def __dlpack__(self, **arguments: object) -> object:
            return self.array.__dlpack__()

        def __dlpack_device__(self) -> tuple[int, int]:
            return self.array.__dlpack_device__()

    package = mla.find_decode()
    plan = mla.DecodePlan(package, b=2, num_pages=5, block_table_stride=2, h_q=4, device="cpu")
    out, lse = np.empty((2, 1, 4, 512), dtype=np.uint16), np.empty((2, 1, 4), dtype=np.float32)
    arguments = [problem.q, problem.cache, problem.block_table, problem.seq_lens, out, lse]
    plan.run(*[Foreign(array) for array in arguments])
    expected, _ = mla.decode(package, problem.q, problem.cache, problem.block_table, problem.seq_lens)
    assert np.array_equal(out, expected)


def test_decode_compiled_on_first_use(problem: Problem, tmp_path: pathlib.Path) -> None:
    """No builtin package has 256 latent columns: compiled into a cache on disk, and taken from it the second time."""
    first = mla.Package.jit_decode(d_latent=256, h_q=4, cache_folder=str(tmp_path), ptxas="none")
    (entry,) = tmp_path.glob("*.mlapkg")
    written = entry.stat().st_mtime_ns
    again = mla.Package.jit_decode(d_latent=256, h_q=4, cache_folder=str(tmp_path), ptxas="none")
    assert entry.stat().st_mtime_ns == written and again.info == first.info
    q, cache = problem.q[..., :320].copy(), problem.cache[..., :320].copy()
    out, _ = mla.decode(again, q, cache, problem.block_table, problem.seq_lens)
    expected, _ = reference.decode(
        mla.from_bits(q),
        mla.from_bits(cache),
        problem.block_table,
        problem.seq_lens,
        d_latent=256,
        softmax_scale=again.info["softmax_scale"],
        causal=True,
    )
    assert relative_error(mla.from_bits(out), expected) < 3e-3


def test_every_op_compiled_on_first_use(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shapes that no builtin package has: compiled into a cache on disk, and taken from it by the next process."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("MLA_PTXAS", "/nowhere")  # one that is named and is not there would be an error

    def find() -> list[mla.Package]:
        monkeypatch.setattr(package_module, "_found", {})
        monkeypatch.setattr(package_module, "_compiled", {})
        rope = ir.rope(ir.Rope(interleaved=False), position_bits=32)
        return [mla.find_prefill(h_q=3), mla.find_append(d_latent=256), mla.Package.jit(rope, name="rope")]

    with pytest.raises(mla.CompileError, match="expected .MLA_PTXAS to name a ptxas that can be run"):
        find()
    monkeypatch.delenv("MLA_PTXAS")
    first = find()
    times = {entry: entry.stat().st_mtime_ns for entry in (tmp_path / "mla").glob("*.mlapkg")}
    assert [package.op for package in first] == ["prefill", "append", "rope"] and len(times) == 3
    again = find()
    assert [package.info for package in again] == [package.info for package in first]
    assert {entry: entry.stat().st_mtime_ns for entry in (tmp_path / "mla").glob("*.mlapkg")} == times

    prefill, append, rope = again
    random = np.random.default_rng(8)
    q, k, v = (mla.to_bits(random.standard_normal((7, 3, width))) for width in (192, 128, 128))
    k_rope, starts = mla.to_bits(random.standard_normal((7, 64))), np.array([0, 7], dtype=np.int32)
    out, _ = mla.prefill(prefill, q, k, k_rope, v, starts, starts, softmax_scale=0.1)
    floats = [mla.from_bits(array) for array in (q, k, k_rope, v)]
    expected, _ = reference.prefill(*floats, starts, starts, softmax_scale=0.1, causal=True)
    assert relative_error(mla.from_bits(out), expected) < 3e-3

    cache = np.zeros((1, 64, 320), dtype=np.uint16)
    slots, positions = np.array([9]), np.zeros(1, dtype=np.int64)
    mla.append_(append, q[:1, 0].repeat(2, axis=1)[:, :256], k_rope[:1], cache, slots=slots, positions=positions)
    assert np.array_equal(cache[0, 9, 256:], k_rope[0]) and cache[0, 9, :256].any() and not cache[0, 10:].any()

    x, at = k_rope[:2].reshape(2, 1, 64), np.array([5, 100000], dtype=np.int32)
    turned = mla.from_bits(mla.rope(rope, x, at))
    for token, position in enumerate(at):
        wanted = reference.turn(rope, mla.from_bits(x)[token], int(position))
        assert relative_error(turned[token], wanted) < 3e-3


def test_packages_of_several_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that ask for the same package at the same time get the same one: ops know packages by name and object."""
    from mla import compiler, package

    made: list[object] = []

    def jit(text: str, *, name: str) -> object:
        made.append(object())
        time.sleep(0.05)
        return made[-1]

    monkeypatch.setattr(compiler, "is_available", lambda: True)
    monkeypatch.setattr(package.Package, "jit", jit)
    monkeypatch.setattr(package, "_found", {})
    monkeypatch.setattr(package, "_compiled", {})
    finds: list[Any] = [
        lambda: mla.find_decode(d_latent=128),
        lambda: mla.find_prefill(h_q=3),
        lambda: mla.find_append(d_latent=128),
    ]
    for count, find in enumerate(finds, 1):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            found = {id(future.result()) for future in [pool.submit(find) for _ in range(4)]}
        assert len(found) == 1 and len(made) == count


def test_rope_of_a_large_base() -> None:
    """Python writes 1e+20, MLIR reads 1.0e+20."""
    large = mla.ir.Rope(base=1e20, yarn=mla.ir.Yarn(40, 4096, mscale=1e-5))
    assert mla.Package.compile(mla.ir.rope(large, heads=2)).op == "rope"
