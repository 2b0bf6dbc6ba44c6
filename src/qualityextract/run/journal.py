"""What a run has done so far, kept in the output folder so that an interrupted one can go on.

One SQLite file, `OUT/.qualityextract/journal.sqlite`: a row for every finished document with the fingerprint of its file and
its tables. A batch is one transaction, so a crash costs only the work in flight. The open journal is also the lock of
the output folder. Stands beside `local`, which asks it before a document is read and tells it what came out.
"""

from __future__ import annotations

import contextlib
import functools
import json
import shutil
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import TypeAdapter

from qualityextract.errors import ConfigurationError, QualityExtractError
from qualityextract.read import Source
from qualityextract.schema import RECORDS, Tables
from qualityextract.write import STAGING_PREFIX

FOLDER = ".qualityextract"
_FILE = "journal.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS identity (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, rejected INTEGER NOT NULL, tables BLOB NOT NULL
);
"""


class JournalError(QualityExtractError):
    """The journal can't be read or written; the message says why and what to do."""


class Journal:
    """The finished documents of an output folder.

    Args:
        out: the output folder; made with its parents if it is not there.
        identity: what the tables depend on beside the files (version, rules, limits, input folder). Where it differs
            from that of the journal, nothing of the journal is used and `notes` says what has changed.
        fresh: start over.
        retry_rejects: read again what was rejected.
        keep: leave the journal behind on closing; without it the folder is as if there had been none.

    Raises:
        ConfigurationError: another run is writing into the folder, or it can't be written into.
    """

    def __init__(
        self,
        out: Path,
        identity: Mapping[str, str],
        *,
        fresh: bool = False,
        retry_rejects: bool = False,
        keep: bool = True,
    ) -> None:
        self.reused = 0
        self.notes: list[str] = []
        self._keep = keep
        self._retry = retry_rejects
        self._folder = out / FOLDER
        self._made = [folder for folder in (self._folder, out, *out.parents) if not folder.exists()]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(f"can't write into the output folder {out}: {error.strerror or error}") from error
        self._db = _opened(self._folder / _FILE, out)
        for stale in out.glob(f"{STAGING_PREFIX}*"):
            # Only the holder of the lock stages, so these are of runs that were killed.
            shutil.rmtree(stale, ignore_errors=True)
        with _told(self._folder / _FILE):
            self._settle(identity, fresh=fresh or not keep)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: object, trace: TracebackType | None) -> None:
        self._db.close()
        if not self._keep:
            shutil.rmtree(self._folder, ignore_errors=True)
            for folder in self._made[1:]:
                with contextlib.suppress(OSError):
                    folder.rmdir()

    @property
    def folder(self) -> Path:
        """Where the journal and the log lie."""
        return self._folder

    def __len__(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM documents").fetchone()[0])

    def known(self, source: Source, print_: tuple[int, int] | None) -> Tables | None:
        """The tables of a document that was finished before, when its file had the same fingerprint."""
        if print_ is None:
            return None
        with _told(self._folder / _FILE):
            row = self._db.execute(
                "SELECT tables, rejected FROM documents WHERE path = ? AND size = ? AND modified = ?",
                (source.path, *print_),
            ).fetchone()
        if row is None or (self._retry and row[1]):
            return None
        self.reused += 1
        return unpacked(row[0])

    def add(self, finished: Sequence[tuple[Source, tuple[int, int] | None, Tables]]) -> None:
        """Keep what came out of documents, all or none of them; those without a fingerprint are not kept."""
        rows = [
            (source.path, *print_, int(bool(tables.rejects)), packed(tables))
            for source, print_, tables in finished
            if print_ is not None
        ]
        with _told(self._folder / _FILE), self._db:
            self._db.executemany("INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?)", rows)

    def _settle(self, identity: Mapping[str, str], *, fresh: bool) -> None:
        """Empty the journal where it is of other rules, limits or another folder."""
        before = dict(self._db.execute("SELECT name, value FROM identity"))
        changed = sorted(name for name in identity if before and before.get(name) != identity[name])
        held = len(self)
        if fresh or changed:
            with self._db:
                self._db.execute("DELETE FROM documents")
            if changed and held and not fresh:
                self.notes.append(f"changed since the last run: {', '.join(changed)}; {held} documents are read again")
        elif held:
            self.notes.append(
                f"{held} documents of an earlier run are in the journal; what has not changed is not read again"
            )
        with self._db:
            self._db.execute("DELETE FROM identity")
            self._db.executemany("INSERT INTO identity VALUES (?, ?)", sorted(identity.items()))


def fingerprint(source: Source) -> tuple[int, int] | None:
    """Size in bytes and time of the last change in nanoseconds; None for what can't be looked at."""
    if source.problem is not None:
        return None
    try:
        status = source.file.lstat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


@functools.cache
def _adapters() -> dict[str, TypeAdapter[Any]]:
    return {table: TypeAdapter(tuple[record, ...]) for table, record in RECORDS.items()}  # type: ignore[valid-type]


def packed(tables: Tables) -> bytes:
    """The tables of a document as compressed JSON, one line a table."""
    lines = (adapter.dump_json(tables.rows(table)) for table, adapter in _adapters().items())  # type: ignore[arg-type]
    return zlib.compress(b"\n".join(lines), 1)


def unpacked(data: bytes) -> Tables:
    """The inverse of `packed`; the records are validated again."""
    lines = zlib.decompress(data).split(b"\n")
    found = {
        table: adapter.validate_json(line) for (table, adapter), line in zip(_adapters().items(), lines, strict=True)
    }
    return Tables(**found)


def _opened(file: Path, out: Path) -> sqlite3.Connection:
    """The journal with the lock of its folder held until it is closed or the process ends."""
    try:
        db = sqlite3.connect(file, timeout=0)
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.executescript(_SCHEMA)
        db.execute("BEGIN IMMEDIATE")
        db.commit()
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise ConfigurationError(
                f"another run is writing into {out}; wait for it or name another folder"
            ) from error
        raise ConfigurationError(f"can't write into the output folder {out}: {error}") from error
    except sqlite3.DatabaseError as error:
        raise ConfigurationError(f"the journal {file} is damaged ({error}); remove it to start over") from error
    return db


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.DatabaseError, zlib.error, json.JSONDecodeError) as error:
        raise JournalError(f"the journal {file}: {error}; run again, or remove it to start over") from error
