"""ZIP and tar archives: the regular files in them, as streams that are read in place and never unpacked to disk."""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from qualityextract.containers.budget import Budget, paid
from qualityextract.containers.parts import BrokenContainerError, Part

READ_ERRORS = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    NotImplementedError,
)
"""What the standard readers raise on damaged, cut off or encrypted archives."""
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


def zipped(file: BinaryIO, budget: Budget, skipped: Counter[str]) -> Iterator[Part]:
    """The files of a ZIP archive in the order of its directory."""
    try:
        archive = zipfile.ZipFile(file)
    except READ_ERRORS as error:
        raise BrokenContainerError(f"the ZIP archive can't be read: {error}") from error
    with archive:
        for entry in archive.infolist():
            if entry.is_dir() or _is_hidden(entry.filename, skipped):
                continue

            def opened(entry: zipfile.ZipInfo = entry) -> BinaryIO:
                if entry.flag_bits & 1:
                    raise RuntimeError("it is encrypted")
                if entry.compress_type not in _METHODS:
                    raise NotImplementedError("it is packed in a way other than ZIP's usual one")
                return paid(cast(BinaryIO, archive.open(entry)), budget)

            yield Part(_unicode(entry), opened)


def _unicode(entry: zipfile.ZipInfo) -> str:
    """The name; Chinese programs write it in GBK and do not say so, which reads as code page 437."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


def taped(file: BinaryIO, skipped: Counter[str]) -> Iterator[Part]:
    """The regular files of a tar archive in its order; links and devices are counted and left out."""
    try:
        with tarfile.open(fileobj=file, mode="r|") as archive:
            for entry in archive:
                if entry.isdir() or _is_hidden(entry.name, skipped):
                    continue
                if not entry.isreg():
                    skipped["symbolic link" if entry.issym() or entry.islnk() else "other type"] += 1
                    continue

                def opened(entry: tarfile.TarInfo = entry) -> BinaryIO:
                    return cast(BinaryIO, archive.extractfile(entry))

                yield Part(entry.name, opened)
    except READ_ERRORS as error:
        raise BrokenContainerError(f"the tar archive can't be read on: {error}") from error


def _is_hidden(name: str, skipped: Counter[str]) -> bool:
    """Files that a folder would hide, and what an operating system adds to archives."""
    hidden = any((part.startswith(".") and part.strip(".")) or part == "__MACOSX" for part in PurePosixPath(name).parts)
    if hidden:
        skipped["hidden"] += 1
    return hidden
