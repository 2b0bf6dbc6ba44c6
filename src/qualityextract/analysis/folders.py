"""Where the tables of one or more runs lie, and their rows as Arrow tables in the declared schema.

A table is one file (`observations.parquet`) or a folder of part files, with or without `key=value` folders between
(`observations/province=河北省/part-0.parquet`); a folder of runs stands for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qualityextract.errors import ConfigurationError
from qualityextract.schema import RECORDS
from qualityextract.schema_docs import arrow_schema, field_types
from qualityextract.vocabulary import TableName

CORRECTIONS = "corrections.csv"

# Columns whose few values come back again and again; the others are read as plain text.
_REPEATED = frozenset(
    {"indicator", "indicator_zh", "indicator_en", "unit", "region_code", "region", "province", "prefecture", "county"}
    | {"rule", "publisher", "encoding", "media_type"}
)
_LONG = frozenset({"quote", "text", "sentence"})


@dataclass(frozen=True, slots=True)
class Run:
    """The files of one run: its folder, the Parquet files of each table, and its corrections if it has any."""

    folder: Path
    files: dict[TableName, tuple[Path, ...]]
    corrections: Path | None


def find_runs(paths: Iterable[Path]) -> list[Run]:
    """The runs that the folders hold, in the order given; a folder of runs gives them in the order of their names.

    Raises:
        ConfigurationError: a folder is missing, or holds no Parquet table of observations.
    """
    runs = [run for path in paths for run in _runs_in(path)]
    if not runs:
        raise ConfigurationError("no folder to load")
    return runs


def _runs_in(folder: Path) -> list[Run]:
    if not folder.is_dir():
        raise ConfigurationError(f"{folder}: no such folder; name one that `extract FOLDER --out {folder}` has written")
    run = _run(folder)
    if run is not None:
        return [run]
    inner = [found for sub in sorted(folder.iterdir()) if sub.is_dir() for found in [_run(sub)] if found]
    if inner:
        return inner
    hint = f"run `extract FOLDER --out {folder}` first"
    if (folder / "observations.csv").is_file():
        hint = "it holds CSV alone; run `extract` with `--format both`, types and lists are read from Parquet"
    raise ConfigurationError(f"{folder}: no Parquet table of observations; {hint}")


def _run(folder: Path) -> Run | None:
    files = {table: _files(folder, table) for table in RECORDS}
    if not files["observations"]:
        return None
    corrections = folder / CORRECTIONS
    return Run(folder, files, corrections if corrections.is_file() else None)


def _files(folder: Path, table: TableName) -> tuple[Path, ...]:
    single = folder / f"{table}.parquet"
    if single.is_file():
        return (single,)
    for parts in (single, folder / table):
        if parts.is_dir():
            return tuple(sorted(file for file in parts.rglob("*.parquet") if file.name[0] not in "._"))
    return ()


def read_table(table: TableName, files: Sequence[Path]) -> pa.Table:
    """The rows of all files below each other; columns that a file lacks are null, further ones are kept.

    Raises:
        ConfigurationError: a file can't be read as Parquet, or a column holds another type.
    """
    if not files:
        return arrow_schema(table).empty_table()
    repeated = [f.name for f in field_types(table) if f.name in _REPEATED or (f.values and f.kind == "string")]
    parts = [_fitted(_read(file, repeated), table, file) for file in files]
    joined = pa.concat_tables(parts, promote_options="default").unify_dictionaries()
    for at, name in enumerate(joined.column_names):
        # One piece is quicker to choose rows from; for sentences and texts the copy would cost more than it saves.
        if name not in _LONG:
            joined = joined.set_column(at, name, pa.chunked_array([joined.column(at).combine_chunks()]))
    return joined


def _read(file: Path, repeated: Sequence[str]) -> pa.Table:
    try:
        there = set(pq.read_schema(file).names)
        read = pq.ParquetFile(file, read_dictionary=[name for name in repeated if name in there]).read()
    except (OSError, pa.ArrowException) as error:
        raise ConfigurationError(f"{file}: can't be read as Parquet: {error}") from error
    for folder in file.parts[:-1]:
        key, sign, value = folder.partition("=")
        if sign and key not in read.column_names:
            read = read.append_column(key, pa.repeat(pa.scalar(value), read.num_rows))
    return read


def _fitted(read: pa.Table, table: TableName, file: Path) -> pa.Table:
    """The declared columns first, in their order and type; text may be dictionary encoded."""
    columns: dict[str, Any] = {}
    for field in arrow_schema(table):
        if field.name not in read.column_names:
            columns[field.name] = pa.nulls(read.num_rows, field.type)
            continue
        column = read.column(field.name)
        encoded = pa.types.is_dictionary(column.type)
        if field.name in _REPEATED and not encoded and pa.types.is_string(column.type):
            column, encoded = pc.dictionary_encode(column), True
        try:
            columns[field.name] = column if encoded or column.type == field.type else column.cast(field.type)
        except pa.ArrowException as error:
            raise ConfigurationError(f"{file}: column {field.name}: {error}") from error
    columns |= {name: read.column(name) for name in read.column_names if name not in columns}
    return pa.table(columns)
