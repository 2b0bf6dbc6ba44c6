"""Read the CSV files of `rules/regions` into plain lists and dictionaries; the rest of the package works on these.

Rows of divisions stay lines until someone asks for one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import RuleError
from .values import COUNTRY, Division, Form, Level, RelativeLevel

FOLDER = Path(__file__).resolve().parent.parent / "rules" / "regions"
CODE, NAME, SHORT, LEVEL, PROVINCE, PREFECTURE, FROM, TO, STATUS, SUCCESSORS, PARTIAL, DERIVED, FLAGS = range(13)
HEADER = (
    "code,name,short,level,province,prefecture,valid_from,valid_to,status,successors,partial_successors,derived,flags"
)
LEVELS: dict[str, Level] = {
    "country": "country",
    "province": "province",
    "prefecture": "prefecture",
    "county": "county",
}


@dataclass(frozen=True, slots=True)
class NameRule:
    """When a written name counts as the place: `guarded` by neighbours, `stop` without its parent, `never` short."""

    use: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Pointer:
    """A word that points to a place named elsewhere (全市), or to several (两地)."""

    word: str
    level: RelativeLevel
    form: Form
    not_after: str
    not_before: str
    length: int


def read(name: str, columns: int, folder: Path = FOLDER) -> Iterator[list[str]]:
    """The data rows of one CSV file.

    Raises:
        RuleError: the file is missing, or a row has another number of fields.
    """
    path = folder / name
    try:
        handle = path.open(encoding="utf-8", newline="")
    except OSError as error:
        raise RuleError(f"rules/regions/{name}: {error.strerror}") from error
    with handle:
        rows = csv.reader(handle)
        next(rows, None)
        for number, row in enumerate(rows, start=2):
            if len(row) != columns:
                raise RuleError(f"rules/regions/{name}: line {number} has {len(row)} fields instead of {columns}")
            yield row


class Rows:
    """The rows of `divisions.csv`, split only when asked for: most processes touch a few dozen of seven thousand."""

    __slots__ = ("_lines", "_split")

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._split: dict[int, list[str]] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, index: int) -> list[str]:
        row = self._split.get(index)
        if row is None:
            row = self._split[index] = self._lines[index].split(",")
        return row


def division_lines(folder: Path = FOLDER) -> list[str]:
    """The lines of `divisions.csv` without its header; the build writes no quotes and no commas into fields.

    Raises:
        RuleError: the file is missing or its header is another.
    """
    try:
        lines = (folder / "divisions.csv").read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise RuleError(f"rules/regions/divisions.csv: {error.strerror}") from error
    if lines[0] != HEADER:
        raise RuleError("rules/regions/divisions.csv: the header is not the expected one")
    return lines[1:-1] if not lines[-1] else lines[1:]


class Tables:
    """The divisions, their names and the words that point to them, indexed by code and by name."""

    __slots__ = ("_made", "by_code", "groups", "names", "pointers", "rows", "rules", "short_only")

    def __init__(self) -> None:
        lines = division_lines()
        self.rows = Rows(lines)
        self._made: dict[int, Division] = {}
        self.by_code: dict[str, list[int]] = {}
        self.names: dict[str, list[int]] = {}
        self.short_only: set[str] = set()
        self._index_divisions(lines)
        self.groups: dict[str, tuple[str, ...]] = {}
        self._index_aliases()
        self.rules = {row[0]: NameRule(row[1], row[2], row[3]) for row in read("names.csv", 5)}
        self.pointers = [pointer(row) for row in read("relative.csv", 6)]

    def _index_divisions(self, lines: list[str]) -> None:
        by_code, names = self.by_code, self.names
        shorts: dict[str, list[int]] = {}
        for index, line in enumerate(lines):
            code, name, short, _ = line.split(",", 3)
            by_code.setdefault(code, []).append(index)
            names.setdefault(name, []).append(index)
            if short != name:
                shorts.setdefault(short, []).append(index)
        self.short_only = shorts.keys() - names.keys()
        for short in self.short_only:  # 忻县 is the county, though 忻县地区 has the same root
            names[short] = shorts[short]

    def _index_aliases(self) -> None:
        """Common names; an abbreviation (冀) is no name on its own, and a group (京津冀) has several codes."""
        for alias, codes, kind, _ in read("aliases.csv", 4):
            if kind == "group":
                self.groups[alias] = tuple(codes.split("|"))
            elif kind != "abbr":
                have = self.names.setdefault(alias, [])
                have.extend(i for i in self.by_code.get(codes, ()) if i not in have)
                if self._no_full(have, alias):
                    self.short_only.add(alias)

    def _no_full(self, indexes: list[int], name: str) -> bool:
        return all(self.rows[i][NAME] != name for i in indexes)

    def ancestors(self, index: int) -> tuple[str, ...]:
        """Codes above a row, the nearest first: prefecture if there is one, province, country."""
        row = self.rows[index]
        code, level = row[CODE], row[LEVEL]
        if level == "county":
            if row[PREFECTURE]:
                return code[:4] + "00", code[:2] + "0000", COUNTRY
            return code[:2] + "0000", COUNTRY
        if level == "prefecture":
            return code[:2] + "0000", COUNTRY
        return (COUNTRY,) if level == "province" else ()

    def division(self, index: int) -> Division:
        """The row as a value; it is made once, since an article asks for the same few again and again."""
        found = self._made.get(index)
        if found is None:
            found = self._made[index] = self._division(index)
        return found

    def _division(self, index: int) -> Division:
        row = self.rows[index]
        level = LEVELS[row[LEVEL]]
        name = row[NAME]
        prefecture = name if level == "prefecture" else row[PREFECTURE] or None
        county = name if level == "county" else None
        province = None if level == "country" else row[PROVINCE]
        parts = [part.split("@") for part in row[PARTIAL].split("|") if part]
        return Division(
            code=row[CODE],
            name=name,
            short=row[SHORT],
            level=level,
            province=province,
            prefecture=prefecture,
            county=county,
            path="".join(part for part in (province, prefecture, county) if part) or name,
            valid_from=int(row[FROM]),
            valid_to=int(row[TO]) if row[TO] else None,
            successors=tuple(row[SUCCESSORS].split("|")) if row[SUCCESSORS] else (),
            status=row[STATUS],
            partial_successors=tuple((code, int(year)) for code, year in parts),
            flags=tuple(row[FLAGS].split("|")) if row[FLAGS] else (),
        )


def pointer(row: list[str]) -> Pointer:
    levels: dict[str, RelativeLevel] = {
        "province": "province", "prefecture": "prefecture", "county": "county", "any": "any",
    }  # fmt: skip
    forms: dict[str, Form] = {"relative": "relative", "set": "set"}
    word, level, form, not_after, not_before, length = row
    if level not in levels or form not in forms:
        raise RuleError(f"rules/regions/relative.csv: {word}: unknown level {level!r} or form {form!r}")
    return Pointer(word, levels[level], forms[form], not_after, not_before, int(length or len(word)))
