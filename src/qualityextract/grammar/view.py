"""One sentence under binding: its chunks, their letters, the figures found so far, and small questions about them."""

from __future__ import annotations

import functools
import re
from dataclasses import replace

from qualityextract.find.chunks import Medal, numeral_of
from qualityextract.grammar.figures import Figure, Topic
from qualityextract.model import Chunk, IndicatorMention
from qualityextract.ruleset import Indicator, load_ruleset


class SentenceView:
    """The state of binding one sentence; `figures` by chunk index, further figures on the same words above 1000."""

    def __init__(self, chunks: list[Chunk], sentence: int, topic: Topic) -> None:
        self.chunks = [
            replace(c, letter="N") if c.text == "组织" and i and chunks[i - 1].letter == "Q" else c
            for i, c in enumerate(chunks)
        ]
        self.letters = "".join([chunk.letter for chunk in self.chunks])
        self.sentence = sentence
        self.topic = topic
        self.figures: dict[int, Figure] = {}
        self.extra = 0
        self.heads: set[int] = set()

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
        if numeral.kind == "place":
            return mention.code.startswith("zone.")
        if mention.weak == "unit":
            return numeral.unit in _plain_units(rule) and numeral.unit != ""
        if numeral.unit in _plain_units(rule):
            return True
        if numeral.kind == "none" and numeral.value in range(1900, 2101):
            return False
        if numeral.kind == "none":
            return near and numeral.digits >= 0
        if numeral.kind == "score":
            return False
        return numeral.unit in _INTERCHANGEABLE

    def add(self, i: int, indicator: IndicatorMention | None, effect: str, rule: str, **more: object) -> Figure:
        chunk = self.chunks[i]
        if indicator is not None and indicator.code.startswith("enf.batches_") and effect == "count":
            indicator = self.failing(i) or indicator
        figure = Figure(self.sentence, i, chunk, indicator, effect, rule, **more)  # type: ignore[arg-type]
        if isinstance(chunk.value, Medal):
            figure.attributes["tier"] = chunk.value.tier
        key = i
        if i in self.figures:
            self.extra += 1
            key = 1000 * self.extra + i
        self.figures[key] = figure
        return figure

    def failing(self, q: int) -> IndicatorMention | None:
        """29批次食用农产品不合格: the number counts what failed, not what was sampled."""
        for k in range(q + 1, len(self.letters)):
            if self.letters[k] in ",;QPM":
                return None
            mention = self.mention(k)
            if mention is not None and mention.code == "enf.nonconforming":
                return mention
        return None

    def is_item_head(self, i: int, q: int = -1) -> bool:
        """食品抽检 in 食品抽检完成率 is only the modifier of another head."""
        if i + 1 >= len(self.chunks) or i + 1 == q:
            return True
        chunk = self.chunks[i + 1]
        if chunk.letter not in "wWX":
            return True
        return not (
            _OTHER_HEAD.match(chunk.text) or _OTHER_QUANTITY.search(chunk.text) or _OTHER_BODY.search(chunk.text)
        )

    def counts_what_follows(self, q: int) -> bool:
        """15个领域: a noun right behind the measure word is what the number counts, not the indicator before it."""
        if q + 1 >= len(self.chunks):
            return False
        chunk = self.chunks[q + 1]
        if chunk.letter in "WXN":
            return not chunk.text.startswith(_NOT_A_NOUN)
        return chunk.letter == "w" and not chunk.text.startswith(_NOT_A_NOUN) and len(chunk.text) == 2

    def about_an_award(self, q: int) -> bool:
        """获奖的33项专利, 22项专利获奖: the prizes are counted, not the patents."""
        start = self.clause_start(q)
        end = next((k for k in range(q, len(self.letters)) if self.letters[k] in ",;"), len(self.letters))
        return any("获奖" in chunk.text for chunk in self.chunks[start:end])

    def coordinated(self, heads: list[int]) -> list[int]:
        """The last indicator and those listed with it."""
        run = [heads[-1]]
        for k in reversed(heads[:-1]):
            between = self.letters[k + 1 : run[0]]
            if not re.fullmatch(r"[wWXLNRoTAH]*[、&][wWXLNRoTAH、&]*", between):
                break
            run.insert(0, k)
        return run


_NOT_A_NOUN = ("的", "以", "左右", "了", "等", "均", "全", "次", "不", "高", "处于", "来自", "涉及", "分布", "(", "再", "仍", "超", "同", "这", "其", "为", "且", "还",
               "被", "已", "和", "以上", "之多", "都", "创", "稳", "覆", "提", "较", "由", "每", "占", "率先", "遍", "纳", "台阶", "大关", "关口", "实", "正", "在", "向", "也", "则", "又", "并")  # fmt: skip
_OTHER_QUANTITY = re.compile(r"(?<![增占总])[\u4e00-\u9fff](?:率|(?<![总金])额|存货|利润|收入|成本|费用|价格|投资)$")
_OTHER_HEAD = re.compile(
    r"^(?:预审|导航|完成率|办案成效|成效|公示率|年报率|督导率|办结率|工作|示范企业|示范区|创建|建设|认定工作|管理|保护|水平|能力|体系|平台|改革|政策|条例|规划|行动|战略|指数|意识|满意度|专项|培训|执法|服务(?!站|机构|项目)|奖励|申报|监管|监测|信息|数据|工程|中心|基地|园区|项目库|经费|资金|产品质量|风险|问题|环境|氛围|力度|活动|流程|机制|标准化|市场|产业(?!链)|行业|技术(?!中心)|运用|转化|创造|运营|金融|人才|维权|纠纷|交易|许可|方案|通知|意见|办法|名录|目录)"
)
_OTHER_BODY = re.compile(r"(?:工作组|工作队|小组|专班|服务站|工作站|指导站|服务队|服务团|联盟|协会|委员会|办公室)$")
"""产业集群质量服务站: a body at the end of the compound is what is counted."""
_INTERCHANGEABLE = frozenset({"个", "项", "件", "家"})


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
