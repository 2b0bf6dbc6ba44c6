"""Named things of a text: canonical forms, codes, and what the name tells beside."""

from __future__ import annotations

import datetime as dt

import pytest

from qualityextract.pipeline import extract_text
from qualityextract.schema import EntityRecord


def entities(text: str, kind: str) -> list[EntityRecord]:
    found = extract_text(text, published=dt.date(2021, 10, 25)).entities
    assert all(text[e.start : e.end] == e.surface for e in found)
    return [e for e in found if e.kind == kind]


@pytest.mark.parametrize(
    ("text", "canonical", "parts"),
    [
        ("修订GB/T 19001-2016。", "GB/T 19001-2016", {"issuer": "GB", "kind": "/T", "number": "19001", "year": "2016"}),
        (
            "发布DB13/T 5012-2019。",
            "DB13/T 5012-2019",
            {"issuer": "DB13", "kind": "/T", "number": "5012", "year": "2019"},
        ),
        ("通过ISO 9001认证。", "ISO 9001", {"issuer": "ISO", "number": "9001"}),
        ("发布T/CAS 800-2021。", "T/CAS 800-2021", {"issuer": "T", "kind": "/CAS", "number": "800", "year": "2021"}),
        ("依据GB19580-2012。", "GB 19580-2012", {"issuer": "GB", "number": "19580", "year": "2012"}),
    ],
)
def test_standards_come_in_their_parts(text: str, canonical: str, parts: dict[str, str]) -> None:
    (found,) = entities(text, "standard")
    assert (found.canonical, found.attributes) == (canonical, parts)


@pytest.mark.parametrize(
    ("text", "attributes"),
    [
        ("该公司获第三届中国质量奖。", {"round": "3"}),
        ("该公司获首届河北省政府质量奖。", {"round": "1"}),
        ("该公司获2020年度省长质量奖。", {"year": "2020"}),
        ("该公司获中国质量奖。", {}),
    ],
)
def test_an_award_tells_its_edition(text: str, attributes: dict[str, str]) -> None:
    (found,) = entities(text, "award")
    assert attributes.items() <= found.attributes.items()
    assert ("round" in found.attributes) == ("round" in attributes)


def test_a_policy_tells_its_number_and_issuer() -> None:
    (found,) = entities("唐山市市场监管局印发《唐山市质量提升行动方案》(唐市监〔2021〕12号)。", "policy")
    assert found.surface == "唐山市质量提升行动方案"
    assert found.attributes == {"number": "唐市监〔2021〕12号", "issuer": "唐山市市场监管局"}


def test_a_policy_that_is_only_quoted_has_no_issuer() -> None:
    (found,) = entities("唐山市市场监管局依据《产品质量监督抽查管理办法》开展抽查。", "policy")
    assert "issuer" not in found.attributes


def test_a_product_named_after_a_place() -> None:
    (found,) = entities("今年8月,讷河市的“讷河马铃薯”获批国家地理标志保护产品。", "product")
    assert found.surface == "讷河马铃薯"
    assert entities("“唐山模式”在全国推广。", "product") == []


def test_a_region_bears_the_name_of_the_day_and_its_code() -> None:
    (found,) = [
        e for e in extract_text("襄樊市召开会议。", published=dt.date(2005, 6, 1)).entities if e.kind == "region"
    ]
    assert (found.canonical, found.code) == ("湖北省襄樊市", "420600")


@pytest.mark.parametrize(
    ("text", "kind", "surface"),
    [
        ("唐山高新区有效发明专利50件。", "zone", "唐山高新区"),
        ("诸暨袜业产业集群拥有团体标准5项。", "cluster", "诸暨袜业产业集群"),
        ("首钢智新迁安电磁材料有限公司获省政府质量奖。", "organization", "首钢智新迁安电磁材料有限公司"),
        ("唐山市市场监管局抽检食品50批次。", "organization", "唐山市市场监管局"),
    ],
)
def test_every_other_kind_is_there(text: str, kind: str, surface: str) -> None:
    assert surface in [e.surface for e in entities(text, kind)]
