"""Bind the quantities of a sentence to indicators by the constructions of `rules/grammar.yaml`.

Order: what 分别 hands out; the direct constructions; elided heads of a list; 其中; changes, shares and ranks, which
speak about another figure; counts whose noun stands earlier (658家企业入围); counts without a numeral.
"""

from __future__ import annotations

import functools
import re
from dataclasses import replace

import regex

from qualityextract.find.chunks import Medal, numeral_of, subject_of
from qualityextract.grammar.figures import Figure, Topic
from qualityextract.language.numerals import parse_number
from qualityextract.model import Chunk, IndicatorMention, SubjectMention
from qualityextract.ruleset import Indicator, load_ruleset

_RATIO_UNITS = frozenset({"%", "百分点", "倍", "番"})
_LINKING = re.compile(
    r"^(?:[了的为是至到在以并且又还也已再将地]|总|其|数|量|额|数量|总量|总数|总额|规模|增速|增幅|幅度|率|年均|分别|均|平均|累计|实现|净|总体|全年|本|该|这|较|比|同|相|了约|大幅|稳步|持续|快速|显著|明显|进一步|继续|逐年|各项|多项|指标|业务|等|不断|连续|有所|左右|比例|所|达|项目|同比|环比|届|上届|以来|期间|占比|水平|位|仍|均保持|超过|双双|只)*$"
)


@functools.cache
def _constructions() -> tuple[tuple[str, regex.Pattern[str]], ...]:
    return tuple((c.id, regex.compile(c.pattern)) for c in load_ruleset().constructions)


def bind_sentence(chunks: list[Chunk], sentence: int, topic: Topic) -> list[Figure]:
    """Figures of one sentence in reading order; a quantity that nothing binds has no indicator."""
    binder = _Binder(chunks, sentence, topic)
    binder.distribute()
    binder.construct()
    binder.elided_heads()
    binder.carried_heads()
    binder.parts_of_a_list()
    binder.about_others()
    binder.implied()
    binder.unbound()
    return sorted(binder.figures.values(), key=lambda f: (f.chunk.start, f.at))


