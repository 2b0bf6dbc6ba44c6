"""分别: the quantities that follow are handed to the list before, one to one."""

from __future__ import annotations

import re
from dataclasses import replace

from qualityextract.find.chunks import numeral_of, subject_of
from qualityextract.grammar.figures import Figure
from qualityextract.grammar.view import SentenceView
from qualityextract.language.dates import TimeMention
from qualityextract.language.numerals import parse_number
from qualityextract.model import IndicatorMention

_TAIL_OF_NAMES = re.compile(r"(?:产业|行业|产品)?(?:增加值|产值|出口|营业收入|营收|投诉|不合格率)?(?:年均)?$")


def distribute(view: SentenceView) -> None:
    """分别: hand the quantities that follow to the list before, one to one; lengths must agree."""
    for f in [i for i, letter in enumerate(view.letters) if letter == "F"]:
        quantities = _run_of_quantities(view, f)
        if len(quantities) < 2:
            continue
        _share_bound(view, quantities)
        change = any(view.letters[k] == "G" for k in range(f, quantities[0])) or "增长" in view.chunks[f].text
        indicators = _list_before(view, f, "I")
        if change and len(indicators) != len(quantities):
            indicators = _measured_before(view, f)
        owners = _list_before(view, f, "RS")
        times = _list_before(view, f, "T")
        if len(indicators) == len(quantities):
            for q, i in zip(quantities, indicators, strict=True):
                _handed(view, q, view.mention(i), change, head=i)
                view.heads.add(i)
            continue
        head = _shared_head(view, f, quantities)
        if head is not None and head < f and (_own_noun(view, quantities[-1]) or _shares_of_two(view, f, quantities)):
            continue
        if head is None:
            _from_topic(view, f, quantities)
            continue
        if len(owners) == len(quantities):
            for q, o in zip(quantities, owners, strict=True):
                subject = subject_of(view.chunks[o])
                _handed(view, q, view.mention(head), change, head=head, owners=(subject,) if subject else ())
        elif len(times) == len(quantities):
            for q, t in zip(quantities, times, strict=True):
                _handed(view, q, view.mention(head), change, head=head, time=t)
        else:
            if len(owners) > 1 and len(owners) != len(quantities):
                for q in quantities:
                    view.add(q, None, "none", "bind.unequal")
                continue
            names = _names_before(view, f, len(quantities))
            first = _first_year(view, times, len(quantities))
            for position, q in enumerate(quantities):
                figure = _handed(view, q, view.mention(head), change, head=head)
                if figure is not None and first is not None:
                    figure.year = first + position
                elif figure is not None and names:
                    figure.attributes["named"] = names[position]
        view.heads.add(head)


def _share_bound(view: SentenceView, quantities: list[int]) -> None:
    """分别达到98.5%和92.78%以上: the bound behind the last covers all."""
    last = numeral_of(view.chunks[quantities[-1]])
    if last is None or last.bound not in ("at_least", "at_most") or last.digits != last.start:
        return
    for q in quantities[:-1]:
        numeral = numeral_of(view.chunks[q])
        if numeral is not None and numeral.bound == "exact" and numeral.unit == last.unit:
            view.chunks[q] = replace(view.chunks[q], value=replace(numeral, bound=last.bound))


def _from_topic(view: SentenceView, f: int, quantities: list[int]) -> None:
    """“甲”“乙”问题分别达到2732件、388件: the head stands in the sentence before."""
    names = _names_before(view, f, len(quantities))
    mention = view.topic.indicator
    if not names or mention is None or view.topic.figure is None:
        return
    if view.unit(quantities[0]) != (numeral_of(view.topic.figure.chunk) or numeral_of(view.chunks[quantities[0]])).unit:  # type: ignore[union-attr]
        return
    for position, q in enumerate(quantities):
        figure = _handed(view, q, mention, False)
        if figure is not None:
            figure.attributes["part"] = names[position]


def _handed(
    view: SentenceView, q: int, mention: IndicatorMention | None, change: bool, **more: object
) -> Figure | None:
    if mention is None or q in view.figures:
        return None
    if not change and not view.fits(q, mention):
        return None
    return view.add(q, mention, "change" if change else "count", "bind.respectively", **more)


