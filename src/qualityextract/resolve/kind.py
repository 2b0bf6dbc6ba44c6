"""Kind and status of a figure: level or flow, change, target, rule; achieved or how far it got."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qualityextract.find.chunks import numeral_of
from qualityextract.grammar.figures import Figure
from qualityextract.language.dates import TimeMention
from qualityextract.model import Chunk, quick_value
from qualityextract.ruleset import load_ruleset

_BATCH = re.compile(r"首批|第[一二三四五六七八九十\d]+批")
_THIS_ROUND = re.compile(r"揭晓|颁奖|名单中|榜单中|本次|此次|本届|这次|获奖的|上榜的|入选的|入围的")
_DONE = re.compile(r"已|累计|超额|提前完成|实现了|完成了|新增了|据统计|实际")
_RULE_TEXT = re.compile(
    r"对(?:首次)?(?:获得?|获评|新(?:获|认定|评)|通过|主导|主持|参与|认定|成功)[^。;]{0,60}(?:奖励|补助|奖补|给予|补贴|资助)|每[件项家个户]|一次性|原则上|每届|每次评|最高(?:奖励|补助|不超过)?|不得超过|评选名额|名额"
)
_CEILING = re.compile(r"每[届次年]|原则上|名额")
"""每届获奖组织不超过5家: how many there may be, not how many there are."""
_FINE_BY_LAW = re.compile(
    r"处(?:以)?[^,。;]{1,12}以上[^,。;]{1,14}以下的?罚款|违反本(?:法|条例|规定)|处[^,。;]{1,10}以下的?罚款"
)
_PAID = re.compile(r"兑现|发放|拨付|已奖励|落实奖补|共奖励|合计奖励|累计奖励|已兑付")
_STRONG_TARGET = frozenset(
    [
        "力争",
        "确保",
        "争取",
        "计划",
        "拟",
        "预计",
        "预期",
        "有望",
        "目标",
        "规划",
        "计划到",
        "力争到",
        "务求",
        "目标任务",
        "主要目标",
        "远景目标",
        "打算",
        "指标为",
        "努力",
        "争创",
    ]
)


@dataclass(slots=True)
class KindState:
    """What carries from sentence to sentence: a list of goals, a public notice."""

    year: int | None = None
    """The year of publication."""

    goals: bool = False
    status: str = "achieved"
    status_codes: frozenset[str] = frozenset()
    carried: str = ""
    """Kind of the time expression that carries over from the sentence before."""


@quick_value
class Kind:
    """`stat_kind` and `status` of the contract; `increment` tells a target for an addition from one for a level."""

    stat_kind: str
    status: str = "achieved"
    increment: bool = False
    negative: bool = False
    low: bool = False
    """Only expected (有望, 预计): the row's confidence is low."""


def kind_of(
    figure: Figure, chunks: list[Chunk], previous: Figure | None, state: KindState, done: dict[int, Kind]
) -> Kind:
    """The kind of one figure.

    Args:
        figure: the bound figure.
        chunks: its sentence.
        previous: the figure before it in the sentence, None for the first.
        state: what the sentences before have said.
        done: kinds of the figures already read, by id.
    """
    numeral = numeral_of(figure.chunk)
    start = _clause_start(chunks, figure.at, ",;")
    if figure.effect == "rank":
        return Kind("rank")
    modality = _modality(figure, chunks, state)
    if figure.effect == "change":
        negative = _falls(chunks, start, figure.at)
        if modality[0] == "target":
            return Kind("target", negative=negative, increment=True, low=modality[1])
        if numeral is not None and numeral.kind == "points":
            return Kind("change_pp", negative=negative)
        if numeral is not None and numeral.kind in ("percent", "times", "doubling"):
            return Kind("change_pct", negative=negative)
        return Kind("change_abs", negative=negative)
    status = _status(figure, chunks)
    if figure.effect == "share":
        return Kind("target" if modality[0] == "target" else "share")
    plain = _plain_kind(figure, chunks, previous, done, state, status)
    if modality[0] == "policy_rule":
        return Kind("policy_rule")
    if modality[0] == "target":
        return Kind("target", increment=plain == "flow" and not _reaches(figure, chunks), low=modality[1])
    return Kind(plain, status)