class _Binder:
    """The state of binding one sentence: chunks, their letters, and the figures found so far by chunk index."""

    def __init__(self, chunks: list[Chunk], sentence: int, topic: Topic) -> None:
        self.chunks = chunks
        self.letters = "".join(chunk.letter for chunk in chunks)
        self.sentence = sentence
        self.topic = topic
        self.figures: dict[int, Figure] = {}
        self.extra = 0
        self.heads: set[int] = set()

    # -- small questions -------------------------------------------------------------------------------------

    def mention(self, i: int) -> IndicatorMention | None:
        value = self.chunks[i].value
        return value if isinstance(value, IndicatorMention) else None

    def unit(self, i: int) -> str:
        numeral = numeral_of(self.chunks[i])
        return numeral.unit if numeral else ""

    def clause_start(self, i: int, marks: str = ",;") -> int:
        while i > 0 and self.letters[i - 1] not in marks:
            i -= 1
        return i

    def fits(self, i: int, mention: IndicatorMention, *, near: bool = True) -> bool:
        """Does the quantity at `i` have a unit that can count `mention`?"""
        numeral = numeral_of(self.chunks[i])
        if numeral is None:
            return False
        rule = load_ruleset().indicators[mention.code]
        ratio = numeral.kind in ("percent", "points", "times", "doubling")
        if ratio:
            return numeral.unit == "%" and _is_rate(rule) and numeral.kind == "percent"
        if numeral.kind == "money":
            return any("元" in unit for unit in rule.units) or numeral.unit in rule.units
        if _is_rate(rule) and not _counts(rule):
            return numeral.unit in rule.units or (numeral.kind in ("none", "score") and near)
        if all("元" in unit or unit == "%" for unit in rule.units) and rule.units:
            return numeral.kind == "none" and near and numeral.value >= 1000
        if mention.weak == "unit":
            return numeral.unit in _plain_units(rule) and numeral.unit != ""
        if numeral.unit in _plain_units(rule):
            return True
        if numeral.kind == "none":
            return near and numeral.digits >= 0
        if numeral.kind in ("place", "score"):
            return False
        return numeral.unit in _INTERCHANGEABLE

    # -- the steps -------------------------------------------------------------------------------------------

    def add(self, i: int, indicator: IndicatorMention | None, effect: str, rule: str, **more: object) -> Figure:
        chunk = self.chunks[i]
        if indicator is not None and indicator.code.startswith("enf.batches_") and effect == "count":
            indicator = self._failing(i) or indicator
        figure = Figure(self.sentence, i, chunk, indicator, effect, rule, **more)  # type: ignore[arg-type]
        if isinstance(chunk.value, Medal):
            figure.attributes["tier"] = chunk.value.tier
        key = i
        if i in self.figures:
            self.extra += 1
            key = 1000 * self.extra + i
        self.figures[key] = figure
        return figure

    def _failing(self, q: int) -> IndicatorMention | None:
        """29批次食用农产品不合格: the number counts what failed, not what was sampled."""
        for k in range(q + 1, len(self.letters)):
            if self.letters[k] in ",;QPM":
                return None
            mention = self.mention(k)
            if mention is not None and mention.code == "enf.nonconforming":
                return mention
        return None

    def construct(self) -> None:
        for rule, pattern in _constructions():
            for found in pattern.finditer(self.letters, overlapped=True):
                q, i = found.start("q"), found.start("i")
                mention = self.mention(i)
                if q in self.figures or mention is None or not self.fits(q, mention, near="tight" in rule):
                    continue
                if not self._allowed(rule, q, i):
                    continue
                self.add(q, mention, "count", rule, head=i)
                self.heads.add(i)
                if rule == "bind.rate":
                    self._rate_list(q, i)

    def _rate_list(self, q: int, i: int) -> None:
        """A率、B率达到100%: one row for each of the rates listed."""
        start = self.clause_start(i)
        for k in self._coordinated([k for k in range(start, i + 1) if self.letters[k] == "I"])[:-1]:
            mention = self.mention(k)
            if mention is not None and k not in self.heads and self._is_item_head(k) and self.fits(q, mention):
                self.add(q, mention, "count", "bind.rate", head=k)
                self.heads.add(k)

    def _allowed(self, rule: str, q: int, i: int) -> bool:
        """What letters alone can't say about a construction."""
        low, high = sorted((q, i))
        between = self.chunks[low + 1 : high]
        letters = self.letters[low + 1 : high]
        if rule == "bind.right_levels":
            return all(c.letter == "L" or c.text.endswith(("级", "的")) for c in self.chunks[q + 1 : q + 2] if c.letter not in "&、")
        if rule == "bind.right_scales":
            return self.chunks[q + 1].text.endswith("级") and self.chunks[i - 1].text.endswith("级")
        if rule.startswith("bind.left") and self._counts_what_follows(q):
            return False
        if rule == "bind.rate" and "s" in self.letters[self.clause_start(i) : i]:
            return False
        if not self._is_item_head(i, q):
            return False
        if rule.startswith("bind.right") and self.chunks[i].note.startswith("ip.") and self._about_an_award(q):
            return False
        if rule == "bind.left_tight":
            follows = self.letters[q + 1 : q + 4].lstrip("L")
            bridged = any(c.letter in "Hg" for c in between)
            return not (follows.startswith("I") and bridged and i in self.heads)
        if rule in ("bind.left_clause", "bind.right_clause"):
            if any(c.letter in "QPM" for c in between):
                return False
            if i in self.heads and rule == "bind.left_clause" and "V" in letters:
                return False
            if rule == "bind.left_clause" and i in self.heads and any(
                f.head == i and f.rule == "bind.right_tight" for f in self.figures.values()
            ):
                return any(c.letter in "HUD" for c in between)
            if sum(len(c.text) for c in between if c.letter in "WXw") > (14 if rule == "bind.left_clause" else 26):
                return False
            last_gap = next((c.text for c in reversed(between) if c.letter in "wWXN"), "")
            if rule == "bind.left_clause" and between and between[-1].letter in "WX":
                return bool(_TAIL_OF_HEAD.search(last_gap))
        return True

    def _counts_what_follows(self, q: int) -> bool:
        """15个领域: a noun right behind the measure word is what the number counts, not the indicator before it."""
        if q + 1 >= len(self.chunks):
            return False
        chunk = self.chunks[q + 1]
        if chunk.letter in "WXN":
            return not chunk.text.startswith(_NOT_A_NOUN)
        return chunk.letter == "w" and not chunk.text.startswith(_NOT_A_NOUN) and len(chunk.text) == 2

    def _is_item_head(self, i: int, q: int = -1) -> bool:
        """食品抽检 in 食品抽检完成率 is only the modifier of another head."""
        if i + 1 >= len(self.chunks) or i + 1 == q:
            return True
        chunk = self.chunks[i + 1]
        if chunk.letter not in "wWX":
            return True
        return not _OTHER_HEAD.match(chunk.text)

    def distribute(self) -> None:
        """分别: hand the quantities that follow to the list before, one to one; lengths must agree."""
        for f in [i for i, letter in enumerate(self.letters) if letter == "F"]:
            quantities, last = self._run_of_quantities(f)
            if len(quantities) < 2:
                continue
            self._share_bound(quantities)
            indicators = self._list_before(f, "I")
            owners = self._list_before(f, "RS")
            times = self._list_before(f, "T")
            change = any(self.letters[k] == "G" for k in range(f, quantities[0])) or "增长" in self.chunks[f].text
            if len(indicators) == len(quantities):
                for q, i in zip(quantities, indicators, strict=True):
                    self._handed(q, self.mention(i), f, change, head=i)
                    self.heads.add(i)
                continue
            head = self._shared_head(f, quantities)
            if head is None:
                self._from_topic(f, quantities)
                continue
            if len(owners) == len(quantities):
                for q, o in zip(quantities, owners, strict=True):
                    subject = subject_of(self.chunks[o])
                    self._handed(q, self.mention(head), f, change, head=head, owners=(subject,) if subject else ())
            elif len(times) == len(quantities):
                for q, t in zip(quantities, times, strict=True):
                    self._handed(q, self.mention(head), f, change, head=head, time=t)
            else:
                names = self._names_before(f, len(quantities))
                for position, q in enumerate(quantities):
                    figure = self._handed(q, self.mention(head), f, change, head=head)
                    if figure is not None and names:
                        figure.attributes["object"] = names[position]
            self.heads.add(head)
            del last

    def _from_topic(self, f: int, quantities: list[int]) -> None:
        """“甲”“乙”问题分别达到2732件、388件: the head stands in the sentence before."""
        names = self._names_before(f, len(quantities))
        mention = self.topic.indicator
        if not names or mention is None or self.topic.figure is None:
            return
        if self.unit(quantities[0]) != (numeral_of(self.topic.figure.chunk) or numeral_of(self.chunks[quantities[0]])).unit:  # type: ignore[union-attr]
            return
        for position, q in enumerate(quantities):
            figure = self._handed(q, mention, f, False)
            if figure is not None:
                figure.attributes["part"] = names[position]

    def _share_bound(self, quantities: list[int]) -> None:
        """分别达到98.5%和92.78%以上: the bound behind the last covers all."""
        last = numeral_of(self.chunks[quantities[-1]])
        if last is None or last.bound not in ("at_least", "at_most") or last.digits != last.start:
            return
        for q in quantities[:-1]:
            numeral = numeral_of(self.chunks[q])
            if numeral is not None and numeral.bound == "exact" and numeral.unit == last.unit:
                self.chunks[q] = replace(self.chunks[q], value=replace(numeral, bound=last.bound))

    def _handed(
        self, q: int, mention: IndicatorMention | None, f: int, change: bool, **more: object
    ) -> Figure | None:
        if mention is None or q in self.figures:
            return None
        if not change and not self.fits(q, mention):
            return None
        return self.add(q, mention, "change" if change else "count", "bind.respectively", **more)

    def _run_of_quantities(self, f: int) -> tuple[list[int], int]:
        found: list[int] = []
        i = f + 1
        while i < len(self.letters):
            letter = self.letters[i]
            if letter in "QPM":
                found.append(i)
            elif letter in ";O(" or (letter == "," and not self._quantity_follows(i)) or letter == "F":
                break
            elif letter in "IRS" and found:
                break
            i += 1
        return found, i

    def _quantity_follows(self, i: int) -> bool:
        return self.letters[i + 1 : i + 2] in ("Q", "P", "M")

    def _list_before(self, f: int, wanted: str) -> list[int]:
        """The coordinated list that ends before 分别, in the same clause."""
        start = self.clause_start(f, ";")
        found = [i for i in range(start, f) if self.letters[i] in wanted]
        run: list[int] = []
        for i in reversed(found):
            if run and not any(self.letters[k] in "、&" for k in range(i + 1, run[0])):
                break
            if run and any(self.letters[k] in ";QPM" for k in range(i + 1, run[0])):
                break
            run.insert(0, i)
        return run

    def _shared_head(self, f: int, quantities: list[int]) -> int | None:
        inside = [i for i in range(f, quantities[0]) if self.letters[i] == "I"]
        if inside:
            return inside[-1]
        before = [i for i in range(self.clause_start(f, ";"), f) if self.letters[i] == "I"]
        after = [i for i in range(quantities[-1], min(quantities[-1] + 3, len(self.letters))) if self.letters[i] == "I"]
        return before[-1] if before else after[0] if after else None

    def _names_before(self, f: int, count: int) -> list[str]:
        start = self.clause_start(f, ";,")
        text = "".join(c.text for c in self.chunks[start:f] if c.letter != "T")
        names = [name for name in re.split(r"[、和及与]", text) if name]
        if len(names) == count:
            tail = _TAIL_OF_NAMES.search(names[-1])
            names[-1] = names[-1][: tail.start()] if tail and tail.start() else names[-1]
            return names
        whole = "".join(c.text for c in self.chunks[self.clause_start(f, ";") : start])
        listed = re.search(r"(?P<names>.+?)等?(?P<n>\d+|[二三四五六七八九十])(?:大?类|种|个|项|家)[^,]{0,8},$", whole)
        if listed and parse_number(listed["n"]) == count:
            for mark in ",", "、":
                names = [name for name in listed["names"].split(mark) if name]
                if len(names) >= count:
                    return [re.sub(r"^.*(?:的|为|是|在)(?=[\u4e00-\u9fff]{2})", "", name) for name in names[-count:]]
        return []

    def elided_heads(self) -> None:
        """国际标准2项、国家11项、行业9项: a list item of a level word and a number takes the head before."""
        for q, letter in enumerate(self.letters):
            if letter != "Q" or q in self.figures:
                continue
            level = next((k for k in (q - 1, q - 2) if k >= 1 and self.letters[k] == "L"), None)
            before = [f for f in self.figures.values() if f.at < q and f.effect == "count" and f.indicator]
            if level == q - 2 and self.chunks[q - 1].text not in ("级", "的", "标准"):
                continue
            if level is None or not before or self.letters[level - 1] not in "、,&(;O":
                continue
            head = max(before, key=lambda f: f.at)
            assert head.indicator is not None
            if self.unit(q) != self.unit(head.at) or any(self.letters[k] == ";" for k in range(head.at, q)):
                continue
            levels = tuple(v for v in self.chunks[level].note.split(",") if v)
            mention = _at_level(head.indicator, levels)
            figure = self.add(q, mention, "count", "bind.elided_head", head=head.head)
            if any(self.letters[k] in "O(" for k in range(head.at, q)):
                figure.part_of = head

    def about_others(self) -> None:
        """Changes, shares and ranks speak about the figure or indicator before them."""
        for i, letter in enumerate(self.letters):
            if letter == "K":
                self._about(i, "rank", "bind.rank")
            elif letter in "PQM" and i not in self.figures:
                before = self.letters[max(0, i - 3) : i]
                if letter == "P" and self._is_share(i):
                    self._about(i, "share", "bind.share")
                elif self._is_change(i, before):
                    self._about(i, "change", "bind.change")
                elif "B" in before.rstrip("w"):
                    self._about(i, "level", "bind.reaches")

    def _is_change(self, i: int, before: str) -> bool:
        trimmed = before.rstrip("wDFE")
        if trimmed.endswith("G"):
            numeral = numeral_of(self.chunks[i])
            return numeral is not None
        numeral = numeral_of(self.chunks[i])
        if numeral is None:
            return False
        if numeral.kind in ("doubling",) or self.chunks[i].text[:1] == "翻" or self.chunks[i].text in ("倍增",):
            return True
        start = self.clause_start(i)
        clause = self.letters[start:i]
        return (self.letters[i] == "P" and "G" in clause and "I" not in clause[clause.rindex("G") :]
                and numeral.kind in ("percent", "points", "times") and self.letters[i - 1] in ("、", "&"))  # fmt: skip

    def _is_share(self, i: int) -> bool:
        start = self.clause_start(i)
        clause = self.letters[start:i]
        if self.unit(i) == "%" and "s" not in clause and "G" not in clause and "I" not in clause:
            before = [f for f in self.figures.values() if f.at < i and self.letters[f.at] in "PQM"]
            last = max(before, key=lambda f: f.at, default=None)
            return last is not None and last.effect == "share" and self.letters[last.at + 1 : i].count(",") == 1
        if "s" not in clause and "分之" in self.chunks[i].text and "R" in clause:
            return True
        if "s" not in clause or self.unit(i) != "%":
            return False
        after = clause[clause.rindex("s") :]
        return "G" not in after and "Q" not in after and "P" not in after

    def _about(self, i: int, effect: str, rule: str) -> None:
        start = self.clause_start(i)
        share_at = max((k for k in range(start, i) if self.letters[k] == "s"), default=i)
        stop = share_at if effect == "share" else i
        scope_from = self.chunks[i].start - len(self.chunks[i].note) if effect == "rank" else self.chunks[i].start
        heads = [k for k in range(start, stop) if self.letters[k] == "I" and self.chunks[k].end <= scope_from]
        earlier = [f for f in self.figures.values() if f.at < i and f.indicator is not None and f.effect in ("count", "level")]
        last = max(earlier, key=lambda f: f.at, default=None)
        if heads and (last is None or last.at < heads[-1]):
            listed = [k for k in self._coordinated(heads) if self._is_item_head(k, i)]
            for k in listed:
                if (mention := self.mention(k)) is not None:
                    self.add(i, mention, effect, rule, head=k)
            return
        foreign = "".join(c.text for c in self.chunks[start:stop] if c.letter in "WXN" or (c.letter == "w"))
        if effect in ("change", "rank", "level") and not _LINKING.match(foreign) and (last is None or last.at < start):
            inner = [k for k in range(share_at, i) if self.letters[k] == "I"] if effect == "share" else []
            if not inner:
                return
        if last is not None and any(self.letters[k] in "QM" and k not in self.figures for k in range(last.at + 1, i)):
            return
        if last is not None and not any(self.letters[k] == ";" for k in range(last.at, i)):
            self.add(i, last.indicator, effect, rule, head=last.head, base=last)
            return
        if effect == "share":
            inner = [k for k in range(share_at, i) if self.letters[k] == "I"]
            if inner and (mention := self.mention(inner[-1])) is not None:
                self.add(i, mention, effect, rule, head=inner[-1])
                return
        unbound = [k for k in range(0, i) if self.letters[k] == "I"]
        if unbound and not any(self.letters[k] == ";" for k in range(unbound[-1], i)):
            between = "".join(c.text for c in self.chunks[unbound[-1] + 1 : i] if c.letter in "WXN")
            listed = self._coordinated(unbound) if "、" in self.letters[unbound[0] : i] else unbound[-1:]
            if len(between) > 30 and effect != "rank":
                return
            for k in listed:
                if (mention := self.mention(k)) is not None:
                    self.add(i, mention, effect, rule, head=k)
            return
        carried = self.topic.figure
        if last is None and carried is not None and start == 0 and carried.indicator is not None:
            self.add(i, carried.indicator, effect, rule, base=carried)

    def _coordinated(self, heads: list[int]) -> list[int]:
        """The last indicator and those listed with it."""
        run = [heads[-1]]
        for k in reversed(heads[:-1]):
            between = self.letters[k + 1 : run[0]]
            if not re.fullmatch(r"[wWXLNRoTA]*[、&][wWXLNRoTA、&]*", between):
                break
            run.insert(0, k)
        return run

    def parts_of_a_list(self) -> None:
        """其中平台704件、热线386件: items of a part list that only name the part take the head of the whole."""
        for q, letter in enumerate(self.letters):
            if letter != "Q" or q in self.figures:
                continue
            earlier = [f for f in self.figures.values() if f.at < q and f.effect == "count" and f.indicator and f.part_of is None]
            whole = max(earlier, key=lambda f: f.at, default=None)
            if whole is None or whole.indicator is None or self.unit(q) != self.unit(whole.at) or not self.unit(q):
                continue
            between = self.letters[whole.at + 1 : q]
            marked = re.match(r"[,(;:]*(?:O|\()", between) or ":" in between
            start = self.clause_start(q, ",;、(:O")
            name = "".join(c.text for c in self.chunks[start:q])
            if not marked or ";" in between or not re.fullmatch(r"[wWXNaARLD]{1,5}", self.letters[start:q]) or len(name) > 14:
                continue
            if self._counts_what_follows(q):
                continue
            figure = self.add(q, whole.indicator, "count", "bind.part_list", part_of=whole)
            figure.attributes["part"] = re.sub(r"[为达共有]+$", "", name)

    def carried_heads(self) -> None:
        """Counts whose noun stands earlier: 658家企业入围; 其中有225家来自长沙; 两地各新增2家."""
        for q, letter in enumerate(self.letters):
            medal = isinstance(self.chunks[q].value, Medal)
            if letter != "Q" or q in self.figures or not (medal or self._generic_count(q)):
                continue
            head = self._earlier_head(q)
            if head is None:
                continue
            mention, base = head
            if not self.fits(q, mention, near=False) or mention.weak == "unit":
                continue
            figure = self.add(q, mention, "count", "bind.carried")
            if base is not None and self._after_part_mark(q):
                figure.part_of = base

    def _generic_count(self, q: int) -> bool:
        """Nothing but a generic noun follows the number, and no noun of its own stands before it in the item."""
        start = self.clause_start(q, ",;" if ")" in self.letters[self.clause_start(q) : q] else ",;、(")
        if "F" in self.letters[start:q] or "G" in self.letters[max(start, q - 2) : q]:
            return False
        before = "".join(c.text for c in self.chunks[start:q] if c.letter in "wWX")
        if not _LINKING.match(re.sub(r"[有共获得含全省市县区中又再了]|本次|此次|这次|本届|今年|名单|公布", "", before)):
            return False
        after = self.letters[q + 1 : q + 5]
        following = self.chunks[q + 1] if q + 1 < len(self.chunks) else None
        if following is not None and following.letter == "O":
            return True
        if following is None or following.letter in ",;、)(&":
            return bool(re.search(r"[AVUHDO]", self.letters[start:q])) or self._after_part_mark(q)
        if following.letter == "w" and following.text not in ("的", "均", "全"):
            return False
        if "V" in self.letters[start:q] and re.match(r"N?[HDO,;、]", after):
            return True
        winning = re.match(r"[NRw]{0,3}V", after)
        if winning:
            return self._ends_clause(q + 1 + winning.end())
        return bool(re.match(r"(?:N(?=[,;、)]|$)|N?[wW]?[R]|[wNR]{0,2}$)", after))

    def _ends_clause(self, i: int) -> bool:
        """入围, 上榜名单: nothing of its own follows the winning verb."""
        if i >= len(self.chunks) or self.letters[i] in ",;、)(Tc":
            return True
        return self.letters[i] in "wN" and self.chunks[i].text in ("。", "!", "名单", "称号", "其中", "榜单", "该名单") or (
            self.letters[i] == "w" and self.chunks[i].text[:1] in "。!"
        )

    def _about_an_award(self, q: int) -> bool:
        """获奖的33项专利, 22项专利获奖: the prizes are counted, not the patents."""
        start = self.clause_start(q)
        end = next((k for k in range(q, len(self.letters)) if self.letters[k] in ",;"), len(self.letters))
        return any("获奖" in chunk.text for chunk in self.chunks[start:end])

    def _after_part_mark(self, q: int) -> bool:
        start = self.clause_start(q, ",;")
        if "O" in self.letters[start:q] or "(" in self.letters[max(0, q - 3) : q]:
            return True
        if self.letters[start - 1 : start] == "," and start >= 2 and self.letters[start - 2] == "O":
            return True
        return "O" in self.letters[:q] and "、" == self.letters[start - 1 : start]

    def _earlier_head(self, q: int) -> tuple[IndicatorMention, Figure | None] | None:
        if isinstance(self.chunks[q].value, Medal) or self._about_an_award(q):
            awards = [k for k in range(len(self.letters)) if self.letters[k] == "I" and self.chunks[k].note.startswith("award.")]
            if awards:
                return self.chunks[awards[0]].value, None  # type: ignore[return-value]
            return (self.topic.award, None) if self.topic.award is not None else None
        earlier = [f for f in self.figures.values() if f.at < q and f.effect == "count" and f.indicator is not None]
        last = max(earlier, key=lambda f: f.at, default=None)
        heads = [k for k in range(q) if self.letters[k] == "I" and (last is None or k > last.at)]
        if heads and (mention := self.mention(heads[-1])) is not None:
            return mention, last
        if last is not None and last.indicator is not None:
            return last.indicator, last
        if self.topic.indicator is not None:
            return self.topic.indicator, self.topic.figure
        return None

    def implied(self) -> None:
        """Counts without a numeral: 首个, 零的突破, and named winners (甲公司获中国质量奖)."""
        for i, letter in enumerate(self.letters):
            if letter == "J" and i not in self.figures:
                self._implied_first(i)
        for i, letter in enumerate(self.letters):
            if letter == "I" and i not in self.heads and i not in self.figures:
                self._named_winner(i)

    def _implied_first(self, i: int) -> None:
        text = self.chunks[i].text
        start, end = self.clause_start(i, ";"), i
        while end + 1 < len(self.letters) and self.letters[end + 1] not in ",;":
            end += 1
        breakthrough = "突破" in text or "记录" in text
        if breakthrough:
            heads = [k for k in range(self.clause_start(i, ",;"), i) if self.letters[k] == "I"]
        else:
            heads = [k for k in range(i + 1, end + 1) if self.letters[k] == "I"]
            if any(self.letters[k] in "QPM" and k in self.figures for k in range(i + 1, (heads or [i])[0])):
                return
        heads = [k for k in heads if k not in self.heads]
        if not heads:
            return
        head = heads[-1]
        mention = self.mention(head)
        if mention is None or not _can_be_won(mention):
            return
        self.add(i, mention, "implied", "bind.breakthrough" if breakthrough else "bind.first", head=head)
        self.heads.add(head)
        del start

    def _named_winner(self, i: int) -> None:
        mention = self.mention(i)
        if mention is None or not _can_be_won(mention) or mention.weak in ("unit", "never"):
            return
        start = self.clause_start(i, ",;")
        before = self.letters[start:i]
        win = re.search(r"V[wLADNo]{0,2}$", before)
        clause_end = next((k for k in range(i, len(self.letters)) if self.letters[k] in ",;" and k > i), len(self.letters))
        if re.search(r"等.{0,6}$", "".join(c.text for c in self.chunks[i + 1 : clause_end] if c.letter not in "Q")) or (
            "Q" in self.letters[i + 1 : clause_end]
        ):
            return
        if not win or re.search(r"[QgpyneuJ]", before):
            after = self.letters[i + 1 : i + 9]
            seat = re.search(r"^[OwN]*,?[^;,]*S[wD]?V", after)
            if not (seat and "榜上有名" in "".join(c.text for c in self.chunks[i : i + 10])):
                return
            owner_at = i + 1 + after.index("S")
            owner = subject_of(self.chunks[owner_at])
            self._won(i, owner_at + 1, mention, owner)
            return
        verb = start + win.start()
        if mention.code in ("zone.sme_cluster", "zone.advanced_cluster") and self._clusters_won(i, start, verb, mention):
            return
        owners = [k for k in range(start, verb) if self.letters[k] == "S"]
        owner = subject_of(self.chunks[owners[-1]]) if owners else None
        if owner is not None and owner.scope == "agency" and mention.code.startswith("award."):
            owner = replace(owner, scope="organization")
        if owner is None and mention.code.startswith("gi."):
            product = self._named_product(start, verb)
            if product is not None:
                self._won(i, i, mention, product)
            return
        if owner is None or owner.scope not in ("organization", "cluster"):
            named = self._written_name(start, verb)
            run = "".join(c.text for c in self.chunks[start:verb] if c.letter != "T")
            if named is None and run not in ("企业", "企业也", "公司", "公司也", "该公司", "该企业", "该集团", "公司还", "企业还", "并", "先后", "还"):
                return
            owner = named
        self._won(i, i, mention, owner)

    def _clusters_won(self, i: int, start: int, verb: int, mention: IndicatorMention) -> bool:
        """海口生物医药、澄迈深海油气获评…集群: every place with its industry is one cluster."""
        places = [k for k in range(start, verb) if self.letters[k] in "R" or (self.letters[k] == "S" and self.chunks[k].note == "zone")]
        won = False
        for position, k in enumerate(places):
            end = places[position + 1] - 1 if position + 1 < len(places) else verb
            industry = "".join(c.text for c in self.chunks[k + 1 : end] if c.letter not in "、&")
            subject = subject_of(self.chunks[k])
            if subject is None or len(industry) < 2:
                continue
            owner = replace(subject, scope="cluster", name=f"{subject.name}{industry}产业集群")
            figure = self.add(i, mention, "implied", "bind.named_winner", head=i, owners=(owner,))
            figure.chunk = self.chunks[i]
            won = True
        if won:
            self.heads.add(i)
        return won

    def _written_name(self, start: int, verb: int) -> SubjectMention | None:
        """A winner that no list knows: the short run of words that opens the clause (龙洋知鲜获…)."""
        run = [c for c in self.chunks[start:verb] if c.letter not in "T"]
        if len(run) == 1 and run[0].letter in "wW" and 2 <= len(run[0].text) <= 8 and _NAME.match(run[0].text):
            return SubjectMention(run[0].start, run[0].end, "organization", run[0].text, None)
        return None

    def _named_product(self, start: int, verb: int) -> SubjectMention | None:
        """蒋王葡萄成功获批地理标志证明商标: the product, with the place before it as its region."""
        run = [c for c in self.chunks[start:verb] if c.letter not in "T"]
        while run and run[-1].text in ("成功", "已", "又", "也", "正式", "顺利", "先后"):
            run.pop()
        names = "".join(c.text for c in run if c.letter in "wWX")
        if not run or any(c.letter not in "wWXRN" for c in run) or not 2 <= len(names.removesuffix("成功")) <= 8:
            return None
        region = next((subject_of(c) for c in run if c.letter == "R"), None)
        name = names.removesuffix("成功")
        if region is not None:
            return replace(region, scope="product", name=name)
        return SubjectMention(run[0].start, run[-1].end, "product", name, None)

    def _won(self, i: int, at: int, mention: IndicatorMention, owner: SubjectMention | None) -> None:
        figure = Figure(self.sentence, at, self.chunks[at] if at < len(self.chunks) else self.chunks[i], mention,
                        "implied", "bind.named_winner", head=i, owners=(owner,) if owner else ())  # fmt: skip
        self.figures[2000 + i] = figure
        self.heads.add(i)

    def unbound(self) -> None:
        for i, letter in enumerate(self.letters):
            if letter in "QPMK" and i not in self.figures:
                self.add(i, None, "none", "bind.none")


