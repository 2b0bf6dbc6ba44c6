"""Small values between the readers of containers and `members`."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, cast

from qualityextract.containers.budget import Patient
from qualityextract.model import Given, RawDocument


@dataclass(frozen=True, slots=True)
class Lost:
    """A member that can't be had: its path, why, and what the user can do."""

    path: str
    reason: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A file in an archive; its stream has to be read before the next part is asked for."""

    name: str
    open: Callable[[], BinaryIO]
    given: Given | None = None
    named: bool = True
    """Whether its name tells what it is; the content alone does in a web archive."""


@dataclass(frozen=True, slots=True)
class Row:
    """A document in a table: the number of its row, from 1, and the document, or why there is none."""

    number: int
    document: RawDocument | None
    reason: str = ""


class BrokenContainerError(Exception):
    """The container can't be read on; the message says why, in words for a user."""


class _Rejoined(io.RawIOBase):
    """A stream whose first bytes were read already."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self._head[: len(view)] or getattr(self._rest, "read1", self._rest.read)(len(view))
        self._head = self._head[len(data) :]
        view[: len(data)] = data
        return len(data)


def rejoined(head: bytes, rest: BinaryIO) -> BinaryIO:
    """A stream whose first bytes were read already, as it was before."""
    return cast(BinaryIO, Patient(_Rejoined(head, rest), 128 * 1024))
