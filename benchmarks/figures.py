#!/usr/bin/env python3
"""Measures and draws the four figures: time and cache of MLA against GQA and MHA, over length and over batch.

    benchmarks/figures.py                      measures on the GPU, writes CSV, report.md and four PNG
    benchmarks/figures.py --draw FOLDER        redraws from the CSV that is there, on any machine
    benchmarks/figures.py --resume …           carries on with a CSV: points that are in it are not measured again
    benchmarks/figures.py --figures ID,… …     measures these figures only; what the CSV has of others stays
    benchmarks/figures.py --dry-run …          says what would be measured; needs PyTorch, no GPU

One point is one attention call of one layer: CUDA events around it, after a kernel that sweeps the L2 cache and gives the host
time to enqueue the call, so that launches are not measured. The median of the samples is drawn; all samples are in the CSV,
beside GPU, driver, clock and versions. What schedules a decode step, once for all layers, is timed apart (`schedule_ms`).

Baselines are measured in the same run: PyTorch's SDPA by each of its backends, and flash_attn, flash_mla and flashinfer where
they can be imported. One that cannot is drawn as missing, a point that does not fit into memory as such; nothing is invented.
Needs the package mla (python/) and PyTorch; to draw, matplotlib.
"""

from __future__ import annotations

import argparse
import csv
import dataclasses
import datetime
import importlib
import json
import pathlib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parent
HEADS, HEAD_DIM, GQA_HEADS = 128, 128, 16
D_LATENT, D_ROPE, D_NOPE, D_V, PAGE = 512, 64, 128, 128, 64
ELEMENT_BYTES = 2
SCALE = (D_NOPE + D_ROPE) ** -0.5
FIELDS = [
    "figure",
    "stage",
    "series",
    "family",
    "b",
    "s_kv",
    "status",
    "ms",
    "schedule_ms",
    "cache_bytes",
    "samples_ms",
    "gpu",
    "driver",
    "sm_clock_mhz",
    "memory_clock_mhz",
    "versions",
    "date",
]


class Unavailable(Exception):
    """A series that cannot be measured here, and why."""


@dataclasses.dataclass
class Call:
    """What is timed: one call, and what a step does once for all layers."""

    run: Callable[[], Any]
    schedule: Callable[[], Any] | None = None


@dataclasses.dataclass
class Series:
    """One line of a figure."""

    name: str
    family: str  # MLA, GQA or MHA
    prefill: Callable[[int, int], Call] | None = None
    decode: Callable[[int, int], Call] | None = None
    missing: str = ""


def cache_bytes(family: str, b: int, s_kv: int) -> int:
    """Bytes of the cache of one layer for b requests of s_kv tokens."""
    width = {"MLA": D_LATENT + D_ROPE, "GQA": 2 * GQA_HEADS * HEAD_DIM, "MHA": 2 * HEADS * HEAD_DIM}[family]
    return b * s_kv * width * ELEMENT_BYTES


# ---------------------------------------------------------------------------------------------------------------------
# What is measured
# ---------------------------------------------------------------------------------------------------------------------


