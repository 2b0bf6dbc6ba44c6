"""Tables with one article a row: JSON lines, CSV and Parquet, read row by row."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from qualityextract.containers.budget import rejoined
from qualityextract.containers.columns import Columns, UnreadRowError, document_of, mapping
from qualityextract.containers.parts import BrokenContainerError, Row
from qualityextract.documents.encoding import decode
from qualityextract.errors import DocumentError
from qualityextract.model import RawDocument

_BATCH = 64
_SAMPLE = 256 * 1024
_MAX_GROUP = 1024**3
"""Unpacked bytes of the wanted columns in one row group of a Parquet file: beyond, it would fill the memory."""


def of_lines(file: BinaryIO, path: str, columns: Columns, max_bytes: int) -> Iterator[Row]:
    """The articles of a file with one JSON object a line; empty lines are passed over."""
    longest = 2 * max_bytes  # escapes make a line longer than its text
    number = 0
    while line := file.readline(longest + 1):
        number += 1
        if len(line) > longest:
            while line and not line.endswith(b"\n"):
                line = file.readline(longest + 1)
            yield Row(number, None, f"the line is longer than {longest:,} bytes")
            continue
        if line.strip():
            yield _of_line(line.removeprefix(b"\xef\xbb\xbf"), number, path, columns, max_bytes)


def _of_line(line: bytes, number: int, path: str, columns: Columns, max_bytes: int) -> Row:
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise UnreadRowError("the line is no JSON object")
        return Row(number, document_of(f"{path}#{number}", row, mapping(columns, row), max_bytes=max_bytes))
    except UnreadRowError as error:
        return Row(number, None, str(error))
    except (ValueError, RecursionError) as error:
        return Row(number, None, f"the line is no JSON: {error}")


def of_csv(file: BinaryIO, path: str, columns: Columns, max_bytes: int) -> Iterator[Row]:
    """The articles of a CSV file with a line of names; comma, semicolon or tab between, in any known encoding."""
    head = file.read(_SAMPLE)
    encoding = _encoding(head, path)
    text = io.TextIOWrapper(rejoined(head, file), encoding, errors="replace", newline="")
    # The limit is one for the whole process; nothing else here reads CSV files of others.
    csv.field_size_limit(max_bytes)
    first = head.decode(encoding, "replace").split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.DictReader(text, delimiter=delimiter)
    try:
        named = mapping(columns, [name for name in reader.fieldnames or () if name])
    except UnreadRowError as error:
        raise BrokenContainerError(f"{error}. Name one with --columns text=NAME") from error
    number = 0
    while True:
        number += 1
        try:
            row: dict[str, Any] | None = next(reader, None)
        except csv.Error as error:
            raise BrokenContainerError(f"row {number} can't be read: {error}") from error
        if row is None:
            return
        yield _row(number, path, row, named, max_bytes)


def _encoding(head: bytes, path: str) -> str:
    """The encoding by the whole lines among the first bytes."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        return decode(head[: head.rfind(b"\n") + 1] or head, path).encoding
    except DocumentError:
        return "utf-8"


def of_parquet(file: BinaryIO, path: str, columns: Columns, max_bytes: int) -> Iterator[Row]:
    """The articles of a Parquet file; other columns than the wanted ones are not read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(file)
        named = mapping(columns, table.schema_arrow.names)
        wanted = list(dict.fromkeys(named.values()))
        _refuse_huge_groups(table.metadata, set(wanted))
        number = 0
        for batch in table.iter_batches(batch_size=_BATCH, columns=wanted):
            for row in batch.to_pylist():
                number += 1
                yield _row(number, path, row, named, max_bytes)
    except UnreadRowError as error:
        raise BrokenContainerError(f"{error}. Name one with --columns text=NAME") from error
    except (pa.ArrowException, OSError, ValueError) as error:
        raise BrokenContainerError(f"the Parquet file can't be read: {error}") from error


def _refuse_huge_groups(metadata: Any, wanted: set[str]) -> None:
    for at in range(metadata.num_row_groups):
        group = metadata.row_group(at)
        chunks = (group.column(number) for number in range(group.num_columns))
        size = sum(chunk.total_uncompressed_size for chunk in chunks if chunk.path_in_schema.split(".")[0] in wanted)
        if size > _MAX_GROUP:
            raise BrokenContainerError(f"row group {at} holds {size:,} bytes; write it in smaller row groups")


def _row(number: int, path: str, row: dict[str, Any], named: dict[str, str], max_bytes: int) -> Row:
    try:
        document: RawDocument = document_of(f"{path}#{number}", row, named, max_bytes=max_bytes)
    except UnreadRowError as error:
        return Row(number, None, str(error))
    return Row(number, document)
