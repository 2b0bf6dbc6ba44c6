"""Quantities that speak about another figure: changes, shares, ranks, levels reached."""

from __future__ import annotations

import re
from dataclasses import replace

from qualityextract.find.chunks import numeral_of
from qualityextract.grammar.view import SentenceView

LINKING = re.compile(
    r"^(?:[了的为是至到在以并且又还也已再将地]|总|其|数|量|额|数量|总量|总数|总额|规模|增速|增幅|幅度|率|年均|分别|均|平均|累计|实现|净|总体|全年|本|该|这|较|比|同|相|了约|大幅|稳步|持续|快速|显著|明显|进一步|继续|逐年|各项|多项|指标|业务|等|不断|连续|有所|左右|比例|所|达|项目|同比|环比|届|上届|以来|期间|占比|水平|位|独占|同类问题|同类|去年|上年|同类型|独得|仍|均保持|超过|双双|只)*$"
)


def shared_by_several(view: SentenceView) -> None:
    """A件, B件, 分别增长5%和8%; A件, B件, 均居全省第二: one to one, or one for each."""
    counts = sorted((f for f in view.figures.values() if f.effect == "count" and f.indicator), key=lambda f: f.at)
    for f in (i for i, letter in enumerate(view.letters) if letter == "F"):
        ratios = [k for k in range(f, len(view.letters)) if view.letters[k] == "P" and k not in view.figures]
        before = [figure for figure in counts if figure.at < f and figure.part_of is None][-len(ratios) :]
        if (
            len(ratios) > 1
            and len(before) == len(ratios)
            and set("Gs") & set(view.letters[f : ratios[0]] + view.chunks[f].text.replace("增长", "G"))
        ):
            effect = "share" if "s" in view.letters[f : ratios[0]] else "change"
            for k, figure in zip(ratios, before, strict=True):
                view.add(k, figure.indicator, effect, "bind.respectively", head=figure.head, base=figure)
    for k in (i for i, letter in enumerate(view.letters) if letter == "K" and i not in view.figures):
        start = view.clause_start(k)
        if "E" in view.letters[start:k] and "I" not in view.letters[start:k]:
            opens = view.clause_start(k, ";")
            for figure in [c for c in counts if opens <= c.at < k and c.part_of is None]:
                view.add(k, figure.indicator, "rank", "bind.rank", head=figure.head, base=figure)


def about_others(view: SentenceView) -> None:
    """Changes, shares and ranks speak about the figure or indicator before them."""
    for i, letter in enumerate(view.letters):
        if letter == "K" and i not in view.figures:
            _about(view, i, "rank", "bind.rank")
        elif letter in "PQM" and i not in view.figures:
            before = view.letters[max(0, i - 3) : i]
            if letter == "P" and _is_share(view, i):
                _about(view, i, "share", "bind.share")
            elif _is_change(view, i, before):
                _about(view, i, "change", "bind.change")
            elif "B" in before.rstrip("w") and _same_measure(view, i):
                _about(view, i, "level", "bind.reaches")


def _is_change(view: SentenceView, i: int, before: str) -> bool:
    trimmed = before.rstrip("wDFE")
    gap = view.chunks[i - 1] if i else None
    if gap is not None and gap.letter == "w" and not LINKING.match(gap.text):
        return False
    if trimmed.endswith("G"):
        numeral = numeral_of(view.chunks[i])
        return numeral is not None
    numeral = numeral_of(view.chunks[i])
    if numeral is None:
        return False
    if numeral.kind in ("doubling",) or view.chunks[i].text[:1] == "翻" or view.chunks[i].text in ("倍增",):
        return True
    if (
        numeral.kind == "times"
        and re.search(r"的$", view.chunks[i - 1].text)
        and re.search(r"[DB]", view.letters[max(0, i - 5) : i])
    ):
        view.chunks[i] = replace(view.chunks[i], value=replace(numeral, value=numeral.value - 1))
        return True
    start = view.clause_start(i)
    clause = view.letters[start:i]
    return (view.letters[i] == "P" and "G" in clause and "I" not in clause[clause.rindex("G") :]
            and numeral.kind in ("percent", "points", "times") and view.letters[i - 1] in ("、", "&"))  # fmt: skip


def _is_share(view: SentenceView, i: int) -> bool:
    start = view.clause_start(i)
    clause = view.letters[start:i]
    if view.unit(i) == "%" and "s" not in clause and "G" not in clause and "I" not in clause:
        before = [f for f in view.figures.values() if f.at < i and view.letters[f.at] in "PQM"]
        last = max(before, key=lambda f: f.at, default=None)
        return last is not None and last.effect == "share" and view.letters[last.at + 1 : i].count(",") == 1
    if "s" not in clause and "分之" in view.chunks[i].text and "R" in clause:
        return True
    if "s" not in clause or view.unit(i) != "%":
        return False
    after = clause[clause.rindex("s") :]
    return "G" not in after and "Q" not in after and "P" not in after


