"""A web page saved as one file (.mhtml, .mht): its main part and the address that it was saved from.

Called by `formats`, which reads the part as it reads any page: what the part says about its own encoding is not asked.
The `Date` of such a file is the time of saving and therefore no date of publication.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser

from qualityextract.errors import DocumentError

MEDIA_TYPE = "multipart/related"
MAX_NESTED = 40
"""Multiparts in one file: browsers write one, mail programs three or four; the parser is recursive."""
_MULTIPART = re.compile(rb"content-type:\s{0,80}(?:multipart|message)/", re.IGNORECASE)
_URL_FIELDS = ("Content-Location", "Snapshot-Content-Location", "Content-Base")


@dataclass(frozen=True, slots=True)
class Root:
    """The bytes of the page itself, and the web address that it was saved from."""

    data: bytes
    url: str | None


def root_of(data: bytes, path: str) -> Root:
    """Find the page among the parts of a file: the part that `start` names, or else the first of HTML, or of text.

    Raises:
        DocumentError: the parts are nested as no page is, or none of them is a page.
    """
    if len(_MULTIPART.findall(data)) > MAX_NESTED:
        raise DocumentError(path, "the saved page is nested too deeply", "save the page again")
    try:
        # The old policy takes header fields as they are; the new one parses them and fails on bad ones.
        message = BytesParser().parsebytes(data.removeprefix(b"\xef\xbb\xbf").lstrip())
        parts = list(_leaves(message))
        part = _chosen(message, parts)
        content = part.get_payload(decode=True) if part is not None else None
    except (ValueError, LookupError, AssertionError, RecursionError) as error:
        raise DocumentError(path, "the saved page is damaged", "save the page again") from error
    if part is None or not isinstance(content, bytes) or not content.strip():
        raise DocumentError(path, "the file holds no web page", "save the page again, as HTML")
    return Root(content, _address(part) or _address(message))


def _leaves(message: Message) -> Iterator[Message]:
    return (part for part in message.walk() if not part.is_multipart())


def _chosen(message: Message, parts: list[Message]) -> Message | None:
    start = str(message.get_param("start") or "").strip()
    named = [part for part in parts if start and str(part.get("Content-ID", "")).strip() == start]
    pages = [part for part in parts if part.get_content_type() in ("text/html", "application/xhtml+xml")]
    plain = [part for part in parts if part.get_content_type() == "text/plain"]
    named = [part for part in named if part in pages]
    return next(iter([*named, *pages, *plain]), None)


def _address(part: Message) -> str | None:
    fields = ("".join(str(part.get(field) or "").split()) for field in _URL_FIELDS)
    return next((value for value in fields if value.lower().startswith(("http://", "https://"))), None)
