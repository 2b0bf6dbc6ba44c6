"""The divisions as a tree with a history, and the resolution of a mention to one code.

Everything here works on codes; texts are the finder's business. `load_gazetteer()` builds it once a process.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Sequence

from .finder import Finder, codes_of
from .history import History
from .pointers import antecedent
from .tables import CODE, LEVEL, NAME, STATUS, Tables
from .values import COUNTRY, LEVEL_RANK, Division, Level, RegionMention, Resolution, ZoneMention
from .zones import ZoneFinder

MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})


class Gazetteer:
    """Divisions of three levels since 1981, how they are written, and what contains what."""

    __slots__ = ("_dated", "_finder", "_history", "_tables", "_zones")

    def __init__(self) -> None:
        self._tables = Tables()
        self._finder = Finder(self._tables)
        self._history = History(self._tables)
        self._zones: ZoneFinder | None = None
        self._dated: dict[tuple[tuple[int, ...], int | None], list[tuple[str, str, bool]]] = {}
        """What names meant in a year: an article asks for the same few again and again."""

    # Texts ------------------------------------------------------------------------------------------------------

    def find(self, text: str) -> list[RegionMention]:
        """Every place mention in reading order; leftmost-longest, without overlaps."""
        return self._finder.find(text)

    def find_zones(
        self,
        text: str,
        mentions: Sequence[RegionMention] | None = None,
        *,
        context: Sequence[str] = (),
        on: dt.date | None = None,
    ) -> list[ZoneMention]:
        """Development zones named in the text; `mentions` saves a second search for places."""
        if self._zones is None:
            self._zones = ZoneFinder()
        found = self.find(text) if mentions is None else mentions
        return self._zones.find(text, found, lambda mention: self.resolve(mention, context=context, on=on).code)

    # The tree ---------------------------------------------------------------------------------------------------

    def __contains__(self, code: object) -> bool:
        return code in self._tables.by_code

    def division(self, code: str) -> Division:
        """The last version of a code.

        Raises:
            KeyError: no division ever had the code.
        """
        return self._tables.division(self._tables.by_code[code][-1])

    def at(self, code: str, on: dt.date) -> Division | None:
        """The version of a code that was in force in the year of `on`, the newer one in a year of change."""
        found = [i for i in self._tables.by_code.get(code, ()) if self._history.alive(i, on.year)]
        return self._tables.division(found[-1]) if found else None

    def named(self, code: str, on: dt.date | None) -> Division:
        """The version whose name a code bore on a day, its last version where it was not in force (or without a day).

        Raises:
            KeyError: no division ever had the code.
        """
        return (self.at(code, on) if on is not None else None) or self.division(code)

    def codes(self, *, in_force: bool = True) -> tuple[str, ...]:
        """Every code, by default only of divisions in force."""
        rows = self._tables.rows
        return tuple(c for c, v in self._tables.by_code.items() if not in_force or rows[v[-1]][STATUS] == "in_force")

    def ancestors(self, code: str) -> tuple[Division, ...]:
        """The divisions above a code, the nearest first; the country is the last."""
        return tuple(self.division(above) for above in self._above(code))

    def _above(self, code: str) -> tuple[str, ...]:
        return self._tables.ancestors(self._tables.by_code[code][-1])

    def common_ancestor(self, codes: Iterable[str]) -> str | None:
        """The smallest division that holds all the codes (one of them may be it); None for no codes."""
        chains = [(code, *self._above(code)) for code in codes]
        if not chains:
            return None
        return next((code for code in chains[0] if all(code in chain for chain in chains[1:])), None)

    def up_to(self, code: str, level: Level) -> str:
        """The code itself or the nearest above it that is at least as high as `level`.

        A district of a municipality has no prefecture: asked for one, the answer is the municipality.
        """
        for at in (code, *self._above(code)):
            if LEVEL_RANK[self.division(at).level] <= LEVEL_RANK[level]:
                return at
        return COUNTRY

    def is_municipality(self, code: str) -> bool:
        """北京, 天津, 上海, 重庆: cities whose award of the mayor is a provincial one."""
        return code in MUNICIPALITIES

    # History ----------------------------------------------------------------------------------------------------

    def history(self, code: str) -> tuple[Division, ...]:
        """The lineage of a code by year: what it came from, the names it bore, what became of it."""
        return tuple(self._tables.division(i) for i in self._history.lineage(code))

    def current(self, code: str) -> str | None:
        """The code in force that stands for a code now; None where the division was split up."""
        return self._history.current(code)

    # Resolution -------------------------------------------------------------------------------------------------

    def resolve(self, mention: RegionMention, *, context: Sequence[str] = (), on: dt.date | None = None) -> Resolution:
        """Choose the one code that a mention means.

        Args:
            mention: what `find` returned.
            context: codes named around it, the nearest first.
            on: the article's date; None means now.

        Returns:
            A resolution whose `code` is None where date and context leave several.
        """
        if mention.form == "relative":
            code = antecedent(self._tables, mention, context)
            return Resolution(code, (code,) if code else ())
        if mention.form == "set" or not mention.codes:
            return Resolution(None, mention.codes)
        wanted = set(mention.codes)
        if mention.name:
            rows = [i for i in self._tables.names.get(mention.name, ()) if self._tables.rows[i][CODE] in wanted]
        else:
            rows = [i for code in mention.codes for i in self._tables.by_code[code]]
        short = mention.form == "short" and mention.name not in self._finder.weak
        return self.choose(rows, context=context, year=on.year if on else None, short=short)

    def resolve_name(
        self, name: str, *, on: dt.date | None = None, within: str | None = None, context: Sequence[str] = ()
    ) -> Resolution:
        """Like `resolve`, for a bare name in full or short form; `within` is a code that must contain the answer."""
        rows = self._tables.names.get(name)
        if rows is None:
            # 唐山市丰润区 in one piece: let the finder take it apart.
            found = [m for m in self.find(name) if m.start == 0 and m.end == len(name)]
            return self.resolve(found[0], context=context, on=on) if found else Resolution(None, ())
        if within is not None:
            rows = [i for i in rows if within in (self._tables.rows[i][CODE], *self._tables.ancestors(i))]
        short = name in self._tables.short_only and name not in self._finder.weak
        return self.choose(rows, context=context, year=on.year if on else None, short=short)

    def choose(self, rows: Sequence[int], *, context: Sequence[str], year: int | None, short: bool) -> Resolution:
        """Candidates by date, then by the habits of short forms, then by context."""
        asked = (tuple(rows), year)
        dated = self._dated.get(asked)
        if dated is None:
            dated = self._dated[asked] = self._history.at_date(rows, year)
        candidates = tuple(code for code, _, _ in dated)
        left = self._highest(candidates, context) if short and len(dated) > 1 else candidates
        chosen = left[0] if len(left) == 1 else self._by_context(left, context)
        if chosen is None and short:
            chosen = self._prominent(left)
        for code, written, in_force in dated:
            if code == chosen:
                return Resolution(code, candidates, written, in_force)
        return Resolution(None, candidates)

    def _highest(self, candidates: tuple[str, ...], context: Sequence[str]) -> tuple[str, ...]:
        """Short forms mean the larger place: 吉林 is the province, 长沙 the city and not the county in it.

        Only beside its own neighbours does a smaller place bear the name of a province: 海南 in 青海 is 海南州.
        """
        provinces = tuple(code for code in candidates if code.endswith("0000"))
        if provinces:
            near = [] if any(code[:2] == provinces[0][:2] for code in context) else context
            return tuple(c for c in candidates if any(self._neighbours(c, code) for code in near)) or provinces
        return tuple(code for code in candidates if not set(candidates) & set(self._above(code)))

    def _prominent(self, candidates: tuple[str, ...]) -> str | None:
        """The one prefecture among districts, which nobody calls by the bare root: 中山 is the city, not the 区."""
        cities = [code for code in candidates if code.endswith("00")]
        others = [code for code in candidates if not code.endswith("00")]
        return cities[0] if len(cities) == 1 and all(self.name(code).endswith("区") for code in others) else None

    def _by_context(self, candidates: tuple[str, ...], context: Sequence[str]) -> str | None:
        left = list(candidates)
        for grade in (3, 2, 1):
            for near in context:
                winners = [code for code in left if self._kinship(code, near) == grade]
                if len(winners) == 1:
                    return winners[0]
                left = winners or left
        return None

    def _kinship(self, code: str, other: str) -> int:
        """3 the same, 2 in one prefecture or municipality, 1 in one province, 0 strangers."""
        if code == other:
            return 3
        if other not in self._tables.by_code or other == COUNTRY or code[:2] != other[:2]:
            return 0
        if code[:2] + "0000" in MUNICIPALITIES:
            return 2
        home, near = self._prefecture(code), self._prefecture(other)
        return 2 if home is not None and home == near else 1

    def _neighbours(self, code: str, other: str) -> bool:
        """In one prefecture, or a prefecture in the same province; districts of a municipality don't count."""
        needed = 1 if code.endswith("00") else 2
        return code[:2] + "0000" not in MUNICIPALITIES and self._kinship(code, other) >= needed

    def _prefecture(self, code: str) -> str | None:
        row = self._tables.rows[self._tables.by_code[code][-1]]
        if row[LEVEL] == "prefecture":
            return code
        above = self._above(code)
        return above[0] if row[LEVEL] == "county" and len(above) == 3 else None

    def name(self, code: str) -> str:
        """The last name of a code."""
        return self._tables.rows[self._tables.by_code[code][-1]][NAME]

    def codes_named(self, name: str) -> tuple[str, ...]:
        """Every code that ever bore a name, in full or in short form."""
        return codes_of(self._tables, self._tables.names.get(name, ()))


@functools.cache
def load_gazetteer() -> Gazetteer:
    """The one gazetteer of the process.

    Raises:
        RuleError: a file under `rules/regions` is missing or malformed.
    """
    return Gazetteer()
