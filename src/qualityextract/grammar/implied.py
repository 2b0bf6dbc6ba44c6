"""Counts without a numeral: 首个, 零的突破, and the named winners of awards and titles."""

from __future__ import annotations

import re
from dataclasses import replace

from qualityextract.find.chunks import subject_of
from qualityextract.grammar.figures import Figure
from qualityextract.grammar.view import SentenceView
from qualityextract.model import IndicatorMention, SubjectMention

_NAME = re.compile(r"^[\u4e00-\u9fffA-Za-z0-9·]+$")
_WINNABLE = ("award.", "ent.", "gi.", "zone.", "pilot.", "brand.", "tm.well_known", "insp.national_center", "insp.provincial_center",
             "metro.industry_center", "ip.demo_firm", "ip.advantage_firm", "ip.strong_city", "ip.protection_center", "ip.service_agencies",
             "ip.securitisation", "std.tc_", "std.leader", "std.good_practice_firms", "cert.same_line")  # fmt: skip
_NOT_WINNABLE = ("ent.market_entities", "ent.above_scale", "zone.development_zone", "zone.cluster", "zone.key_quality_region", "gi.output_value",
                 "gi.households", "brand.value", "ent.cluster_firms", "ent.chain_leader")  # fmt: skip


def implied(view: SentenceView) -> None:
    """Counts without a numeral: 首个, 零的突破, and named winners (甲公司获中国质量奖)."""
    for i, letter in enumerate(view.letters):
        if letter == "J" and i not in view.figures:
            _implied_first(view, i)
    for i, letter in enumerate(view.letters):
        if letter == "I" and i not in view.heads and i not in view.figures:
            _named_winner(view, i)


def zeros(view: SentenceView) -> None:
    """尚无国家级质检中心, 未新增驰名商标: a stated zero is data."""
    for i, letter in enumerate(view.letters):
        if letter != "n":
            continue
        found = re.match(r"[wLR]{0,2}I", view.letters[i + 1 :])
        if found is None:
            continue
        head = i + found.end()
        mention = view.mention(head)
        if mention is not None and head not in view.heads and mention.weak != "never":
            view.add(i, mention, "zero", "bind.zero", head=head)
            view.heads.add(head)


def _implied_first(view: SentenceView, i: int) -> None:
    text = view.chunks[i].text
    end = i
    while end + 1 < len(view.letters) and view.letters[end + 1] not in ",;":
        end += 1
    breakthrough = "突破" in text or "记录" in text
    if breakthrough:
        heads = [k for k in range(view.clause_start(i, ",;"), i) if view.letters[k] == "I"]
        if not heads:
            heads = [k for k in range(i) if view.letters[k] == "I"][-1:]
            if heads and (mention := view.mention(heads[0])) is not None and _can_be_won(mention):
                view.add(i, mention, "implied", "bind.breakthrough", head=heads[0])
            return
    else:
        heads = [k for k in range(i + 1, end + 1) if view.letters[k] == "I"]
        if any(view.letters[k] in "QPM" and k in view.figures for k in range(i + 1, (heads or [i])[0])):
            return
    heads = [k for k in heads if k not in view.heads]
    if not heads:
        return
    head = heads[-1]
    mention = view.mention(head)
    if mention is None or not _can_be_won(mention):
        return
    view.add(i, mention, "implied", "bind.breakthrough" if breakthrough else "bind.first", head=head)
    view.heads.add(head)