_TAIL_OF_NAMES = re.compile(r"(?:产业|行业|产品)?(?:增加值|产值|出口|营业收入|营收|投诉|不合格率)?(?:年均)?$")
_NOT_A_NOUN = ("的", "以", "左右", "了", "等", "均", "全", "次", "不", "高", "处于", "来自", "涉及", "分布", "(", "再", "仍", "超", "同", "这", "其", "为", "且", "还",
               "被", "已", "和", "以上", "之多", "都", "创", "稳", "覆", "提", "较", "由", "每", "占", "率先", "遍", "纳", "实", "正", "在", "向", "也", "则", "又", "并")  # fmt: skip
_OTHER_HEAD = re.compile(
    r"^(?:完成率|办案成效|成效|公示率|年报率|督导率|办结率|工作|示范企业|示范区|创建|建设|认定工作|管理|保护|水平|能力|体系|制度|平台|改革|政策|条例|规划|行动|战略|指数|意识|满意度|专项|培训|执法|服务(?!站|机构|项目)|奖励|申报|监管|监测|信息|数据|工程|中心|基地|园区|项目库|经费|资金|产品质量|风险|问题|环境|氛围|力度|活动|流程|机制|标准化|市场|产业(?!链)|行业|技术(?!中心)|运用|转化|创造|运营|金融|人才|维权|纠纷|交易|许可|制度|方案|通知|意见|办法|名录|目录)"
)
_TAIL_OF_HEAD = re.compile(r"(?:企业|产品|单位|组织|数量|总数|总量|总计|个数|家数|数|量|等|已|达|共|等问题|方面|项目|服务|工作站?|站|培训|平台)$")
_NAME = re.compile(r"^[\u4e00-\u9fffA-Za-z0-9·]+$")
_INTERCHANGEABLE = frozenset({"个", "项", "件", "家"})
_WINNABLE = ("award.", "ent.", "gi.", "zone.", "pilot.", "brand.", "tm.well_known", "insp.national_center", "insp.provincial_center",
             "metro.industry_center", "ip.demo_firm", "ip.advantage_firm", "ip.strong_city", "ip.protection_center", "ip.service_agencies",
             "ip.securitisation", "std.tc_", "std.leader", "std.good_practice_firms", "cert.same_line")  # fmt: skip
