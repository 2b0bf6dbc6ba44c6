"""Web archives (WARC): the pages that a crawler has stored, each with its address."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from qualityextract.containers.parts import BrokenContainerError, Part
from qualityextract.model import Given

_ERRORS = (
    ArchiveLoadFailed,
    StatusAndHeadersParserException,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
)
"""What the library raises on damaged archives; the last three where a record lacks a header that it counts on."""
_PAGES = (
    "text/",
    "application/xhtml",
    "application/pdf",
    "application/msword",
    "application/vnd.openxml",
    "multipart/",
)
"""How the media types of pages begin; pictures, scripts, data are no documents."""
_NO_PAGES = ("text/css", "text/javascript")


def records(file: BinaryIO, skipped: Counter[str]) -> Iterator[Part]:
    """The answers with status 200 and the stored resources that are pages; all other records are counted.

    The library ends without a word on a file that is cut off, so every record is held against its stated length.
    """
    try:
        for number, record in enumerate(ArchiveIterator(file, no_record_parse=False, arc2warc=False), 1):
            if not _is_page(record):
                skipped["web archive record without a page"] += 1
                continue
            address = record.rec_headers.get_header("WARC-Target-URI")

            yield Part(str(number), record.content_stream, Given(url=_http(address)), named=False)
            rest = record.raw_stream
            while rest.read(65_536):
                pass
            if getattr(rest, "limit", 0) > 0:
                raise BrokenContainerError(f"the web archive is cut off in record {number}")
    except _ERRORS as error:
        raise BrokenContainerError(f"the web archive can't be read on: {error}") from error


def _http(address: str | None) -> str | None:
    address = (address or "").strip("<> ")
    return address if address.startswith(("http://", "https://")) else None


def _is_page(record: object) -> bool:
    kind = record.rec_type  # type: ignore[attr-defined]
    if kind == "response":
        headers = record.http_headers  # type: ignore[attr-defined]
        if headers is None or headers.get_statuscode() != "200":
            return False
    elif kind in ("resource", "conversion"):
        headers = record.http_headers or record.rec_headers  # type: ignore[attr-defined]
    else:
        return False
    media = (headers.get_header("Content-Type") or "text/html").lower()
    return media.startswith(_PAGES) and not media.startswith(_NO_PAGES)