def _reaches(figure: Figure, chunks: list[Chunk]) -> bool:
    """培育企业总量达到300家, 实现零的突破: a level to be reached, though the verb alone says that something is added."""
    code = figure.indicator.code if figure.indicator else ""
    if code.startswith("money.") or code == "insp.revenue":
        return False  # what a year brings in
    here = chunks[_clause_start(chunks, figure.at, ",;、") : figure.at]
    return figure.effect == "implied" or any(c.letter == "D" and c.text.startswith("达") for c in here)


def _clause_start(chunks: list[Chunk], at: int, marks: str) -> int:
    while at > 0 and chunks[at - 1].letter not in marks:
        at -= 1
    return at


def _falls(chunks: list[Chunk], start: int, at: int) -> bool:
    for chunk in reversed(chunks[start:at]):
        if chunk.letter == "G":
            return getattr(chunk.value, "cue", "") == "change_down"
    return False


def _modality(figure: Figure, chunks: list[Chunk], state: KindState) -> tuple[str, bool]:
    """`target`, `policy_rule` or nothing; and whether it is only expected."""
    text = "".join([chunk.text for chunk in chunks])
    if "".join([chunk.text for chunk in chunks[figure.at + 1 : figure.at + 4]]).startswith(
        ("的目标", "目标", "的任务")
    ):
        return "target", False
    at = max(figure.at, figure.head)
    first = _clause_start(chunks, min(figure.at, figure.head if figure.head >= 0 else figure.at), ";")
    before = chunks[first:at]
    here = chunks[_clause_start(chunks, figure.at, ",;") : figure.at]
    clause_text = "".join([chunk.text for chunk in here])
    indicator = figure.indicator
    if indicator is not None and indicator.code == "money.reward_rule":
        return "policy_rule", False
    if indicator is not None and indicator.code == "enf.fines" and _FINE_BY_LAW.search(text):
        return "policy_rule", False
    ruled = re.search(r"办法|规定|细则|条例|若干措施", text)
    if (
        (ruled or any(c.letter == "p" for c in chunks[: figure.at + 3]))
        and _RULE_TEXT.search(text)
        and not _PAID.search(text)
    ):
        return "policy_rule", False
    if _CEILING.search(clause_text) and _bound(figure) == "at_most":
        return "policy_rule", False
    deadline = [c for c in before if c.letter == "T" and c.note == "deadline"]
    done = _DONE.search(clause_text) and not re.search(r"力争|确保|将", clause_text)
    if done and (not deadline or re.search(r"已|超额|提前|了", clause_text)):
        return "", False
    if any(_plans_ahead(c, state.year) for c in before):
        return "target", False
    past = [c for c in here if c.letter == "T" and c.note in ("now", "since", "window", "asof")]
    if past and not deadline:
        return "", False
    goals = [c for c in before if c.letter == "g"]
    strong = [c for c in goals if c.text in _STRONG_TARGET and (c in here or _governs(c, here))]
    if deadline or strong:
        expected = any(c.text in ("有望", "预计", "预期") for c in goals)
        return "target", expected
    weak = [c for c in here if c.letter == "g"]
    if weak:
        return "target", False
    if state.goals and not any(c.letter == "T" and c.note != "deadline" for c in before):
        return "target", False
    return "", False


def _plans_ahead(chunk: Chunk, year: int | None) -> bool:
    """2022年至2025年, said in 2022: a stretch of years that is not over."""
    ends = chunk.value.parts.get("y2") if isinstance(chunk.value, TimeMention) else None
    return ends is not None and year is not None and int(ends) > year


def _bound(figure: Figure) -> str:
    numeral = numeral_of(figure.chunk)
    return numeral.bound if numeral is not None else ""


_EXPECTATION = frozenset(("有望", "预计", "预期"))


