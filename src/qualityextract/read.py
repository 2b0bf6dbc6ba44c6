"""The first step of a run: a folder in, its articles' bytes out, one at a time and in a fixed order.

Stands before `documents`, which turns the bytes into articles. Only its first bytes are looked at here, to tell whether a
file holds several documents; `containers` takes those out of it. A file that can't be opened is a `DocumentError` and
the run goes on.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO

from qualityextract.containers import HEAD, SUFFIXES, Allowance, Columns, Search, is_office, kind_of, members
from qualityextract.documents import EXTENSIONS
from qualityextract.errors import ConfigurationError, DocumentError
from qualityextract.model import RawDocument

MAX_BYTES = 32 * 1024 * 1024
"""Default size limit of a document; an article is some kilobytes, a page with pictures inside a few megabytes."""
MAX_CHARS = 2_000_000
"""Default limit of an article's cleaned text; the longest yearbooks have some hundred thousand characters."""

_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISDIR, "a folder"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """One input that was found: where it is, and the path that names it in every table."""

    file: Path
    path: str
    problem: str | None = None
    """Why it can't be read, where finding it already told (a folder without permission)."""
    hint: str = "Check the permissions of the folder."
    held: RawDocument | None = None
    """The document, where it was taken out of a container."""
    container: str = ""
    """The path of that container; empty for a file that is a document itself."""
    number: int = 0
    """Its place in the container, from 1."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder holds: how many inputs, and how many files were passed over, by reason.

    The inputs themselves are walked anew each time they are asked for, so that memory does not grow with the folder.
    """

    folder: Path
    count: int
    skipped: Mapping[str, int]
    glob: str = "*"
    leave_out: Path | None = None
    follow_links: bool = False

    @property
    def sources(self) -> Iterator[Source]:
        """The inputs in the order of their paths."""
        return _inputs(self, Counter())


def find_sources(
    folder: Path, *, glob: str = "*", leave_out: Path | None = None, follow_links: bool = False
) -> Listing:
    """All articles below `folder`, by path, so that the order of creation does not matter.

    Args:
        folder: the input folder.
        glob: pattern for the file name, or for the path inside the folder where the pattern holds a `/`.
        leave_out: a folder that is not entered (the output folder, where it lies inside the input).
        follow_links: whether symbolic links are followed, also out of the folder; one that leads round is not.

    Raises:
        ConfigurationError: the folder is not there, or is a file.
    """
    if not folder.is_dir():
        raise ConfigurationError(_no_folder(folder))
    skipped: Counter[str] = Counter()
    unread = Listing(folder, 0, {}, glob, leave_out, follow_links)
    count = sum(1 for _ in _inputs(unread, skipped))
    return replace(unread, count=count, skipped=dict(sorted(skipped.items())))


def read_source(source: Source, *, max_bytes: int = MAX_BYTES) -> RawDocument:
    """The bytes of one input.

    Raises:
        DocumentError: it can't be opened, is no regular file, or is larger than `max_bytes`.
    """
    if source.problem is not None:
        raise DocumentError(source.path, source.problem, source.hint)
    if source.held is not None:
        return source.held
    with _opened(source, max_bytes) as file:
        try:
            data = file.read(max_bytes + 1)
        except OSError as error:
            raise _unreadable(source, error) from error
    if len(data) > max_bytes:
        raise _too_large(source, len(data), max_bytes)
    return RawDocument(source.path, data)


def is_container(source: Source) -> bool:
    """Whether a file holds several documents, by its content; False for what can't be opened or is no regular file."""
    if source.problem is not None or source.held is not None:
        return False
    try:
        with _opened(source, None) as file:
            kind = kind_of(file.read(HEAD), source.file.name)
            file.seek(0)
            return kind is not None and not (kind == "zip" and is_office(file))
    except (DocumentError, OSError):
        return False


def held_sources(source: Source, allowance: Allowance, columns: Columns, skipped: Counter[str]) -> Iterator[Source]:
    """The documents of a container, in its order; what can't be had is a source with its problem.

    Args:
        source: a file that `is_container`.
        allowance: limits.
        columns: which columns of a table are what.
        skipped: counts of what was passed over, by reason; added to.
    """
    search = Search(allowance, columns, SUFFIXES | EXTENSIONS, skipped)
    try:
        with _opened(source, None) as file:
            for number, found in enumerate(members(file, source.path, search), 1):
                if isinstance(found, RawDocument):
                    yield Source(source.file, found.path, held=found, container=source.path, number=number)
                else:
                    yield Source(source.file, found.path, found.reason, found.hint, None, source.path, number)
    except DocumentError as error:
        yield Source(source.file, source.path, error.reason, error.hint, None, source.path, 1)


