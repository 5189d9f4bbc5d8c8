"""Errors of the runtime and the compiler, with the sentence that these say.

The classes follow ``mla_status_t`` (runtime/include/mla/mla_runtime.h): each says what a caller can do about it, and is
also the built-in exception that Python programs expect for that.
"""

from __future__ import annotations

import enum


class Status(enum.IntEnum):
    """``mla_status_t``: what happened, as far as it decides what to do next."""

    OK = 0
    INVALID_ARGUMENT = 1
    UNSUPPORTED = 2
    CORRUPT_PACKAGE = 3
    IO_ERROR = 4
    OUT_OF_MEMORY = 5
    NO_DRIVER = 6
    NO_DEVICE = 7
    WRONG_CONTEXT = 8
    DRIVER_ERROR = 9
    NO_COMPILER = 10
    COMPILE_ERROR = 11


class MLAError(RuntimeError):
    """Any failure; ``status`` says of what kind."""

    status: Status = Status.DRIVER_ERROR

    def __init__(self, message: str, status: Status | None = None) -> None:
        super().__init__(message)
        if status is not None:
            self.status = status


class InvalidArgumentError(MLAError, ValueError):
    """The call is wrong: an extent, a type or an address outside its range."""

    status = Status.INVALID_ARGUMENT


class UnsupportedError(MLAError, NotImplementedError):
    """The package does not implement this problem, or nothing does yet."""

    status = Status.UNSUPPORTED


class PackageError(MLAError):
    """The package was truncated or altered, or cannot be read."""

    status = Status.CORRUPT_PACKAGE


class OutOfMemoryError(MLAError, MemoryError):
    """Host or device memory is exhausted."""

    status = Status.OUT_OF_MEMORY


class NoGPUError(MLAError):
    """There is no driver or no GPU, or the package is for another one."""

    status = Status.NO_DEVICE


class WrongContextError(MLAError):
    """The plan's device is not the current one of this thread."""

    status = Status.WRONG_CONTEXT


class CompileError(MLAError):
    """The compiler cannot compile this, or cannot be loaded."""

    status = Status.COMPILE_ERROR


_CLASSES: dict[Status, type[MLAError]] = {
    Status.INVALID_ARGUMENT: InvalidArgumentError,
    Status.UNSUPPORTED: UnsupportedError,
    Status.CORRUPT_PACKAGE: PackageError,
    Status.IO_ERROR: PackageError,
    Status.OUT_OF_MEMORY: OutOfMemoryError,
    Status.NO_DRIVER: NoGPUError,
    Status.NO_DEVICE: NoGPUError,
    Status.WRONG_CONTEXT: WrongContextError,
    Status.DRIVER_ERROR: MLAError,
    Status.NO_COMPILER: CompileError,
    Status.COMPILE_ERROR: CompileError,
}


def make_error(status: int, message: str) -> MLAError:
    """The exception for a status and the sentence that goes with it; what the native module raises."""
    kind = Status(status)
    return _CLASSES.get(kind, MLAError)(message, kind)
