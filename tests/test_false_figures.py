"""Classes of false figures met in general news, each with a sentence of our own that must not be misread again."""

from __future__ import annotations

import pytest

from qualityextract.grammar.fields import FieldState, field_of, field_rules
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
        ("中国证监会公布处罚。德州监管局对某保险公司罚款20万元。", "enf.fines"),
        ("遂宁市教育局召开会议。会后开展教师培训30场,出台文件12个。", "svc."),
        ("遂宁市公安局通报。民警捣毁窝点3处,涉案金额80万元。", "enf."),
        ("岳麓区某街道走访企业60家次,协调解决问题45个。", "svc."),
        ("玉林市投资促进局介绍,新引进外资项目奖励资金500万元。", "money.reward_paid"),
        ("快递服务提速。国家邮政局表示,公众满意度为84.1分。", "rate."),
        ("检察机关立案办理公益诉讼案件300件,其中食品违法案件120件。", "enf."),
        ("汕尾市某公司起诉同行侵犯其四项发明专利。", "ip."),
        ("国家知识产权局宣告汕尾市某公司三项发明专利全部无效。", "ip."),
        ("汕尾市某公司涉案专利三项,其中两项为实用新型专利。", "ip."),
        ("汉中市每个劳动力生产的工业增加值达到8万元。", "money."),
        ("洽谈会在大连市举行,来自高端装备领域的28家日本高新技术企业参加。", "ent."),
        ("赣州市第一产业增加值20亿元,对经济增长的贡献率为7.8%。", "money.contribution"),
        ("遂宁市公安局破获假药案件18起,其中2起案件获公安部贺电表彰。", "2"),
        ("赣州市市场监管局开展宣传活动3场,参与企业66家次。", "svc.firms_served"),
        ("赣州市推出市场主体“一企一证一码”。", "ent."),
        ("新版国家标准发布。赣州市新增1个服务项目。", "std."),
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
        ("襄阳市市场监管局开展整治。联合卫健委、教育局检查经营户300家。", "enf.", 300),
        ("襄阳市市场监管局开展整治。稽查局立案查处违法案件18件。", "enf.", 18),
        ("襄阳市市场监管局兑现奖励。向外资企业等发放质量奖奖励资金50万元。", "money.reward", 5e5),
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


def test_police_cases_under_one_heading_are_no_cases_of_property_rights() -> None:
    found = rows("遂宁市公安局打击食品、药品、环境和知识产权犯罪,查处食品、药品、环境和知识产权犯罪案件46起。")
    assert [(row.indicator, row.value) for row in found] == [("enf.cases", 46)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("枣庄市中区市场监管局查处案件12件。", "370402"),
        ("青岛市南区市场监管局查处案件12件。", "370202"),
        ("枣庄市市场监管局查处案件12件。", "370400"),
    ],
)
def test_a_district_whose_name_begins_with_the_word_for_city(text: str, code: str) -> None:
    assert [row.region_code for row in rows(text)] == [code]


def test_a_short_name_of_a_firm_is_no_place() -> None:
    text = "云南远山物业管理有限公司被检查。个旧市市场监管局查明,云南远山物业使用的电梯有51部。"
    assert [(row.value, row.region_code) for row in rows(text)] == [(51, "532501")]


def test_a_part_of_the_country_is_a_part() -> None:
    found = rows("全国新登记企业2万户。东部地区新登记企业1.2万户,西部地区新登记企业0.3万户。")
    assert [(row.scope, row.region_code) for row in found[1:]] == [("subset", "100000")] * 2


def test_rules_of_fields_are_well_formed() -> None:
    ids = [rule.id for rule in field_rules()]
    assert len(ids) == len(set(ids))
    assert FieldState().strangers("警方破获诈骗案", 0) == ("enf.", *FieldState(police=True).strangers("破案", 0))
    assert field_of("市场监管局").strangers("查处案件", 0) == ()


def test_the_office_named_last_speaks() -> None:
    """A stranger's word lasts until an office of ours is named, across paragraphs."""
    state = field_of("某银行被罚")
    assert "enf." in state.strangers("证监会通报", 0)
    assert "enf." in state.strangers("罚款20万元", 1)
    assert state.strangers("市场监管局通报", 2) == ()
    assert state.strangers("罚款20万元", 2) == ()


def test_a_case_lies_where_it_happened() -> None:
    found = rows("重庆警方打击假冒伪劣,破获涪陵特大制售假冒榨菜案,涉案金额4200万元。")
    assert [(row.indicator, row.region_code) for row in found] == [("enf.case_value", "500102")]
