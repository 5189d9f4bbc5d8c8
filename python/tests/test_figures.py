"""The harness of the figures: it invents nothing, and draws from what is in its CSV."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import pathlib
import subprocess
import sys
from typing import Any

import pytest

_SCRIPT = pathlib.Path(__file__).parents[2] / "benchmarks" / "figures.py"
if not _SCRIPT.exists():
    pytest.skip("needs benchmarks/", allow_module_level=True)


def load() -> Any:
    spec = importlib.util.spec_from_file_location("figures", _SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["figures"] = module
    spec.loader.exec_module(module)
    return module


figures = load()


def row(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = dict.fromkeys(figures.FIELDS, "")
    values.update(figure="decode-length", stage="decode", series="mla", family="MLA", b=4, s_kv=131072)
    values.update(status="ok", ms="0.3", cache_bytes=figures.cache_bytes("MLA", 4, 131072), gpu="NVIDIA H200")
    return {**values, **changes}


def write(folder: pathlib.Path, rows: list[dict[str, Any]]) -> None:
    with open(folder / "figures.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, figures.FIELDS)
        writer.writeheader()
        writer.writerows(rows)


def test_footprints() -> None:
    """One token of MLA is 512 + 64 bf16; of MHA it is 128 heads of keys and values."""
    assert figures.cache_bytes("MLA", 1, 1) == 1152
    assert figures.cache_bytes("GQA", 1, 1) == 16 * 128 * 2 * 2
    assert figures.cache_bytes("MHA", 4, 131072) == 4 * 131072 * 128 * 128 * 2 * 2


def test_report(tmp_path: pathlib.Path) -> None:
    rows = [
        row(),
        row(series="GQA SDPA flash", family="GQA", ms="1.8"),
        row(series="GQA SDPA math", family="GQA", status="out of memory", ms=""),
        row(series="flash_mla", status="missing: not importable (ModuleNotFoundError)", ms=""),
    ]
    write(tmp_path, rows)
    answer = subprocess.run([sys.executable, str(_SCRIPT), "--draw", str(tmp_path)], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    report = (tmp_path / "report.md").read_text()
    assert "against GQA by SDPA 6.0× (300 µs against 1800 µs of GQA SDPA flash)" in report
    assert "against MHA by SDPA not measured" in report
    assert "| GQA SDPA math | OOM |" in report and "| flash_mla | missing |" in report
    assert "flash_mla (decode): missing: not importable" in report


def test_figure(tmp_path: pathlib.Path) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed")
    write(tmp_path, [row(), row(s_kv=65536, ms="0.16"), row(series="flash_mla", status="missing: …", ms="")])
    figures.draw(tmp_path, figures.read(tmp_path / "figures.csv"))
    assert (tmp_path / "decode-length.png").stat().st_size > 10000


CASES = [
    {"id": "decode-length", "stage": "decode", "axis": "s_kv", "title": "Decode", "b": 1, "s_kv": [64, 128]},
    {"id": "prefill-batch", "stage": "prefill", "axis": "b", "title": "Prefill", "b": [1, 2], "s_kv": 16},
]


def run(folder: pathlib.Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The script on the host, with small cases."""
    (folder / "cases.json").write_text(json.dumps({"figures": CASES}))
    command = [sys.executable, str(_SCRIPT), "--device=cpu", f"--cases={folder}/cases.json", f"--output={folder}"]
    return subprocess.run([*command, *options], capture_output=True, text=True)


def test_a_run(tmp_path: pathlib.Path) -> None:
    """On the host, where the baselines of PyTorch run and this project's kernels do not: that is said, not made up."""
    pytest.importorskip("torch", reason="PyTorch is not installed")
    for extra in ([], ["--resume"]):
        answer = run(tmp_path, "--figures=decode-length", *extra)
        assert answer.returncode == 0, answer.stderr
    rows = figures.read(tmp_path / "figures.csv")
    by_series = {(each["series"], each["s_kv"]): each for each in rows}
    assert len(rows) == len(by_series)
    assert by_series["mla", "64"]["status"] == "unavailable: needs a GPU" and not by_series["mla", "64"]["ms"]
    timed = by_series["GQA SDPA math", "128"]
    assert float(timed["ms"]) > 0 and timed["samples_ms"] and "torch" in timed["versions"]


def test_one_figure_beside_others(tmp_path: pathlib.Path) -> None:
    """A figure that is measured alone comes into the CSV and the report beside those that are there."""
    pytest.importorskip("torch", reason="PyTorch is not installed")
    there = [row(gpu="cpu"), row(series="GQA SDPA flash", family="GQA", ms="1.8", gpu="cpu")]
    write(tmp_path, there)
    dry = run(tmp_path, "--figures=prefill-batch", "--series=GQA SDPA math", "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert dry.stdout.splitlines() == [
        "prefill-batch: GQA SDPA math, b 1, s_kv 16",
        "prefill-batch: GQA SDPA math, b 2, s_kv 16",
        f"2 points; 2 rows of {tmp_path}/figures.csv stay",
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.json", "figures.csv"]
    for extra in ([], ["--resume"], []):  # kept with --resume, measured again without
        answer = run(tmp_path, "--figures=prefill-batch", "--series=SDPA", *extra)
        assert answer.returncode == 0, answer.stderr
        rows = figures.read(tmp_path / "figures.csv")
        assert [each["ms"] for each in rows[:2]] == ["0.3", "1.8"]
        places = [(each["figure"], each["series"], each["b"]) for each in rows]
        assert len(places) == len(set(places)) and ("prefill-batch", "MHA SDPA math", "2") in places
    report = (tmp_path / "report.md").read_text()
    assert "## Decode, B = 4, ms" in report and "## Prefill, N = 4096, ms" in report


def test_without_pytorch(tmp_path: pathlib.Path) -> None:
    """One sentence, and the way to draw what was measured elsewhere."""
    (tmp_path / "torch.py").write_text("raise ImportError")
    environment = dict(os.environ, PYTHONPATH=str(tmp_path))
    for option in ([], ["--dry-run"]):
        command = [sys.executable, str(_SCRIPT), *option]
        answer = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert answer.returncode == 2 and "expected PyTorch, but got none; --draw FOLDER" in answer.stderr
        assert "Traceback" not in answer.stderr


def test_what_does_not_fit(tmp_path: pathlib.Path) -> None:
    """Names that there are not, and a CSV of another GPU, are errors, and the CSV stays as it is."""
    pytest.importorskip("torch", reason="PyTorch is not installed")
    write(tmp_path, [row()])
    before = (tmp_path / "figures.csv").read_bytes()
    for options, message in (
        (["--figures=prefill"], "--figures: expected some of decode-length, prefill-batch, but got 'prefill'"),
        (["--series=xformers"], "--series: expected a part of one of mla,"),
        (["--resume"], "expected rows of cpu, but got some of NVIDIA H200; give another --output"),
    ):
        answer = run(tmp_path, *options)
        assert answer.returncode == 1 and message in answer.stderr
    assert (tmp_path / "figures.csv").read_bytes() == before


def test_resume_starts_over_without_it(tmp_path: pathlib.Path) -> None:
    assert figures.read(tmp_path / "figures.csv") == []
    answer = subprocess.run([sys.executable, str(_SCRIPT), "--draw", str(tmp_path)], capture_output=True, text=True)
    assert answer.returncode == 1 and "expected rows in" in answer.stderr
