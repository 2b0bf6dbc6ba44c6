"""Places in texts: what is found, how it joins, what it stands inside of, and what it means in its context."""

from __future__ import annotations

import csv
import doctest
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualityextract import regions
from qualityextract.errors import RuleError
from qualityextract.regions import find_zones, load_gazetteer, resolve
from qualityextract.regions.tables import FOLDER, division_lines, read

GAZETTEER = load_gazetteer()


def found(text: str) -> list[tuple[str, str]]:
    return [(m.surface, m.form) for m in GAZETTEER.find(text)]


def codes(text: str, *context: str) -> list[str | None]:
    return [GAZETTEER.resolve(m, context=context).code for m in GAZETTEER.find(text)]


def test_examples_in_the_docstrings() -> None:
    result = doctest.testmod(regions)
    assert result.failed == 0
    assert result.attempted > 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("唐山市丰润区新增标准", [("唐山市丰润区", "path")]),
        ("位于河北省唐山市迁安市的企业", [("河北省唐山市迁安市", "path")]),
        ("河北唐山与山东省济南市", [("河北唐山", "path"), ("山东省济南市", "path")]),
        ("海南澄迈、唐山丰润区", [("海南澄迈", "path"), ("唐山丰润区", "path")]),
        ("福州鼓楼和徐州鼓楼区", [("福州鼓楼", "path"), ("徐州鼓楼区", "path")]),
        ("第八师石河子市", [("第八师石河子市", "short")]),
        ("唐山、迁安各有两项", [("唐山", "short"), ("迁安", "short")]),
        ("全省各级、我市以及该县", [("全省", "relative"), ("我市", "relative"), ("该县", "relative")]),
        ("迁西、迁安两地共有", [("迁西", "short"), ("迁安", "short"), ("两地", "set")]),
        ("和平、河西两区", [("和平", "short"), ("河西", "short"), ("两区", "set")]),
        ("恩施州和湘西州", [("恩施州", "short"), ("湘西州", "short")]),
        ("省市场监管局印发", [("省", "relative")]),
        ("赵县和迁西", [("赵县", "full"), ("迁西", "short")]),
    ],
)
def test_forms_and_joining(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "泰山东麓",
        "黄河南岸",
        "提高安全水平",
        "扩大连锁经营",
        "促进合作，维护和平，保持平安",
        "战略性新兴产业",
        "新建项目开放运行",
        "人力资源和自然资源",
        "振兴县域经济",
        "健康县区建设",
        "城市内部与社区内",
        "全市场监测、全区域覆盖",
        "远大理想",
        "沿海城市",
        "浏阳河与鄱阳湖",
        "浦江镇供图",
        "长治久安",
        "孙中山",
        "长白山",
        "郊区和老城区",
        "广东的温泉",
    ],
)
def test_words_that_only_look_like_places(text: str) -> None:
    assert [m.surface for m in GAZETTEER.find(text) if m.surface != "广东"] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("上海南站", ["上海"]),
        ("浙江西部", ["浙江"]),
        ("广东新兴产业", ["广东"]),
        ("唐山市场监管", ["唐山"]),
        ("唐山市市场监管局", ["唐山市"]),
        ("中国盐湖资源", ["中国"]),
        ("天津河北两地", ["天津", "河北", "两地"]),
        ("大连云港口", ["大连"]),
    ],
)
def test_boundaries(text: str, expected: list[str]) -> None:
    assert [m.surface for m in GAZETTEER.find(text)] == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("山东大学", "institute"),
        ("河北科技大学", "institute"),
        ("国家钢铁检测中心（唐山）", "institute"),
        ("河北日报", "media"),
        ("中国质量报", "media"),
        ("河北建设集团有限公司", "organization"),
        ("北京银行", "organization"),
        ("某某科技（唐山）有限公司", "organization"),
        ("南京板鸭", "product"),
        ("“章丘大葱”商标", "product"),
        ("唐山市市场监管局", "government"),
        ("唐山市、县两级市场监管局", "government"),
        ("唐山高新区", "zone"),
        ("河北省政府质量奖", "award"),
        ("中国质量奖", "award"),
        ("南京西路", "facility"),
        ("《唐山市质量提升方案》", "document"),
        ("唐山市拥有驰名商标9件", None),
        ("迁安钢铁产业集群", None),
        ("玉田县新增企业两家", None),
    ],
)
def test_longer_names_around_a_place(text: str, kind: str | None) -> None:
    assert GAZETTEER.find(text)[0].inside == kind


@pytest.mark.parametrize(
    ("text", "context", "code"),
    [
        ("鼓楼区", (), None),
        ("鼓楼区", ("350100",), "350102"),
        ("鼓楼区", ("350200", "320100"), "320106"),
        ("丰南区", ("130200",), "130207"),
        ("吉林", (), "220000"),
        ("吉林", ("220200",), "220000"),
        ("吉林市", (), "220200"),
        ("海南", (), "460000"),
        ("海南", ("630000",), "632500"),
        ("长沙", (), "430100"),
        ("河北", ("120000",), "130000"),
        ("中国", (), "100000"),
        ("全国", (), "100000"),
        ("通州", (), None),
        ("通州", ("320600",), "320612"),
        ("广西", (), "450000"),
        ("内蒙古", (), "150000"),
        ("恩施州", (), "422800"),
        ("五家渠市", (), "659004"),
        # 全市 beside a county is the prefecture above it, beside a county-level city that city.
        ("全市", ("130227",), "130200"),
        ("全市", ("130283",), "130283"),
        ("全市", ("310115",), "310000"),
        ("全市", ("130000",), None),
        ("全省", ("130227",), "130000"),
        ("全县", ("130200", "130227"), "130227"),
        ("全区", ("130208",), "130208"),
        ("全区", ("450100",), "450000"),
        ("该县", (), None),
        ("当地", ("130283", "130200"), "130283"),
        ("全州", ("422801",), "422800"),
        ("全盟", ("152501",), "152500"),
        ("两地", ("130283", "130200"), None),
    ],
)
def test_meaning_in_context(text: str, context: tuple[str, ...], code: str | None) -> None:
    assert codes(text, *context) == [code]


