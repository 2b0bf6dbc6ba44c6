"""Cells of an HTML table that span several rows or columns, written where a reader of lines looks for them.

Called by `blocks`, which writes a row as one line of cells. A label that spans is repeated in every line and column that
it stands for; a figure is not, because it would be counted again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

_FIGURE = re.compile(r"[+±↑↓▲▼-]?\s?\d[\d,.，\s]*(?:%|％|‰|[\u4e00-\u9fff]{0,4})")
_YEAR = re.compile(r"(?:19|20)\d\d\s?年?(?:度|末|底)?")
_LONGEST_ACROSS, _LONGEST_DOWN = 12, 30
"""Characters of a label in a `td` that is repeated; a longer one is text that only needs room."""
_MOST_COLUMNS, _MOST_ROWS = 60, 1_000


@dataclass(frozen=True, slots=True)
class Span:
    """How many columns and rows a cell covers, and whether it is a header cell."""

    columns: int = 1
    rows: int = 1
    header: bool = False


@dataclass(slots=True)
class Grid:
    """What one table has open: the cells that reach down into its next rows, by column."""

    open: dict[int, tuple[int, str]] = field(default_factory=dict)
    rows: int = 0
    """Rows of data so far."""

    def line(self, cells: list[str], spans: list[Span]) -> list[str]:
        """The cells of the next row, one for every column of the table."""
        out: list[str] = []
        below: dict[int, tuple[int, str]] = {}
        for cell, span in zip(cells, spans, strict=True):
            self._from_above(out, below)
            across = cell if span.header or _is_label(cell, _LONGEST_ACROSS) else ""
            down = cell if span.header or _is_label(cell, _LONGEST_DOWN) else ""
            for column in range(span.columns):
                if span.rows > 1:
                    below[len(out)] = (span.rows - 1, across and down if column else down)
                out.append(across if column else cell)
        self._from_above(out, below)
        self.open = below
        self.rows += 1
        return out

    def skip(self) -> None:
        """A row that is no line of cells: what reaches down ends one row earlier."""
        self.open = {at: (left - 1, text) for at, (left, text) in self.open.items() if left > 1}

    def _from_above(self, out: list[str], below: dict[int, tuple[int, str]]) -> None:
        while (here := self.open.get(len(out))) is not None:
            left, text = here
            if left > 1:
                below[len(out)] = (left - 1, text)
            out.append(text)


def span_of(cell: LexborNode) -> Span:
    """The span of a `td` or `th`; what is no number counts as one, rows=0 reaches to the end of the table."""
    attributes = cell.attributes
    rows = _number(attributes.get("rowspan"), _MOST_ROWS)
    return Span(_number(attributes.get("colspan"), _MOST_COLUMNS) or 1, rows or _MOST_ROWS, cell.tag == "th")


def _number(text: str | None, most: int) -> int:
    return min(int(text), most) if text and text.strip().isascii() and text.strip().isdigit() else 1


def _is_label(cell: str, longest: int) -> bool:
    if len(cell) > longest:
        return False
    return _FIGURE.fullmatch(cell) is None or _YEAR.fullmatch(cell) is not None