class Bench:
    """Makes the calls on one device."""

    def __init__(self, device: str) -> None:
        import torch

        self.torch = torch
        self.device = torch.device(device)
        self.sweep = torch.empty(512 << 20, dtype=torch.int8, device=self.device) if device == "cuda" else None

    def normal(self, *shape: int) -> Any:
        """Random bf16."""
        return self.torch.empty(shape, dtype=self.torch.bfloat16, device=self.device).normal_()

    def ints(self, values: Any) -> Any:
        """An int32 tensor on the device."""
        return self.torch.as_tensor(values, dtype=self.torch.int32).to(self.device)

    # MLA, by this project.

    def pages(self, b: int, s_kv: int) -> tuple[Any, Any, Any]:
        """A cache whose pages lie in random order, its block table, and the lengths."""
        per_request = -(-s_kv // PAGE)
        cache = self.normal(b * per_request, PAGE, D_LATENT + D_ROPE)
        table = self.torch.randperm(b * per_request, dtype=self.torch.int32).reshape(b, per_request).to(self.device)
        return cache, table, self.ints([s_kv] * b)

    def mla_decode(self, b: int, s_kv: int) -> Call:
        import mla
        import mla.torch

        if self.device.type != "cuda":
            raise Unavailable("needs a GPU")
        cache, table, lengths = self.pages(b, s_kv)
        q = self.normal(b, 1, HEADS, D_LATENT + D_ROPE)
        plan = mla.torch.DecodePlan(
            mla.find_decode(),
            b=b,
            h_q=HEADS,
            num_pages=cache.shape[0],
            block_table_stride=table.shape[1],
            softmax_scale=SCALE,
        )
        plan.schedule(lengths)
        out, lse = plan.run(q, cache, table, lengths)
        return Call(lambda: plan.run(q, cache, table, lengths, out, lse), lambda: plan.schedule(lengths))

    def mla_prefill(self, b: int, s_kv: int) -> Call:
        import mla
        import mla.torch

        if self.device.type != "cuda":
            raise Unavailable("needs a GPU")
        tokens = b * s_kv
        q, k_rope = self.normal(tokens, HEADS, D_NOPE + D_ROPE), self.normal(tokens, D_ROPE)
        k, v = self.normal(tokens, HEADS, D_NOPE), self.normal(tokens, HEADS, D_V)
        starts = self.ints([i * s_kv for i in range(b + 1)])
        plan = mla.PrefillPlan(
            mla.find_prefill(h_q=HEADS), max_b=b, max_total_q=tokens, softmax_scale=SCALE, device="cuda"
        )
        out = self.torch.empty(tokens, HEADS, D_V, dtype=q.dtype, device=self.device)
        lse = self.torch.empty(HEADS, tokens, device=self.device)
        workspace = self.torch.empty(plan.workspace_size, dtype=self.torch.uint8, device=self.device)

        def run(schedule: bool) -> None:
            stream = self.torch.cuda.current_stream().cuda_stream
            plan.run(q, k, k_rope, v, starts, starts, out, lse, workspace, stream=stream, schedule=schedule)

        run(True)
        return Call(lambda: run(False))

    # MLA, by others.

    def flash_mla_decode(self, b: int, s_kv: int) -> Call:
        import flash_mla

        cache, table, lengths = self.pages(b, s_kv)
        q, cache = self.normal(b, 1, HEADS, D_LATENT + D_ROPE), cache.unsqueeze(2)
        try:
            meta, splits = flash_mla.get_mla_metadata()
        except TypeError:  # before 2026
            meta, splits = flash_mla.get_mla_metadata(lengths, HEADS, 1)
        return Call(
            lambda: flash_mla.flash_mla_with_kvcache(
                q, cache, table, lengths, D_LATENT, meta, splits, softmax_scale=SCALE, causal=True
            )
        )

    def flashinfer_decode(self, b: int, s_kv: int) -> Call:
        import flashinfer

        cache, table, lengths = self.pages(b, s_kv)
        q = self.normal(b, HEADS, D_LATENT + D_ROPE)
        space = self.torch.empty(128 << 20, dtype=self.torch.int8, device=self.device)
        wrapper = flashinfer.mla.BatchMLAPagedAttentionWrapper(space, backend="auto")
        per_request = table.shape[1]
        wrapper.plan(
            self.ints(range(b + 1)),
            self.ints([i * per_request for i in range(b + 1)]),
            table.flatten(),
            lengths,
            HEADS,
            D_LATENT,
            D_ROPE,
            PAGE,
            True,
            SCALE,
            q.dtype,
            q.dtype,
        )
        q_nope, q_rope = q[..., :D_LATENT].contiguous(), q[..., D_LATENT:].contiguous()
        return Call(lambda: wrapper.run(q_nope, q_rope, cache[..., :D_LATENT], cache[..., D_LATENT:]))

    # GQA and MHA.

    def sdpa(self, backend: str, kv_heads: int, queries: int, b: int, s_kv: int, widths: tuple[int, int]) -> Call:
        from torch.nn.attention import SDPBackend, sdpa_kernel

        functional = self.torch.nn.functional
        which = getattr(SDPBackend, backend)
        if backend == "MATH" and b * HEADS * queries * s_kv * 4 > 64 << 30:
            raise self.torch.OutOfMemoryError("the scores alone have more than 64 GiB")
        q = self.normal(b, HEADS, queries, widths[0])
        k, v = self.normal(b, kv_heads, s_kv, widths[0]), self.normal(b, kv_heads, s_kv, widths[1])
        causal, grouped = queries > 1, kv_heads != HEADS

        def run() -> Any:
            with sdpa_kernel(which):
                return functional.scaled_dot_product_attention(q, k, v, is_causal=causal, enable_gqa=grouped)

        return Call(run)

    def flash_attn_call(self, kv_heads: int, queries: int, b: int, s_kv: int) -> Call:
        import flash_attn

        q = self.normal(b, queries, HEADS, HEAD_DIM)
        k, v = (self.normal(b, s_kv, kv_heads, HEAD_DIM) for _ in range(2))
        if queries == 1:
            return Call(lambda: flash_attn.flash_attn_with_kvcache(q, k, v, causal=True))
        return Call(lambda: flash_attn.flash_attn_func(q, k, v, causal=True))

    def series(self) -> list[Series]:
        """All lines, with those that cannot be imported marked."""
        result = [Series("mla", "MLA", self.mla_prefill, self.mla_decode, self.why_missing("mla"))]
        result.append(Series("flash_mla", "MLA", None, self.flash_mla_decode, self.why_missing("flash_mla")))
        result.append(Series("flashinfer", "MLA", None, self.flashinfer_decode, self.why_missing("flashinfer")))
        result.append(
            Series(
                "SDPA cuDNN, keys and values expanded",
                "MLA",
                lambda b, n: self.sdpa("CUDNN_ATTENTION", HEADS, n, b, n, (D_NOPE + D_ROPE, D_V)),
            )
        )
        for family, heads in (("GQA", GQA_HEADS), ("MHA", HEADS)):
            for label, backend in (
                ("flash", "FLASH_ATTENTION"),
                ("cuDNN", "CUDNN_ATTENTION"),
                ("efficient", "EFFICIENT_ATTENTION"),
                ("math", "MATH"),
            ):

                def prefill(b: int, n: int, backend: str = backend, heads: int = heads) -> Call:
                    return self.sdpa(backend, heads, n, b, n, (HEAD_DIM, HEAD_DIM))

                def decode(b: int, n: int, backend: str = backend, heads: int = heads) -> Call:
                    return self.sdpa(backend, heads, 1, b, n, (HEAD_DIM, HEAD_DIM))

                result.append(Series(f"{family} SDPA {label}", family, prefill, decode))
            result.append(
                Series(
                    f"{family} flash_attn",
                    family,
                    lambda b, n, heads=heads: self.flash_attn_call(heads, n, b, n),
                    lambda b, n, heads=heads: self.flash_attn_call(heads, 1, b, n),
                    self.why_missing("flash_attn"),
                )
            )
        return result

    @staticmethod
    def why_missing(name: str) -> str:
        """Empty where the package is there; this project's stand-in for flash_mla does not count."""
        try:
            module = importlib.import_module(name)
            if name == "flashinfer":
                importlib.import_module("flashinfer.mla")
        except Exception as error:  # noqa: BLE001 - a broken installation is a missing baseline, too
            return f"not importable ({type(error).__name__})"
        if name == "flash_mla" and module.get_mla_metadata.__module__.startswith("mla."):
            return "not importable (the name belongs to mla.flash_mla here)"
        return ""

    # Measuring.

    def time(self, call: Callable[[], Any], budget: float, most: int) -> list[float]:
        """Milliseconds of each sample: as many as fit into ``budget`` seconds, from 2 to ``most``."""
        torch = self.torch
        if self.sweep is None:
            call()
            start = time.perf_counter()
            call()
            return [(time.perf_counter() - start) * 1e3]

        def once() -> float:
            torch.cuda.synchronize()
            start = time.perf_counter()
            call()
            torch.cuda.synchronize()
            return time.perf_counter() - start

        first = once()
        # A call of seconds is warm enough after one; what compiles at first is not one of seconds afterwards.
        count = 2 if first > 4 * budget else max(3, min(most, int(budget / (once() + 1e-3))))
        events = []
        for _ in range(count):
            self.sweep.add_(1)
            begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            begin.record()
            call()
            end.record()
            events.append((begin, end))
        torch.cuda.synchronize()
        return [begin.elapsed_time(end) for begin, end in events]

    def clocks(self) -> tuple[str, str, str, str]:
        """Name, driver, and clocks under load."""
        if self.device.type != "cuda":
            return "cpu", "", "", ""
        fields = "name,driver_version,clocks.sm,clocks.mem"
        try:
            answer = subprocess.run(
                ["nvidia-smi", f"--query-gpu={fields}", "--format=csv,noheader,nounits", "--id=0"],
                capture_output=True,
                text=True,
                timeout=20,
                check=True,
            ).stdout
            name, driver, sm, memory = (part.strip() for part in answer.strip().split(","))
            return name, driver, sm, memory
        except (OSError, subprocess.SubprocessError, ValueError):
            return self.torch.cuda.get_device_name(), "", "", ""

    def versions(self) -> str:
        """Of everything that is measured."""
        parts = [
            f"python {sys.version.split()[0]}",
            f"torch {self.torch.__version__}",
            f"cuda {self.torch.version.cuda}",
        ]
        if self.device.type == "cuda":
            parts.append(f"cudnn {self.torch.backends.cudnn.version()}")
        for name in ("mla", "flash_attn", "flash_mla", "flashinfer"):
            if not self.why_missing(name):
                parts.append(f"{name} {getattr(importlib.import_module(name), '__version__', '?')}")
        return "; ".join(parts)


def points(figure: dict[str, Any]) -> Iterator[tuple[int, int]]:
    """(b, s_kv) of a figure, small ones first."""
    for value in figure[figure["axis"]]:
        yield (value, figure["s_kv"]) if figure["axis"] == "b" else (figure["b"], value)


def measure_point(bench: Bench, make: Callable[[int, int], Call], b: int, s_kv: int, options: Any) -> dict[str, Any]:
    """Status, times and samples of a point."""
    torch = bench.torch
    try:
        call = make(b, s_kv)
        samples = bench.time(call.run, options.budget, options.samples)
        schedule = bench.time(call.schedule, options.budget, options.samples) if call.schedule else []
    except torch.OutOfMemoryError:
        return {"status": "out of memory"}
    except MemoryError:
        return {"status": "out of memory"}
    except Unavailable as error:
        return {"status": f"unavailable: {error}"}
    except Exception as error:  # noqa: BLE001 - what a baseline cannot do is a result
        text = " ".join(str(error).split())
        if "out of memory" in text.lower():
            return {"status": "out of memory"}
        return {"status": f"unavailable: {type(error).__name__}: {text[:160]}"}
    return {
        "status": "ok",
        "ms": f"{statistics.median(samples):.6f}",
        "schedule_ms": f"{statistics.median(schedule):.6f}" if schedule else "",
        "samples_ms": " ".join(f"{sample:.6f}" for sample in samples),
    }


class Progress:
    """A bar on the terminal, or a line for each point where there is none."""

    def __init__(self, total: int) -> None:
        self.total, self.done, self.start = total, 0, time.monotonic()

    def step(self, text: str) -> None:
        """One more point is done."""
        self.done += 1
        filled = 30 * self.done // max(self.total, 1)
        elapsed = time.monotonic() - self.start
        line = f"[{'#' * filled}{'.' * (30 - filled)}] {self.done}/{self.total} {elapsed:.0f} s  {text}"
        if sys.stderr.isatty():
            print(f"\r\x1b[K{line[:150]}", end="" if self.done < self.total else "\n", file=sys.stderr, flush=True)
        else:
            print(line, file=sys.stderr, flush=True)


def choose(options: Any, series: list[Series]) -> tuple[list[dict[str, Any]], list[Series]]:
    """The figures and series that the options name. Raises ``SystemExit`` for names that there are not."""
    figures = json.loads(pathlib.Path(options.cases).read_text())["figures"]
    wanted = [name for name in options.figures.split(",") if name]
    known = [figure["id"] for figure in figures]
    for name in wanted:
        if name not in known:
            raise SystemExit(f"--figures: expected some of {', '.join(known)}, but got '{name}'")
    lines = [line for line in series if options.series in line.name]
    if not lines:
        names = ", ".join(line.name for line in series)
        raise SystemExit(f"--series: expected a part of one of {names}, but got '{options.series}'")
    return [figure for figure in figures if not wanted or figure["id"] in wanted], lines


def measure(options: Any) -> None:
    """Measures what is not in the CSV yet, row by row, so that nothing is lost when a run is cut short.

    Without ``--resume`` the chosen figures and series are measured again; rows of others stay.
    """
    bench = Bench(options.device)
    figures, series = choose(options, bench.series())
    path = pathlib.Path(options.output) / "figures.csv"
    again = {(figure["id"], line.name) for figure in figures for line in series} if not options.resume else set()
    kept = [row for row in read(path) if (row["figure"], row["series"]) not in again]
    done = {(row["figure"], row["series"], row["b"], row["s_kv"]) for row in kept}
    work = [
        (figure, line, b, s_kv)
        for figure in figures
        for line in series
        for b, s_kv in points(figure)
        if (figure["id"], line.name, str(b), str(s_kv)) not in done
    ]
    if options.dry_run:
        for figure, line, b, s_kv in work:
            state = line.missing or ("" if getattr(line, figure["stage"]) else f"not for {figure['stage']}")
            print(f"{figure['id']}: {line.name}, b {b}, s_kv {s_kv}" + (f" ({state})" if state else ""))
        print(f"{len(work)} points; {len(kept)} rows of {path} stay")
        return
    gpu = bench.clocks()[0]
    for other in sorted({row["gpu"] for row in kept} - {gpu, ""}):
        raise SystemExit(f"{path}: expected rows of {gpu}, but got some of {other}; give another --output")
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path.with_suffix(".new"), "w", newline="") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(kept)
    path.with_suffix(".new").replace(path)
    versions, deadline = bench.versions(), time.monotonic() + options.limit
    progress, hopeless = Progress(len(work)), set()
    with open(path, "a", newline="") as file:
        writer = csv.DictWriter(file, FIELDS)
        for figure, line, b, s_kv in work:
            if time.monotonic() > deadline:
                print(f"\nthe limit of {options.limit} s is over; carry on with --resume", file=sys.stderr)
                break
            make = getattr(line, figure["stage"])
            if make is None:
                progress.step(f"{line.name}: not for {figure['stage']}")
                continue
            if line.missing:
                result: dict[str, Any] = {"status": f"missing: {line.missing}"}
            elif (figure["id"], line.name) in hopeless:
                result = {"status": "out of memory"}  # a smaller point of the same line did not fit
            else:
                result = measure_point(bench, make, b, s_kv, options)
                if bench.device.type == "cuda":
                    bench.torch.cuda.empty_cache()
                if result["status"] == "out of memory":
                    hopeless.add((figure["id"], line.name))
            gpu, driver, sm, memory = bench.clocks() if result["status"] == "ok" else (bench.clocks()[0], "", "", "")
            writer.writerow(
                {
                    "figure": figure["id"],
                    "stage": figure["stage"],
                    "series": line.name,
                    "family": line.family,
                    "b": b,
                    "s_kv": s_kv,
                    "cache_bytes": cache_bytes(line.family, b, s_kv),
                    "gpu": gpu,
                    "driver": driver,
                    "sm_clock_mhz": sm,
                    "memory_clock_mhz": memory,
                    "versions": versions,
                    "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
                    **result,
                }
            )
            file.flush()
            progress.step(f"{figure['id']} {line.name} b {b} n {s_kv}: {result.get('ms', result['status'])}")


