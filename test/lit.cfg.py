"""Configuration of the lit tests: tools, features, and how strict FileCheck is."""

import os
import shutil
import subprocess

import lit.formats
from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

config.name = "MLA"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "Unit", "lib", "lit.cfg.py"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = config.mla_test_dir

# Variables are local to a function's checks unless they say otherwise, and a misspelt prefix is an error.
config.environment["FILECHECK_OPTS"] = "--enable-var-scope --allow-unused-prefixes=false"

bin_dir = os.path.join(config.mla_binary_dir, "bin")
llvm_config.with_environment("PATH", [bin_dir, config.llvm_tools_dir], append_path=True)
# A user's settings must not change what the tests see.
for name in ("MLA_PTXAS", "CUDA_HOME"):
    config.environment.pop(name, None)

tools = ["mla-opt", "mla-compile", "mla-run", "mla-tune"]
llvm_config.add_tool_substitutions(
    [ToolSubst(tool, os.path.join(bin_dir, tool)) for tool in tools if os.path.exists(os.path.join(bin_dir, tool))],
    [bin_dir],
)
llvm_config.add_tool_substitutions(
    [ToolSubst(tool) for tool in ("FileCheck", "not", "count", "split-file")], [config.llvm_tools_dir]
)
config.substitutions.append(("%examples", os.path.join(config.mla_source_dir, "examples")))
config.substitutions.append(("%docs", os.path.join(config.mla_source_dir, "docs")))
config.substitutions.append(("%scripts", os.path.join(config.mla_source_dir, "scripts")))
config.substitutions.append(("%bin", bin_dir))
config.substitutions.append(("%build", config.mla_binary_dir))

# ptxas: the assembler is on PATH or where CUDA installs it.
if shutil.which("ptxas") or os.path.exists("/usr/local/cuda/bin/ptxas"):
    config.available_features.add("ptxas")


def finds_gpu():
    """Asks mla-run; it prints one line per usable GPU."""
    try:
        answer = subprocess.run(
            [os.path.join(bin_dir, "mla-run"), "--list-gpus"], capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and bool(answer.stdout.strip())


if finds_gpu():
    config.available_features.add("gpu")
