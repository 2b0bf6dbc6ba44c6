"""Which format a document has, by its content, and which module reads it.

Stands between `read_article` and the readers. The name of a file decides nothing but Markdown: a `.txt` that is a PDF
is read as one, and a `.pdf` that is a web page as a page. What holds no text (pictures, sheets, old Office files) is
refused with a word on what to do. The readers of Word and PDF files are loaded when the first such file comes.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Literal

from qualityextract.documents.encoding import MAX_BYTES, decode
from qualityextract.documents.html import looks_like_html, read_html
from qualityextract.documents.page import Page
from qualityextract.documents.plaintext import read_plaintext
from qualityextract.errors import DocumentError
from qualityextract.model import RawDocument

Format = Literal["text", "pdf", "docx", "mhtml"]

_AS_TEXT = "save the article as text, HTML, Word (.docx) or PDF"
_REFUSED = (
    (b"\xd0\xcf\x11\xe0", "an old Office file (.doc, .wps, .xls)", "open it and save it as .docx"),
    (b"{\\rtf", "an RTF file", "open it and save it as .docx"),
    (b"\x89PNG", "a picture", "recognise its text (OCR) and save that"),
    (b"\xff\xd8\xff", "a picture", "recognise its text (OCR) and save that"),
    (b"GIF8", "a picture", "recognise its text (OCR) and save that"),
    (b"II*\x00", "a picture", "recognise its text (OCR) and save that"),
    (b"MM\x00*", "a picture", "recognise its text (OCR) and save that"),
    (b"RIFF", "a picture or a recording", _AS_TEXT),
    (b"BM\x00\x00", "a picture", "recognise its text (OCR) and save that"),
    (b"\x1f\x8b", "a gzip archive", "unpack it"),
    (b"7z\xbc\xaf", "a 7z archive", "unpack it"),
    (b"Rar!", "a RAR archive", "unpack it"),
    (b"PAR1", "a Parquet table", _AS_TEXT),
    (b"SQLite format 3", "a database", _AS_TEXT),
    (b"%!PS", "a PostScript file", "convert it to PDF"),
)
_ZIPPED = (
    ("xl/workbook.xml", "an Excel file", "save its sheets as text, or as tables of articles"),
    ("ppt/presentation.xml", "a PowerPoint file", _AS_TEXT),
    ("OFD.xml", "an OFD file", "export it as PDF"),
    ("content.xml", "an OpenDocument file", "save it as .docx"),
    ("META-INF/container.xml", "an e-book", _AS_TEXT),
)
# A PDF may begin with some bytes of a mail or a server; a text about PDF files has no cross-reference table.
_PDF_HEAD = re.compile(rb"(?:\A|[\r\n])%PDF-\d")
# What begins a line tells what it is, so that no line can be read in two ways and a page of blank lines costs nothing.
_MIME_HEAD = re.compile(
    rb"(?:\xef\xbb\xbf)?\s{0,8}+(?:[A-Za-z][A-Za-z0-9-]{1,60}+:[^\r\n]{0,998}+\r?\n(?:[ \t][^\r\n]{0,998}+\r?\n){0,40}+){2,60}+"
)
_MIME_MARK = re.compile(rb"^mime-version:|^content-type:[ \t]*multipart/", re.IGNORECASE | re.MULTILINE)


def format_of(data: bytes, path: str) -> Format:
    """The format of a document.

    Raises:
        DocumentError: it is of a format without readable text.
    """
    for magic, what, hint in _REFUSED:
        if data.startswith(magic):
            raise DocumentError(path, f"the file is {what}, not text", hint)
    if data.startswith(b"%PDF") or (_PDF_HEAD.search(data[:1024]) and b"startxref" in data):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return _zipped(data, path)
    head = _MIME_HEAD.match(data[:16_384])
    return "mhtml" if head and len(_MIME_MARK.findall(head.group())) >= 2 else "text"


def _zipped(data: bytes, path: str) -> Format:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError, OSError) as error:
        hint = "save or download it again"
        raise DocumentError(path, "the file is a damaged Word file or ZIP archive", hint) from error
    if "word/document.xml" in names:
        return "docx"
    for name, what, hint in _ZIPPED:
        if name in names:
            raise DocumentError(path, f"the file is {what}, not text", hint)
    raise DocumentError(path, "the file is a ZIP archive, no Word file", "unpack it, or name it .zip")


def read_page(raw: RawDocument) -> Page:
    """The lines of a document of any format that is read, with what the format itself marks.

    Raises:
        DocumentError: empty, damaged, hostile or undecodable input, or a format without text.
    """
    data, path = raw.data, raw.path
    if len(data) > MAX_BYTES:
        raise DocumentError(path, f"the file is larger than {MAX_BYTES // 1024**2} MB", "split it into articles")
    match format_of(data, path):
        case "pdf":
            from qualityextract.documents.pdf import read_pdf

            return read_pdf(data, path)
        case "docx":
            from qualityextract.documents.word import read_word

            return read_word(data, path)
        case "mhtml":
            return _read_saved(data, path)
        case "text":
            return _read_decoded(data, path)


def _read_saved(data: bytes, path: str) -> Page:
    from qualityextract.documents.mhtml import MEDIA_TYPE, root_of

    root = root_of(data, path)
    page = _read_decoded(root.data, path)
    # What the page says of its own address is more than where a browser had it from.
    return replace(page, media_type=MEDIA_TYPE, meta=replace(page.meta, url=page.meta.url or root.url))


def _read_decoded(data: bytes, path: str) -> Page:
    """A page of HTML, Markdown or plain text."""
    decoded = decode(data, path)
    return read_html(decoded, path) if looks_like_html(decoded.text) else read_plaintext(decoded, path)