_NOT_WINNABLE = ("ent.market_entities", "ent.above_scale", "zone.development_zone", "zone.cluster", "zone.key_quality_region", "gi.output_value",
                 "gi.households", "brand.value", "ent.cluster_firms", "ent.chain_leader")  # fmt: skip


def _can_be_won(mention: IndicatorMention) -> bool:
    return mention.code.startswith(_WINNABLE) and not mention.code.startswith(_NOT_WINNABLE)


def _is_rate(rule: Indicator) -> bool:
    return "%" in rule.units or rule.default_kind in ("rate", "index", "share")


def _counts(rule: Indicator) -> bool:
    return any(unit not in ("%", "分", "点", "成", "倍") and "元" not in unit for unit in rule.units)


@functools.lru_cache(maxsize=512)
def _units_of(units: tuple[str, ...]) -> frozenset[str]:
    plain = {re.sub(r"[()]", "", unit).lstrip("万亿余") for unit in units}
    if "台套" in plain or "台件" in plain:
        plain |= {"台", "台套", "台件", "条", "部"}
    if "家" in plain or "户" in plain:
        plain |= {"家", "户", "企业", "单位", "组织"}
    if "次" in plain or "场" in plain:
        plain |= {"次", "场"}
    if "人" in plain or "名" in plain:
        plain |= {"人", "名", "位", "人次"}
    return frozenset(plain)


def _plain_units(rule: Indicator) -> frozenset[str]:
    return _units_of(rule.units)


def _at_level(mention: IndicatorMention, levels: tuple[str, ...]) -> IndicatorMention:
    """The indicator of the same family at other levels."""
    rules = load_ruleset()
    family = {"international": "std.international", "national": "std.national", "industry": "std.industry",
              "group": "std.group", "enterprise": "std.enterprise", "local": "std.local_provincial",
              "provincial": "std.local_provincial", "municipal": "std.local_municipal"}  # fmt: skip
    code = mention.code
    if code.startswith("std.") and len(levels) == 1:
        code = family.get(levels[0], code)
    else:
        codes = {rules.level_codes.get((mention.code, level), mention.code) for level in levels}
        code = codes.pop() if len(codes) == 1 else code
    return replace(mention, code=code, levels=levels)
