"""A Word file (.docx) to the lines of a `Page`.

Called by `formats`. python-docx opens the package and knows its styles; the body is walked here, because its own walk
(`iter_inner_content`) passes over content controls and over what tracked changes have put in. Headers, footers, notes
and comments are parts of their own in such a file and are not asked. Neither are the properties for author and day:
the author of a file is often the computer's, and the day is that of a template or of the last saving.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import docx
from docx.opc.exceptions import OpcError

from qualityextract.documents.encoding import clean
from qualityextract.documents.page import Page, confirmed
from qualityextract.errors import DocumentError

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAX_EXPANDED = 256 * 1024 * 1024
"""Declared bytes of all members together; the reader of ZIP files gives no more than is declared."""
MAX_BODY = 32 * 1024 * 1024
"""Declared bytes of one member that is XML; a report of a hundred pages has two million."""
MAX_MEMBERS = 10_000
MAX_PARAGRAPHS = 200_000
_CELL_CHARS = 80
_DAMAGE = (
    *(OpcError, SyntaxError, zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, OSError, EOFError),
    # What the parser of XML (a SyntaxError), python-docx and zipfile raise where a part or attribute is not what it should be.
    *(KeyError, ValueError, AttributeError, TypeError, IndexError, RecursionError, NotImplementedError, RuntimeError),
)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# What is deleted, moved away, hidden, a field's code, a reading aid above characters, or there twice.
_SKIPPED = frozenset(
    (
        *(_W + name for name in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "rt", "sectPr")),
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    )
)
_BREAKS = frozenset((_W + "br", _W + "cr"))
_DECLARATIONS = tuple(
    mark.encode(codec) for mark in ("<!DOCTYPE", "<!ENTITY") for codec in ("ascii", "utf-16-le", "utf-16-be")
)
_CONTENTS = re.compile(r"(?:toc|table of figures|目录)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    style: str = ""


def read_word(data: bytes, path: str) -> Page:
    """Paragraphs, headings and tables of a Word file.

    Raises:
        DocumentError: the file is damaged, locked, hostile, holds macros, or has no text.
    """
    _refuse_hostile(data, path)
    try:
        document = docx.Document(BytesIO(data))
        names = {style.style_id: (style.name or "").lower() for style in document.styles}
        claimed = document.core_properties.title
        lines = list(_lines(document.element.body, names))
    except _DAMAGE as error:
        raise DocumentError(path, "the Word file is damaged", "open it, save it as .docx again") from error
    if not any(character.isalpha() for line in lines for character in line.text):
        hint = "if it holds pictures of pages, recognise their text (OCR) and save that"
        raise DocumentError(path, "the Word file holds no text", hint)
    return _page(lines, claimed, path)


def _page(lines: list[_Line], claimed: str | None, path: str) -> Page:
    texts = tuple(clean(line.text) for line in lines)
    at = _title_at(lines)
    title = texts[at] if at is not None else None
    below = at + 1 if at is not None else None
    subtitle = None
    if below is not None and below < len(lines) and lines[below].style == "subtitle":
        subtitle, below = texts[below], below + 1
    if title is None and (found := confirmed(claimed, texts)) is not None:
        title, below = texts[found], found + 1
    return Page(path, texts, "utf-8", MEDIA_TYPE, title=title, subtitle=subtitle, body_at=below)


def _title_at(lines: list[_Line]) -> int | None:
    """The line in the style Title, or the first heading of the first level, where no paragraph stands above it."""
    for at, line in enumerate(lines):
        if line.style in ("title", "heading 1"):
            return at if len(line.text) <= 90 else None
        if len(line.text) > 60 and "。" in line.text:
            return None
    return None


# --- guards --------------------------------------------------------------------------------------------------------


def _refuse_hostile(data: bytes, path: str) -> None:
    """Look at what the members of the package say of themselves before any of them is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            _refuse_bomb(members, path)
            if any(member.filename.lower().endswith("vbaproject.bin") for member in members):
                raise DocumentError(path, "the Word file holds macros", "save it as .docx, without macros")
            if any(member.flag_bits & 1 for member in members):
                raise DocumentError(path, "the Word file is encrypted", "save it without a password")
            for member in members:
                if member.filename.lower().endswith((".xml", ".rels")):
                    text = archive.read(member)
                    if any(mark in text for mark in _DECLARATIONS):
                        raise DocumentError(path, "the Word file declares entities, as none should", "do not trust it")
                    if text.count(b"<w:p>") + text.count(b"<w:p ") + text.count(b"<w:p/") > MAX_PARAGRAPHS:
                        raise DocumentError(path, "the Word file has too many paragraphs", "split it into articles")
    except _DAMAGE as error:
        raise DocumentError(path, "the Word file is damaged", "save or download it again") from error


