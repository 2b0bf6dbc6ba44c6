"""Whose figure it can be: regions, zones, clusters, organisations, bureaus."""

from __future__ import annotations

import re
from dataclasses import replace

from qualityextract.language.patterns import Scan
from qualityextract.model import SubjectMention
from qualityextract.regions import RegionMention, ZoneMention, load_gazetteer

_CLUSTER = re.compile(r"(?:产业集群|集群)(?!化|效应|式|内|企业|发展|建设|区|总|规模|培育|促进)")
_GENERIC_CLUSTER = re.compile(
    r"^(?:各|该|这|两|三|多)?(?:个|些)?(?:重点|特色|优势|战略性|战略性新兴|新兴|先进制造业|先进制造|制造业|主导|支柱|千亿级|百亿级|万亿级|十亿级|世界级|国家级|省级|市级|县域|中小企业|中小企业特色|区域|传统|现代|标志性|高端|国家|国内|全省|全市|产业链|产业|新型|小型|大型|重点区域|领域|为主体的|等|攻关|技术攻关|龙头|品牌|数字|未来|高新技术|核心技术攻关|特色产业|优势产业|先进|新质|跨区域|平均每个|平均每|每个|每|具有国际竞争力的|具有竞争力的)*$"
)
_CUT = re.compile(
    r".*(?:[,;:。!?、()\n]|[和与及的在等对向为由以将把使让是有了即中从]|新增|支持|推动|推进|指导|深入|针对|加快|培育|打造|建设|形成|创建|发展|围绕|聚焦|走进|参与|成为|促进|来自|成为|首个|获评|入选|跻身|认定|纳入|列入|进入|获批|提升|聚集|涵盖)",
    re.DOTALL,
)
_ORGANISATION = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|总公司|分公司|子公司|集团公司|公司|集团|合作联社|合作社|研究总院|研究院|研究所|大学|学院|医院|酒厂|药厂|总厂|教授团队|创新团队|科技(?=是|为|获|成|入|,|。|持|已|将|有|的))"
)
_ORG_GENERIC = re.compile(
    r"^(?:各|该|这|两|多|一|几|某|上市|大型|中小|国有|民营|外资|龙头|骨干|领军|知名|央企|相关|有关|部分|许多|众多|等|全国|全省|全市|我市|我省|本|家|个|所|高等|科研|其他|这家|这个|企业|入驻|重点|子|分|总|母|跨国|外贸|投资|证券|保险|担保|融资|物流|供水|电力|燃气|地产|互联网|高新技术|和)*$"
)
_AGENCY = Scan(
    r"(?P<body>(?:全国)?(?:国家)?(?:各级|各地|省|市|县|区|旗|州|盟|自治区|全省|全市|全县|全区|我市|我省|本市|该)?(?:[省市县区、]{2,6}(?:两级|三级))?"
    r"(?:市场监督管理|市场监管|质量技术监督|质监|工商行政管理|工商|食品药品监督管理|食品药品监管|食药监|药品监督管理|药监|知识产权|工业和信息化|工信|农业农村|"
    r"科学技术|科技|商务|发展改革|发展和改革|住房和城乡建设|住建|生态环境|公安|检察|审判|海关|卫生健康|统计|财政|行政执法|综合执法|执法|消费者权益保护|消协|消保)"
    r"(?:\(知识产权(?:局)?\)|综合行政|执法)?(?:管理)?(?:总局|分局|部门|机关|机构|系统|委员会|委|局|厅|所|大队|支队|队伍|保护中心|快速维权中心|促进保护中心|协会|组织)(?:\(知识产权局\))?)"
    r"|(?P<short>该局|省局|市局|县局|区局|总局|该中心|市场监管总局|该厅|消委会|消协|12315(?:投诉举报)?(?:调处)?(?:指挥)?中心|12315工作机构|12315机构)"
)
_NATIONAL_AGENCY = re.compile(r"^(?:全国|国家|市场监管总局)|总局$")
_AGENCY_LEVEL = {"省": "province", "自治区": "province", "市": "prefecture", "州": "prefecture", "盟": "prefecture",
                 "县": "county", "区": "county", "旗": "county"}  # fmt: skip
