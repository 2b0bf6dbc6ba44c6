"""What a run has done so far, kept in the output folder so that an interrupted one can go on.

One SQLite file, `OUT/.qualityextract/journal.sqlite`: a row for every finished document with the fingerprint of its file, its
tables, and the print by which copies of it are found. A batch is one transaction, so a crash costs only the work in
flight. The documents of the run under way are listed beside it, in their order; the tables are written from that list
when all are there. The open journal is also the lock of the output folder.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import shutil
import sqlite3
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import TypeAdapter

from qualityextract.copies import Print, figure_codes, print_of
from qualityextract.errors import ConfigurationError, QualityExtractError
from qualityextract.read import Source
from qualityextract.schema import RECORDS, Tables
from qualityextract.write import STAGING_PREFIX

FOLDER = ".qualityextract"
_FILE = "journal.sqlite"
_VERSION = 2
_TABLES = ("identity", "documents", "containers", "run")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS identity (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
    path TEXT NOT NULL, container TEXT NOT NULL, number INTEGER NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
    rejected INTEGER NOT NULL, article_id TEXT, day INTEGER, signature TEXT, figures BLOB, tables BLOB NOT NULL,
    PRIMARY KEY (path, container)
);
CREATE INDEX IF NOT EXISTS members ON documents (container, number) WHERE container <> '';
CREATE TABLE IF NOT EXISTS containers (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, members INTEGER NOT NULL, skipped TEXT NOT NULL
);
DROP TABLE IF EXISTS run;
CREATE TABLE run (position INTEGER PRIMARY KEY, path TEXT NOT NULL, container TEXT NOT NULL);
"""
"""`container` is the path of the file that holds a document, empty for one with a file of its own; `run` lists the
documents of the run under way."""

_NEVER = (-1, -1)
"""The fingerprint of what has none: it is not known again."""
Fingerprint = tuple[int, int]