def _governs(goal: Chunk, here: list[Chunk]) -> bool:
    """A goal word of an earlier clause reaches a figure whose own clause says nothing of a level reached."""
    if goal.text in _EXPECTATION:
        return any(c.letter == "、" for c in here) and not any(c.letter in "HU" for c in here)
    return not any(c.letter in "HU" or (c.letter == "D" and c.text.startswith("已")) for c in here)


def _status(figure: Figure, chunks: list[Chunk]) -> str:
    start = _clause_start(chunks, min(figure.at, figure.head) if figure.head >= 0 else figure.at, ",;")
    end = max(figure.at, figure.head)
    while end + 1 < len(chunks) and chunks[end + 1].letter not in ",;、(":
        end += 1
    indicator = figure.indicator
    if indicator is not None and indicator.code.endswith("_applications"):
        return "achieved"
    own = [c for c in chunks[start : end + 1] if c.letter == "u"]
    attached = indicator.code if indicator is not None else ""
    if own:
        nearest = min(own, key=lambda c: abs(c.start - figure.chunk.start))
        if nearest.note == "applied" and attached.startswith(("ip.", "tm.applications", "enf.", "svc.")):
            return "achieved"
        return nearest.note
    return "achieved"


def _plain_kind(
    figure: Figure, chunks: list[Chunk], previous: Figure | None, done: dict[int, Kind], state: KindState, status: str
) -> str:
    indicator = figure.indicator
    if indicator is None:
        return "stock"
    rule = load_ruleset().indicators[indicator.code]
    numeral = numeral_of(figure.chunk)
    if figure.effect == "implied":
        return "flow"
    if figure.effect == "zero":
        return "flow" if "增" in figure.chunk.text or rule.default_kind == "flow" else "stock"
    if numeral is not None and numeral.kind == "percent":
        if indicator.stat_kind in ("rate", "share", "index"):
            return indicator.stat_kind
        return rule.default_kind if rule.default_kind in ("rate", "index", "share") else "rate"
    if rule.default_kind in ("rate", "index", "share"):
        return rule.default_kind
    level = rule.default_kind if rule.default_kind in ("stock", "cumulative") else "stock"
    own, inherited = _cues(figure, chunks, previous)
    text = "".join([chunk.text for chunk in chunks[: figure.at + 1]])
    if figure.at and chunks[figure.at - 1].text.endswith("的") and figure.head > figure.at:
        own = "".join(letter for letter in own if letter in "v")
    surface = chunks[figure.head].text if 0 <= figure.head < len(chunks) else ""
    if figure.head > 0 and chunks[figure.head - 1].text.endswith("的") and "H" in own:
        own = "H"
    if surface.startswith(_WINNING):
        own += "v"
    if own == "v" and previous is not None and _next_item(figure, previous, chunks) and id(previous) in done:
        return done[id(previous)].stat_kind
    if not re.search(r"[HUAVBv]", own) and previous is not None:
        copied = done.get(id(previous))
        if copied is not None and _same_list(figure, previous):
            return copied.stat_kind
        if copied is not None and not indicator.stat_kind and _next_item(figure, previous, chunks):
            if copied.stat_kind == "flow":
                return "flow"
            if rule.default_kind != "flow":
                return "cumulative" if "U" in inherited else level
    covering = _covering(figure, chunks) or state.carried
    if surface.startswith("带动") and covering == "interval" and "flow" in rule.stat_kinds:
        return "flow"
    if (
        status in _UNDER_WAY
        and covering in _SPANS
        and any(c.letter == "u" and c.text.startswith(("获批", "批准", "批筹")) for c in chunks[: figure.at])
    ):
        return "flow"
    if status in _UNDER_WAY and covering not in _SPANS:
        return "stock"
    announced = covering in _SPANS or _THIS_ROUND.search(text)
    if "U" in own and announced and re.search(r"共获得?|合计获", text) and not re.search(r"累计|历届|历年", text):
        return "flow"
    if "U" in own and not (rule.scope_default == "agency" and covering in _SPANS):
        return "cumulative"
    if figure.part_of is not None and not re.search(r"[AHU]", own):
        parent = done.get(id(figure.part_of))
        if parent is not None and parent.stat_kind in ("stock", "cumulative", "flow"):
            return parent.stat_kind
    if re.search(r"各添|又添|再添|新添", text[-24:]) and rule.default_kind != "flow":
        return "flow"
    if not re.search(r"[HU]", own) and _BATCH.search(text):
        return "flow"
    if indicator.code.startswith(("award.", "ent.")) and _THIS_ROUND.search(text):
        return "flow"
    if rule.default_kind == "flow":
        held = indicator.code.startswith(("ip.", "tm.", "std."))
        if held and "H" in own and indicator.stat_kind != "flow":
            return "stock"
        if rule.scope_default == "agency" and covering in _SPANS:
            return "flow"
        return "cumulative" if "U" in inherited or (held and covering == "now") else "flow"
    new = any(c.text.startswith(("新", "净", "再", "又")) for c in chunks[: figure.at] if c.letter == "A")
    if covering in ("asof", "now") and not new and re.search(r"[VvA]", own):
        return level
    if "v" in own:
        held = any(c.letter == "H" and c.text in ("已有", "现已有") for c in chunks[max(0, figure.at - 3) : figure.at])
        return level if held else "flow"
    if "e" in "".join([c.letter for c in chunks[_clause_start(chunks, figure.at, ",;") : figure.at]]):
        return "rate"
    for letter in reversed(own):
        if letter in "HB":
            return "stock" if _in_force(figure, chunks) and not indicator.code.startswith("award.") else level
        if letter == "V":
            return "flow"
        if letter == "A":
            standing = _standing_verb(figure, chunks) and "flow" not in rule.stat_kinds
            return level if standing or indicator.stat_kind == "stock" else "flow"
    if not re.search(r"[HUAVB]", own) and any(
        c.letter == "D" and c.text.startswith(("达到", "已达"))
        for c in chunks[_clause_start(chunks, figure.at, ",;、") : figure.at]
    ):
        return level
    if indicator.code.startswith("std.") and _covering(figure, chunks) in _SPANS and "H" not in own:
        return "flow"
    if indicator.stat_kind in ("stock", "cumulative", "flow"):
        return indicator.stat_kind
    if "U" in inherited:
        return "cumulative"
    if inherited[-1:] in ("A", "V") and covering not in ("asof", "now"):
        return "flow"
    return level


