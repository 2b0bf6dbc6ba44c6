"""Counts whose noun stands earlier: elided heads, parts of a list, 658家企业入围."""

from __future__ import annotations

import re
from dataclasses import replace

from qualityextract.find.chunks import Medal, numeral_of
from qualityextract.grammar.figures import Figure
from qualityextract.grammar.heads import GENERIC_NOUNS
from qualityextract.grammar.others import LINKING
from qualityextract.grammar.view import SentenceView
from qualityextract.model import IndicatorMention
from qualityextract.ruleset import load_ruleset


def elided_heads(view: SentenceView) -> None:
    """国际标准2项、国家11项、行业9项: a list item of a level word and a number takes the head before."""
    for q, letter in enumerate(view.letters):
        if letter != "Q" or q in view.figures:
            continue
        level = next((k for k in (q - 1, q - 2) if k >= 1 and view.letters[k] == "L"), None)
        before = [f for f in view.figures.values() if f.at < q and f.effect == "count" and f.indicator]
        if level == q - 2 and view.chunks[q - 1].text not in ("级", "的", "标准"):
            continue
        if level is None or not before or view.letters[level - 1] not in "、,&(;O":
            continue
        head = max(before, key=lambda f: f.at)
        assert head.indicator is not None
        if view.unit(q) != view.unit(head.at) or any(view.letters[k] == ";" for k in range(head.at, q)):
            continue
        levels = tuple(v for v in view.chunks[level].note.split(",") if v)
        mention = _at_level(head.indicator, levels)
        figure = view.add(q, mention, "count", "bind.elided_head", head=head.head)
        if any(view.letters[k] in "O(" for k in range(head.at, q)):
            figure.part_of = head


def parts_of_a_list(view: SentenceView) -> None:
    """其中平台704件、热线386件: items of a part list that only name the part take the head of the whole."""
    for q, letter in enumerate(view.letters):
        if letter != "Q" or q in view.figures:
            continue
        earlier = [
            f for f in view.figures.values() if f.at < q and f.effect == "count" and f.indicator and f.part_of is None
        ]
        whole = max(earlier, key=lambda f: f.at, default=None)
        if whole is None and (
            view.letters.startswith("O") or re.search(r"(?:涉及|包括|有|为|集中在|如下).{0,2}$", _before_colon(view))
        ):
            whole = view.topic.figure
        if whole is not None and whole.sentence != view.sentence:
            between = view.letters[:q]
        elif whole is not None:
            between = view.letters[whole.at + 1 : q]
        if whole is None or whole.indicator is None or view.unit(q) != _unit(whole) or not view.unit(q):
            continue
        marked = re.match(r"[,(;:]*(?:O|\()", between) or ":" in between
        start = view.clause_start(q, ",;、(:O")
        name = "".join([c.text for c in view.chunks[start:q]])
        if (
            not marked
            or ";" in between
            or not re.fullmatch(r"[wWXNaARLDV]{1,5}", view.letters[start:q])
            or len(name) > 14
        ):
            continue
        if view.counts_what_follows(q):
            continue
        figure = view.add(q, whole.indicator, "count", "bind.part_list", part_of=whole)
        figure.attributes["part"] = re.sub(r"[为达共有]+$", "", name)


def cases_of_a_verb(view: SentenceView) -> None:
    """立案查处销售不合格灯具5起、假冒燃气灶2起: what the cases are about stands between the verb and the numbers."""
    for q, letter in enumerate(view.letters):
        if letter != "Q" or q in view.figures or view.unit(q) not in ("起", "宗"):
            continue
        start = view.clause_start(q, ",;")
        heads = [k for k in range(start, q) if view.letters[k] == "I" and view.chunks[k].note in _CASES]
        mention = view.mention(heads[-1]) if heads else None
        if mention is not None and view.fits(q, mention, near=False) and not view.counts_what_follows(q):
            view.add(q, mention, "count", "bind.case_list", head=heads[-1])


_CASES = ("enf.cases", "enf.ip_cases")