_OF_RUN = "FROM run JOIN documents USING (path, container)"


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
        self._file = self._folder / _FILE
        self._made = [folder for folder in (self._folder, out, *out.parents) if not folder.exists()]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(f"can't write into the output folder {out}: {error.strerror or error}") from error
        self._db = _opened(self._file, out)
        for stale in out.glob(f"{STAGING_PREFIX}*"):
            # Only the holder of the lock stages, so these are of runs that were killed.
            shutil.rmtree(stale, ignore_errors=True)
        with _told(self._file):
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

    def known(self, source: Source, print_: Fingerprint | None) -> bool:
        """Was the document finished before, when its file had the same fingerprint?"""
        if print_ is None:
            return False
        with _told(self._file):
            row = self._db.execute(
                "SELECT rejected FROM documents WHERE path = ? AND container = ? AND size = ? AND modified = ?",
                (source.path, source.container, *print_),
            ).fetchone()
        return row is not None and not (self._retry and row[0])

    def known_container(self, source: Source, print_: Fingerprint | None) -> tuple[int, dict[str, int]] | None:
        """How many documents an unchanged container holds, all finished, and what was passed over in it; else None."""
        if print_ is None:
            return None
        with _told(self._file):
            row = self._db.execute(
                "SELECT members, skipped FROM containers WHERE path = ? AND size = ? AND modified = ?",
                (source.path, *print_),
            ).fetchone()
            if row is None:
                return None
            held, rejected = self._db.execute(
                "SELECT count(*), coalesce(sum(rejected), 0) FROM documents WHERE container = ?", (source.path,)
            ).fetchone()
        if held != row[0] or (self._retry and rejected):
            return None
        return int(row[0]), json.loads(row[1])

    def reuse(self, sources: Sequence[Source]) -> None:
        """Take documents that are known into the run."""
        self.reused += len(sources)
        with _told(self._file), self._db:
            self._list(sources)

    def reuse_container(self, source: Source) -> int:
        """Take all documents of a known container into the run; gives their number."""
        with _told(self._file), self._db:
            added = self._db.execute(
                "INSERT INTO run (path, container)"
                " SELECT path, container FROM documents WHERE container = ? ORDER BY number",
                (source.path,),
            )
        self.reused += added.rowcount
        return added.rowcount

    def add(self, finished: Sequence[tuple[Source, Fingerprint | None, Tables]]) -> None:
        """Keep what came out of new documents and take it into the run, all or none of it."""
        rows = [_row(source, print_ or _NEVER, tables) for source, print_, tables in finished]
        with _told(self._file), self._db:
            self._db.executemany(f"INSERT OR REPLACE INTO documents VALUES ({', '.join('?' * 11)})", rows)
            self._list([source for source, _, _ in finished])

    def _list(self, sources: Sequence[Source]) -> None:
        rows = [(source.path, source.container) for source in sources]
        self._db.executemany("INSERT INTO run (path, container) VALUES (?, ?)", rows)

    def close_container(
        self, source: Source, print_: Fingerprint | None, count: int, skipped: Mapping[str, int]
    ) -> None:
        """Keep that all documents of a container are there, and forget those that it held once and holds no more."""
        if print_ is None:
            return
        with _told(self._file), self._db:
            self._db.execute(
                "DELETE FROM documents WHERE container = ? AND path NOT IN (SELECT path FROM run WHERE container = ?)",
                (source.path, source.path),
            )
            row = (source.path, *print_, count, json.dumps(dict(skipped), ensure_ascii=False))
            self._db.execute("INSERT OR REPLACE INTO containers VALUES (?, ?, ?, ?, ?)", row)

    @property
    def documents(self) -> int:
        """How many documents the run has so far."""
        return int(self._db.execute("SELECT count(*) FROM run").fetchone()[0])

    @property
    def articles(self) -> int:
        """How many documents of the run are articles."""
        return int(self._db.execute(f"SELECT count(*) {_OF_RUN} WHERE article_id IS NOT NULL").fetchone()[0])

    def prints(self) -> Iterator[tuple[int, Print]]:
        """The position in the run, from 0, and the print of every article, in the order of the run."""
        with _told(self._file):
            rows = self._db.execute(
                f"SELECT position - 1, article_id, day, signature {_OF_RUN} WHERE article_id IS NOT NULL ORDER BY position"
            )
            for at, article_id, day, signature in rows:
                yield at, Print(article_id, day, signature)

    def figures(self, position: int) -> frozenset[int]:
        """The codes of the figures of the article at a position of the run."""
        with _told(self._file):
            (data,) = self._db.execute(f"SELECT figures {_OF_RUN} WHERE position = ?", (position + 1,)).fetchone()
        return frozenset(array("I", data))

    def article_id(self, position: int) -> str:
        """The id of the article at a position of the run."""
        with _told(self._file):
            (found,) = self._db.execute(f"SELECT article_id {_OF_RUN} WHERE position = ?", (position + 1,)).fetchone()
        return str(found)

    def run_tables(self) -> Iterator[Tables]:
        """The tables of the documents of the run, in its order; nothing may be added meanwhile."""
        with _told(self._file):
            for (data,) in self._db.execute(f"SELECT tables {_OF_RUN} ORDER BY position"):
                yield unpacked(data)

    def _settle(self, identity: Mapping[str, str], *, fresh: bool) -> None:
        """Empty the journal where it is of other rules, limits or another folder."""
        before = dict(self._db.execute("SELECT name, value FROM identity"))
        changed = sorted(name for name in identity if before and before.get(name) != identity[name])
        held = len(self)
        if fresh or changed:
            with self._db:
                self._db.execute("DELETE FROM documents")
                self._db.execute("DELETE FROM containers")
            if changed and held and not fresh:
                self.notes.append(f"changed since the last run: {', '.join(changed)}; {held} documents are read again")
        elif held:
            self.notes.append(
                f"{held} documents of an earlier run are in the journal; what has not changed is not read again"
            )
        with self._db:
            self._db.execute("DELETE FROM identity")
            self._db.executemany("INSERT INTO identity VALUES (?, ?)", sorted(identity.items()))


def _row(source: Source, print_: Fingerprint, tables: Tables) -> tuple[object, ...]:
    """A row of `documents`; a document gives one article at most."""
    print_of_text = next(map(print_of, tables.articles), Print(None, None, None))
    return (
        source.path,
        source.container,
        source.number,
        *print_,
        int(bool(tables.rejects)),
        print_of_text.article_id,
        print_of_text.day,
        print_of_text.signature,
        array("I", sorted(figure_codes(tables.figures))).tobytes(),
        packed(tables),
    )


def fingerprint(source: Source) -> Fingerprint | None:
    """Size in bytes and time of the last change in nanoseconds; None for what can't be looked at.

    What a container holds is known by its bytes, so that a container that has grown costs only what is new.
    """
    if source.problem is not None:
        return None
    if source.held is not None:
        hashed = hashlib.blake2b(repr(source.held.given).encode() + source.held.data, digest_size=7)
        return len(source.held.data), int.from_bytes(hashed.digest())
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
        _of_this_version(db)
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


def _of_this_version(db: sqlite3.Connection) -> None:
    """Empty a journal that another version of the program has laid out; its documents are read again."""
    if db.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
        for table in _TABLES:
            db.execute(f"DROP TABLE IF EXISTS {table}")
        db.execute(f"PRAGMA user_version = {_VERSION}")


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.DatabaseError, zlib.error, json.JSONDecodeError) as error:
        raise JournalError(f"the journal {file}: {error}; run again, or remove it to start over") from error