_UNDER_WAY = frozenset(
    ("applied", "accepted_for_review", "in_pool", "under_construction", "in_progress", "pending_acceptance")
)
_SPANS = frozenset(("interval", "since", "window", "open", "day", "plan", "recent"))


def _covering(figure: Figure, chunks: list[Chunk]) -> str:
    """Kind of the last time expression before the figure; standards made within a span are a flow."""
    for chunk in reversed(chunks[: max(figure.at, figure.head)]):
        if chunk.letter == "T" and chunk.note not in ("base", "duration"):
            return chunk.note
    return ""


_IN_FORCE = frozenset(["现有", "实有", "在用", "保有", "保有量", "有效", "现存", "存量", "在册", "目前有", "留存"])


def _in_force(figure: Figure, chunks: list[Chunk]) -> bool:
    """现有, 有效: what is in force now, not all that was ever granted."""
    for chunk in reversed(chunks[: figure.at]):
        if chunk.letter == "H":
            return chunk.text in _IN_FORCE
    return False


def _same_list(figure: Figure, previous: Figure) -> bool:
    """Two numbers under one head (3个千亿级、2个百亿级产业集群) make the same kind of statement."""
    return (
        previous.sentence == figure.sentence
        and previous.indicator is not None
        and figure.indicator is not None
        and previous.indicator.code == figure.indicator.code
        and previous.rule in ("bind.right_scales", "bind.right_levels")
    )


