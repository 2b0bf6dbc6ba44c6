"""What kind of container a file is, by its first bytes; a name only tells tables of lines apart, which have no mark."""

from __future__ import annotations

import codecs
import io
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO, Literal

Kind = Literal["zip", "tar", "gzip", "warc", "jsonl", "csv", "parquet"]

SUFFIXES: frozenset[str] = frozenset(
    {".zip", ".tar", ".gz", ".tgz", ".warc", ".wet", ".jsonl", ".ndjson", ".csv", ".parquet"}
)
"""Name endings, lower case, of files that a folder is searched for because they hold documents."""

HEAD = 512
"""Bytes that are enough to tell."""
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OFFICE = "[Content_Types].xml"
_LINES: dict[str, Kind] = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}


def kind_of(head: bytes, name: str) -> Kind | None:
    """The container that begins with `head` (its first `HEAD` bytes); None for a single document.

    A ZIP file is one here even if it is an Office document: `is_office` tells, with the whole file at hand.
    """
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"WARC/"):
        return "warc"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head[257:262] == b"ustar":
        return "tar"
    lines = _LINES.get(PurePosixPath(name).suffix.lower())
    return lines if lines and (b"\0" not in head or head.startswith(_UTF16)) else None


def is_office(file: BinaryIO | io.BytesIO) -> bool:
    """Whether a ZIP file is one document of an Office program; False for a broken one."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _OFFICE in archive.NameToInfo
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    finally:
        file.seek(0)