def read(path: pathlib.Path) -> list[dict[str, str]]:
    """Rows of a CSV; none where there is no file."""
    if not path.exists():
        return []
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


# ---------------------------------------------------------------------------------------------------------------------
# Report and figures
# ---------------------------------------------------------------------------------------------------------------------


def find_ratio(rows: list[dict[str, str]], family: str) -> str:
    """How much faster decode of B = 4, 128 K is than the fastest SDPA backend of a family; or why that is not known."""
    at = [row for row in rows if row["figure"] == "decode-length" and row["s_kv"] == "131072"]
    ours = [float(row["ms"]) for row in at if row["series"] == "mla" and row["status"] == "ok"]
    others = [
        (float(row["ms"]), row["series"])
        for row in at
        if row["family"] == family and " SDPA " in row["series"] and row["status"] == "ok"
    ]
    if not ours or not others:
        return "not measured"
    best, name = min(others)
    return f"{best / ours[0]:.1f}× ({ours[0] * 1e3:.0f} µs against {best * 1e3:.0f} µs of {name})"


def write_report(folder: pathlib.Path, rows: list[dict[str, str]]) -> None:
    """report.md: where it was measured, the two claims, and a table for each figure."""
    cases = {figure["id"]: figure for figure in json.loads((ROOT / "figures.json").read_text())["figures"]}
    measured = [row for row in rows if row["status"] == "ok"]
    lines = ["# MLA against GQA and MHA", "", json.loads((ROOT / "figures.json").read_text())["shapes"] + ".", ""]
    for name in ("gpu", "driver", "versions"):
        values = sorted({row[name] for row in measured if row[name]})
        lines.append(f"- {name}: {' / '.join(values) or 'unknown'}")
    clocks = [int(row["sm_clock_mhz"]) for row in measured if row["sm_clock_mhz"].isdigit()]
    if clocks:
        lines.append(f"- clock of the multiprocessors, right after a point: {min(clocks)} to {max(clocks)} MHz")
    lines += [
        "- one call of one layer, median; L2 swept before each sample; of MLA's decode the scheduling, once per step, is apart",
        "",
        f"Decode at B = 4, 128 K tokens: against GQA by SDPA {find_ratio(rows, 'GQA')}, against MHA by SDPA "
        f"{find_ratio(rows, 'MHA')}. Caches: GQA {cache_bytes('GQA', 1, 1) / cache_bytes('MLA', 1, 1):.1f}×, MHA "
        f"{cache_bytes('MHA', 1, 1) / cache_bytes('MLA', 1, 1):.1f}× that of MLA.",
    ]
    for identity in dict.fromkeys(row["figure"] for row in rows):
        of = [row for row in rows if row["figure"] == identity]
        axis = cases.get(identity, {}).get("axis", "s_kv")
        xs = sorted({int(row[axis]) for row in of})
        lines += ["", f"## {cases.get(identity, {}).get('title', identity)}, ms", "", f"![]({identity}.png)", ""]
        lines += ["| | " + " | ".join(f"{axis} {x}" for x in xs) + " |", "|---|" + "---|" * len(xs)]
        for series in dict.fromkeys(row["series"] for row in of):
            by_x = {int(row[axis]): row for row in of if row["series"] == series}
            cells = [
                f"{float(by_x[x]['ms']):.4g}" if x in by_x and by_x[x]["status"] == "ok" else short(by_x.get(x))
                for x in xs
            ]
            lines.append(f"| {series} | " + " | ".join(cells) + " |")
        for family in ("MLA", "GQA", "MHA"):
            sizes = {int(row[axis]): int(row["cache_bytes"]) for row in of if row["family"] == family}
            cells = [f"{sizes[x] / 2**20:.0f} MiB" if x in sizes else "" for x in xs]
            lines.append(f"| cache of {family} | " + " | ".join(cells) + " |")
    reasons = dict.fromkeys(
        f"- {row['series']} ({row['stage']}): {row['status']}"
        for row in rows
        if row["status"] not in ("ok", "out of memory")
    )
    if reasons:
        lines += ["", "## Not measured", "", *reasons]
    (folder / "report.md").write_text("\n".join(lines) + "\n")