def _opened(source: Source, max_bytes: int | None) -> BinaryIO:
    """The open file.

    Raises:
        DocumentError: it can't be opened, is no regular file, or is larger than `max_bytes`.
    """
    try:
        # Without O_NONBLOCK the opening of a named pipe would wait for ever for someone to write.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(source.file, flags)
    except OSError as error:
        raise _unreadable(source, error) from error
    file = os.fdopen(handle, "rb")
    try:
        _check(source, os.fstat(handle), max_bytes)
    except BaseException:
        file.close()
        raise
    return file


def _inputs(listing: Listing, skipped: Counter[str]) -> Iterator[Source]:
    return (source for source in _walk(listing, skipped) if source is not None)


def _walk(listing: Listing, skipped: Counter[str]) -> Iterator[Source | None]:
    """Files and folders of every folder sorted together, a folder with a `/` behind its name: the order of whole paths."""
    folder = listing.folder
    # The real places of the open folders: a link back to one of them would lead round for ever.
    open_: list[Path] = []
    waiting: list[Iterator[tuple[Path, bool]]] = [iter([(folder, True)])]
    avoided = listing.leave_out.resolve() if listing.leave_out is not None else None
    while waiting:
        file, is_folder = next(waiting[-1], (None, False))
        if file is None:
            waiting.pop()
            if open_:
                open_.pop()
        elif not is_folder:
            yield _kept(file, listing, skipped)
        else:
            real = file.resolve() if listing.follow_links or avoided else file
            if real == avoided:
                continue
            if listing.follow_links and real in open_:
                skipped["symbolic link"] += 1
                continue
            try:
                found = _entries(file, listing, skipped)
            except OSError as error:
                yield Source(file, _named(file, folder), f"the folder can't be listed: {error.strerror or error}")
            else:
                waiting.append(iter(found))
                open_.append(real)


def _entries(here: Path, listing: Listing, skipped: Counter[str]) -> list[tuple[Path, bool]]:
    """The files and folders in one folder; hidden ones, and links that are not followed, are counted and left out."""
    found: list[tuple[str, Path, bool]] = []
    with os.scandir(here) as entries:
        for entry in entries:
            file = Path(entry.path)
            is_folder = entry.is_dir(follow_symlinks=listing.follow_links)
            if entry.name.startswith("."):
                skipped["hidden"] += 1
            elif entry.is_symlink() and not (listing.follow_links and file.exists()):
                skipped["symbolic link"] += 1
            else:
                found.append((_named(file, listing.folder) + "/" * is_folder, file, is_folder))
    found.sort(key=lambda entry: entry[0])
    return [(file, is_folder) for _, file, is_folder in found]


def _kept(file: Path, listing: Listing, skipped: Counter[str]) -> Source | None:
    path = _named(file, listing.folder)
    if file.suffix.lower() not in EXTENSIONS | SUFFIXES:
        skipped["other type"] += 1
        return None
    if not fnmatchcase(path if "/" in listing.glob else file.name, listing.glob):
        skipped["not matched by --glob"] += 1
        return None
    # Reading refuses links, so that none can be put in the place of a file; those that are followed are gone through here.
    return Source(file.resolve() if listing.follow_links else file, path)


def _named(file: Path, folder: Path) -> str:
    """The path inside the folder; bytes that are no UTF-8 are written as escapes, for tables hold text only."""
    name = file.relative_to(folder).as_posix()
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _check(source: Source, status: os.stat_result, max_bytes: int | None) -> None:
    if not stat.S_ISREG(status.st_mode):
        kind = next((name for test, name in _KINDS if test(status.st_mode)), "no regular file")
        raise DocumentError(source.path, f"it is {kind}, not a regular file", "Move it out of the input folder.")
    if max_bytes is not None and status.st_size > max_bytes:
        raise _too_large(source, status.st_size, max_bytes)


def _too_large(source: Source, size: int, max_bytes: int) -> DocumentError:
    reason = f"{size:,} bytes are more than the limit of {max_bytes:,}"
    return DocumentError(source.path, reason, "If it really is one article, raise the limit with --max-bytes.")


def _unreadable(source: Source, error: OSError) -> DocumentError:
    hint = "Check that you may read it." if isinstance(error, PermissionError) else "Check that it is still there."
    return DocumentError(source.path, f"the file can't be read: {error.strerror or error}", hint)


def _no_folder(folder: Path) -> str:
    if folder.is_symlink() and not folder.exists():
        return f"the folder {folder} is a symbolic link that leads nowhere"
    if folder.exists():
        return f"{folder} is a file; name the folder that holds the articles"
    return f"the folder {folder} does not exist"
