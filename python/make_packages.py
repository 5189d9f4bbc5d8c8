"""Compiles the packages of packages.json, each with its IR beside it: make_packages.py MLA-COMPILE ROOT FOLDER."""

from __future__ import annotations

import json
import pathlib
import re
import subprocess
import sys
from typing import Any


def make_ir(compiler: str, root: pathlib.Path, entry: dict[str, Any]) -> str:
    """The op's text: a file with replacements, or an op of a model that the compiler knows."""
    if "model" in entry:
        command = [compiler, f"--model={entry['model']}", f"--op={entry['op']}", "--emit=mla", *entry.get("flags", [])]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout
    text = (root / entry["file"]).read_text()
    words = entry.get("replace", [])
    for old, new in zip(words[::2], words[1::2]):
        if old not in text:
            raise SystemExit(f"make_packages.py: expected '{old}' in {entry['file']}")
        text = text.replace(old, new)
    return text


def main() -> None:
    """Writes NAME.mlir, NAME.mlapkg and index.json."""
    compiler, root, folder = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    entries: dict[str, Any] = json.loads((pathlib.Path(__file__).parent / "packages.json").read_text())
    index = {}
    for name, entry in entries.items():
        source = folder / f"{name}.mlir"
        source.write_text(make_ir(compiler, root, entry))
        package = folder / f"{name}.mlapkg"
        if "kernel" in entry:  # a kernel under another name, which profiles of other projects look for
            kernels = subprocess.run(
                [compiler, str(source), "--emit=mla-gpu"], check=True, capture_output=True, text=True
            ).stdout
            old, new = (f"mla_gpu.kernel @{kernel}" for kernel in entry["kernel"])
            if kernels.count(f"{old}(") != 1:
                raise SystemExit(f"make_packages.py: expected one '{old}(' in {name}")
            # Those of the step for other numbers of rows are called OLD_….
            command, text = [compiler, "-"], re.sub(rf"{old}(?=[_(])", new, kernels)
        else:
            command, text = [compiler, str(source)], None
        subprocess.run([*command, "-o", str(package)], input=text, text=True, check=True)
        index[name] = {"op": entry.get("op", name.split("_")[0])}
    (folder / "index.json").write_text(json.dumps(index, indent=1) + "\n")


if __name__ == "__main__":
    main()