def short(row: dict[str, str] | None) -> str:
    """What a table says of a point without a time."""
    if row is None:
        return ""
    return "OOM" if row["status"] == "out of memory" else "missing" if row["status"].startswith("missing") else "–"


COLOURS = {
    "MLA": ["#1b6ca8", "#57a0d3", "#0a3d62", "#7fb3d5"],
    "GQA": ["#d9822b", "#f0a860", "#a65d0f", "#f5c99b", "#7a4408"],
}
COLOURS["MHA"] = ["#5b8c3a", "#8fbf6a", "#3c6123", "#b9d9a0", "#27400f"]


def draw(folder: pathlib.Path, rows: list[dict[str, str]]) -> None:
    """One PNG for each figure: time on the left, cache on the right."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    cases = {figure["id"]: figure for figure in json.loads((ROOT / "figures.json").read_text())["figures"]}
    for identity in dict.fromkeys(row["figure"] for row in rows):
        of = [row for row in rows if row["figure"] == identity]
        case = cases.get(identity, {"axis": "s_kv", "title": identity, "stage": of[0]["stage"]})
        axis = case["axis"]
        picture, (left, right) = pyplot.subplots(1, 2, figsize=(14, 5.5), width_ratios=[3, 2])
        seen: dict[str, int] = {}
        times = [float(row["ms"]) for row in of if row["status"] == "ok"]
        top = 2 * max(times, default=1.0)
        for series in dict.fromkeys(row["series"] for row in of):
            mine = sorted((row for row in of if row["series"] == series), key=lambda row: int(row[axis]))
            family = mine[0]["family"]
            number = seen[family] = seen.get(family, -1) + 1
            colour = COLOURS[family][number % len(COLOURS[family])]
            good = [row for row in mine if row["status"] == "ok"]
            full = [row for row in mine if row["status"] == "out of memory"]
            label = series
            if not good:
                status = mine[0]["status"]
                label += " (out of memory)" if full else f" ({status.split(':')[0]})"
            left.plot(
                [int(row[axis]) for row in good],
                [float(row["ms"]) for row in good],
                label=label,
                color=colour if good else "#bbbbbb",
                marker="o" if good else "",
                linestyle="-" if good else ":",
                markersize=4,
                linewidth=2.6 if series == "mla" else 1.2,
                zorder=3 if series == "mla" else 2,
            )
            if good and full:  # where the line ends, and why
                left.plot([int(full[0][axis])], [top], marker="x", color=colour, markersize=8, linestyle="none")
                left.annotate(
                    "OOM", (int(full[0][axis]), top), textcoords="offset points", xytext=(0, 5), fontsize=7, ha="center"
                )
        for family in ("MLA", "GQA", "MHA"):
            sizes = sorted({(int(row[axis]), int(row["cache_bytes"])) for row in of if row["family"] == family})
            right.plot(
                [x for x, _ in sizes],
                [size / 2**20 for _, size in sizes],
                label=family,
                color=COLOURS[family][0],
                marker="o",
                markersize=4,
                linewidth=2.6 if family == "MLA" else 1.2,
            )
        what = (
            "time to first token, attention of one layer"
            if case["stage"] == "prefill"
            else "time per token, attention of one layer"
        )
        for plot, label in ((left, f"{what}, ms"), (right, "cache of one layer, MiB")):
            plot.set_xscale("log", base=2)
            xs = sorted({int(row[axis]) for row in of})
            plot.set_xticks(xs, [f"{x // 1024}K" if x >= 1024 else str(x) for x in xs])
            plot.minorticks_off()
            plot.set_yscale("log")
            plot.set_xlabel("tokens of a request" if axis == "s_kv" else "requests")
            plot.set_ylabel(label)
            plot.grid(True, which="major", alpha=0.3)
            plot.legend(fontsize=7)
        gpu = " / ".join(sorted({row["gpu"] for row in of if row["gpu"]}))
        picture.suptitle(f"{case['title']}, 128 query heads, bf16, on {gpu or 'an unknown GPU'}")
        picture.tight_layout()
        picture.savefig(folder / f"{identity}.png", dpi=110)
        pyplot.close(picture)


def main() -> int:
    """Measures, reports, draws."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", default="", help="folder of the results; by default benchmarks/results/GPU/figures")
    parser.add_argument(
        "--draw", default="", metavar="FOLDER", help="only write report and figures of the CSV in FOLDER"
    )
    parser.add_argument("--resume", action="store_true", help="keep the CSV, and measure what is not in it")
    parser.add_argument(
        "--figures", default="", help="only these, e.g. decode-length,decode-batch; others stay in the CSV"
    )
    parser.add_argument("--series", default="", help="only series whose name contains this; others stay in the CSV")
    parser.add_argument("--dry-run", action="store_true", help="only say which points would be measured; needs PyTorch, no GPU")
    parser.add_argument("--cases", default=str(ROOT / "figures.json"), help="the points to measure")
    parser.add_argument("--samples", type=int, default=21, help="most samples of a point")
    parser.add_argument(
        "--budget", type=float, default=1.0, help="seconds that the samples of a point may take; at least 2 are taken"
    )
    parser.add_argument("--limit", type=float, default=1e9, help="seconds after which no point is begun")
    parser.add_argument("--device", default="cuda", choices=("cuda", "cpu"))
    options = parser.parse_args()
    if options.draw:
        folder = pathlib.Path(options.draw)
    else:
        try:
            import torch
        except ImportError:
            parser.error("expected PyTorch, but got none; --draw FOLDER redraws what was measured elsewhere")
        if options.dry_run:
            options.device = "cuda" if torch.cuda.is_available() else "cpu"
        if options.device == "cuda" and not torch.cuda.is_available():
            parser.error("expected a GPU, but got none; --draw FOLDER redraws what was measured elsewhere")
        gpu = torch.cuda.get_device_name() if options.device == "cuda" else "cpu"
        known = [name for name in ("h100", "h200") if name in gpu.lower()]
        folder = pathlib.Path(
            options.output or ROOT / "results" / (known[0] if known else gpu.lower().replace(" ", "-")) / "figures"
        )
        options.output = str(folder)
        measure(options)
        if options.dry_run:
            return 0
    rows = read(folder / "figures.csv")
    if not rows:
        print(f"expected rows in {folder / 'figures.csv'}, but got none", file=sys.stderr)
        return 1
    write_report(folder, rows)
    try:
        draw(folder, rows)
    except ImportError:
        print(f"matplotlib is missing: draw elsewhere with benchmarks/figures.py --draw {folder}", file=sys.stderr)
    print(f"{folder}: {', '.join(['figures.csv', 'report.md', *sorted(path.name for path in folder.glob('*.png'))])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