def _about(view: SentenceView, i: int, effect: str, rule: str) -> None:
    start = view.clause_start(i)
    marks = [k for k in range(start, i) if view.letters[k] == "s"]
    share_at = next((k for k in marks if view.chunks[k].text == "占"), marks[-1] if marks else i)
    stop = share_at if effect == "share" else i
    scope_from = view.chunks[i].start - len(view.chunks[i].note) - 2 if effect == "rank" else view.chunks[i].start
    heads = [k for k in range(start, stop) if view.letters[k] == "I" and view.chunks[k].end <= scope_from]
    earlier = [
        f for f in view.figures.values() if f.at < i and f.indicator is not None and f.effect in ("count", "level")
    ]
    last = max(earlier, key=lambda f: f.at, default=None)
    if effect == "share" and heads and _other_subject(view, heads[-1], share_at):
        return
    if effect == "rank" and _is_a_name(view, i):
        return
    if effect == "change" and heads and (last is None or last.at < start) and _grows(view, heads[-1], i):
        return
    if effect == "share" and heads and _shared_by_holders(view, i, heads[-1], share_at):
        return
    if heads and (last is None or last.at < heads[-1]):
        listed = [k for k in view.coordinated(heads) if view.is_item_head(k, i)]
        for k in listed:
            if (mention := view.mention(k)) is not None:
                view.add(i, mention, effect, rule, head=k)
        return
    if effect == "share" and share_at < i:
        own = "".join([c.text for c in view.chunks[start:share_at] if c.letter in "WXNwR"])
        repeated = last is not None and last.head >= 0 and own in view.chunks[last.head].text
        linked = repeated or LINKING.match(re.sub(r"^(?:其中|并|这|均)", "", own))
        if not linked and last is not None and last.at < start:
            return
    foreign = "".join([c.text for c in view.chunks[start:stop] if c.letter in "WXNw" and c.end <= scope_from])
    if effect in ("rank", "level") and "S" in view.letters[start:i] and (last is None or last.at < start):
        return
    if effect in ("change", "rank", "level") and not LINKING.match(foreign) and (last is None or last.at < start):
        inner = [k for k in range(share_at, i) if view.letters[k] == "I"] if effect == "share" else []
        if not inner:
            return
    if last is not None and any(view.letters[k] in "QM" and k not in view.figures for k in range(last.at + 1, i)):
        return
    shared = max(
        (f for f in view.figures.values() if f.at < i and f.effect == "share"), key=lambda f: f.at, default=None
    )
    if effect == "rank" and shared is not None and last is not None and last.at < shared.head < shared.at:
        view.add(i, shared.indicator, effect, rule, head=shared.head, base=shared)
        return
    if last is not None and not any(view.letters[k] == ";" for k in range(last.at, i)):
        whole = last.part_of if effect == "rank" and last.part_of is not None else last
        view.add(i, whole.indicator, effect, rule, head=whole.head, base=whole)
        return
    if effect == "share":
        inner = [k for k in range(share_at, i) if view.letters[k] == "I"]
        if inner and (mention := view.mention(inner[-1])) is not None:
            view.add(i, mention, effect, rule, head=inner[-1])
            return
    if any(view.letters[k] in "QPM" and k not in view.figures for k in range(start if heads else 0, i)):
        return
    unbound = [k for k in range(i) if view.letters[k] == "I"]
    if unbound and not any(view.letters[k] == ";" for k in range(unbound[-1], i)):
        between = "".join([c.text for c in view.chunks[unbound[-1] + 1 : i] if c.letter in "WXN"])
        listed = view.coordinated(unbound) if "、" in view.letters[unbound[0] : i] else unbound[-1:]
        if len(between) > 30 and effect != "rank":
            return
        for k in listed:
            if (mention := view.mention(k)) is not None:
                view.add(i, mention, effect, rule, head=k)
        return
    carried = view.topic.figure
    if last is None and carried is not None and start == 0 and carried.indicator is not None:
        view.add(i, carried.indicator, effect, rule, base=carried)


def _shared_by_holders(view: SentenceView, i: int, head: int, share_at: int) -> bool:
    """规上工业企业占全市专利授权量九成: what firms hold is measured, and the firms are the part."""
    inner = [k for k in range(share_at, i) if view.letters[k] == "I"]
    holder, held = view.mention(head), view.mention(inner[-1]) if inner else None
    if holder is None or held is None or not holder.code.startswith("ent.") or held.code.startswith("ent."):
        return False
    view.add(i, held, "share", "bind.share", head=inner[-1]).attributes["part"] = view.chunks[head].text
    return True


def _other_subject(view: SentenceView, head: int, share_at: int) -> bool:
    """该方案提出, 技能人才占就业人员的31%: something else than the indicator is what the share is of."""
    words = "".join([c.text for c in view.chunks[head + 1 : share_at] if c.letter in "WXN"])
    return len(words) > 6 and not LINKING.match(words)


def _is_a_name(view: SentenceView, i: int) -> bool:
    """作为广西第一大工业城市: a title of the place and no rank of the figure before."""
    following = view.chunks[i + 1] if i + 1 < len(view.chunks) else None
    return following is not None and following.letter in "wWXN" and bool(_TITLE.match(following.text))


_TITLE = re.compile(r"大(?:工业|经济|城市|省|市|县|国|港|出口国|进口国|贸易|生产国)")
_OTHER_GROWTH = re.compile(r"GDP|生产总值|(?:的)?仓位|股价|(?:增速|增幅)$")


def _grows(view: SentenceView, head: int, i: int) -> bool:
    """出口强劲, GDP增长6%: something else than the indicator before it is what grows."""
    words = "".join([c.text for c in view.chunks[head + 1 : i] if c.letter in "WXNw"])
    numeral = numeral_of(view.chunks[i])
    pulled = any("拉" in c.text for c in view.chunks[max(0, head - 6) : head])
    if numeral is not None and numeral.kind == "points" and pulled:
        return True
    return bool(_OTHER_GROWTH.search(words)) and not re.fullmatch(r"(?:年均|平均)?(?:增速|增幅)", words)


def _same_measure(view: SentenceView, i: int) -> bool:
    """出口降至298万桶: a quantity in goods is no level of an indicator in money."""
    start = view.clause_start(i)
    heads = [k for k in range(start, i) if view.letters[k] == "I"]
    mention = view.mention(heads[-1]) if heads else None
    numeral = numeral_of(view.chunks[i])
    if mention is None or numeral is None or not mention.code.startswith("money."):
        return True
    return numeral.kind not in ("count", "physical", "place")