def respective_parts(view: SentenceView) -> None:
    """“甲”“乙”“丙”等问题, 分别达到27件、3件、2件: parts of the figure before, named in a list without a noun of its own."""
    whole = view.topic.figure
    if "F" not in view.letters or "I" in view.letters or whole is None or whole.indicator is None:
        return
    run = [q for q in range(view.letters.index("F"), len(view.letters)) if view.letters[q] == "Q"]
    if len(run) < 2 or any(q in view.figures or view.unit(q) != _unit(whole) for q in run) or not _unit(whole):
        return
    if re.fullmatch(r"[QD、&w.]+", view.letters[run[0] :]):
        for q in run:
            view.add(q, whole.indicator, "count", "bind.part_list", part_of=whole)


def carried_heads(view: SentenceView) -> None:
    """Counts whose noun stands earlier: 658家企业入围; 其中有225家来自长沙; 两地各新增2家."""
    for q, letter in enumerate(view.letters):
        medal = isinstance(view.chunks[q].value, Medal)
        if letter != "Q" or q in view.figures or not (medal or _generic_count(view, q)):
            continue
        head = _earlier_head(view, q)
        if head is None:
            continue
        mention, base = head
        if not view.fits(q, mention, near=False) or mention.weak == "unit":
            continue
        figure = view.add(q, mention, "count", "bind.carried")
        if base is not None and _after_part_mark(view, q):
            figure.part_of = base.part_of or base


def _generic_count(view: SentenceView, q: int) -> bool:
    """Nothing but a generic noun follows the number, and no noun of its own stands before it in the item."""
    start = view.clause_start(q, ",;" if ")" in view.letters[view.clause_start(q) : q] else ",;、(")
    start = max(start, view.letters.rfind("O", start, q) + 1)
    if (
        view.letters[q - 1 : q] == "N"
        and view.letters[q - 2 : q - 1] not in tuple("ROHDT,")
        and not view.about_an_award(q)
    ):
        return False
    if "F" in view.letters[start:q] or "G" in view.letters[max(start, q - 2) : q]:
        return False
    before = "".join([c.text for c in view.chunks[start:q] if c.letter in "wWX()"])
    before = re.sub(r"\([^()]*\)", "", before).strip("()")
    if before.endswith("等") and view.about_an_award(q):
        return True
    if not LINKING.match(
        re.sub(r"[有共获得含全省市县区中又再了]|本次|此次|这次|本届|今年|名单|公布|每届|每次", "", before)
    ):
        return False
    after = view.letters[q + 1 : q + 5]
    if view.about_an_award(q) and after[:1] == "I" and view.chunks[q + 1].note.startswith("ip."):
        after = "N" + after[1:]
    following = view.chunks[q + 1] if q + 1 < len(view.chunks) else None
    if following is not None and following.letter == "O":
        return True
    if following is None or following.letter in ",;、)(&.":
        return bool(re.search(r"[AVUHDOux]", view.letters[start:q])) or _after_part_mark(view, q)
    if following.letter == "w" and following.text not in ("的", "均", "全"):
        return False
    if following.letter == "N" and following.value is None and following.text not in GENERIC_NOUNS:
        return False  # 1个服务项目 says what it counts
    if "V" in view.letters[start:q] and re.match(r"N?[HDO,;、.]", after):
        return True
    winning = re.match(r"[NRw]{0,3}[Vu]", after)
    if winning:
        return _ends_clause(view, q + 1 + winning.end())
    return bool(re.match(r"(?:N(?=[,;、).]|$)|N?[wW]?[R]|[wNR]{0,2}(?:\\.|$))", after))


def _ends_clause(view: SentenceView, i: int) -> bool:
    """入围, 上榜名单: nothing of its own follows the winning verb."""
    if i >= len(view.chunks) or view.letters[i] in ",;、)(Tc.":
        return True
    return (
        view.letters[i] in "wN" and view.chunks[i].text in ("。", "!", "名单", "称号", "其中", "榜单", "该名单")
    ) or (view.letters[i] == "w" and view.chunks[i].text[:1] in "。!")


def _after_part_mark(view: SentenceView, q: int) -> bool:
    start = view.clause_start(q, ",;")
    if "O" in view.letters[start:q] or "(" in view.letters[max(0, q - 3) : q]:
        return True
    if view.letters[start - 1 : start] == "," and start >= 2 and view.letters[start - 2] == "O":
        return True
    return "O" in view.letters[:q] and view.letters[start - 1 : start] == "、"


