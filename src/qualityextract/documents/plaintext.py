"""Plain text and Markdown to the lines of a `Page`.

Stands between `encoding` and `assemble`. Saved pages lose structure in three ways that are mended here by moving
white space only: paragraphs run together with a run of spaces, lines broken at a fixed width, Markdown marks.
"""

from __future__ import annotations

import re

from qualityextract.documents.assemble import Page
from qualityextract.documents.encoding import Decoded

# A wide gap after a sentence is a lost paragraph break.
_GAP = re.compile(r"(?<=[。！？”）])[ \u3000\xa0]{2,}")
_MARKDOWN_HEAD = re.compile(r"#{1,6}\s+(.{1,200}?)\s*#*\Z")
_MARKDOWN_RULE = re.compile(r"(?:[-*_=]{3,}|\|?[\s:|-]{3,}\|?)\Z")
_ENDED = ("。", "！", "？", "；", "：", "”", "…", "）", ".", "!", "?", ";", ":", ")", "》", "】", "|")


def read_plaintext(decoded: Decoded, path: str) -> Page:
    """Lines of a text file; a Markdown heading of the first level is the title."""
    text = _GAP.sub("\n", decoded.text)
    lines = rejoin([line.strip() for line in text.split("\n")])
    if not path.lower().endswith(".md"):
        return Page(path, tuple(lines), decoded.encoding, "text/plain")
    lines, title = _markdown(lines)
    # Lower headings are the body's own.
    body_at = lines.index(title) + 1 if title else None
    return Page(path, tuple(lines), decoded.encoding, "text/plain", title=title, body_at=body_at)


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
        joined.extend(_rejoin_run(run))
        run = []
    return joined


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
