"""The harness of the figures: it invents nothing, and draws from what is in its CSV."""

from __future__ import annotations

import csv
import importlib.util
import json
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


def test_a_run(tmp_path: pathlib.Path) -> None:
    """On the host, where the baselines of PyTorch run and this project's kernels do not: that is said, not made up."""
    pytest.importorskip("torch", reason="PyTorch is not installed")
    case = {"id": "decode-length", "stage": "decode", "axis": "s_kv", "title": "Decode", "b": 1, "s_kv": [64, 128]}
    (tmp_path / "cases.json").write_text(json.dumps({"figures": [case]}))
    command = [sys.executable, str(_SCRIPT), "--device=cpu", f"--cases={tmp_path}/cases.json", f"--output={tmp_path}"]
    for extra in ([], ["--resume"]):
        answer = subprocess.run([*command, *extra], capture_output=True, text=True)
        assert answer.returncode == 0, answer.stderr
    rows = figures.read(tmp_path / "figures.csv")
    by_series = {(each["series"], each["s_kv"]): each for each in rows}
    assert len(rows) == len(by_series)
    assert by_series["mla", "64"]["status"] == "unavailable: needs a GPU" and not by_series["mla", "64"]["ms"]
    timed = by_series["GQA SDPA math", "128"]
    assert float(timed["ms"]) > 0 and timed["samples_ms"] and "torch" in timed["versions"]


def test_resume_starts_over_without_it(tmp_path: pathlib.Path) -> None:
    assert figures.read(tmp_path / "figures.csv") == []
    answer = subprocess.run([sys.executable, str(_SCRIPT), "--draw", str(tmp_path)], capture_output=True, text=True)
    assert answer.returncode == 1 and "expected rows in" in answer.stderr