def _earlier_head(view: SentenceView, q: int) -> tuple[IndicatorMention, Figure | None] | None:
    if isinstance(view.chunks[q].value, Medal) or view.about_an_award(q):
        awards = [
            k for k in range(len(view.letters)) if view.letters[k] == "I" and view.chunks[k].note.startswith("award.")
        ]
        if awards:
            mention = view.mention(awards[0])
            return (replace(mention, attributes=()), None) if mention is not None else None
        return (view.topic.award, None) if view.topic.award is not None else None
    earlier = [f for f in view.figures.values() if f.at < q and f.effect == "count" and f.indicator is not None]
    last = max(earlier, key=lambda f: f.at, default=None)
    heads = [k for k in range(q) if view.letters[k] == "I" and (last is None or k > last.at)]
    if heads and (mention := view.mention(heads[-1])) is not None:
        return mention, last
    if last is not None and last.indicator is not None:
        return last.indicator, last
    if view.topic.indicator is not None:
        return view.topic.indicator, view.topic.figure
    return None


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


def _unit(figure: Figure) -> str:
    numeral = numeral_of(figure.chunk)
    return numeral.unit if numeral is not None else ""


def _before_colon(view: SentenceView) -> str:
    """The words before the first colon of a sentence, nothing where it has none."""
    at = view.letters.find(":")
    return "".join([c.text for c in view.chunks[:at]]) if at > 0 else ""


def two_objects(view: SentenceView) -> None:
    """42家企业的57个产品获名牌称号: holders and things held, two counts of one title."""
    for q, letter in enumerate(view.letters):
        if letter != "Q" or q in view.figures or view.unit(q) not in ("家", "户"):
            continue
        follow = re.match(r"(?:Nw?)?(?=Q)", view.letters[q + 1 :])
        if follow is None:
            continue
        other = view.figures.get(q + 1 + follow.end())
        if other is not None and other.indicator is not None and view.unit(other.at) in ("个", "项", "件", "种"):
            other.attributes["object"] = "product"
            view.add(q, other.indicator, "count", "bind.two_objects", head=other.head).attributes["object"] = "firm"


def classifier_chain(view: SentenceView) -> None:
    """抽查230家企业28种310批次: numbers in a row after one verb count different things of one action."""
    for q, letter in enumerate(view.letters):
        if letter != "Q" or q in view.figures or view.letters[q - 1 : q] not in ("Q", "N", "I"):
            continue
        before = [f for f in view.figures.values() if f.at < q and f.indicator is not None and f.effect == "count"]
        last = max(before, key=lambda f: f.at, default=None)
        if last is None or last.indicator is None or not re.fullmatch(r"[QNI]*", view.letters[last.at + 1 : q]):
            continue
        opens = view.clause_start(q)
        mentions = [m for k in range(opens, q) if (m := view.mention(k)) is not None]
        readings = [r for m in mentions for r in (m, *m.others)]
        reading = next((r for r in readings if view.fits(q, r) and r.code != last.indicator.code), None)
        if reading is not None:
            view.add(q, reading, "count", "bind.chain", head=last.head)


def mark_parts(view: SentenceView) -> None:
    """其中 and brackets: the figures behind them are parts of the figure before."""
    counts = sorted((f for f in view.figures.values() if f.effect == "count" and f.indicator), key=lambda f: f.at)
    for i, figure in enumerate(counts):
        if figure.part_of is not None or i == 0:
            continue
        previous = counts[i - 1]
        between = view.letters[previous.at + 1 : min(figure.at, figure.head) if figure.head >= 0 else figure.at]
        if ";" in between or "x" in between:
            continue
        if "O" in between or re.match(r"\(", between):
            figure.part_of = previous
        elif previous.part_of is not None and "A" not in between and ")" not in between:
            figure.part_of = previous.part_of
    for figure in counts:
        whole = figure.part_of
        if whole is not None and whole.sentence == figure.sentence and _more(figure, whole):
            figure.part_of = None


def _more(part: Figure, whole: Figure) -> bool:
    """More than the whole in the same unit: then it is no part."""
    small, large = numeral_of(part.chunk), numeral_of(whole.chunk)
    return small is not None and large is not None and small.unit == large.unit and small.value > large.value
