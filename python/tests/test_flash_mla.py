"""FlashMLA's interface: results and conventions, on the host by the interpreter and on a GPU where there is one."""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import mla

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from mla import flash_mla  # noqa: E402
from test_torch import DEVICES, make_problem  # noqa: E402

pytestmark = pytest.mark.compiler


@pytest.fixture(autouse=True)
def as_flash_mla() -> Iterator[None]:
    flash_mla.set_empty_row_lse("+inf")
    yield
    flash_mla.set_empty_row_lse("+inf")


def attend(q: Any, k: Any, v: Any, scale: float, causal: bool) -> tuple[Any, Any]:
    """q [h, s_q, d], k [h, n, d], v [h, n, d_v] in double: out [h, s_q, d_v], lse [h, s_q]; +infinity for empty rows."""
    scores = q.double() @ k.double().transpose(-1, -2) * scale
    if causal:
        seen = torch.ones(q.shape[1], k.shape[1], dtype=torch.bool).tril(k.shape[1] - q.shape[1])
        scores = scores.masked_fill(~seen, -math.inf)
    lse = scores.logsumexp(-1)
    out = torch.nan_to_num(scores.softmax(-1), nan=0.0) @ v.double()
    return out, torch.where(lse == -math.inf, math.inf, lse)


def expected(problem: dict[str, Any], causal: bool) -> tuple[Any, Any]:
    """As FlashMLA defines it: lse is [b, h_q, s_q]."""
    q, cache = problem["q"].cpu(), problem["k_cache"].cpu()
    h_k = cache.shape[2]
    outs, lses = [], []
    for request, length in enumerate(problem["cache_seqlens"].tolist()):
        pages = problem["block_table"][request, : -(-length // 64)].cpu().long()
        tokens = cache[pages].reshape(-1, h_k, 576)[:length].transpose(0, 1)
        tokens = tokens.repeat_interleave(q.shape[2] // h_k, dim=0)
        out, lse = attend(q[request].transpose(0, 1), tokens, tokens[..., :512], 576**-0.5, causal)
        outs.append(out.transpose(0, 1))
        lses.append(lse)
    return torch.stack(outs), torch.stack(lses)


def make(device: str, *, h_k: int = 1, **changes: Any) -> dict[str, Any]:
    values = make_problem(device, **changes)
    cache = values["cache"].unsqueeze(2)
    if h_k > 1:
        cache = torch.cat([cache * (1 + head) / h_k for head in range(h_k)], dim=2)
    return {
        "q": values["q"],
        "k_cache": cache,
        "block_table": values["block_table"],
        "cache_seqlens": values["seq_lens"],
        "head_dim_v": 512,
        "tile_scheduler_metadata": flash_mla.get_mla_metadata()[0],
    }


def assert_close(result: tuple[Any, Any], reference: tuple[Any, Any], bound: float = 3e-3) -> None:
    out, lse = (tensor.double().cpu() for tensor in result)
    assert (out - reference[0]).norm() / reference[0].norm() < bound
    assert torch.equal(lse.isinf(), reference[1].isinf()) and torch.equal(lse > 0, reference[1] > 0)
    assert torch.nan_to_num(lse - reference[1], nan=0.0).abs().max() < 1e-3


def test_signatures() -> None:
    """Names, order and defaults of FlashMLA's functions."""
    names = list(inspect.signature(flash_mla.flash_mla_with_kvcache).parameters)
    assert names[:10] == [
        "q",
        "k_cache",
        "block_table",
        "cache_seqlens",
        "head_dim_v",
        "tile_scheduler_metadata",
        "num_splits",
        "softmax_scale",
        "causal",
        "is_fp8_kvcache",
    ]
    names = list(inspect.signature(flash_mla.flash_mla_sparse_fwd).parameters)
    assert names == ["q", "kv", "indices", "sm_scale", "d_v", "attn_sink", "topk_length"]
    names = list(inspect.signature(flash_mla.flash_attn_varlen_func).parameters)
    assert names[3:7] == ["cu_seqlens_qo", "cu_seqlens_kv", "max_seqlen_qo", "max_seqlen_kv"]
    meta, splits = flash_mla.get_mla_metadata(torch.ones(1), 128, 1, is_fp8_kvcache=False)
    assert isinstance(meta, flash_mla.FlashMLASchedMeta) and splits is None and not meta.have_initialized


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize(("s_q", "causal"), [(1, True), (2, True), (2, False)])
def test_dense_decode(device: str, dtype: Any, s_q: int, causal: bool) -> None:
    problem = make(device, s_q=s_q, dtype=dtype)
    result = flash_mla.flash_mla_with_kvcache(**problem, causal=causal)
    assert result[0].shape == (2, s_q, 4, 512) and result[0].dtype == dtype
    assert result[1].shape == (2, 4, s_q) and result[1].is_contiguous()
    assert_close(result, expected(problem, causal))
    # The second layer of a step: the same metadata, other values.
    problem["q"] = problem["q"] * 0.5
    assert_close(flash_mla.flash_mla_with_kvcache(**problem, causal=causal), expected(problem, causal))


@pytest.mark.parametrize("device", DEVICES)
def test_rows_that_see_nothing(device: str) -> None:
    problem = make(device, s_q=2)
    problem["cache_seqlens"] = torch.tensor([0, 1], dtype=torch.int32, device=device)
    result = flash_mla.flash_mla_with_kvcache(**problem, causal=True)
    assert_close(result, expected(problem, True))
    assert torch.isposinf(result[1][0]).all() and not result[0][0].any()
    flash_mla.set_empty_row_lse("-inf")
    assert torch.isneginf(flash_mla.flash_mla_with_kvcache(**problem, causal=True)[1][0]).all()
    with pytest.raises(mla.InvalidArgumentError, match="expected .inf or -inf"):
        flash_mla.set_empty_row_lse("nan")


@pytest.mark.parametrize("device", DEVICES)
def test_several_heads_in_the_cache(device: str) -> None:
    problem = make(device, h_k=2)
    assert_close(flash_mla.flash_mla_with_kvcache(**problem), expected(problem, False))


@pytest.mark.parametrize("device", DEVICES)
def test_fp8_cache(device: str) -> None:
    problem = make(device)
    scale = torch.tensor([0.25], device=device)
    stored = (problem["k_cache"] / 0.25).to(torch.float8_e4m3fn)
    result = flash_mla.flash_mla_with_kvcache_fp8(**{**problem, "k_cache": stored}, causal=True, descale_k=scale)
    problem["k_cache"] = stored.float() * 0.25
    out, lse = expected(problem, True)
    assert (result[0].double().cpu() - out).norm() / out.norm() < 3e-3
    assert (result[1].double().cpu() - lse).abs().max() < 3e-2


@pytest.mark.parametrize("device", DEVICES)
def test_fp8_queries(device: str) -> None:
    problem = make(device)
    scales = {"descale_q": torch.tensor([0.5], device=device), "descale_k": torch.tensor([0.25], device=device)}
    q, stored = (problem["q"] / 0.5).to(torch.float8_e4m3fn), (problem["k_cache"] / 0.25).to(torch.float8_e4m3fn)
    result = flash_mla.flash_mla_with_kvcache_fp8(**{**problem, "q": q, "k_cache": stored}, causal=True, **scales)
    assert result[0].dtype == torch.bfloat16
    problem["q"], problem["k_cache"] = q.float() * 0.5, stored.float() * 0.25
    out, lse = expected(problem, True)
    assert (result[0].double().cpu() - out).norm() / out.norm() < 3e-2
    assert (result[1].double().cpu() - lse).abs().max() < 4e-2


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("causal", [False, True])
def test_varlen(device: str, causal: bool) -> None:
    generator = torch.Generator().manual_seed(3)
    q, kv = (torch.randn(9, 2, width, generator=generator).bfloat16().to(device) for width in (192, 320))
    starts_q = torch.tensor([0, 2, 9], dtype=torch.int32, device=device)
    starts_kv = torch.tensor([0, 2, 9], dtype=torch.int32, device=device)
    out, lse = flash_mla.flash_attn_varlen_kvpacked_func(q, kv, starts_q, starts_kv, 7, 7, 192, causal=causal)
    assert out.shape == (9, 2, 128) and lse.shape == (9, 2)
    for begin, end in ((0, 2), (2, 9)):
        rows = slice(begin, end)
        k, v = (tensor[rows].cpu().transpose(0, 1) for tensor in (kv[..., :192], kv[..., 192:]))
        reference, reference_lse = attend(q[rows].cpu().transpose(0, 1), k, v, 192**-0.5, causal)
        assert (out[rows].cpu().transpose(0, 1).double() - reference).norm() / reference.norm() < 3e-3
        assert (lse[rows].cpu().T.double() - reference_lse).abs().max() < 1e-3


def test_inconsistent_calls() -> None:
    problem = make("cpu")
    flash_mla.flash_mla_with_kvcache(**problem)
    with pytest.raises(AssertionError, match="inconsistent with sched_meta"):
        flash_mla.flash_mla_with_kvcache(**{**problem, "q": problem["q"][:, :, :2]})
    with pytest.raises(AssertionError, match="must be of type FlashMLASchedMeta"):
        flash_mla.flash_mla_with_kvcache(**{**problem, "tile_scheduler_metadata": torch.zeros(1)})
    with pytest.raises(AssertionError, match="num_splits must be None"):
        flash_mla.flash_mla_with_kvcache(**problem, num_splits=torch.zeros(1))
    with pytest.raises(AssertionError, match="block_table and cache_seqlens must be provided"):
        flash_mla.flash_mla_with_kvcache(**{**problem, "block_table": None})


def test_wrong_tensors() -> None:
    """RuntimeError, as FlashMLA's extension raises."""
    for change, message in (
        ({"k_cache": make("cpu")["k_cache"].half()}, "query and key must have the same dtype"),
        ({"q": make("cpu")["q"].float()}, "q must have dtype bfloat16 or float16"),
        ({"cache_seqlens": torch.zeros(2, dtype=torch.int64)}, "seqlens_k must have dtype int32"),
        ({"block_table": torch.zeros(2, 2, dtype=torch.int64)}, "block_table must have dtype torch.int32"),
        ({"k_cache": torch.zeros(5, 64, 3, 576).bfloat16()}, "must divide number of heads in query"),
        ({"k_cache": torch.zeros(5, 64, 0, 576).bfloat16()}, "must divide number of heads in query"),
        ({"block_table": torch.zeros(2, dtype=torch.int32)}, "block_table must have 2 dimensions"),
    ):
        with pytest.raises(RuntimeError, match=message):
            flash_mla.flash_mla_with_kvcache(**{**make("cpu"), **change})


def test_wrong_tensors_of_a_later_call() -> None:
    """A metadata object that has been used is no leave to do without checks."""
    problem = make("cpu")
    flash_mla.flash_mla_with_kvcache(**problem)
    for change, message in (
        ({"q": problem["q"].float()}, "q must have dtype bfloat16 or float16"),
        ({"q": problem["q"].half()}, "query and key must have the same dtype"),
        ({"head_dim_v": 64}, "head_dim must be 576 and head_dim_v 512"),
    ):
        with pytest.raises(RuntimeError, match=message):
            flash_mla.flash_mla_with_kvcache(**{**problem, **change})


def test_metadata_of_calls_of_other_types(monkeypatch: pytest.MonkeyPatch) -> None:
    """Layers share what divides the work, kernels for other types do not."""
    scheduled: list[Any] = []
    schedule = mla.torch.DecodePlan.schedule

    def count(plan: Any, *arguments: Any) -> None:
        scheduled.append(plan.plan.package.name)
        schedule(plan, *arguments)

    monkeypatch.setattr(mla.torch.DecodePlan, "schedule", count)
    problem = {**make("cpu"), "descale_k": torch.ones(1)}
    problem["k_cache"] = problem["k_cache"].to(torch.float8_e4m3fn)
    flash_mla.flash_mla_with_kvcache_fp8(**problem)
    flash_mla.flash_mla_with_kvcache_fp8(**problem, softmax_scale=0.1)
    given = {**problem, "q": problem["q"].to(torch.float8_e4m3fn), "descale_q": torch.ones(1)}
    flash_mla.flash_mla_with_kvcache_fp8(**given)
    assert len(scheduled) == 2 and scheduled[0] != scheduled[1]


def test_wrong_tensors_of_e4m3() -> None:
    problem = {**make("cpu"), "k_cache": torch.zeros(5, 64, 1, 576).to(torch.float8_e4m3fn), "descale_k": torch.ones(1)}
    with pytest.raises(AssertionError, match="block_table and cache_seqlens must be provided"):
        flash_mla.flash_mla_with_kvcache_fp8(**{**problem, "block_table": None})
    with pytest.raises(RuntimeError, match="descale_k must be one float32 on the device of q"):
        flash_mla.flash_mla_with_kvcache_fp8(**{**problem, "descale_k": 1.0})


def test_scales_that_are_not_positive() -> None:
    """0 is no scale here but stands for the package's, which must not come about by chance."""
    problem, q, v = make("cpu"), torch.zeros(3, 2, 192).bfloat16(), torch.zeros(3, 2, 128).bfloat16()
    starts = torch.tensor([0, 3], dtype=torch.int32)
    for scale in (0.0, -0.1):
        with pytest.raises(mla.UnsupportedError, match="softmax_scale must be positive, but got .*; nearest: "):
            flash_mla.flash_mla_with_kvcache(**problem, softmax_scale=scale)
        with pytest.raises(mla.UnsupportedError, match="softmax_scale must be positive, but got .*; nearest: "):
            flash_mla.flash_attn_varlen_func(q, q, v, starts, starts, 3, 3, softmax_scale=scale)


def test_what_is_not_supported_names_what_is() -> None:
    problem = make("cpu")
    nothing = torch.zeros(1)
    calls = [
        (
            lambda: flash_mla.flash_mla_with_kvcache(**problem, indices=nothing),
            "flash_mla_with_kvcache with block_table",
        ),
        (
            lambda: flash_mla.flash_mla_with_kvcache(**problem, attn_sink=nothing),
            "flash_mla_with_kvcache with block_table",
        ),
        (lambda: flash_mla.flash_mla_with_kvcache(**problem, is_fp8_kvcache=True), "flash_mla_with_kvcache_fp8"),
        (
            lambda: flash_mla.flash_mla_with_kvcache(
                **{**problem, "k_cache": torch.zeros(5, 64, 1, 656).to(torch.uint8)}
            ),
            "656 bytes.*flash_mla_with_kvcache_fp8",
        ),
        (lambda: flash_mla.flash_mla_with_kvcache(**{**problem, "head_dim_v": 256}), "mla.Package.compile"),
        (
            lambda: flash_mla.flash_mla_with_kvcache(**{**problem, "k_cache": torch.zeros(5, 128, 1, 576).bfloat16()}),
            "pages of 64 tokens",
        ),
        (
            lambda: flash_mla.flash_mla_with_kvcache(
                **{**problem, "k_cache": torch.zeros(5, 64, 1, 600).bfloat16()[..., :576]}
            ),
            "k_cache.contiguous",
        ),
        (lambda: flash_mla.flash_mla_sparse_fwd(nothing, nothing, nothing, 1.0), "flash_attn_varlen_func"),
    ]
    q, k, v = torch.zeros(3, 4, 192).bfloat16(), torch.zeros(3, 2, 192).bfloat16(), torch.zeros(3, 2, 128).bfloat16()
    starts = torch.tensor([0, 3], dtype=torch.int32)
    calls.append((lambda: flash_mla.flash_attn_varlen_func(q, k, v, starts, starts, 3, 3), "repeat_interleave"))
    calls.append((lambda: flash_mla.flash_attn_varlen_func(q, q, q, starts, starts, 3, 3), "mla.torch.prefill"))
    many, wide = torch.zeros(3, 129, 192).bfloat16(), torch.zeros(3, 129, 128).bfloat16()
    calls.append((lambda: flash_mla.flash_attn_varlen_func(many, many, wide, starts, starts, 3, 3), "every 128"))
    gradient = q.clone().requires_grad_()
    whole = torch.zeros(3, 4, 128).bfloat16()
    calls.append((lambda: flash_mla.flash_attn_varlen_func(gradient, q, whole, starts, starts, 3, 3), "no_grad"))
    for call, nearest in calls:
        with pytest.raises(mla.UnsupportedError, match=f"nearest: .*{nearest}|{nearest}"):
            call()


def test_name_of_the_kernel() -> None:
    """Profiles and tests of FlashMLA look for it."""
    from mla import package

    names = [name for name in mla.builtin_names() if name.startswith("flash_mla_")]
    if not names:
        pytest.skip("built without packages")
    for name in names:
        assert b"flash_fwd_splitkv_mla_kernel" in (package._FOLDER / f"{name}.mlapkg").read_bytes()
    assert np.all([mla.Package.builtin(name).op == "decode" for name in names])
