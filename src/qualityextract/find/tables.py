"""Tables in a text: lines whose cells are joined by ` | `, with their caption, header and body.

Station `find`. `documents` writes the rows of an HTML table so, and people paste tables so. Only the layout is found
here; `resolve.tables` says what the cells mean. Offsets are those of the projected text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from qualityextract.language.numerals import find_numerals
from qualityextract.language.sentences import Sentence
from qualityextract.model import Numeral

_LINE = re.compile(r"[^\n]+")
_RULE = re.compile(r"[|:+\s-]+")
_MISSING = re.compile(r"[-.*/…]*|无|空|暂无|n/?a", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d(?:年(?:度|末|底)?)?")
_SIGN = re.compile(r"[+↑↓▲▼-]|(?:增长|上升|提高|增加|下降|减少|降低)")
_NO_FIGURE = frozenset({"ordinal", "time", "grade"})
_COLUMN_FATES = (
    (re.compile(r"序号|^序$|编号"), "layout"),
    (re.compile(r"排名|位次|名次"), "ordinal"),
    (re.compile(r"代码"), "code"),
    (re.compile(r"电话|邮编|账号"), "identifier"),
    (re.compile(r"年份|^年度$|日期|^时间$"), "date"),
)
_PROSE_LENGTH = 40
"""A cell longer than this is running text, and its line is read as such."""
_CAPTION_LENGTH = 60
_STUB_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: where its trimmed text stands."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A caption (may be empty), the lines of the header and the lines of the body."""

    start: int
    end: int
    caption: Cell
    header: tuple[tuple[Cell, ...], ...]
    body: tuple[tuple[Cell, ...], ...]
    prose: frozenset[int] = frozenset()
    """Where lines begin that hold running text in a cell; they are not in `body`."""


def find_tables(text: str) -> list[Table]:
    """All tables of a projected text in reading order: two or more lines of cells in a row, one of them a header."""
    if "|" not in text:
        return []
    lines = [(m.start(), m.end()) for m in _LINE.finditer(text)]
    cells = [_cells(text, start, end) for start, end in lines]
    tables: list[Table] = []
    at = 0
    while at < len(lines):
        if len(cells[at]) < 2:
            at += 1
            continue
        stop = at + 1
        while stop < len(lines) and (len(cells[stop]) > 1 or _is_stub(cells, stop)):
            stop += 1
        table = _table(text, lines, cells, at, stop)
        if table is not None:
            tables.append(table)
        at = stop
    return tables


def tables_by_sentence(text: str, sentences: list[Sentence]) -> dict[int, Table | None]:
    """Index of every sentence that lies in a table: the first one with the table, the others with None.

    Sentences in cells of running text are left out: they are read like any other.
    """
    tables = find_tables(text)
    found: dict[int, Table | None] = {}
    starts = [table.start for table in tables]
    seen = -1
    for number, sentence in enumerate(sentences):
        index = bisect_right(starts, sentence.start) - 1
        if index < 0 or sentence.start >= tables[index].end:
            continue
        if index == seen and text.rfind("\n", 0, sentence.start) + 1 in tables[index].prose:
            continue
        found[number] = tables[index] if index != seen else None
        seen = index
    return found


def layout_fates(text: str, table: Table) -> list[tuple[Numeral, str, str]]:
    """Numerals that number, rank or date the lines of a table and count nothing: each with its fate and rule."""
    fates = []
    for line in table.body:
        for index, cell in enumerate(line):
            names = "".join(head[index].text for head in table.header if index < len(head))
            fate = next((fate for pattern, fate in _COLUMN_FATES if pattern.search(names)), None)
            if fate is None and index == 0 and is_year(cell.text):
                fate = "date"
            if fate is not None:
                fates += [(n, fate, "table.layout") for n in find_numerals(text, cell.start, cell.end)]
    for line in table.header:
        for cell in line:
            if is_year(cell.text):
                fates += [(n, "date", "table.layout") for n in find_numerals(text, cell.start, cell.end)]
    return fates


