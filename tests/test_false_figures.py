"""Classes of false figures met in general news, each with a sentence of our own that must not be misread again."""

from __future__ import annotations

import pytest

from qualityextract.grammar.other_fields import other_fields, strangers
from qualityextract.model import Chunk
from qualityextract.pipeline import extract_text
from qualityextract.resolve.abroad import foreign_names, is_abroad, is_own_books, opens_abroad
from qualityextract.schema import ObservationRecord


def rows(text: str) -> list[ObservationRecord]:
    return [row for row in extract_text(text).observations if row.indicator != "unmapped"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("绵阳市公安局破获诈骗案件12起,捣毁诈骗窝点4个,挽回损失200万元。", "enf."),
        ("某银行唐山支行因贷后管理不力被罚款30万元。", "enf.fines"),
        ("依照食品安全法,处五万元以上十万元以下的罚款。", "enf.fines"),
        ("唐山市万元工业增加值用水量下降7.1%。", "money.value_added"),
        ("唐山市出口汽车4071辆,同比增长216%。", "money.exports"),
        ("作为河北第一大工业城市,唐山市规模以上工业增加值增长1.4%。", "rank"),
        ("工业和信息化部等十七部门印发《机器人实施方案》。", "svc.policy_docs"),
        ("DESCENTE和KAILAS销量分别同比增长154%和147%。", "cert."),
        ("扣押假冒运动鞋6500余双涉案价值320万元。", "6500"),
    ],
)
def test_a_figure_of_another_field_has_no_row(text: str, code: str) -> None:
    found = [f"{row.indicator} {row.stat_kind} {row.value:g}" for row in rows(text)]
    assert [name for name in found if name.startswith(code) or code in name.split()[1:]] == []


def test_the_same_words_in_their_own_field_keep_their_row() -> None:
    """The classes above are cut off by their surroundings, not by dropping the forms."""
    found = {row.indicator for row in rows("唐山市市场监管局查处侵权案件12起,罚款30万元,涉案金额200万元。")}
    assert {"enf.fines", "enf.case_value"} <= found
    assert [row.value for row in rows("唐山市出口总额30亿元,同比增长8%。")] == [3e9, 8]


@pytest.mark.parametrize(
    ("text", "code", "value"),
    [
        ("2023年,全市规模以上工业企业营业收入1200亿元,社会消费品零售总额560亿元。", "money.revenue", 1.2e11),
        ("苏州市地理标志产品达到35件,阳澄湖大闸蟹成为游客打卡热门。", "gi.", 35),
        ("全市共查处假冒伪劣案件120件,涉及银行卡制假1件。", "enf.", 120),
        ("该市有效发明专利5600件,调解专利纠纷30起,赔偿金额200万元。", "ip.valid_inventions", 5600),
        ("全市有效注册商标5万件,为企业办理商标质押贷款3亿元,罚没款120万元。", "enf.", 1.2e6),
        ("警方破获诈骗案。襄阳市查处假冒伪劣案件18件。", "enf.", 18),
    ],
)
def test_words_of_another_field_nearby_hide_nothing(text: str, code: str, value: float) -> None:
    assert [row.value for row in rows(text) if row.indicator.startswith(code)][:1] == [value]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("绍兴市市场监管局组建6个产业集群质量帮扶工作组。", "svc.task_forces"),
        ("宜宾市组建12个专精特新企业入企帮扶工作组。", "svc.task_forces"),
        ("襄阳市成立5个重点区域质量提升入企帮扶工作组。", "svc.task_forces"),
        ("绍兴市建成6个产业集群质量服务站。", None),
        ("宜宾市有6个产业集群成立工作组。", "zone.cluster"),
        ("襄阳市现有产业集群6个。", "zone.cluster"),
    ],
)
def test_the_last_noun_of_a_compound_is_counted(text: str, code: str | None) -> None:
    """A team or a station for clusters is no cluster."""
    assert [row.indicator for row in rows(text)] == ([code] if code else [])


def test_a_foreign_country_gets_no_division() -> None:
    found = rows("据统计,中国拥有2700项专利;美国拥有约2200项专利。")
    assert [(row.value, row.region_code) for row in found] == [(2700, "100000"), (2200, None)]


def test_buyers_abroad_do_not_move_a_figure() -> None:
    found = rows("唐山市产品远销美国、日本等地,年出口额3亿元。")
    assert [(row.value, row.region_code) for row in found] == [(3e8, "130200")]


def test_foreign_names_need_their_word_boundary() -> None:
    assert foreign_names("近日本市新增企业,完美国货") == []
    assert [name for _, _, name in foreign_names("印度尼西亚和日本")] == ["印度尼西亚", "日本"]


def test_an_article_about_abroad_is_told_by_its_places() -> None:
    assert is_abroad("美国经济放缓。日本股市下跌。", 1)
    assert not is_abroad("向美国、日本、韩国出口。", 1)


def test_a_list_of_countries_opens_nothing() -> None:
    chunk = Chunk("w", 0, 2, "美国")
    assert opens_abroad(chunk, Chunk("、", 2, 3, "、")) is None
    assert opens_abroad(chunk, Chunk("H", 2, 4, "拥有")) == "美国"


def test_the_money_of_a_firm_has_no_region_of_the_news() -> None:
    text = "记者从唐山市获悉,报告期内公司净利润下降。该公司主营产品稳定,产业前景好,营业收入2.17亿元。"
    assert is_own_books(text)
    found = [row for row in rows(text) if row.indicator == "money.revenue"]
    assert [(row.scope, row.region_code) for row in found] == [("organization", None)]


def test_a_customs_office_speaks_for_its_district() -> None:
    found = rows("河南省外贸回暖。郑州海关统计,前7个月出口2913.7亿元。")
    assert [row.region_code for row in found] == ["410000"]


def test_the_object_of_a_penalty_does_not_own_it() -> None:
    found = rows("凉州区市场监督管理局对甘肃蓝天物业罚款1.5万元。")
    assert [row.region_code for row in found] == ["620602"]


def test_shares_of_two_figures_go_one_to_one() -> None:
    found = rows("唐山市规模以上企业营业收入24.3亿元,实现利润1.5亿元,分别占全省的17.6%和18.3%。")
    shares = [(row.indicator, row.value) for row in found if row.stat_kind == "share"]
    assert shares == [("money.revenue", 17.6), ("money.profit_tax", 18.3)]


def test_rules_of_other_fields_are_well_formed() -> None:
    ids = [field.id for field in other_fields()]
    assert len(ids) == len(set(ids))
    assert all(name.startswith("field.") for name in ids)
    assert strangers("警方破获诈骗案") == ("enf.",)
    assert strangers("市场监管局破获制假案") == ()
