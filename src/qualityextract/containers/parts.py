"""Small values between the readers of containers and `members`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

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
