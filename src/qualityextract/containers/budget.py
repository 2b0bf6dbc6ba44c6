"""What a container may cost: bytes a document, bytes in all against the file's own size, depth of nesting.

A decompression bomb is a small file that holds terabytes. All that is unpacked from one file, also from archives inside
it, is paid from one budget.
"""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from typing import BinaryIO, cast

FREE = 256 * 1024**2
"""Unpacked bytes that are allowed whatever the size of the file."""
RATIO = 200
"""Beyond them, how many times its own size a file may hold; pages pack to a tenth, the same page many times to a fiftieth."""
_PIECE = 1024 * 1024
_BUFFER = 128 * 1024


class OverBudgetError(Exception):
    """The container holds more than a real one would."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """The limits of a container, as the user chose them."""

    max_bytes: int
    """Of one document."""
    max_depth: int = 3
    """Containers inside containers."""


class Budget:
    """Counts what is unpacked from one file."""

    def __init__(self, size: int, *, free: int = FREE, ratio: int = RATIO) -> None:
        self._left = max(free, size * ratio)

    def spend(self, count: int) -> None:
        """Pay for unpacked bytes.

        Raises:
            OverBudgetError: there is nothing left.
        """
        self._left -= count
        if self._left < 0:
            raise OverBudgetError


class _Pieces(io.RawIOBase):
    """A stream, behind bytes that were read from it already; what comes out of the stream is paid for."""

    def __init__(self, stream: BinaryIO, head: bytes, budget: Budget | None) -> None:
        self._head, self._budget = head, budget
        # `read` of a packed stream goes on to the damage and loses what stands before it.
        self._read = getattr(stream, "read1", stream.read)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        size = min(len(view), _PIECE)
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
        else:
            data = self._read(size)
            if self._budget is not None:
                self._budget.spend(len(data))
        view[: len(data)] = data
        return len(data)


class Patient(io.BufferedReader):
    """Buffered reading that hands over what stands before a damage, and raises when it is read on."""

    _damage: Exception | None = None

    def read(self, size: int | None = -1, /) -> bytes:
        """As the standard one, but for the damage."""
        if self._damage is not None:
            raise self._damage
        pieces: list[bytes] = []
        left = sys.maxsize if size is None or size < 0 else size
        while left:
            try:
                piece = self.read1(min(left, _PIECE))
            except Exception as error:
                if not pieces:
                    raise
                self._damage = error
                break
            if not piece:
                break
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)


def paid(stream: BinaryIO, budget: Budget) -> BinaryIO:
    """A buffered stream of unpacked bytes, each paid for when it is read; raises `OverBudgetError` in time."""
    return cast(BinaryIO, Patient(_Pieces(stream, b"", budget), _BUFFER))


def rejoined(head: bytes, rest: BinaryIO) -> BinaryIO:
    """A buffered stream whose first bytes were read already, as it was before."""
    return cast(BinaryIO, Patient(_Pieces(rest, head, None), _BUFFER))
