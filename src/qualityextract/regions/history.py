"""Divisions in time: which version was in force in a year, what a division became, where it came from.

The source counts in years. In the year of a change both names are taken to be in force, because articles of that year
use either.
"""

from __future__ import annotations

from collections.abc import Sequence

from .tables import CODE, FROM, NAME, SHORT, STATUS, SUCCESSORS, TO, Tables


class History:
    """Queries over the versions of all codes."""

    __slots__ = ("_before", "_tables")

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._before: dict[str, list[int]] | None = None

    def alive(self, index: int, year: int | None) -> bool:
        """Whether a version was in force in a year, or is now."""
        row = self._tables.rows[index]
        if row[STATUS] == "unconfirmed":
            return False
        if year is None:
            return not row[TO]
        return int(row[FROM]) <= year and (not row[TO] or year <= int(row[TO]))

    def at_date(self, rows: Sequence[int], year: int | None) -> list[tuple[str, str, bool]]:
        """What rows that share a name mean in a year: (code, code of the written name, whether in force).

        Versions in force come first. Where none was, the ended ones stand for their heir; where the name did not yet
        exist, it stands for itself.
        """
        sure = [i for i in rows if self._tables.rows[i][STATUS] != "unconfirmed"]
        alive = self._latest([i for i in sure if self.alive(i, year)])
        if alive:
            return self._distinct([(self._code(i), self._code(i), True) for i in alive])
        ended = [i for i in sure if self._tables.rows[i][TO] and (year is None or int(self._tables.rows[i][TO]) < year)]
        if not ended:
            return self._distinct([(self._code(i), self._code(i), False) for i in sure])
        out = []
        for index in self._latest(ended):
            heir = self.heir(index, year)
            out.append((heir or self._code(index), self._code(index), heir is not None))
        return self._distinct(out)

    @staticmethod
    def _distinct(items: list[tuple[str, str, bool]]) -> list[tuple[str, str, bool]]:
        return list({item[0]: item for item in items}.values())

    def _code(self, index: int) -> str:
        return self._tables.rows[index][CODE]

    def _latest(self, rows: list[int]) -> list[int]:
        """Drop a version that lives on in another of the rows (the county under its old code and its new one)."""
        if len(rows) < 2:
            return rows
        codes = {self._code(i) for i in rows}
        kept = [i for i in rows if not self._later(self._code(i)) & codes]
        last = {self._code(i): i for i in kept or rows}
        return list(last.values())

    def _later(self, code: str) -> set[str]:
        """What a code went into, and the prefectures above that, but nothing that it lay in itself."""
        after = self._after(code) - {code}
        upper = {
            u for c in after if c in self._tables.by_code for u in self._tables.ancestors(self._tables.by_code[c][-1])
        }
        return (after | upper) - {code, *self._tables.ancestors(self._tables.by_code[code][-1])}

    def _after(self, code: str) -> set[str]:
        """Every code that a code went into, directly or later."""
        seen: set[str] = set()
        todo = [code]
        while todo:
            at = todo.pop()
            if at not in seen:
                seen.add(at)
                todo.extend(s for i in self._tables.by_code.get(at, ()) for s in self._successors(i))
        return seen

    def _successors(self, index: int) -> list[str]:
        text = self._tables.rows[index][SUCCESSORS]
        return text.split("|") if text else []

    def heir(self, index: int, year: int | None) -> str | None:
        """The code that carries a version on in a year: the same place under a new name or rank, never a mere part or
        a neighbour that swallowed it (崇文区 has no heir, 丰润县 has)."""
        seen: set[int] = set()
        while index not in seen:
            if self.alive(index, year):
                return self._code(index)
            seen.add(index)
            following = self._next(index)
            if following is None:
                return None
            index = following
        return None

    def _next(self, index: int) -> int | None:
        row = self._tables.rows[index]
        if not row[TO]:
            return None
        end = int(row[TO])
        same = [i for i in self._tables.by_code[row[CODE]] if int(self._tables.rows[i][FROM]) >= end and i != index]
        if row[STATUS] == "renamed" and same:
            return same[0]
        options = [i for code in self._successors(index) if (i := self._version_from(code, end)) is not None]
        named = [i for i in options if root(self._tables.rows[i]) == root(row)]
        if len(named) == 1:
            return named[0]
        if len(options) == 1 and self._founded_on(options[0], end):
            return options[0]
        return None

    def _version_from(self, code: str, year: int) -> int | None:
        """The first version of a code that was in force after a year's change."""
        for index in self._tables.by_code.get(code, ()):
            ended = self._tables.rows[index][TO]
            if not ended or int(ended) > year:
                return index
        return None

    def _founded_on(self, index: int, year: int) -> bool:
        """Whether a division was set up in that year from one predecessor alone."""
        row = self._tables.rows[index]
        return int(row[FROM]) >= year and len(self._predecessors(row[CODE])) == 1

    def _predecessors(self, code: str) -> list[int]:
        if self._before is None:
            self._before = {}
            for index in range(len(self._tables.rows)):
                own = self._code(index)
                for successor in self._successors(index):
                    if successor != own:
                        self._before.setdefault(successor, []).append(index)
        return self._before.get(code, [])

    def current(self, code: str) -> str | None:
        """The code in force that stands for a code now, also where it was swallowed; None where it was split up."""
        seen: set[str] = set()
        while code not in seen:
            seen.add(code)
            index = self._tables.by_code[code][-1]
            if self.alive(index, None):
                return code
            heir = self.heir(index, None)
            if heir is not None:
                return heir
            after = self._successors(index)
            if len(after) != 1:
                return None
            code = after[0]
        return None

    def lineage(self, code: str) -> list[int]:
        """Versions of a code, of all that went into it and of all that it went into, by year."""
        found = set(self._tables.by_code[code])
        todo = [code]
        while todo:
            for index in self._predecessors(todo.pop()):
                if index not in found:
                    found.add(index)
                    todo.append(self._code(index))
        for after in self._after(code):
            found.update(self._tables.by_code.get(after, ()))
        rows = self._tables.rows
        return sorted(found, key=lambda i: (int(rows[i][FROM]), rows[i][CODE]))


def root(row: Sequence[str]) -> str:
    """The name without its rank, also where the short form keeps it: 滦 of 滦县."""
    return row[SHORT][:-1] if row[SHORT] == row[NAME] and len(row[NAME]) == 2 else row[SHORT]