_NOT_A_SUBJECT_BEFORE = re.compile(
    r"(?:赴|前往|远销|销往|出口至?|落户|与|同|向|对口|来自|源于|毗邻|临近|途经|运往|奔赴|抵达|辐射|覆盖|引自|列|居|占|高于|低于|超|超过|超出|比|较|领先|标称|仅次于|超全|领跑|位居|位列|名列|稳居|连居|跃居|居于|排在|排名|拉动|率)$"
)
_NAMED_AFTER = re.compile(
    r"(?:(?!新|拥有|建|设|获|现|共有|共获|共拥|共新|已|有|在|将|发布|开展|举|成立|打造|推|全|加|国家|省级|市级|累计|目前|入选)[\u4e00-\u9fff]){2,12}?(?:平台|服务中心|博览会|论坛|大赛|条例|基金|银行|加工厂|厂|经营部|商行|超市|饭店|酒店|合作社|小学|中学|幼儿园|药店|食堂)"
)
_DATELINE_AFTER = re.compile(r"(?:\d{1,2}月)?\d{1,2}日[电讯]|[电讯](?!子|视|力|信|网|商|器|气|话)")
_COMPARED_AFTER = re.compile(
    r"^(?:第[一二三四五六七八九十\d]|首位|首家|首个|首创|首条|首张|首例|前[一二三四五六七八九十\d列茅]|榜首|平均(?=水平|值|数|增|高)|总量|总数|的?比重|率先|领先|唯一|最|各市|地级市)"
)


def find_subjects(text: str) -> list[SubjectMention]:
    """All mentions that can own a figure, from left to right; longer names win over the places inside them."""
    gazetteer = load_gazetteer()
    regions = gazetteer.find(text)
    zones = gazetteer.find_zones(text, regions)
    organisations = _organisations(text, regions)
    named = [
        *_bare_clusters(text),
        *_clusters(text, regions, zones),
        *_agencies(text, regions),
        *organisations,
        *_short_names(text, organisations, regions),
    ]
    named += [_zone(text, zone) for zone in zones]
    named += [_region(text, region) for region in regions if not _false_friend(text, region)]
    chosen: list[SubjectMention] = []
    for mention in sorted(named, key=lambda m: (m.start, -m.end, _ORDER[m.scope])):
        if chosen and mention.start < chosen[-1].end:
            if mention.end > chosen[-1].end and chosen[-1].scope == "whole" and mention.scope != "whole":
                chosen[-1] = mention
            continue
        chosen.append(mention)
    return chosen


_ORDER = {"cluster": 0, "agency": 1, "organization": 2, "zone": 3, "whole": 4}


_BARE_CLUSTER = Scan(
    r"(?:(?<=[,;。\n年月来])|(?<=^))(?:该|这一|本)?(?:产业)?集群(?=内|制定|新|拥有|实现|累计|共|已|现|企业|营业|产值|全年|总|规模|主导|参与|牵头|建)"
)


def _bare_clusters(text: str) -> list[SubjectMention]:
    """集群制定…: the cluster named before, by its kind alone."""
    return [SubjectMention(m.start(), m.end(), "cluster", "", None, "cluster") for m in _BARE_CLUSTER.finditer(text)]


def _false_friend(text: str, region: RegionMention) -> bool:
    """其中|国家级 holds 中国 only across a word boundary."""
    return region.surface == "中国" and text[region.end : region.end + 1] == "家"


def _zone(text: str, zone: ZoneMention) -> SubjectMention:
    return SubjectMention(
        zone.start, zone.end, "zone", zone.canonical, zone.holder_code, inside=_role(text, zone.start, zone.end)
    )


def _region(text: str, region: RegionMention) -> SubjectMention:
    inside = region.inside or ""
    if inside in ("", "government"):
        inside = _role(text, region.start, region.end)
    code = region.codes[0] if len(region.codes) == 1 else None
    relative = region.relative_level or ("set" if region.form == "set" else "")
    return SubjectMention(
        region.start,
        region.end,
        "whole",
        region.surface,
        code,
        relative,
        region.codes if code is None else (),
        inside,
        region,
    )


def _role(text: str, start: int, end: int) -> str:
    """`comparator` for 居全省第三 and 占全国的…, `aside` for 赴成都; empty for a place that can be a subject."""
    before, after = text[max(0, start - 4) : start], text[end : end + 6]
    if _COMPARED_AFTER.match(after):
        return "comparator"
    if _DATELINE_AFTER.match(text[end : end + 8]):
        return "dateline"
    if _NOT_A_SUBJECT_BEFORE.search(before) or _NAMED_AFTER.match(text[end : end + 16]):
        return "aside"
    return ""


def _prefix_region(regions: list[RegionMention], start: int, end: int) -> RegionMention | None:
    """The region that stands at or before `start` and reaches into or up to it, or lies inside the name."""
    for region in regions:
        if region.codes and region.start < end and region.end >= start and region.end <= end:
            return region
    return None


