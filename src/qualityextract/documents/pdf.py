"""A PDF to the lines of a `Page`: its text layer, in the order in which pdfium gives it.

Called by `formats`. `pages` finds out which printed lines are one paragraph, one row of a table, or no part of the text.
The file's own day and author are not asked: they are those of a converter or of an office computer.
"""

from __future__ import annotations

import ctypes
import unicodedata
from functools import lru_cache

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from qualityextract.documents.encoding import clean, commonness
from qualityextract.documents.page import Page, confirmed
from qualityextract.documents.pages import Printed, paragraphs
from qualityextract.documents.ruledata import radicals
from qualityextract.errors import DocumentError

MEDIA_TYPE = "application/pdf"
MAX_PAGES = 400
MAX_CHARACTERS = 2_000_000
_MIN_LETTERS = 10
_MIN_COMMON = 0.3
_GAP = 0.6
"""Empty space, in heights of a line, that parts two cells; one between words has half of it, and is mostly written."""
_PASSWORD = raw.FPDF_ERR_PASSWORD
_OCR = "recognise its text first (OCR), for example with ocrmypdf, and put the result here"


def read_pdf(data: bytes, path: str) -> Page:
    """Paragraphs and rows of tables of a PDF.

    Raises:
        DocumentError: the file is damaged, locked, too long, a scan without text, or its text can't be read out.
    """
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if error.err_code == _PASSWORD:
            raise DocumentError(path, "the PDF is locked with a password", "save it without a password") from error
        raise DocumentError(path, "the PDF is damaged", "save or download it again") from error
    try:
        pages = _pages(document, path)
        claimed = document.get_metadata_value("Title")
    finally:
        document.close()
    lines = tuple(clean(line) for line in paragraphs(pages))
    text = "".join(lines)
    if sum(character.isalpha() for character in text) < _MIN_LETTERS:
        raise DocumentError(path, "the PDF is a scan: it has no text layer", _OCR)
    chinese = sum("\u4e00" <= character <= "\u9fff" for character in text)
    strange = sum(unicodedata.category(character) in ("Co", "Cn", "Cc") for character in text)
    if strange * 5 > len(text) or (chinese >= 2 * _MIN_LETTERS and commonness(text) < _MIN_COMMON):
        raise DocumentError(path, "the PDF does not say which characters its glyphs are", _OCR)
    at = confirmed(claimed, lines)
    title = lines[at] if at is not None else None
    return Page(path, lines, "utf-8", MEDIA_TYPE, title=title, body_at=at + 1 if at is not None else None)


def _pages(document: pdfium.PdfDocument, path: str) -> list[list[Printed]]:
    if len(document) > MAX_PAGES:
        raise DocumentError(path, f"the PDF has more than {MAX_PAGES} pages", "split it into articles")
    pages: list[list[Printed]] = []
    characters = 0
    for number in range(len(document)):
        try:
            page = document[number]
            text = page.get_textpage()
        except pdfium.PdfiumError:
            # One damaged page does not take the others with it.
            continue
        try:
            characters += text.count_chars()
            if characters > MAX_CHARACTERS:
                raise DocumentError(path, "the PDF holds more text than an article can", "split it into articles")
            pages.append(_printed(text))
        finally:
            text.close()
            page.close()
    return pages


def _printed(text: pdfium.PdfTextPage) -> list[Printed]:
    """The lines of one page with their places; cells that stand apart in a line are parted."""
    lines: list[Printed] = []
    cells: list[list[str]] = [[]]
    boxes: list[tuple[float, float, float, float]] = []
    for at in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, at)
        if code in (0x0A, 0x0D):
            _end(lines, cells, boxes)
            cells, boxes = [[]], []
            continue
        character = _character(code)
        if character.isspace() and boxes and raw.FPDFText_IsGenerated(text, at) != 1:
            # A space that is written belongs to the line and parts nothing.
            boxes.append((*boxes[-1][:2], max(boxes[-1][2], _box(text, at)[2]), boxes[-1][3]))
        if character.isspace() or raw.FPDFText_IsGenerated(text, at) == 1:
            if cells[-1] and not character.isspace():
                cells[-1].append(character)
            elif cells[-1] and cells[-1][-1] != " ":
                cells[-1].append(" ")
            continue
        box = _box(text, at)
        if boxes and box[0] - boxes[-1][2] > _GAP * max(1.0, box[3] - box[1]):
            cells.append([])
        cells[-1].append(character)
        boxes.append(box)
    _end(lines, cells, boxes)
    return lines


def _end(lines: list[Printed], cells: list[list[str]], boxes: list[tuple[float, float, float, float]]) -> None:
    texts = tuple(text for text in ("".join(cell).strip() for cell in cells) if text)
    if texts and boxes:
        left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
        right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
        lines.append(Printed(texts, left, right, bottom, top))


def _box(text: pdfium.PdfTextPage, at: int) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of a character with the white space that belongs to it, in points."""
    rectangle = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(text, at, ctypes.byref(rectangle))
    low, high = sorted((rectangle.bottom, rectangle.top))
    return rectangle.left, low, rectangle.right, high


@lru_cache(maxsize=8192)
def _character(code: int) -> str:
    """The character of a code; one of the radicals, which fonts often name instead, is the character it looks like."""
    if not 0 < code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF):
        return "\ufffd"
    character = chr(code)
    if 0x2E80 <= code <= 0x2FDF:
        return radicals().get(character) or unicodedata.normalize("NFKC", character)
    return character
