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


class Paid(io.RawIOBase):
    """A stream of unpacked bytes, each paid for when it is read."""

    def __init__(self, stream: BinaryIO, budget: Budget) -> None:
        self._stream, self._budget = stream, budget

    def readable(self) -> bool:
        """True: a stream to read from."""
        return True

    def readinto(self, buffer: object) -> int:
        """Read as the stream below does."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        # `read` of a packed stream goes on to the damage and loses what stands before it.
        read = getattr(self._stream, "read1", self._stream.read)
        data = read(min(len(view), _PIECE))
        view[: len(data)] = data
        self._budget.spend(len(data))
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
    """A buffered `Paid` stream."""
    return cast(BinaryIO, Patient(Paid(stream, budget), 128 * 1024))