def _run_of_quantities(view: SentenceView, f: int) -> list[int]:
    found: list[int] = []
    i = f + 1
    while i < len(view.letters):
        letter = view.letters[i]
        if letter in "QPM":
            found.append(i)
        elif (
            letter in ";O("
            or (letter == "," and not _quantity_follows(view, i))
            or letter == "F"
            or (letter in "IRS" and found)
        ):
            break
        i += 1
    return found


def _quantity_follows(view: SentenceView, i: int) -> bool:
    return view.letters[i + 1 : i + 2] in ("Q", "P", "M")


def _list_before(view: SentenceView, f: int, wanted: str) -> list[int]:
    """The coordinated list that ends before 分别, in the same clause."""
    start = view.clause_start(f, ";")
    found = [i for i in range(start, f) if view.letters[i] in wanted]
    run: list[int] = []
    for i in reversed(found):
        if run and not any(view.letters[k] in "、&" for k in range(i + 1, run[0])):
            break
        if run and any(view.letters[k] in ";QPM" for k in range(i + 1, run[0])):
            break
        run.insert(0, i)
    return run


def _measured_before(view: SentenceView, f: int) -> list[int]:
    """申请量1.3万件,注册量9100件,分别增长…: the indicators of the counts before, each right in front of its count."""
    found: list[int] = []
    head: int | None = None
    for i in range(view.clause_start(f, ";"), f):
        letter = view.letters[i]
        if letter == "I":
            head = i
        elif letter in ",、&P":
            head = None
        elif letter == "Q":
            if head is None:
                return []
            found.append(head)
            head = None
    return found


def _shared_head(view: SentenceView, f: int, quantities: list[int]) -> int | None:
    inside = [i for i in range(f, quantities[0]) if view.letters[i] == "I"]
    if inside:
        return inside[-1]
    before = [i for i in range(view.clause_start(f, ";"), f) if view.letters[i] == "I"]
    after = [i for i in range(quantities[-1], min(quantities[-1] + 3, len(view.letters))) if view.letters[i] == "I"]
    return before[-1] if before else after[0] if after else None


def _names_before(view: SentenceView, f: int, count: int) -> list[str]:
    start = view.clause_start(f, ";,")
    text = "".join([c.text for c in view.chunks[start:f] if c.letter != "T"])
    names = [name for name in re.split(r"[、和及与]", text) if name]
    if len(names) == count:
        tail = _TAIL_OF_NAMES.search(names[-1])
        names[-1] = names[-1][: tail.start()] if tail and tail.start() else names[-1]
        return names
    whole = "".join([c.text for c in view.chunks[view.clause_start(f, ";") : start]])
    listed = re.search(r"(?P<names>.+?)等?(?P<n>\d+|[二三四五六七八九十])(?:大?类|种|个|项|家)[^,]{0,8},$", whole)
    if listed and parse_number(listed["n"]) == count:
        for mark in ",", "、":
            names = [name for name in listed["names"].split(mark) if name]
            if len(names) >= count:
                return [re.sub(r"^.*(?:的|为|是|在)(?=[\u4e00-\u9fff]{2})", "", name) for name in names[-count:]]
    return []


def _first_year(view: SentenceView, times: list[int], count: int) -> int | None:
    """2019年至2021年…分别为 with three values: the first year of the range, if its length agrees."""
    for i in times:
        mention = view.chunks[i].value
        if isinstance(mention, TimeMention) and "y" in mention.parts and "y2" in mention.parts:
            first, last = int(mention.parts["y"]), int(mention.parts["y2"])
            if last - first + 1 == count:
                return first
    return None


def _shares_of_two(view: SentenceView, f: int, quantities: list[int]) -> bool:
    """营业收入24万元、利润1万元, 分别占全省的17%和18%: each share is about the figure in its place before."""
    counted = [k for k in range(view.clause_start(f, ";"), f) if view.letters[k] in "QM"]
    return "s" in view.letters[f : quantities[0]] and len(counted) == len(quantities)


def _own_noun(view: SentenceView, last: int) -> bool:
    """诉求响应方面分别推出6条和4条举措: a noun behind the last quantity is what is counted."""
    return view.letters[last] == "Q" and view.counts_what_follows(last)
