"""Figures about a part of a region: one industry, one class of holders, one product.

中医药产业产值 is not the region's output, 企业有效发明专利 not all of its patents. The words right before the
indicator tell; so do the names to which 分别 hands out values.
"""

from __future__ import annotations

import re

from qualityextract.grammar.figures import Figure
from qualityextract.model import Chunk

_INDUSTRY = re.compile(r"(?:产业|行业|工业|制造业|服务业|农业|产业链|全产业链|[\u4e00-\u9fff]业|领域|板块|集团|链)$")
_HOLDERS = re.compile(r"(?:企业|高校|院所|科研院所|个人|民营企业|外资企业)$")
_WHOLE = re.compile(
    r"^(?:全部|全|各类|总|年|其|该|的|完成|实现|累计|共|地区|规模以上|规上|主营业务|全年|社会|年度|综合|了|已|约|新增|地理标志|相关|企业)*$"
)
_PRODUCT_HEADS = ("money.exports", "rate.", "enf.nonconforming", "money.market_share")
_INDUSTRY_HEADS = ("money.output_value", "money.revenue", "money.value_added", "money.profit_tax", "money.exports", "money.market_share",
                   "money.contribution_share", "money.jobs", "ent.market_entities")  # fmt: skip
_HOLDER_HEADS = (
    "ip.valid_",
    "ip.patent_",
    "ip.invention_",
    "ip.high_value_inventions",
    "tm.valid_registered",
    "tm.registrations",
)
_AMOUNT = re.compile(r"^(?:总|金|值|额|总额|总值|达到?|为|约|实现|完成|累计|合计|共|突破|规模|货值|数据)*$")
_AMOUNT_OF = re.compile(r"(?:增加值|产值|销售额|营业收入|营收|收入)$")
_LEADING = re.compile(r"^(?:推动|带动|实现|促进|支撑|拉动|其中|以及|全市|全省|全县|全区|年|的|月|[\d.]+)+")


def part_of_region(figure: Figure, chunks: list[Chunk]) -> tuple[str, str] | None:
    """(scope, name) of the part that a figure speaks of, None for the whole."""
    indicator = figure.indicator
    if indicator is None:
        return None
    code = indicator.code
    named = figure.attributes.get("named")
    if named:
        industry = _INDUSTRY.search(named) or code in ("money.output_value", "money.value_added")
        return ("subset" if industry else "product"), named
    if figure.effect == "share" and "part" in figure.attributes:
        return "subset", figure.attributes["part"]
    if figure.head < 0:
        return None
    if figure.effect == "share" or code in ("money.contribution_share", "money.market_share"):
        sharing = _sharing(figure, chunks)
        if sharing is not None:
            return sharing
    words = _words_before(chunks, figure.head)
    if not words and code == "money.exports" and figure.effect == "count" and figure.head < figure.at:
        words = "".join([c.text for c in chunks[figure.head + 1 : figure.at] if c.letter in "wWXN"])
        return ("product", words) if len(words) >= 2 and not _AMOUNT.match(words) else None
    if words in ("企业", "高校", "个人") and code.startswith(_HOLDER_HEADS):
        return "subset", words
    if not words or _WHOLE.match(words):
        return None
    if code == "ent.market_entities" and not re.search(r"(?:产业|[\u4e00-\u9fff]业)$", words):
        return None
    if code == "brand.value":
        return "product", words
    if code.startswith("money.") and re.search(r"(?:公司|集团|本行|该行|企业)$", words):
        return "organization", words
    if code.startswith(_INDUSTRY_HEADS):
        if code == "money.exports" and not _INDUSTRY.search(words):
            return "product", words
        return ("subset", words) if len(words) >= 2 else None
    if code.startswith(_HOLDER_HEADS) and _HOLDERS.search(words):
        return "subset", words
    if code.startswith("rate.") and re.search(
        r"(?:制品|食品|产品|肉|蛋|奶|乳|油|酒|茶|糖|蔬菜|水果|药品|用品)等?(?:\d大类食品)?$", words
    ):
        return "product", words
    return None


def _sharing(figure: Figure, chunks: list[Chunk]) -> tuple[str, str] | None:
    """先进制造业增加值在工业中所占比重, 企业有效发明专利3626件,在全市…中占比: what the share is the share of."""
    clause = figure.at
    while clause and chunks[clause - 1].letter not in ",;":
        clause -= 1
    mark = next((i for i in range(clause, figure.at) if chunks[i].text.startswith(("占", "在"))), None)
    if mark is None:
        return None
    if mark and chunks[mark - 1].letter == ",":
        heads = [i for i in range(mark) if chunks[i].letter == "I"]
        words = _words_before(chunks, heads[-1]) if heads else ""
        return ("subset", words) if words == "企业" or _HOLDERS.search(words) else None
    start = mark
    while start and chunks[start - 1].letter in "wWXNI":
        start -= 1
    words = _LEADING.sub("", "".join([chunk.text for chunk in chunks[start:mark]]))
    held = _AMOUNT_OF.sub("", words)
    if held != words and re.search(r"(?:企业|机构|单位)$", held):
        return "subset", held
    traded = figure.indicator is not None and figure.indicator.code == "money.market_share" and len(words) > 1
    return ("subset", words) if traded or _INDUSTRY.search(held) else None


def _words_before(chunks: list[Chunk], head: int) -> str:
    """The plain words directly before an indicator, up to a mark, a verb, a place or a number."""
    kept: list[str] = []
    for chunk in reversed(chunks[:head]):
        if chunk.letter in "wWXN" or (chunk.letter in "、&" and kept):
            kept.append(chunk.text)
        elif chunk.letter == "T" and not kept:
            continue
        else:
            break
    return _LEADING.sub("", "".join(reversed(kept)).strip("、和及与"))
