"""Grades of pairs and groups: each condition of the handbook by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import qualityextract as qe
from qualityextract.analysis.comparability import explain_reasons

ROW: dict[str, Any] = {
    "indicator": "tm.well_known", "stat_kind": "stock", "status": "achieved", "unit": "件", "scope": "whole",
    "bound": "exact", "region_level": "prefecture", "region_code": "130200", "period_start": "2021-12-31",
    "period_end": "2021-12-31", "level": (), "role": None, "attributes": {}, "flags": (), "confidence": "high",
}  # fmt: skip
STANDARD = ROW | {
    "indicator": "std.national", "stat_kind": "cumulative", "unit": "项", "level": ("national",), "role": "lead",
    "attributes": {"action": "formulate", "status": "published"},
}  # fmt: skip
FLOW = ROW | {"stat_kind": "flow", "period_start": "2021-01-01"}


def day(text: str) -> dict[str, str]:
    return {"period_start": text, "period_end": text}


@pytest.mark.parametrize(
    ("row", "change", "grade", "reason"),
    [
        (ROW, {}, "A", None),
        (ROW, {"region_code": "440600"}, "A", None),
        (ROW, day("2021-10-05"), "A", None),
        (ROW, day("2021-03-01"), "B", "date"),
        (ROW, day("2022-03-01"), "A", None),
        (ROW, day("2020-06-30"), "D", "year"),
        (ROW, {"period_start": None, "period_end": None}, "D", "date_unknown"),
        (ROW, {"indicator": "tm.famous_provincial"}, "D", "indicator"),
        (ROW, {"stat_kind": "cumulative"}, "D", "kind"),
        (ROW, {"stat_kind": "target"}, "D", "plan"),
        (ROW, {"status": "applied"}, "D", "status"),
        (ROW, {"unit": "家"}, "D", "unit"),
        (ROW, {"unit": "个"}, "C", "unit_unknown"),
        (ROW, {"scope": "cluster"}, "D", "scope"),
        (ROW, {"region_level": "county"}, "D", "region_level"),
        (ROW, {"bound": "about"}, "A", None),
        (ROW, {"bound": "over"}, "D", "bound"),
        (ROW, {"flags": ("implied_count",)}, "D", "implied"),
        (ROW, {"flags": ("excludes_planned_city",)}, "D", "planned_city"),
        (ROW, {"flags": ("time_fuzzy",)}, "B", "time_fuzzy"),
        (ROW, {"flags": ("period_default",)}, "A", "default_date"),
        (ROW, {"flags": ("joint_regions",)}, "D", "joint"),
        (ROW | {"indicator": "tm.famous_provincial"} | day("2018-12-20"), day("2019-01-10"), "D", "series_break"),
        (ROW | {"indicator": "insp.agencies"} | day("2012-12-31"), day("2013-01-01"), "D", "series_break"),
        (ROW | day("2014-04-30"), day("2014-05-01"), "C", "soft_break"),
        (STANDARD, {"role": "participate"}, "D", "role"),
        (STANDARD, {"role": None}, "C", "role_unknown"),
        (STANDARD, {"attributes": {"action": "revise", "status": "published"}}, "D", "action"),
        (STANDARD, {"level": ("national", "industry")}, "D", "level"),
        (FLOW, {}, "A", None),
        (FLOW, {"period_end": "2021-12-20"}, "A", None),
        (FLOW, {"period_end": "2021-10-31"}, "D", "period_length"),
        (FLOW, {"period_start": "2020-11-01", "period_end": "2021-10-31"}, "B", "period_end"),
        (FLOW, {"period_start": "2020-01-01", "period_end": "2020-12-31"}, "D", "period_year"),
        (FLOW | {"indicator": "svc.firms_visited"}, {}, "A", None),
    ],
)  # fmt: skip
def test_pairs(row: dict[str, Any], change: dict[str, Any], grade: str, reason: str | None) -> None:
    one, other = qe.comparable(row, row | change), qe.comparable(row | change, row)
    assert one.grade == other.grade == grade, one
    assert set(one.reasons) == set(other.reasons)
    assert reason in one.reasons if reason else not one.reasons
    assert bool(one.text) == bool(one.reasons)


def test_work_of_bureaus_is_comparable_inside_one_bureau_only() -> None:
    from qualityextract.ruleset import load_ruleset

    code = next(item.code for item in load_ruleset().indicators.values() if item.group == "enforcement")
    row = FLOW | {"indicator": code, "unit": load_ruleset().indicators[code].unit_default}
    assert "bureau" not in qe.comparable(row, row).reasons
    assert qe.comparable(row, row | {"region_code": "440600"}).reasons[0] == "bureau"


def test_a_group_is_as_good_as_its_worst_pair() -> None:
    rows = [STANDARD, STANDARD | {"role": None}, STANDARD | {"role": "participate"}, STANDARD | day("2021-04-01")]
    for many in (rows, rows[::-1], rows[:2], rows[1:3], [rows[0], rows[3]], [rows[1], rows[3]]):
        pairs = [qe.comparable(a, b) for at, a in enumerate(many) for b in many[at + 1 :]]
        group = qe.comparable(pd.DataFrame(many))
        assert group.grade == max(pair.grade for pair in pairs)
        assert {code for code in group.reasons if not code.endswith("_unknown")} == {
            code for pair in pairs for code in pair.reasons if not code.endswith("_unknown")
        }


def test_rows_of_the_loaded_frame_can_be_compared(sample_data: qe.Data) -> None:
    rows = sample_data.observations
    agencies = rows[rows["indicator"].eq("insp.agencies") & rows["region_level"].eq("prefecture")]
    stocks = agencies[agencies["stat_kind"].eq("stock") & agencies["province"].eq("河南省")]
    assert qe.comparable(stocks).grade == "A"
    assert qe.comparable(stocks.iloc[0], stocks.iloc[1]).grade == "A"
    assert qe.comparable(rows.iloc[0], stocks.iloc[0]).grade == "D"


def test_rows_of_a_plain_parquet_file_and_short_ones_can_be_compared(sample_run: Path) -> None:
    rows = pd.read_parquet(sample_run / "observations.parquet")
    assert qe.comparable(rows.iloc[0], rows.iloc[0]).grade in "ABCD"
    assert qe.comparable({"indicator": "tm.well_known"}, ROW).grade == "D"


def test_reasons_are_told_in_chinese_too() -> None:
    assert explain_reasons(("kind", "role_unknown"), "zh") == "统计类型不同; 未说明是否：角色不同"


def test_one_row_alone_can_not_be_compared() -> None:
    with pytest.raises(TypeError, match="two rows"):
        qe.comparable(ROW)
    with pytest.raises(ValueError, match="fewer than two"):
        qe.comparable(pd.DataFrame([ROW]))
