"""Plain text and Markdown to the lines of a `Page`.

Stands between `encoding` and `assemble`. Saved pages lose structure in three ways that are mended here by moving
white space only: paragraphs run together with a run of spaces, lines broken at a fixed width, Markdown marks.
"""

from __future__ import annotations

import re

from qualityextract.documents.encoding import Decoded
from qualityextract.documents.page import Page

# A wide gap after a sentence is a lost paragraph break.
_GAP = re.compile(r"(?<=[。！？”）])[ \u3000\xa0]{2,}")
_MARKDOWN_HEAD = re.compile(r"#{1,6}\s+(.{1,200}?)\s*#*\Z")
_MARKDOWN_RULE = re.compile(r"(?:[-*_=]{3,}|\|?[\s:|-]{3,}\|?)\Z")
# A number that a line break parts: 商标12⏎345件. Three digits behind one to three are safe anywhere; other parts only
# inside a line that is long enough for a paragraph. Years, ranks and numbered things (第12, 前10) end what they end.
_NUMBER_ENDS = re.compile(r"[\u4e00-\u9fff](?<![第前])\d{1,3}\Z")
_GROUP_GOES_ON = re.compile(r"\d{3}(?:\.\d+)?[万亿余多]{0,3}(?:%|％|[\u4e00-\u9fff]).*[，。；,]")
_DIGITS_GO_ON = re.compile(r"\d{1,3}(?:\.\d+)?[万亿余多]{0,3}(?:%|％|[\u4e00-\u9fff])(?<!年).*[。；]\Z")
_MIN_BROKEN_LINE = 24
# What pages print at their foot. A number alone is one only where such lines count up.
_PAGE_MARK = re.compile(
    r"[-—－–]{1,2}\s{0,2}\d{1,3}\s{0,2}[-—－–]{1,2}|第\s{0,2}\d{1,3}\s{0,2}[页頁](?:\s{0,3}[/，,]?\s?共\s{0,2}\d{1,3}\s{0,2}[页頁])?"
)
_PAGE_NUMBER = re.compile(r"\d{1,3}")
_MIN_PARTED = 16
_ENDED = ("。", "！", "？", "；", "：", "”", "…", "）", ".", "!", "?", ";", ":", ")", "》", "】", "|")


def read_plaintext(decoded: Decoded, path: str) -> Page:
    """Lines of a text file; a Markdown heading of the first level is the title."""
    text = _GAP.sub("\n", decoded.text)
    lines = rejoin(without_page_marks([line.strip() for line in text.split("\n")]))
    if not path.lower().removesuffix(".gz").endswith(".md"):
        return Page(path, tuple(lines), decoded.encoding, "text/plain")
    lines, title = _markdown(lines)
    # Lower headings are the body's own.
    body_at = lines.index(title) + 1 if title else None
    return Page(path, tuple(lines), decoded.encoding, "text/markdown", title=title, body_at=body_at)


def _markdown(lines: list[str]) -> tuple[list[str], str | None]:
    """The lines without heading marks, rules and empty lines, and the first heading of the first level."""
    title: str | None = None
    kept: list[str] = []
    for line in lines:
        heading = _MARKDOWN_HEAD.match(line)
        if heading:
            title = title or (heading.group(1) if line.startswith("# ") else None)
            kept.append(heading.group(1))
        elif line and not _MARKDOWN_RULE.match(line):
            kept.append(line)
    return kept, title


def without_page_marks(lines: list[str]) -> list[str]:
    """Take out the page numbers of a printed document, and the empty lines around one that parts a paragraph."""
    marks = _page_marks(lines)
    out: list[str] = []
    at = 0
    while at < len(lines):
        # A stretch of empty lines and page marks, as long as it goes.
        end = at
        while end < len(lines) and (not lines[end] or end in marks):
            end += 1
        if end == at:
            out.append(lines[at])
            at += 1
            continue
        parted = bool(out) and len(out[-1]) >= _MIN_PARTED and not out[-1].endswith(_ENDED)
        if not (parted and any(between in marks for between in range(at, end))):
            out.extend([""] * (end - at))
        at = end
    return out


def _page_marks(lines: list[str]) -> set[int]:
    """Indices of the lines that are page marks."""
    marks = {at for at, line in enumerate(lines) if _PAGE_MARK.fullmatch(line)}
    numbers: list[int] = []
    last = ""
    for at, line in enumerate(lines):
        if _PAGE_NUMBER.fullmatch(line):
            # Numbers of a list or a table stand among short lines, those of pages count up.
            if len(last) < _MIN_PARTED or (numbers and int(line) != int(lines[numbers[-1]]) + 1):
                return marks
            numbers.append(at)
        last = line or last
    return marks | set(numbers) if len(numbers) > 1 else marks


def rejoin(lines: list[str]) -> list[str]:
    """Join the lines of paragraphs that were broken at a fixed width; other lines stay as they are.

    A run of lines counts as broken when at least three quarters of its lines, four at least, have nearly the
    width of the widest and stop without punctuation.
    """
    joined: list[str] = []
    run: list[str] = []
    for line in [*lines, ""]:
        if line:
            run.append(line)
            continue
        joined.extend(_rejoin_numbers(_rejoin_run(run)))
        run = []
    return joined


def _rejoin_numbers(run: list[str]) -> list[str]:
    """Join two lines where the break parts a number from its end."""
    out: list[str] = []
    for line in run:
        if out and _parts_number(out[-1], line):
            out[-1] += line
        else:
            out.append(line)
    return out


def _parts_number(line: str, following: str) -> bool:
    if not _NUMBER_ENDS.search(line) or " | " in line or " | " in following:
        return False
    if _GROUP_GOES_ON.match(following):
        return True
    return len(line) >= _MIN_BROKEN_LINE and bool(re.search("[，。；]", line) and _DIGITS_GO_ON.match(following))


def _rejoin_run(run: list[str]) -> list[str]:
    if len(run) < 4:
        return run
    widest = max(len(line) for line in run)
    if not 16 <= widest <= 120:
        return run
    full = [widest - len(line) <= max(3, widest // 10) for line in run]
    broken = sum(wide and not line.endswith(_ENDED) for wide, line in zip(full, run, strict=True))
    if broken < 4 or broken < 0.6 * (len(run) - 1):
        return run
    out = [run[0]]
    for at in range(1, len(run)):
        if full[at - 1]:
            # A Latin word or number on both sides of the break keeps a space.
            glue = " " if out[-1][-1].isascii() and run[at][0].isascii() and out[-1][-1].isalpha() else ""
            out[-1] = out[-1] + glue + run[at]
        else:
            out.append(run[at])
    return out