def _named_winner(view: SentenceView, i: int) -> None:
    mention = view.mention(i)
    if mention is None or not _can_be_won(mention) or mention.weak in ("unit", "never"):
        return
    start = view.clause_start(i, ",;")
    before = view.letters[start:i]
    win = re.search(r"V[wWLADNo]{0,2}$", before)
    clause_end = next((k for k in range(i, len(view.letters)) if view.letters[k] in ",;" and k > i), len(view.letters))
    if re.search(r"等.{0,6}$", "".join([c.text for c in view.chunks[i + 1 : clause_end] if c.letter not in "Q"])) or (
        "Q" in view.letters[i + 1 : clause_end]
    ):
        return
    counted = any(view.letters[k] == "Q" and not view.chunks[k].text.startswith("一") for k in range(start, i))
    if not win or counted or re.search(r"[gpyneuJ]", before):
        after = view.letters[i + 1 : i + 9]
        seat = re.search(r"^[OwN]*,?[^;,]*S[wD]?V", after)
        if not (seat and "榜上有名" in "".join([c.text for c in view.chunks[i : i + 10]])):
            return
        owner_at = i + 1 + after.index("S")
        owner = subject_of(view.chunks[owner_at])
        _won(view, i, owner_at + 1, mention, owner)
        return
    verb = start + win.start()
    if mention.code in ("zone.sme_cluster", "zone.advanced_cluster") and _clusters_won(view, i, start, verb, mention):
        return
    owners = [k for k in range(start, verb) if view.letters[k] == "S"]
    owner = subject_of(view.chunks[owners[-1]]) if owners else None
    if owner is not None and owner.scope == "agency" and mention.code.startswith("award."):
        owner = replace(owner, scope="organization")
    if owner is None and mention.code.startswith("gi."):
        product = _named_product(view, start, verb)
        if product is not None:
            _won(view, i, i, mention, product)
        return
    if owner is None or owner.scope not in ("organization", "cluster"):
        named = _written_name(view, start, verb)
        run = "".join([c.text for c in view.chunks[start:verb] if c.letter != "T"])
        if named is None and run not in (
            "企业",
            "企业也",
            "公司",
            "公司也",
            "该公司",
            "该企业",
            "该集团",
            "公司还",
            "企业还",
            "并",
            "先后",
            "还",
        ):
            return
        owner = named
    _won(view, i, i, mention, owner)


def _clusters_won(view: SentenceView, i: int, start: int, verb: int, mention: IndicatorMention) -> bool:
    """海口生物医药、澄迈深海油气获评…集群: every place with its industry is one cluster."""
    places = [
        k
        for k in range(start, verb)
        if view.letters[k] in "R" or (view.letters[k] == "S" and view.chunks[k].note == "zone")
    ]
    won = False
    for position, k in enumerate(places):
        end = places[position + 1] - 1 if position + 1 < len(places) else verb
        industry = "".join([c.text for c in view.chunks[k + 1 : end] if c.letter not in "、&"])
        subject = subject_of(view.chunks[k])
        if subject is None or len(industry) < 2:
            continue
        owner = replace(subject, scope="cluster", name=f"{subject.name}{industry}产业集群")
        figure = view.add(i, mention, "implied", "bind.named_winner", head=i, owners=(owner,))
        figure.chunk = view.chunks[i]
        won = True
    if won:
        view.heads.add(i)
    return won


def _written_name(view: SentenceView, start: int, verb: int) -> SubjectMention | None:
    """A winner that no list knows: the short run of words that opens the clause (龙洋知鲜获…)."""
    run = [c for c in view.chunks[start:verb] if c.letter not in "T"]
    if len(run) == 1 and run[0].letter in "wW" and 2 <= len(run[0].text) <= 8 and _NAME.match(run[0].text):
        return SubjectMention(run[0].start, run[0].end, "organization", run[0].text, None)
    return None


def _named_product(view: SentenceView, start: int, verb: int) -> SubjectMention | None:
    """蒋王葡萄成功获批地理标志证明商标: the product, with the place before it as its region."""
    run = [c for c in view.chunks[start:verb] if c.letter not in "T"]
    while run and run[-1].text in ("成功", "已", "又", "也", "正式", "顺利", "先后"):
        run.pop()
    names = "".join([c.text for c in run if c.letter in "wWX"])
    if not run or any(c.letter not in "wWXRN" for c in run) or not 2 <= len(names.removesuffix("成功")) <= 8:
        return None
    region = next((subject_of(c) for c in run if c.letter == "R"), None)
    name = names.removesuffix("成功")
    if region is not None:
        return replace(region, scope="product", name=name)
    return SubjectMention(run[0].start, run[-1].end, "product", name, None)


def _won(view: SentenceView, i: int, at: int, mention: IndicatorMention, owner: SubjectMention | None) -> None:
    figure = Figure(view.sentence, at, view.chunks[at] if at < len(view.chunks) else view.chunks[i], mention,
                    "implied", "bind.named_winner", head=i, owners=(owner,) if owner else ())  # fmt: skip
    view.figures[2000 + i] = figure
    view.heads.add(i)


def _can_be_won(mention: IndicatorMention) -> bool:
    return mention.code.startswith(_WINNABLE) and not mention.code.startswith(_NOT_WINNABLE)
