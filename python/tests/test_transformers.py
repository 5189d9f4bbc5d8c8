"""A small random model of DeepSeek-V3's architecture generates what its eager implementation in float32 generates."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import mla

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
transformers = pytest.importorskip("transformers", minversion="5.0", reason="transformers is not installed")

import mla.transformers as mla_transformers  # noqa: E402
from test_torch import DEVICES  # noqa: E402

pytestmark = pytest.mark.compiler
mla_transformers.register()


@pytest.fixture(scope="module")
def models() -> tuple[Any, Any]:
    """The model in float32, eager; and in bf16, by this project. The same weights, which bf16 holds."""
    torch.manual_seed(0)
    config = mla_transformers.small_config(heads=4, layers=2, hidden=256, vocabulary=256)
    exact = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager").eval()
    with torch.no_grad():
        for parameter in exact.parameters():
            # Large enough that attention matters, and that logits differ.
            parameter.copy_((parameter * 4 if parameter.dim() > 1 else parameter).bfloat16())
    fast = copy.deepcopy(exact).bfloat16()
    fast.set_attn_implementation("mla")
    return exact.float(), fast


def generate(model: Any, prompt: Any, mask: Any, tokens: int, cache: Any = None) -> Any:
    return model.generate(
        prompt,
        attention_mask=mask,
        past_key_values=cache,
        max_new_tokens=tokens,
        min_new_tokens=tokens,
        do_sample=False,
    )


def assert_same_up_to_ties(exact: Any, fast: Any, prompt: Any, mask: Any, tokens: int) -> int:
    """Compares greedy tokens; where a request's tokens part, the logits must be as close as bf16 makes them.

    How close that is the same model says, eager in bf16: the largest error of its logits at any token of the request,
    because a tie in a router, which bf16 may break the other way, moves logits by more than rounding them does. Returns
    how many tokens agree.
    """
    cache = mla_transformers.MLACache(fast.config, max_length=prompt.shape[1] + tokens)
    wanted, got = generate(exact, prompt, mask, tokens), generate(fast, prompt, mask, tokens, cache)
    rounded = copy.deepcopy(exact).bfloat16()
    rounded.set_attn_implementation("eager")
    agreed = 0
    for request in range(prompt.shape[0]):
        differences = (wanted[request] != got[request]).nonzero()
        if not len(differences):
            agreed += tokens
            continue
        at = int(differences[0])
        agreed += at - prompt.shape[1]
        prefix = wanted[request : request + 1, :at][:, mask[request].logical_not().sum() :]
        with torch.no_grad():
            logits = exact(prefix).logits[0]
            error = (rounded(prefix).logits[0].float() - logits).abs().max()
        gap = logits[-1, wanted[request, at]] - logits[-1, got[request, at]]
        print(f"request {request} parts at token {at}: gap of the logits {gap:.3f}, error of bf16 {error:.3f}")
        assert gap <= 2 * error
    return agreed


@pytest.mark.parametrize("device", DEVICES)
def test_greedy_tokens(models: tuple[Any, Any], device: str) -> None:
    exact, fast = (model.to(device) for model in models)
    prompt = torch.randint(1, 256, (2, 70), generator=torch.Generator().manual_seed(1)).to(device)
    tokens = 12 if device == "cpu" else 64
    agreed = assert_same_up_to_ties(exact, fast, prompt, torch.ones_like(prompt), tokens)
    assert agreed >= tokens // 8


@pytest.mark.parametrize("device", DEVICES)
def test_left_padding(models: tuple[Any, Any], device: str) -> None:
    exact, fast = (model.to(device) for model in models)
    prompt = torch.randint(1, 256, (2, 20), generator=torch.Generator().manual_seed(2)).to(device)
    mask = torch.ones_like(prompt)
    mask[1, :7] = 0
    prompt[1, :7] = 0
    assert_same_up_to_ties(exact, fast, prompt, mask, 8)
    # Padding of all requests takes no part of max_length: 13 tokens, and 4 more, of which the last is not put into the cache.
    mask[:, :7] = 0
    cache = mla_transformers.MLACache(fast.config, max_length=16)
    assert generate(fast, prompt, mask, 4, cache).shape[1] == 24
    with pytest.raises(mla.InvalidArgumentError, match="expected at most max_length = 16 tokens, but got 17"):
        fast(prompt[:, :1], past_key_values=cache)


@pytest.mark.parametrize("device", DEVICES)
def test_logits(models: tuple[Any, Any], device: str) -> None:
    """Without a cache, and in two chunks with one: as close to float32 as the eager implementation in bf16.

    In the median over tokens: a tie in a router, which bf16 may break the other way, moves single tokens' logits by far more
    than rounding does (a norm of 12 instead of 2 was seen on an H100).
    """
    exact, fast = (model.to(device) for model in models)
    prompt = torch.randint(1, 256, (2, 30), generator=torch.Generator().manual_seed(3)).to(device)
    rounded = copy.deepcopy(exact).bfloat16()
    with torch.no_grad():
        wanted = exact(prompt).logits

        def error(logits: Any) -> Any:
            return (logits.float() - wanted).norm(dim=-1).median()

        bound = 2 * error(rounded(prompt).logits)
        assert error(fast(prompt, use_cache=False).logits) <= bound
        cache = mla_transformers.MLACache(fast.config, max_length=30)
        first = fast(prompt[:, :25], past_key_values=cache).logits
        second = fast(prompt[:, 25:], past_key_values=cache).logits
        assert error(torch.cat([first, second], dim=1)) <= bound


def test_refusals(models: tuple[Any, Any]) -> None:
    _, fast = models
    fast = fast.to("cpu")
    prompt = torch.ones(1, 5, dtype=torch.long)
    with pytest.raises(mla.InvalidArgumentError, match="expected at most max_length = 4 tokens, but got 5"):
        fast(prompt, past_key_values=mla_transformers.MLACache(fast.config, max_length=4))
    with pytest.raises(mla.InvalidArgumentError, match="max_length: expected an integer of at least 1, but got 0"):
        mla_transformers.MLACache(fast.config, max_length=0)
    cache = transformers.DynamicCache(config=fast.config)
    fast(prompt, past_key_values=cache)
    with pytest.raises(mla.UnsupportedError, match="nearest: past_key_values=MLACache"):
        fast(prompt[:, :1], past_key_values=cache)
    with pytest.raises(mla.UnsupportedError, match="nearest: model.to"):
        copy.deepcopy(fast).float()(prompt, use_cache=False)
    with pytest.raises(mla.UnsupportedError, match="a mask of 4 dimensions"):
        fast(prompt, attention_mask=torch.zeros(1, 1, 5, 5).bfloat16(), use_cache=False)
    for packed in ({"position_ids": torch.tensor([[0, 1, 2, 0, 1]])}, {"cu_seq_lens_q": torch.tensor([0, 3, 5])}):
        with pytest.raises(mla.UnsupportedError, match="packed sequences .* nearest: one sequence a row"):
            fast(prompt, use_cache=False, **packed)
    with pytest.raises(mla.UnsupportedError, match="no backward pass; nearest: model.eval"):
        copy.deepcopy(fast).train()(prompt, use_cache=False)
    cache, mask = mla_transformers.MLACache(fast.config, max_length=8), torch.tensor([[1, 1, 1, 0, 1]])
    fast(prompt[:, :2], past_key_values=cache)
    with pytest.raises(mla.UnsupportedError, match="a mask that hides tokens of the cache"):
        fast(prompt[:, 2:], attention_mask=mask, past_key_values=cache)
    sizes = {"vocab_size": 8, "hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2}
    other = transformers.AutoModelForCausalLM.from_config(transformers.LlamaConfig(**sizes)).bfloat16()
    other.set_attn_implementation("mla")
    with pytest.raises(mla.UnsupportedError, match="LlamaAttention is not supported; nearest: a model of DeepSeek-V3"):
        other(prompt)
    with pytest.raises(mla.UnsupportedError, match="beam search"):
        mla_transformers.MLACache(fast.config, max_length=4).reorder_cache(torch.tensor([0]))


@pytest.mark.parametrize("device", DEVICES)
def test_masks_and_refused_passes(models: tuple[Any, Any], device: str) -> None:
    """What the cache cannot express is refused, and a refused pass leaves it as it was."""
    exact, fast = (model.to(device) for model in models)
    prompt = torch.randint(3, 256, (2, 10), generator=torch.Generator().manual_seed(4)).to(device)
    narrow = torch.ones(2, 5, dtype=torch.long, device=device)
    narrow[0, :2] = 0
    with torch.no_grad():
        with pytest.raises(mla.InvalidArgumentError, match=r"expected 2 rows of at least 10 tokens, but got shape \[2, 5\]"):
            fast(prompt, attention_mask=narrow, use_cache=False)

        cache = mla_transformers.MLACache(fast.config, max_length=12)
        fast(prompt, past_key_values=cache)
        with pytest.raises(mla.InvalidArgumentError, match="at most max_length = 12"):
            fast(prompt[:, :5], past_key_values=cache)
        assert cache.get_seq_length() == 10
        hidden = torch.ones(2, 12, dtype=torch.long, device=device)
        hidden[0, :5] = 0
        with pytest.raises(mla.UnsupportedError, match="a mask that hides tokens of the cache"):
            fast(prompt[:, :2], attention_mask=hidden, past_key_values=cache)
        got = fast(prompt[:, :2], attention_mask=torch.ones_like(hidden), past_key_values=cache).logits
        wanted = exact(torch.cat([prompt, prompt[:, :2]], dim=1)).logits[:, -2:]
        rounded = copy.deepcopy(exact).bfloat16()
        rounded.set_attn_implementation("eager")
        error = (rounded(torch.cat([prompt, prompt[:, :2]], dim=1)).logits[:, -2:] - wanted).abs().max()
        assert (got - wanted).abs().max() < 2 * error + 0.05

        # A copy goes its own way, plans and all.
        cache = mla_transformers.MLACache(fast.config, max_length=12)
        fast(prompt, past_key_values=cache)
        fast(prompt[:, :1], past_key_values=cache)
        other = copy.deepcopy(cache)
        first = fast(prompt[:, 1:2], past_key_values=cache).logits
        assert torch.equal(fast(prompt[:, 1:2], past_key_values=other).logits, first)
        assert cache.get_seq_length() == other.get_seq_length() == 12


@pytest.mark.parametrize("device", DEVICES)
def test_reset_keeps_the_batch(models: tuple[Any, Any], device: str) -> None:
    fast = models[1].to(device)
    prompt = torch.randint(3, 256, (2, 10), generator=torch.Generator().manual_seed(5)).to(device)
    cache = mla_transformers.MLACache(fast.config, max_length=64)
    with torch.no_grad():
        first = fast(prompt[:1], past_key_values=cache).logits
        cache.reset()
        with pytest.raises(mla.InvalidArgumentError, match="expected a batch of 1, but got 2"):
            fast(prompt, past_key_values=cache)
        cache.reset()
        assert torch.equal(fast(prompt[:1], past_key_values=cache).logits, first)
    with pytest.raises(mla.InvalidArgumentError, match="expected an integer of at least 1"):
        mla_transformers.MLACache(fast.config, 10.5)  # type: ignore[arg-type]
    with pytest.raises(mla.UnsupportedError, match="repeating requests"):
        cache.batch_repeat_interleave(2)
