"""The documents of one container, in its own order, with those of the containers inside it.

Joins the readers of the single kinds, `archives`, `web` and `rows`.
"""

from __future__ import annotations

import gzip
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from qualityextract.containers import archives, rows, web
from qualityextract.containers.budget import Allowance, Budget, OverBudgetError, paid, rejoined
from qualityextract.containers.columns import Columns
from qualityextract.containers.kinds import HEAD, Kind, is_office, kind_of
from qualityextract.containers.parts import BrokenContainerError, Lost, Part, Row
from qualityextract.model import Given, RawDocument

_SEEKING: frozenset[Kind] = frozenset({"zip", "parquet"})
"""Kinds whose directory stands at the end: inside another container they are held in memory."""


@dataclass(frozen=True, slots=True)
class Search:
    """How containers are read: limits, columns, which endings of names count, and where the others are counted."""

    allowance: Allowance
    columns: Columns
    suffixes: frozenset[str]
    skipped: Counter[str]


def members(file: BinaryIO, path: str, search: Search) -> Iterator[RawDocument | Lost]:
    """The documents that a container holds; `path#name` is the path of each.

    Args:
        file: the container, seekable, at its start.
        path: its own path.
        search: see `Search`.
    """
    budget = Budget(file.seek(0, io.SEEK_END))
    file.seek(0)
    try:
        yield from _Container(search, budget).inside(file, path, PurePosixPath(path).name, 1)
    except OverBudgetError:
        reason = "it unpacks to far more than an archive of articles would"
        yield Lost(path, reason, "If it really is one, unpack it into a folder.")


@dataclass(frozen=True, slots=True)
class _Container:
    search: Search
    budget: Budget

    def inside(self, file: BinaryIO, path: str, name: str, depth: int) -> Iterator[RawDocument | Lost]:
        """The documents of a file that may be a container itself; a plain one is the only document.

        The file is read once from its start; only where `depth` is 1 it has to be seekable.
        """
        head = file.read(HEAD)
        kind = kind_of(head, name)
        if depth == 1:
            file.seek(0)
        else:
            file = rejoined(head, file)
        if kind is None:
            yield self._document(file, path, None)
            return
        if depth > 1 and kind in _SEEKING:
            data = file.read(self.search.allowance.max_bytes + 1)
            if len(data) > self.search.allowance.max_bytes:
                yield self._too_large(path)
                return
            file = io.BytesIO(data)
        if kind == "zip" and is_office(file):
            yield self._document(file, path, None)
            return
        if depth > self.search.allowance.max_depth:
            hint = "Unpack it into the input folder, or raise the limit with --max-depth."
            yield Lost(path, f"an archive inside more than {depth - 1} others", hint)
            return
        try:
            yield from self._members(file, kind, path, name, depth)
        except BrokenContainerError as error:
            yield Lost(path, str(error), "What stands before the damage is kept.")

    def _members(self, file: BinaryIO, kind: Kind, path: str, name: str, depth: int) -> Iterator[RawDocument | Lost]:
        if kind == "gzip":
            yield from self._gzip(file, path, name, depth)
        elif kind in ("jsonl", "csv", "parquet"):
            yield from self._rows(file, kind, path)
        else:
            yield from self._parts(file, kind, path, depth)

    def _gzip(self, file: BinaryIO, path: str, name: str, depth: int) -> Iterator[RawDocument | Lost]:
        """What one compressed file holds: it is no member of its own, so it keeps its path."""
        inner = name[:-4] + ".tar" if name.lower().endswith(".tgz") else name.removesuffix(".gz")
        stream = paid(cast(BinaryIO, gzip.GzipFile(fileobj=file)), self.budget)
        try:
            yield from self.inside(stream, path, inner, depth + 1)
        except archives.READ_ERRORS as error:
            raise BrokenContainerError(f"the gzip file is damaged or cut off: {error}") from error

    def _rows(self, file: BinaryIO, kind: Kind, path: str) -> Iterator[RawDocument | Lost]:
        reader = {"jsonl": rows.of_lines, "csv": rows.of_csv, "parquet": rows.of_parquet}[kind]
        row: Row
        for row in reader(file, path, self.search.columns, self.search.allowance.max_bytes):
            if row.document is not None:
                yield row.document
            else:
                yield Lost(f"{path}#{row.number}", row.reason, "Correct the row, or name its columns with --columns.")

    def _parts(self, file: BinaryIO, kind: Kind, path: str, depth: int) -> Iterator[RawDocument | Lost]:
        known: set[int] = set()
        for number, part in enumerate(self._archive(file, kind), 1):
            own = f"{path}#{_label(part.name)}"
            own = f"{own}~{number}" if hash(own) in known else own
            known.add(hash(own))
            if part.named and PurePosixPath(part.name).suffix.lower() not in self.search.suffixes:
                self.search.skipped["other type"] += 1
                continue
            yield from self._part(part, own, depth)

    def _archive(self, file: BinaryIO, kind: Kind) -> Iterator[Part]:
        if kind == "zip":
            return archives.zipped(file, self.budget, self.search.skipped)
        read = archives.taped if kind == "tar" else web.records
        return read(file, self.search.skipped)

    def _part(self, part: Part, path: str, depth: int) -> Iterator[RawDocument | Lost]:
        try:
            stream = part.open()
            if part.named:
                yield from self.inside(stream, path, PurePosixPath(part.name).name, depth + 1)
            else:
                yield self._document(stream, path, part.given)
        except archives.READ_ERRORS as error:
            yield Lost(path, f"the archive gives no file: {error}", "Unpack it by hand, or save it again.")

    def _document(self, file: BinaryIO, path: str, given: Given | None) -> RawDocument | Lost:
        data = file.read(self.search.allowance.max_bytes + 1)
        if len(data) > self.search.allowance.max_bytes:
            return self._too_large(path)
        # Nothing, or the damage that cut the document off.
        file.read(1)
        return RawDocument(path, data, given)

    def _too_large(self, path: str) -> Lost:
        reason = f"it holds more than the limit of {self.search.allowance.max_bytes:,} bytes"
        return Lost(path, reason, "If it really is one article, raise the limit with --max-bytes.")


def _label(name: str) -> str:
    """A member's name as a part of a path: one line of text, whatever bytes the archive holds."""
    text = name.encode("utf-8", "backslashreplace").decode()
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
