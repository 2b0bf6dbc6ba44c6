"""Numbers that stand next to what they count: the constructions of `rules/grammar.yaml`."""

from __future__ import annotations

import functools
import re

import regex

from qualityextract.find.chunks import numeral_of
from qualityextract.grammar.view import SentenceView
from qualityextract.ruleset import load_ruleset

_WINNERS = {
    "组织": "organisation",
    "企业": "organisation",
    "单位": "organisation",
    "个人": "individual",
    "团队": "team",
}
_TAIL_OF_HEAD = re.compile(
    r"(?:企业|产品|单位|组织|数量|总数|总量|总计|个数|家数|数|量|等|已|达|共|等问题|方面|项目|服务|工作站?|站|培训|平台)$"
)


@functools.cache
def _constructions() -> tuple[tuple[str, regex.Pattern[str]], ...]:
    return tuple((c.id, regex.compile(c.pattern)) for c in load_ruleset().constructions)


def construct(view: SentenceView) -> None:
    """Bind every quantity that stands in a construction with an indicator; the first construction that fits keeps it."""
    if "I" not in view.letters:
        return
    for rule, pattern in _constructions():
        for found in pattern.finditer(view.letters, overlapped=True):
            q, i = found.start("q"), found.start("i")
            mention = view.mention(i)
            if q in view.figures or mention is None or not view.fits(q, mention, near="tight" in rule):
                continue
            if not _allowed(view, rule, q, i):
                continue
            figure = view.add(q, mention, "count", rule, head=i)
            if rule.startswith("bind.win") and q + 1 < len(view.chunks):
                winner = _WINNERS.get(view.chunks[q + 1].text)
                if winner and mention.code.startswith("award."):
                    figure.attributes["object"] = winner
            view.heads.add(i)
            if rule == "bind.rate":
                _rate_list(view, q, i)


def _rate_list(view: SentenceView, q: int, i: int) -> None:
    """A率、B率达到100%: one row for each of the rates listed."""
    start = view.clause_start(i)
    for k in view.coordinated([k for k in range(start, i + 1) if view.letters[k] == "I"])[:-1]:
        mention = view.mention(k)
        if mention is not None and k not in view.heads and view.is_item_head(k) and view.fits(q, mention):
            view.add(q, mention, "count", "bind.rate", head=k)
            view.heads.add(k)


def _allowed(view: SentenceView, rule: str, q: int, i: int) -> bool:
    """What letters alone can't say about a construction."""
    if q and view.chunks[q - 1].text.endswith(("每", "某", "这", "那", "另")) and view.chunks[q].text[:1] in "一1":
        return False
    if _counts_another(view, rule, q, i):
        return False
    low, high = sorted((q, i))
    between = view.chunks[low + 1 : high]
    letters = view.letters[low + 1 : high]
    if rule == "bind.right_levels":
        return all(
            c.letter == "L" or c.text.endswith(("级", "的"))
            for c in view.chunks[q + 1 : q + 2]
            if c.letter not in "&、"
        )
    if rule == "bind.right_scales":
        return view.chunks[q + 1].text.endswith("级") and view.chunks[i - 1].text.endswith("级")
    if rule.startswith("bind.left") and view.counts_what_follows(q):
        return False
    if rule == "bind.rate" and "s" in view.letters[view.clause_start(i) : i]:
        return False
    if not view.is_item_head(i, q):
        return False
    if rule.startswith("bind.right") and view.chunks[i].note.startswith("ip.") and view.about_an_award(q):
        return False
    if rule == "bind.left_tight":
        follows = view.letters[q + 1 : q + 4].lstrip("L")
        bridged = any(c.letter in "Hg" for c in between)
        return not (follows.startswith("I") and bridged and i in view.heads)
    if rule in ("bind.left_clause", "bind.right_clause"):
        if any(c.letter in "QPM" for c in between):
            return False
        if i in view.heads and rule == "bind.left_clause" and "V" in letters:
            return False
        if (
            rule == "bind.left_clause"
            and i in view.heads
            and any(f.head == i and f.rule == "bind.right_tight" for f in view.figures.values())
        ):
            return any(c.letter in "HUD" for c in between)
        if sum(len(c.text) for c in between if c.letter in "WXw") > (14 if rule == "bind.left_clause" else 26):
            return False
        last_gap = next((c.text for c in reversed(between) if c.letter in "wWXN"), "")
        if rule == "bind.left_clause" and between and between[-1].letter in "WX":
            return bool(_TAIL_OF_HEAD.search(last_gap))
    return True


_COUNTRIES = re.compile(r"^(?:多个)?(?:国家(?:[和及与、/](?:地区)?|$)|地区|国(?!家))")


def _counts_another(view: SentenceView, rule: str, q: int, i: int) -> bool:
    """What stands behind the measure word is counted instead: 十七部门, 数十个|国家, 6500余|双, a bare 2、 of a list."""
    following = view.chunks[q + 1] if q + 1 < len(view.chunks) else None
    numeral = numeral_of(view.chunks[q])
    if following is None or numeral is None:
        return False
    if view.chunks[q].text.endswith(("部门", "部委")) and view.chunks[i].note == "svc.policy_docs":
        return True
    if q < i and following.letter in "wWXL" and i != q + 1 and _COUNTRIES.match(following.text):
        return not view.chunks[i].note.startswith(("std.", "pilot.", "zone."))
    if numeral.kind == "none" and _in_money(view.chunks[i].note):
        return following.letter in "wWXN" and following.start == view.chunks[q].end
    if numeral.kind == "none" and following.letter == "、" and i < q and numeral.value < 10:
        return q + 2 < len(view.chunks) and view.letters[q + 2] not in "QPMI" and "bind.left" in rule
    if numeral.kind == "none" and q == 0 and following.text == ".":
        return True
    before = view.chunks[q - 1].text if q else ""
    if q < i and before.endswith(("这", "上述")) and view.chunks[i].note.startswith(("ip.", "enf.special")):
        return True
    return view.chunks[i].note == "enf.premises_checked" and before.endswith("发现") and q < i


@functools.cache
def _in_money(code: str) -> bool:
    """Is the indicator stated in money alone? A bare number before other words is none."""
    rule = load_ruleset().indicators.get(code)
    return rule is not None and bool(rule.units) and all("元" in unit or unit == "%" for unit in rule.units)
