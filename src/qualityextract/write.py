"""The last station: records out as Parquet and CSV, with what explains them beside.

A run is written into a staging folder inside the output folder, flushed to disk, and moved into place file by file
when all of it is there; `run.json` comes last and names the hash of every other file but the report, which is derived
from the tables and can be built anew with other options. Until `commit` nothing of an earlier run changes. The bytes depend on the records alone: no clock, no order of arrival.
"""

from __future__ import annotations

import contextlib
import csv
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TextIO

from qualityextract.cells import cell_text
from qualityextract.errors import ConfigurationError
from qualityextract.schema import RECORDS, Record, Tables
from qualityextract.schema_docs import FieldType, Format, arrow_schema, codebook, data_package, field_types
from qualityextract.vocabulary import TableName

if TYPE_CHECKING:
    import pyarrow as pa

ROW_GROUP = 16_384
"""Rows in a row group of a Parquet file; depends on nothing but the rows, so that the bytes don't either."""
_BATCH = 512
"""Rows that wait as records; beyond, they wait for their row group as Arrow columns, which take a tenth of the memory."""
STAGING_PREFIX = ".qualityextract-"
_RUN_FILE = "run.json"
_DOCUMENTS = ("datapackage.json", "codebook.md")
_REPORT = "report.html"


def arrow_table(table: TableName, rows: Sequence[Record]) -> pa.Table:
    """The rows as an Arrow table with the schema of `table`."""
    import pyarrow as pa

    schema = arrow_schema(table)
    columns = [
        pa.array([_arrow_value(field, getattr(row, field.name)) for row in rows], type=schema.field(field.name).type)
        for field in field_types(table)
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _arrow_value(field: FieldType, value: Any) -> object:
    if field.kind == "map":
        return sorted(value.items())
    return value + 0.0 if field.kind == "number" and value is not None else value


class _TableFiles:
    """The open files of one table in the staging folder."""

    def __init__(self, table: TableName, folder: Path, formats: Sequence[Format]) -> None:
        import pyarrow.parquet as pq

        self.table: TableName = table
        self.count = 0
        self._names = [field.name for field in field_types(table)]
        self._pending: list[Record] = []
        self._columns: list[pa.Table] = []
        self._text: TextIO | None = None
        self._parquet: Any = None
        if "csv" in formats:
            self._text = (folder / f"{table}.csv").open("w", encoding="utf-8-sig", newline="")
            # With this line end, and no other, the csv module quotes cells that hold a lone carriage return.
            self._rows = csv.writer(self._text, lineterminator="\r\n")
            self._rows.writerow(self._names)
        if "parquet" in formats:
            self._parquet = pq.ParquetWriter(folder / f"{table}.parquet", arrow_schema(table), compression="zstd")

    def add(self, rows: Iterable[Record]) -> None:
        for row in rows:
            self.count += 1
            if self._text is not None:
                self._rows.writerow([cell_text(getattr(row, name)) for name in self._names])
            if self._parquet is not None:
                self._pending.append(row)
                if len(self._pending) == _BATCH:
                    self._gather()
                    if len(self._columns) * _BATCH == ROW_GROUP:
                        self._flush()

    def _gather(self) -> None:
        self._columns.append(arrow_table(self.table, self._pending))
        self._pending = []

    def _flush(self) -> None:
        """Write what waits as one row group; its bytes do not depend on how it was gathered."""
        import pyarrow as pa

        if self._pending:
            self._gather()
        if self._columns:
            self._parquet.write_table(pa.concat_tables(self._columns).combine_chunks())
            self._columns = []

    def close(self, *, complete: bool) -> None:
        if self._text is not None:
            self._text.close()
        if self._parquet is not None:
            if complete:
                self._flush()
            self._parquet.close()


class TablesWriter:
    """Writes the five tables piece by piece and puts them in place all together.

    Use as a context manager: leaving it without `commit` removes everything that was staged.

    Args:
        out: the output folder; made with its parents if it is not there.
        formats: `parquet`, `csv` or both.

    Raises:
        ConfigurationError: the folder can't be made or written into; nothing was changed.
    """

    def __init__(self, out: Path, formats: Sequence[Format]) -> None:
        self.out = out
        self.formats = tuple(formats)
        self.counts: dict[TableName, int] = {}
        self._made = [folder for folder in (out, *out.parents) if not folder.exists()]
        self._done = False
        try:
            out.mkdir(parents=True, exist_ok=True)
            self._staging = Path(tempfile.mkdtemp(prefix=STAGING_PREFIX, dir=out))
        except OSError as error:
            self._remove_made()
            raise ConfigurationError(_why_not(out, error)) from error
        self._files = [_TableFiles(table, self._staging, self.formats) for table in RECORDS]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        if not self._done:
            # The run has failed already; a second failure here must not hide why.
            with contextlib.suppress(Exception):
                self._close(complete=False)
        shutil.rmtree(self._staging, ignore_errors=True)
        if not self._done:
            self._remove_made()

    def write(self, tables: Tables) -> None:
        """Add the rows of `tables` below those already written."""
        for files in self._files:
            files.add(tables.rows(files.table))

    def commit(self, run: Mapping[str, object], version: str, *, report: Callable[[Path], str] | None = None) -> None:
        """Complete the tables, write what explains them, and move everything into place.

        Args:
            run: what `run.json` says beside the list of files.
            version: the program's version.
            report: makes the page `report.html` from the folder that holds the complete tables; without it there is
                none, and one of an earlier run goes.
        """
        self._close(complete=True)
        self.counts = {files.table: files.count for files in self._files}
        self._document("datapackage.json", data_package(self.formats, version))
        self._document("codebook.md", codebook(version))
        names = [*self._table_names(), *_DOCUMENTS]
        listed = {name: _described(self._staging / name) for name in names}
        self._document(_RUN_FILE, json.dumps({**run, "files": listed}, ensure_ascii=False, indent=2) + "\n")
        if report is not None:
            self._document(_REPORT, report(self._staging))
            names.append(_REPORT)
        self._publish([*names, _RUN_FILE])

    def _close(self, *, complete: bool) -> None:
        for files in self._files:
            files.close(complete=complete)

    def _table_names(self) -> list[str]:
        return [f"{table}.{format_}" for table in RECORDS for format_ in self.formats]

    def _document(self, name: str, text: str) -> None:
        (self._staging / name).write_text(text, encoding="utf-8", newline="\n")

    def _publish(self, names: Sequence[str]) -> None:
        for name in names:
            if (self.out / name).is_dir():
                raise ConfigurationError(
                    f"{self.out / name} is a folder; move it away, a table of that name goes there"
                )
        for name in names:
            _flush_to_disk(self._staging / name)
        aside = self._staging / "replaced"
        aside.mkdir()
        stale = [_REPORT, *(f"{table}.{format_}" for table in RECORDS for format_ in ("parquet", "csv"))]
        # Without run.json a reader knows that the set is being replaced, so it goes first and comes last.
        old = [name for name in dict.fromkeys([_RUN_FILE, *names, *stale]) if (self.out / name).exists()]
        moves = [(self.out / name, aside / name) for name in old]
        moves += [(self._staging / name, self.out / name) for name in names]
        _move_all(moves)
        _flush_to_disk(self.out)
        self._done = True

    def _remove_made(self) -> None:
        for folder in self._made:
            try:
                folder.rmdir()
            except OSError:
                return


def _move_all(moves: Iterable[tuple[Path, Path]]) -> None:
    """Carry out the moves in order; if one fails, undo those before it."""
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in moves:
            source.replace(target)
            done.append((source, target))
    except BaseException:
        for source, target in reversed(done):
            target.replace(source)
        raise


def _why_not(out: Path, error: OSError) -> str:
    if out.exists() and not out.is_dir():
        return f"the output {out} is a file; name a folder"
    return f"can't write into the output folder {out}: {error.strerror or error}"


def _flush_to_disk(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _described(path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}
