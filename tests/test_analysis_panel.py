"""Panels: no wrong cell from a set of planted traps, and a reason for every row left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import qualityextract as qe
from analysis_rows import TRAPS, Said, _like, write_run
from qualityextract.analysis.intervals import interval
from qualityextract.analysis.selection import explain_exclusion
from qualityextract.errors import ConfigurationError


@pytest.fixture(scope="module")
def traps(tmp_path_factory: pytest.TempPathFactory) -> qe.Data:
    return qe.load(write_run(tmp_path_factory.mktemp("traps"), TRAPS))


@pytest.fixture(scope="module")
def marks(traps: qe.Data) -> qe.Panel:
    return qe.panel(traps, "tm.well_known", by="prefecture", kind="stock", at="year-end")


def values(panel: qe.Panel) -> dict[str, float]:
    return dict(zip(panel.cells["region_code"], panel.cells["value"], strict=True))


def cell(panel: qe.Panel, code: str) -> pd.Series:
    (row,) = (row for _, row in panel.cells.iterrows() if row["region_code"] == code)
    return row


def why(panel: qe.Panel) -> dict[str, tuple[str, ...]]:
    return dict(zip(panel.excluded["observation_id"].str[2:], panel.excluded["reasons"], strict=True))


def test_there_are_forty_articles() -> None:
    assert len(TRAPS) == 40


def test_no_cell_is_wrong(marks: qe.Panel) -> None:
    right = {"130200": 10, "440600": 40, "520300": 0, "421000": 30, "610700": 22, "621100": 11}
    assert values(marks) == right
    assert set(marks.cells["at"]) == {pd.Timestamp("2021-12-31")}


def test_every_trap_is_named(marks: qe.Panel) -> None:
    assert why(marks) == {
        "newspaper": ("conflict",),
        "reprint": ("copy_of_sentence",),
        "copied": ("copy_of_article",),
        "again": ("copy_in_article",),
        "subset": ("scope_subset",),
        "cluster": ("scope_cluster",),
        "zone": ("scope_zone", "no_code_region"),
        "county": ("level_county",),
        "province": ("level_province",),
        "cumulative": ("kind_cumulative",),
        "plan": ("kind_target",),
        "tariff": ("kind_policy_rule",),
        "applied": ("status_applied",),
        "share": ("kind_share",),
        "growth": ("kind_change_pct",),
        "added": ("kind_flow",),
        "other_unit": ("other_definition", "unit"),
        "joint": ("joint_regions",),
        "midyear": ("date_outside",),
        "november": ("not_preferred",),
        "of_which": ("part",),
        "implied": ("implied",),
        "winner": ("scope_organization", "single_entity"),
        "bureau": ("scope_agency",),
        "nowhere": ("no_region",),
        "undated": ("kind_flow", "no_date"),
    }
    assert marks.excluded["reason"].str.len().gt(10).all()


def test_missing_stays_missing_and_a_stated_zero_stays_zero(marks: qe.Panel) -> None:
    assert not {"341100", "510700"} & set(values(marks))
    assert cell(marks, "520300")["value"] == 0
    wide = marks.wide()
    assert wide.shape == (6, 1)
    assert wide.loc[("520300", "贵州省遵义市")].iloc[0] == 0


def test_the_better_source_comes_first_and_the_others_are_kept(marks: qe.Panel) -> None:
    tangshan = cell(marks, "130200")
    assert (tangshan["observation_id"], tangshan["source"]) == ("o-communique", "communique")
    assert tangshan["conflicts"] == ("o-newspaper",)
    assert tangshan["conflict_values"] == (9.0,)
    assert set(tangshan["alternatives"]) == {"o-newspaper", "o-reprint"}
    assert tangshan["n_sources"] == 2  # the reprint is no source of its own
    left = marks.excluded.set_index("observation_id")
    assert left.loc["o-newspaper", "chosen"] == "o-communique"
    assert left.loc["o-newspaper", "at"] == pd.Timestamp("2021-12-31")


def test_the_closer_date_is_no_conflict(marks: qe.Panel) -> None:
    hanzhong = cell(marks, "610700")
    assert (hanzhong["days_off"], hanzhong["conflicts"]) == (-11, ())
    assert hanzhong["alternatives"] == ("o-november",)


def test_grades_tell_the_bound_from_the_number(marks: qe.Panel) -> None:
    grades = dict(zip(marks.cells["region_code"], marks.cells["grade"], strict=True))
    assert grades == {"130200": "A", "440600": "A", "520300": "A", "421000": "D", "610700": "A", "621100": "A"}
    assert cell(marks, "421000")["reasons"] == ("bound",)


def test_the_county_has_a_panel_of_its_own(traps: qe.Data) -> None:
    counties = qe.panel(traps, "tm.well_known", by="county")
    assert values(counties) == {"130208": 3}
    assert "level_prefecture" in why(counties)["communique"]


def test_cumulative_figures_have_a_panel_of_their_own(traps: qe.Data) -> None:
    assert values(qe.panel(traps, "tm.well_known", kind="cumulative")) == {"440600": 50}


def test_a_break_in_the_series_is_named(traps: qe.Data) -> None:
    agencies = qe.panel(traps, "insp.agencies", at=["2013-01-15"])
    assert values(agencies) == {"130200": 70, "440600": 300, "520300": 60}
    assert cell(agencies, "130200")["grade"] == "D"
    assert cell(agencies, "130200")["reasons"] == ("series_break",)
    assert cell(agencies, "440600")["grade"] == "A"


def test_dates_on_both_sides_of_a_break_are_different_segments(tmp_path: Path) -> None:
    agencies = {"indicator": "insp.agencies", "unit": "家"}
    years = [_like(f"y{year}", "唐山", year - 1900, f"{year}-12-31", **agencies) for year in (2011, 2012, 2013)]
    cells = qe.panel(qe.load(write_run(tmp_path, years)), "insp.agencies").cells
    assert list(cells["segment"]) == [0, 0, 1]
    assert all("across_break" in reasons for reasons in cells["reasons"])
    assert set(cells["grade"]) == {"A"}  # each is comparable with other regions at its own date


def test_roles_are_not_mixed(traps: qe.Data) -> None:
    standards = qe.panel(traps, "std.national", kind="cumulative")
    assert values(standards) == {"130200": 20, "440600": 90, "520300": 30}
    assert why(standards)["participate"] == ("other_definition", "role")
    assert cell(standards, "520300")["grade"] == "C"
    assert "role_unknown" in cell(standards, "520300")["reasons"]
    asked = qe.panel(traps, "std.national", kind="cumulative", where={"role": "participate"})
    assert values(asked) == {"130200": 80}
    assert why(asked)["lead"] == ("not_asked",)


def test_a_flow_covers_the_whole_period(traps: qe.Data) -> None:
    assert values(qe.panel(traps, "tm.well_known", kind="flow")) == {"440600": 6}
    quarters = qe.panel(traps, "tm.well_known", kind="flow", at="quarter-end")
    assert values(quarters) == {}
    assert why(quarters)["added"] == ("period_length",)


def test_a_countys_part_of_a_citys_total_is_the_countys_own(tmp_path: Path) -> None:
    said = [
        _like("city", "唐山", 11),
        _like("there", "130208", 3, part_of="o-city"),
        _like("here", "唐山", 2, part_of="o-city"),
    ]
    data = qe.load(write_run(tmp_path, said))
    counties = qe.panel(data, "tm.well_known", by="county")
    assert values(counties) == {"130208": 3}
    assert list(counties.cells["grade"]) == ["A"]
    assert why(qe.panel(data, "tm.well_known"))["here"] == ("part",)


def test_one_track_of_a_total_is_the_whole_of_that_track(tmp_path: Path) -> None:
    said = [
        _like("total", "汉中", 40, indicator="gi.total_mixed", unit="个"),
        _like("track", "汉中", 21, indicator="gi.trademark", part_of="o-total"),
        _like("orphan", "唐山", 21, indicator="gi.trademark", part_of="o-elsewhere"),
    ]
    panel = qe.panel(qe.load(write_run(tmp_path, said)), "gi.trademark")
    assert values(panel) == {"610700": 21}
    assert why(panel)["orphan"] == ("part",)


@pytest.mark.parametrize("indicator", ["tm.well_known", "insp.agencies", "gi.trademark"])
@pytest.mark.parametrize("kind", ["stock", "flow"])
@pytest.mark.parametrize("by", ["prefecture", "county"])
def test_every_row_is_in_a_cell_or_left_out(
    sample_data: qe.Data, traps: qe.Data, indicator: str, kind: str, by: str
) -> None:
    for data in (sample_data, traps):
        panel = qe.panel(data, indicator, kind=kind, by=by)
        rows = data.observations.loc[data.observations["indicator"].eq(indicator), "observation_id"]
        assert sorted([*panel.cells["observation_id"], *panel.excluded["observation_id"]]) == sorted(rows)
        assert not panel.cells.duplicated(["region_code", "at"]).any()


def test_the_order_of_rows_does_not_matter(traps: qe.Data, marks: qe.Panel) -> None:
    turned = qe.Data(traps.observations.iloc[::-1].reset_index(drop=True), traps.articles.iloc[::-1])
    again = qe.panel(turned, "tm.well_known")
    pd.testing.assert_frame_equal(again.cells, marks.cells)
    assert why(again) == why(marks)


def test_the_sample_has_a_panel_of_testing_agencies(sample_data: qe.Data) -> None:
    panel = qe.panel(sample_data, "insp.agencies", at=["2025-12-31"])
    assert dict(zip(panel.cells["region"], panel.cells["value"], strict=True)) == {
        "河南省郑州市": 968, "河南省洛阳市": 286, "河南省南阳市": 231,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"indicator": "tm.no_such"}, "no 'tm.no_such'"),
        ({"by": "village"}, "village"),
        ({"kind": "target"}, "no facts"),
        ({"at": "someday"}, "someday"),
        ({"tolerance": "wide"}, "wide"),
        ({"tolerance": "-3D"}, "negative"),
    ],
)
def test_wrong_use_is_told(traps: qe.Data, options: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        qe.panel(traps, **({"indicator": "tm.well_known"} | options))  # type: ignore[arg-type]


@pytest.mark.parametrize("at", ["year-end", "half-year-end", "quarter-end", "month-end", "latest", "2021-12-31"])
def test_every_way_to_name_dates_works(traps: qe.Data, at: str) -> None:
    assert 440600 in qe.panel(traps, "tm.well_known", at=at).cells["region_code"].astype(int).to_list()


# Conflicts, coverage, denominators


def test_conflicts_name_the_preferred_row(traps: qe.Data) -> None:
    found = qe.conflicts(traps)
    assert len(found) == 1
    row = found.iloc[0]
    assert (row["region"], row["preferred"], row["values"]) == ("河北省唐山市", "o-communique", (10, 9, 10))
    assert row["sources"] == ("communique", "newspaper", "aggregator")


def test_words_that_leave_room_are_no_conflict(tmp_path: Path) -> None:
    said = [_like("about", "唐山", 150, bound="over"), _like("exact", "唐山", 156)]
    data = qe.load(write_run(tmp_path, said))
    assert len(qe.conflicts(data)) == 0
    assert cell(qe.panel(data, "tm.well_known"), "130200")["observation_id"] == "o-exact"
    assert interval(3, "range", 5) == (3, 5)
    assert interval(0, "at_least") == (0, np.inf)
    assert interval(-5, "about") == (-5.25, -4.75)


def test_coverage_counts_articles_and_rows(traps: qe.Data) -> None:
    counted = qe.coverage(traps)
    assert counted["rows"].sum() == len(traps.observations)
    here = counted[counted["region_code"].eq("130200") & counted["indicator"].eq("tm.well_known")].iloc[0]
    assert (here["year"], here["articles"], here["rows"], here["facts"]) == (2021, 8, 8, 5)
    assert here["region_articles"] == 10
    assert qe.coverage(traps, year="period")["rows"].sum() == len(traps.observations)


def test_denominators_are_joined_and_never_guessed(marks: qe.Panel) -> None:
    people = pd.DataFrame({"region_code": ["130200", "440600", "520300"], "people": [770.0e4, 0.0, 660.0e4]})
    joined = qe.per(marks, people, "people", scale=1e6).set_index("region_code")
    assert joined.loc["130200", "per_people"] == pytest.approx(10 / 7.7)
    assert joined.loc["520300", "per_people"] == 0
    assert joined["per_people"].isna().sum() == 4  # one of zero people, three unknown
    assert list(joined.index) == list(marks.cells["region_code"])
    yearly = people.assign(year=[2021, 2021, 2020])
    assert qe.per(marks, yearly, "people")["per_people"].notna().sum() == 1


def test_denominators_that_stand_twice_or_divide_no_count_are_refused(traps: qe.Data, marks: qe.Panel) -> None:
    people = pd.DataFrame({"region_code": ["130200", "130200"], "people": [1.0, 2.0]})
    with pytest.raises(ConfigurationError, match="more than once"):
        qe.per(marks, people, "people")
    with pytest.raises(ConfigurationError, match="no column gdp"):
        qe.per(marks, people, "gdp")
    with pytest.raises(ConfigurationError, match="no count"):
        qe.per(qe.panel(traps, "tm.well_known", kind="share"), people, "people")


def test_every_code_of_an_exclusion_has_words() -> None:
    assert explain_exclusion("level_county").startswith("region_level is county")
    assert isinstance(TRAPS[0], Said)