def is_missing(text: str) -> bool:
    """A blank, a dash and the like: no figure, never a zero."""
    return _MISSING.fullmatch(text) is not None


def is_year(text: str) -> bool:
    """2019, 2019年, 2019年末."""
    return _YEAR.fullmatch(text) is not None


def is_value(text: str) -> bool:
    """A cell that is one figure (9862件, -3.2%, 1,204); a year alone is one only where the column says so."""
    if not re.search(r"\d", text):
        return False
    bare = text[m.end() :] if (m := _SIGN.match(text)) else text
    numeral = next(find_numerals(bare), None)
    return (
        numeral is not None and numeral.start == 0 and numeral.unit_end == len(bare) and numeral.kind not in _NO_FIGURE
    )


def _cells(text: str, start: int, end: int) -> tuple[Cell, ...]:
    """The cells of a line; bars at both ends are frame, a line of bars and dashes is none."""
    line = text[start:end]
    if "|" not in line or _RULE.fullmatch(line):
        return (_cell(text, start, end),)
    low, high = start, end
    if line.strip().startswith("|") and line.strip().endswith("|") and line.count("|") > 2:
        low, high = text.index("|", start) + 1, text.rindex("|", start, end)
    cells = []
    at = low
    for bar in [*(m.start() for m in re.finditer(r"\|", text[low:high])), high - low]:
        cells.append(_cell(text, at, low + bar))
        at = low + bar + 1
    return tuple(cells)


def _cell(text: str, start: int, end: int) -> Cell:
    raw = text[start:end]
    left = start + len(raw) - len(raw.lstrip())
    trimmed = raw.strip()
    return Cell(left, left + len(trimmed), trimmed)


def _is_stub(cells: list[tuple[Cell, ...]], at: int) -> bool:
    """A line of one filled cell or a frame line between two lines of the table."""
    words = cells[at][0].text
    if at + 1 >= len(cells) or len(cells[at + 1]) < 2:
        return False
    return bool(_RULE.fullmatch(words)) or (
        len(words) <= _STUB_LENGTH and "。" not in words and len(cells[at - 1]) == len(cells[at + 1])
    )


def _table(text: str, lines: list[tuple[int, int]], cells: list[tuple[Cell, ...]], at: int, stop: int) -> Table | None:
    lined = [(start, row) for (start, _), row in zip(lines[at:stop], cells[at:stop], strict=True) if len(row) > 1]
    prose = {start for start, row in lined[1:] if any(len(cell.text) > _PROSE_LENGTH for cell in row)}
    rows = [row for start, row in lined if start not in prose]
    header = 0
    while header < min(2, len(rows)) and not any(
        is_value(cell.text) and not is_year(cell.text) for cell in rows[header]
    ):
        header += 1
    if header == 0 or header == len(rows) or not any(is_value(cell.text) for row in rows[header:] for cell in row):
        return None
    if header == 2 and (len(rows[1]) != len(rows[0]) or rows[1][0].text not in ("", rows[0][0].text)):
        header = 1  # a line of names without a figure, not the lower half of the header
    return Table(
        start=lines[at][0],
        end=lines[stop - 1][1],
        caption=_caption(text, lines, at),
        header=tuple(rows[:header]),
        body=tuple(rows[header:]),
        prose=frozenset(prose),
    )


def _caption(text: str, lines: list[tuple[int, int]], at: int) -> Cell:
    """The title line above, with a line that only names the unit between them."""
    end = start = lines[at][0]
    for above in range(at - 1, max(-1, at - 3), -1):
        line = text[lines[above][0] : lines[above][1]]
        if len(line) > _CAPTION_LENGTH or line.rstrip().endswith(("。", ";", "!", "?")) or "|" in line:
            break
        start = lines[above][0]
        if end == lines[at][0]:
            end = lines[above][1]
        if not re.match(r"\(?(?:计量)?单位[::]", line):
            break
    return Cell(start, end, text[start:end]) if start < lines[at][0] else Cell(start, start, "")