def _clusters(text: str, regions: list[RegionMention], zones: list[ZoneMention]) -> list[SubjectMention]:
    found = []
    places: list[RegionMention | ZoneMention] = [*regions, *zones]
    for match in _CLUSTER.finditer(text):
        low = max(0, match.start() - 18)
        cut = _CUT.match(text[low : match.start()])
        begin = low + (cut.end() if cut else 0)
        holder: str | None = None
        candidates: tuple[str, ...] = ()
        mention: RegionMention | None = None
        place_end = begin
        for place in places:
            if (
                low <= place.start
                and place.end <= match.start()
                and not re.search(r"[,;。、的]|新增|新获|现有|共有|拥有|建成|累计", text[place.end : match.start()])
            ):
                begin = min(begin, place.start)
                place_end = max(place_end, place.end)
                if isinstance(place, ZoneMention):
                    holder = holder or place.holder_code
                elif place.codes:
                    mention = place
                    holder = place.codes[0] if len(place.codes) == 1 else None
                    candidates = () if holder else place.codes
        industry = text[place_end : match.start()]
        if text[begin : begin + 3] in ("高新区", "经开区", "开发区"):
            industry = text[begin + 3 : match.start()]
        if re.search(r"[\d一二三四五六七八九十百]\s?[个大家]?$", text[:begin]) or len(industry) < 2:
            continue
        if _GENERIC_CLUSTER.match(industry) or re.search(r"\d|[一二两三四五六七八九十]个?$", industry):
            continue
        found.append(
            SubjectMention(
                begin, match.end(), "cluster", text[begin : match.end()], holder, "", candidates, "", mention
            )
        )
    return found


def _organisations(text: str, regions: list[RegionMention]) -> list[SubjectMention]:
    found = []
    for match in _ORGANISATION.finditer(text):
        low = max(0, match.start() - 22)
        cut = _CUT.match(text[low : match.start()])
        begin = low + (cut.end() if cut else 0)
        for place in regions:
            if (
                low <= place.start < begin
                and place.end <= match.start()
                and not re.search(
                    r"[,;。、的()]|新增|支持|推动|推进|指导|加快|培育|成为|来自", text[place.end : match.start()]
                )
            ):
                begin = place.start
                break
        body = text[begin : match.start()]
        if (
            len(body) < 2
            or _ORG_GENERIC.match(body)
            or re.search(r"\d{2,}|[\d一二三四五六七八九十百千]+[家户个名位]", body)
        ):
            continue
        seat = _prefix_region(regions, begin, match.end())
        code = seat.codes[0] if seat and len(seat.codes) == 1 else None
        found.append(
            SubjectMention(begin, match.end(), "organization", text[begin : match.end()], code, "", (), "", seat)
        )
    return found


def _short_names(text: str, organisations: list[SubjectMention], regions: list[RegionMention]) -> list[SubjectMention]:
    """云南远山物业, after 云南远山物业管理有限公司 was named in full: the name of a firm and no place."""
    found = []
    for whole in organisations:
        place = whole.place
        if not isinstance(place, RegionMention) or place.start != whole.start:
            continue
        stem = len(place.surface) + 2
        if len(whole.name) <= stem or whole.name[len(place.surface) :].startswith(_TOWARDS_FIRM):
            continue
        for region in regions:
            if region.start == whole.start or not text.startswith(whole.name[:stem], region.start):
                continue
            end = region.start + stem
            while end - region.start < len(whole.name) and text[end : end + 1] == whole.name[end - region.start]:
                end += 1
            name = text[region.start : end]
            found.append(replace(whole, start=region.start, end=end, name=name, place=region))
    return found


_TOWARDS_FIRM = ("市", "省", "县", "区", "州", "一", "某", "多", "本", "重点", "企业", "上市", "国有", "龙头")
"""Words between a place and 公司 that are no firm's name."""


def _agencies(text: str, regions: list[RegionMention]) -> list[SubjectMention]:
    found = []
    for match in _AGENCY.finditer(text):
        start, code, relative = match.start(), None, ""
        surface = match.group()
        candidates: tuple[str, ...] = ()
        before = next((r for r in regions if r.codes and r.end in (start, start + 1) and r.start < start), None)
        inner = next((r for r in regions if r.codes and start <= r.start and r.end <= match.end()), None)
        place = before or inner
        if place is not None:
            start = min(start, place.start)
            code = place.codes[0] if len(place.codes) == 1 else None
            candidates = () if code else place.codes
        elif _NATIONAL_AGENCY.search(surface):
            code = "100000"
        else:
            level = next((lv for word, lv in _AGENCY_LEVEL.items() if surface.lstrip("全我本").startswith(word)), "any")
            relative = level
        found.append(
            SubjectMention(
                start, match.end(), "agency", text[start : match.end()], code, relative, candidates, "", place
            )
        )
    return found