def _next_item(figure: Figure, previous: Figure, chunks: list[Chunk]) -> bool:
    """The figure is the next item of a 、-list: what the verb says of the item before holds for it."""
    if previous.sentence != figure.sentence or previous.effect != "count" or previous.indicator is None:
        return False
    low, high = max(previous.at, previous.head), min(figure.at, figure.head if figure.head >= 0 else figure.at)
    between = "".join([c.letter for c in chunks[low + 1 : high]])
    return bool(re.fullmatch(r"[、&LwR]+", between))


_WINNING = ("通过", "获得", "获准", "荣获", "新增", "新获", "入选")
"""Forms that carry their verb say themselves that something was won or added."""


def _standing_verb(figure: Figure, chunks: list[Chunk]) -> bool:
    """成立, 设立: what they bring about stands, where the catalogue knows the thing only as a stock."""
    for chunk in reversed(chunks[: figure.at]):
        if chunk.letter == "A":
            return chunk.text in ("成立", "组建", "设立", "建立", "搭建")
    return False


def _cues(figure: Figure, chunks: list[Chunk], previous: Figure | None) -> tuple[str, str]:
    """Cue letters of the figure's own stretch, and those of the list that it continues."""
    start = _clause_start(chunks, figure.at, ";")
    floor = start
    if previous is not None and previous.sentence == figure.sentence and previous.at >= start:
        floor = previous.at + 1
        if previous.head > previous.at and previous.head < figure.at:
            floor = previous.head + 1
    stretch = chunks[floor : figure.at]
    comma = max((i for i, c in enumerate(stretch) if c.letter == ","), default=-1)
    own = "".join(
        c.letter
        for c, following in zip(stretch[comma + 1 :], [*stretch[comma + 2 :], figure.chunk], strict=False)
        if c.letter in "HUAVB" and not (c.text in ("获奖", "获证") and following.letter == "N")
    )
    earlier = "".join([c.letter for c in stretch[: comma + 1] if c.letter in "HUAV"])
    if not own and earlier and not any(c.letter in "RS" for c in stretch[comma + 1 :]):
        own = earlier[-1] if earlier[-1] not in "AV" else ""
        if not own:
            own = "A" if _adjacent_flow(stretch[: comma + 1]) else ""
    tail = chunks[figure.at + 1 : figure.at + 6]
    after = ""
    for chunk in tail:
        if chunk.letter in ",;、(":
            break
        if chunk.letter == "V" or (chunk.letter == "A" and chunk.text.startswith(("通过", "新获", "新入选", "新认定"))):
            after = "v"
            break
    inherited = ""
    crossed = "," in "".join([c.letter for c in stretch])
    for chunk in reversed(chunks[start:floor]):
        crossed = crossed or chunk.letter == ","
        if chunk.letter in "HUAV":
            inherited = (
                chunk.letter
                if not (chunk.letter == "A" and crossed and not chunk.text.startswith(("新", "再", "又")))
                else ""
            )
            break
        if chunk.letter == "T" or (
            chunk.letter in "RS" and floor - 1 > start and chunk.start > chunks[floor - 1].start
        ):
            break
    since = next((i for i in range(figure.at - 1, start - 1, -1) if chunks[i].letter in "UTH"), -1)
    if (
        since >= 0
        and chunks[since].letter == "U"
        and "H" not in own
        and not any(c.text.startswith("新") for c in stretch if c.letter == "A")
    ):
        crossed = any(c.letter == "," for c in chunks[since : figure.at])
        letters = "".join([c.letter for c in chunks[since + 1 : figure.at]])
        list_goes_on = re.fullmatch(r"[wWVAaoRL]*(?:I[NwHD]*Q[,、&]+)*(?:I[NwHD]*)?", letters) is not None
        if not crossed or "A" in own or (not own and list_goes_on):
            inherited += "U"
        if "A" in own and "H" not in own and not any(c.letter in "RS" for c in chunks[since : figure.at]):
            own += "U"
    return own + after, inherited


def _adjacent_flow(stretch: list[Chunk]) -> bool:
    return any(c.letter == "A" and c.text.startswith("新") for c in stretch)
