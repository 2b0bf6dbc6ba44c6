"""Every name of the standard resolves: the ones in force, the abolished ones at their own date, the ambiguous ones not
without a context."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from qualityextract.regions import Division, ancestors, history, load_gazetteer, resolve

GAZETTEER = load_gazetteer()
CURRENT = [GAZETTEER.division(code) for code in GAZETTEER.codes()]


def all_versions() -> list[Division]:
    """Every version of every code, by way of the histories."""
    found = {}
    for code in GAZETTEER.codes(in_force=False):
        for version in history(code):
            found[version.code, version.valid_from] = version
    return list(found.values())


VERSIONS = all_versions()


def parent(code: str) -> list[str]:
    return [above.code for above in ancestors(code)[:1]]


def test_counts_of_the_vintage() -> None:
    levels: dict[str, int] = defaultdict(int)
    for division in CURRENT:
        levels[division.level] += 1
    assert dict(levels) == {"country": 1, "province": 34, "prefecture": 333, "county": 2846}
    assert len(VERSIONS) == 6823 + 1 + 3


def test_every_current_name_resolves_beside_its_parent() -> None:
    wrong = [d.path for d in CURRENT if resolve(d.name, context=parent(d.code)).code != d.code]
    assert wrong == []


def test_every_current_name_that_is_unique_resolves_alone_and_no_other_does() -> None:
    named = defaultdict(list)
    for division in CURRENT:
        named[division.name].append(division.code)
    for name, codes in named.items():
        assert resolve(name).code == (codes[0] if len(codes) == 1 else None), name


def test_every_current_path_is_found_as_one_mention() -> None:
    for division in CURRENT:
        (mention,) = GAZETTEER.find(division.path)
        assert mention.surface == division.path
        assert GAZETTEER.resolve(mention).code == division.code


def test_every_abolished_name_resolves_at_its_own_date_and_carries_its_successor() -> None:
    ended = [v for v in VERSIONS if v.valid_to is not None]
    assert len(ended) > 3600
    for version in ended:
        year = (version.valid_from + (version.valid_to or 0)) // 2
        above = [version.code[:4] + "00", version.code[:2] + "0000"]
        got = resolve(version.name, on=dt.date(year, 7, 1), context=above)
        assert got.code == version.code, version
        assert got.in_force, version
        assert version.successors, version
        assert all(code in GAZETTEER for code in version.successors), version


def test_names_in_several_provinces_need_a_context() -> None:
    homes = defaultdict(set)
    for version in VERSIONS:
        if version.level == "county" and version.status == "in_force":
            homes[version.name].add(version.code)
            homes[version.short].add(version.code)
    ambiguous = {n: c for n, c in homes.items() if len({code[:2] for code in c}) > 1}
    assert len(ambiguous) >= 70
    right = total = 0
    for name, codes in ambiguous.items():
        assert resolve(name).code not in codes, name
        for code in codes:
            total += 1
            right += resolve(name, context=parent(code)).code == code
    assert right / total >= 0.95


@pytest.mark.parametrize(
    ("name", "year", "code", "current"),
    [
        ("丰润县", 2001, "130221", "130208"),
        ("丰润县", 2015, "130208", "130208"),
        ("襄樊市", 2009, "420600", "420600"),
        ("莱芜市", 2010, "371200", "370100"),
        ("滦县", 2017, "130223", "130284"),
        ("滦县", 2021, "130284", "130284"),
        ("思茅市", 2005, "530800", "530800"),
        ("巢湖市", 2005, "341400", None),
        ("巢湖市", 2015, "340181", "340181"),
        ("居巢区", 2010, "341402", "340181"),
        ("儋州市", 2010, "469003", "460400"),
        ("崇文区", 2005, "110103", "110101"),
    ],
)
def test_divisions_in_time(name: str, year: int, code: str, current: str | None) -> None:
    got = resolve(name, on=dt.date(year, 3, 1))
    assert got.code == code
    assert GAZETTEER.current(code) == current


def test_a_swallowed_division_keeps_its_own_code_later() -> None:
    """崇文区 was merged into 东城区: its figures of old are not those of 东城区."""
    got = resolve("崇文区", on=dt.date(2020, 1, 1))
    assert (got.code, got.in_force) == ("110103", False)
    assert GAZETTEER.current("110103") == "110101"


def test_a_name_not_confirmed_is_data_and_nothing_else() -> None:
    assert GAZETTEER.division("500157").status == "unconfirmed"
    assert "500157" not in GAZETTEER.codes()
    assert resolve("草湖市").code is None or not resolve("草湖市").in_force
    assert resolve("江北区", context=["500000"]).code == "500105"


def test_levels_of_the_special_cases() -> None:
    district = GAZETTEER.division("110101")
    assert (district.province, district.prefecture, district.county) == ("北京市", None, "东城区")
    assert district.path == "北京市东城区"
    for code, path in (("469023", "海南省澄迈县"), ("429004", "湖北省仙桃市"), ("659001", "新疆维吾尔自治区石河子市")):
        division = GAZETTEER.division(code)
        assert (division.level, division.prefecture, division.path) == ("county", None, path)
        assert "province_administered" in division.flags
    assert "planned" in GAZETTEER.division("210200").flags
    assert "xpcc" in GAZETTEER.division("659001").flags
    assert GAZETTEER.division("130000").path == "河北省"
    assert GAZETTEER.division("100000").path == "中华人民共和国"


def test_the_tree() -> None:
    assert [d.name for d in ancestors("130208")] == ["唐山市", "河北省", "中华人民共和国"]
    assert GAZETTEER.common_ancestor(["130283", "130207"]) == "130200"
    assert GAZETTEER.common_ancestor(["130200", "130207"]) == "130200"
    assert GAZETTEER.common_ancestor(["130200", "370100"]) == "100000"
    assert GAZETTEER.common_ancestor([]) is None
    assert GAZETTEER.up_to("130208", "prefecture") == "130200"
    assert GAZETTEER.up_to("130208", "province") == "130000"
    assert GAZETTEER.up_to("110101", "prefecture") == "110000"
    assert GAZETTEER.is_municipality("500000")
    assert not GAZETTEER.is_municipality("130100")
    with pytest.raises(KeyError):
        ancestors("999999")


def test_lineage_by_year() -> None:
    assert [(d.code, d.name) for d in history("130284")] == [
        ("132723", "滦县"),
        ("130223", "滦县"),
        ("130284", "滦州市"),
    ]
    at = GAZETTEER.at("420600", dt.date(2005, 1, 1))
    assert at is not None
    assert at.name == "襄樊市"
    assert GAZETTEER.at("130284", dt.date(2000, 1, 1)) is None


@pytest.mark.parametrize("command", [["scripts/build_regions.py", "--counts"], ["benchmarks/regions.py", "--names"]])
def test_the_numbers_in_the_document_are_those_of_its_commands(command: list[str]) -> None:
    root = Path(__file__).resolve().parent.parent
    run = subprocess.run(
        [sys.executable, *command], cwd=root, capture_output=True, text=True, encoding="utf-8", check=True
    )
    document = (root / "docs" / "regions.md").read_text(encoding="utf-8")
    assert [line for line in run.stdout.splitlines() if line not in document] == []
