"""Structs, handles and calls of the runtime and the compiler library; addresses are integers."""

from typing import Any

def describe_array(array: Any) -> tuple[int, tuple[int, ...], tuple[int, ...], int, int, int, int]: ...
def use_device(ordinal: int) -> int: ...
def compile_ir(library: str, text: str, name: str, options: dict[str, str]) -> bytes: ...
def compiler_version(library: str) -> str: ...

class Package:
    def info(self) -> tuple[str, dict[str, Any]]: ...

class DecodeDesc:
    def __init__(
        self,
        *,
        element: int,
        format: int,
        precision: int,
        causal: bool,
        b: int,
        s_q: int,
        h_q: int,
        d_latent: int,
        d_rope: int,
        page_size: int,
        num_pages: int,
        block_table_stride: int,
        softmax_scale: float,
        rope: bool,
    ) -> None: ...

class AppendDesc:
    def __init__(
        self,
        *,
        element: int,
        format: int,
        d_latent: int,
        d_rope: int,
        page_size: int,
        num_pages: int,
        block_table_stride: int,
    ) -> None: ...

class RopeDesc:
    def __init__(self, *, element: int, d_rope: int, heads: int) -> None: ...

class PrefillDesc:
    def __init__(
        self,
        *,
        element: int,
        causal: bool,
        h_q: int,
        d_nope: int,
        d_rope: int,
        d_v: int,
        max_b: int,
        max_total_q: int,
        q_token_stride: int,
        q_head_stride: int,
        k_token_stride: int,
        k_head_stride: int,
        k_rope_token_stride: int,
        v_token_stride: int,
        v_head_stride: int,
        softmax_scale: float,
    ) -> None: ...

class PrefillAbsorbedDesc(PrefillDesc):
    def __init__(
        self,
        *,
        element: int,
        format: int,
        causal: bool,
        h_q: int,
        d_latent: int,
        d_rope: int,
        max_b: int,
        max_total_q: int,
        q_head_stride: int,
        key_stride: int,
        page_size: int,
        num_pages: int,
        block_table_stride: int,
        softmax_scale: float,
    ) -> None: ...

class MergeDesc:
    def __init__(self, *, element: int, heads: int, d_v: int, heads_first: bool) -> None: ...

class DecodePlan:
    def workspace_size(self) -> int: ...
    def info(self) -> tuple[int, int, int]: ...
    def schedule(self, seq_lens: int, workspace: int, workspace_size: int, stream: int, /) -> None: ...
    def run(
        self,
        q: int,
        cache: int,
        block_table: int,
        seq_lens: int,
        out: int,
        lse: int,
        workspace: int,
        workspace_size: int,
        cache_scale: int,
        q_scale: int,
        stream: int,
        /,
    ) -> None: ...

class AppendPlan:
    def run(self, *values: int) -> None: ...

class RopePlan:
    def run(self, tokens: int, x: int, positions: int, out: int, stream: int, /) -> None: ...

class PrefillPlan:
    def workspace_size(self) -> int: ...
    def schedule(self, *values: int) -> None: ...
    def run(self, *values: int) -> None: ...

class MergePlan:
    def run(self, *values: int) -> None: ...

class Program:
    def __init__(self, library: str, text: str, name: str, options: dict[str, str]) -> None: ...
    def run_decode(self, desc: DecodeDesc, multiprocessors: int, *values: int) -> None: ...
    def run_append(self, desc: AppendDesc, multiprocessors: int, *values: int) -> None: ...
    def run_rope(self, desc: RopeDesc, multiprocessors: int, *values: int) -> None: ...
    def run_prefill(self, desc: PrefillDesc, multiprocessors: int, *values: int) -> None: ...
    def run_merge(self, desc: MergeDesc, multiprocessors: int, *values: int) -> None: ...

def package_from_bytes(bytes: bytes) -> Package: ...
def package_jit(
    text: str,
    name: str,
    cache_folder: str | None,
    compiler_library: str | None,
    compile_options: str | None,
    ptxas: str | None,
) -> Package: ...
def decode_can_implement(package: Package, desc: DecodeDesc, /) -> None: ...
def append_can_implement(package: Package, desc: AppendDesc, /) -> None: ...
def rope_can_implement(package: Package, desc: RopeDesc, /) -> None: ...
def prefill_can_implement(package: Package, desc: PrefillDesc, /) -> None: ...
def merge_can_implement(package: Package, desc: MergeDesc, /) -> None: ...
def decode_plan(package: Package, desc: DecodeDesc, /) -> DecodePlan: ...
def append_plan(package: Package, desc: AppendDesc, /) -> AppendPlan: ...
def rope_plan(package: Package, desc: RopeDesc, /) -> RopePlan: ...
def prefill_plan(package: Package, desc: PrefillDesc, /) -> PrefillPlan: ...
def merge_plan(package: Package, desc: MergeDesc, /) -> MergePlan: ...