def _refuse_bomb(members: list[zipfile.ZipInfo], path: str) -> None:
    texts = [member.file_size for member in members if member.filename.lower().endswith((".xml", ".rels"))]
    if (
        len(members) > MAX_MEMBERS
        or sum(member.file_size for member in members) > MAX_EXPANDED
        or max(texts, default=0) > MAX_BODY
        or sum(texts) > 2 * MAX_BODY
    ):
        raise DocumentError(path, "the Word file unpacks to more than an article can be", "split it, take pictures out")


# --- lines ---------------------------------------------------------------------------------------------------------


def _lines(parent: Any, names: dict[str, str]) -> Iterator[_Line]:
    """Paragraphs and rows below an element, in order; content controls are entered, tables of contents are not."""
    for node in parent:
        if node.tag == _W + "p":
            style = names.get(_style_id(node), "")
            if not _CONTENTS.match(style):
                yield from (_Line(text, style) for text in _texts(node))
        elif node.tag == _W + "tbl":
            yield from _table(node, names)
        elif node.tag == _W + "sdt":
            if not _is_contents(node):
                yield from (line for content in node.iter(_W + "sdtContent") for line in _lines(content, names))
        elif node.tag in (_W + "ins", _W + "moveTo", _W + "customXml", _W + "smartTag"):
            yield from _lines(node, names)


def _style_id(paragraph: Any) -> str:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return str(style.get(_W + "val")) if style is not None else ""


def _is_contents(control: Any) -> bool:
    gallery = control.find(f"{_W}sdtPr/{_W}docPartObj/{_W}docPartGallery")
    return gallery is not None and "contents" in str(gallery.get(_W + "val")).lower()


def _texts(paragraph: Any) -> list[str]:
    """The lines of a paragraph: text boxes that hang on it first, then its own text, parted at line breaks."""
    pieces: list[str] = []
    boxes: list[str] = []
    _collect(paragraph, pieces, boxes)
    own = [" ".join(line.replace("\t", " ").split(" ")).strip() for line in "".join(pieces).split("\n")]
    return [line for line in (*boxes, *own) if line.strip()]


def _collect(node: Any, pieces: list[str], boxes: list[str]) -> None:
    """Add what a reader sees of a paragraph."""
    for child in node:
        tag = child.tag
        if tag in _SKIPPED or not isinstance(tag, str):
            continue
        if tag == _W + "t":
            pieces.append(child.text or "")
        elif tag == _W + "tab":
            pieces.append("\t")
        elif tag in _BREAKS:
            pieces.append("\n")
        elif tag == _W + "noBreakHyphen":
            pieces.append("-")
        elif tag == _W + "txbxContent":
            boxes.extend(text for paragraph in child.iter(_W + "p") for text in _texts(paragraph))
        elif not (tag == _W + "r" and _is_hidden(child)):
            _collect(child, pieces, boxes)


def _is_hidden(run: Any) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(_W + "val") not in ("0", "false", "off")


def _table(table: Any, names: dict[str, str]) -> Iterator[_Line]:
    """The rows of a table in the form of `blocks`; a table that lays out paragraphs gives its paragraphs."""
    for row in _rows(table):
        if row.find(f"{_W}trPr/{_W}del") is not None:
            continue
        cells = _cells(row)
        texts = [" ".join(text for paragraph in cell.iter(_W + "p") for text in _texts(paragraph)) for cell in cells]
        filled = [text for text in texts if text]
        if len(cells) > 1 and all(len(text) <= _CELL_CHARS for text in texts) and not _nested(cells):
            yield from [_Line(" | ".join(texts) if len(filled) > 1 else "".join(filled))] if filled else []
        else:
            yield from (line for cell in cells for line in _lines(cell, names))


def _rows(table: Any) -> Iterator[Any]:
    for node in table:
        if node.tag == _W + "tr":
            yield node
        elif node.tag in (_W + "sdt", _W + "customXml", _W + "ins"):
            yield from node.iter(_W + "tr")


def _cells(row: Any) -> list[Any]:
    """The cells of a row: one that spans columns stands once, one that goes on from the row above is empty."""
    found: list[Any] = []
    for node in row:
        if node.tag == _W + "tc":
            found.append(node)
        elif node.tag in (_W + "sdt", _W + "customXml"):
            found.extend(node.iter(_W + "tc"))
    return found


def _nested(cells: list[Any]) -> bool:
    return any(cell.find(f".//{_W}tbl") is not None for cell in cells)