def test_an_ambiguous_name_brings_its_candidates() -> None:
    (mention,) = GAZETTEER.find("鼓楼区")
    assert set(GAZETTEER.resolve(mention).candidates) == {"320106", "320302", "350102", "410204"}


def test_within_and_path_names() -> None:
    assert resolve("朝阳区", within="110000").code == "110105"
    assert resolve("朝阳区", within="220000").code == "220104"
    assert resolve("唐山市丰润区").code == "130208"
    assert resolve("高新区").code is None
    assert resolve("没有这个地方").candidates == ()


def test_groups_are_sets_with_members() -> None:
    (mention,) = GAZETTEER.find("京津冀")
    assert (mention.form, mention.codes) == ("set", ("110000", "120000", "130000"))
    assert GAZETTEER.find("冀") == []


@pytest.mark.parametrize(
    ("text", "surface", "canonical", "holder"),
    [
        ("唐山市高新区机器人产业集群", "唐山市高新区", "唐山高新技术产业开发区", "130200"),
        ("高新区机器人产业集群", "高新区", "高新技术产业开发区", None),
        ("常熟高新区", "常熟高新区", "常熟高新技术产业开发区", "320581"),
        ("海南洋浦经济开发区", "海南洋浦经济开发区", "洋浦经济开发区", "460400"),
        ("河北雄安新区", "河北雄安新区", "河北雄安新区", "130600"),
        ("苏州工业园区", "苏州工业园区", "苏州工业园区", "320500"),
        ("烟台黄渤海新区", "烟台黄渤海新区", "烟台黄渤海新区", "370600"),
        ("玉田县经济开发区", "玉田县经济开发区", "玉田县经济开发区", "130229"),
        ("该市经开区", "该市经开区", "经济技术开发区", None),
    ],
)
def test_zones(text: str, surface: str, canonical: str, holder: str | None) -> None:
    (zone,) = find_zones(text)
    assert (zone.surface, zone.canonical, zone.holder_code) == (surface, canonical, holder)
    assert text[zone.start : zone.end] == zone.surface


@pytest.mark.parametrize("text", ["浦东新区", "天津滨海新区", "全市开发区建设", "新区域"])
def test_districts_and_plurals_are_no_zones(text: str) -> None:
    assert find_zones(text) == []


WORDS = ["唐山市", "丰润区", "河北", "、", "和", "两地", "全市", "，", "高新区", "鼓楼", "朝阳", "新", "大", "局"]
PIECES = st.lists(st.sampled_from(WORDS), max_size=12)


@settings(max_examples=150, deadline=None)
@given(PIECES)
def test_offsets_point_at_the_surface_and_never_overlap(pieces: list[str]) -> None:
    text = "".join(pieces)
    for spans in (GAZETTEER.find(text), find_zones(text)):
        last = 0
        for mention in spans:
            assert last <= mention.start < mention.end <= len(text)
            assert text[mention.start : mention.end] == mention.surface
            last = mention.end


# The rule data --------------------------------------------------------------------------------------------------


def test_rule_data_point_at_divisions_that_exist() -> None:
    for alias, members, kind, source in read("aliases.csv", 4):
        assert kind in ("common", "abbr", "group", "country", "xpcc"), alias
        assert source, alias
        assert all(code in GAZETTEER for code in members.split("|")), alias
    names: set[str] = set()
    for zone, shorts, holder, source in read("zones.csv", 4):
        assert holder in GAZETTEER, zone
        assert source, zone
        forms = {zone, *filter(None, shorts.split("|"))}
        assert not forms & names, zone
        names |= forms


def test_name_rules_are_unique_and_known() -> None:
    seen = set()
    for name, use, left, right, _ in read("names.csv", 5):
        assert use in ("guarded", "stop", "never"), name
        assert name not in seen, name
        assert bool(left or right) == (use == "guarded"), name
        seen.add(name)


def test_the_examples_of_the_contexts() -> None:
    for kind, _, example in read("contexts.csv", 3):
        place, rest = example.split("|")
        assert GAZETTEER.find(place + rest)[0].inside == kind, example


def test_divisions_can_be_split_at_commas() -> None:
    with (FOLDER / "divisions.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.reader(handle))[1:]
    assert [line.split(",") for line in division_lines()] == rows


def test_a_broken_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("name,use\n唐山\n", encoding="utf-8")
    with pytest.raises(RuleError, match=r"names\.csv: line 2"):
        list(read("names.csv", 2, tmp_path))
    (tmp_path / "divisions.csv").write_text("code\n", encoding="utf-8")
    with pytest.raises(RuleError, match="header"):
        division_lines(tmp_path)
    with pytest.raises(RuleError, match=r"zones\.csv"):
        list(read("zones.csv", 4, tmp_path))
