"""A region bears the code and name of the article's day; the ones in force now stand beside them."""

from __future__ import annotations

import datetime as dt

import pytest

from qualityextract.pipeline import extract_text


@pytest.mark.parametrize(
    ("text", "day", "written", "current"),
    [
        ("襄樊市有效发明专利500件。", "2005-06-01", ("420600", "湖北省襄樊市"), ("420600", "湖北省襄阳市")),
        ("丰润县有效发明专利50件。", "2001-06-01", ("130221", "河北省唐山市丰润县"), ("130208", "河北省唐山市丰润区")),
        ("崇文区有效发明专利50件。", "2008-06-01", ("110103", "北京市崇文区"), ("110101", "北京市东城区")),
        ("滦县有效发明专利50件。", "2015-06-01", ("130223", "河北省唐山市滦县"), ("130284", "河北省唐山市滦州市")),
        ("莱芜市有效发明专利50件。", "2015-06-01", ("371200", "山东省莱芜市"), ("370100", "山东省济南市")),
        ("唐山市有效发明专利50件。", "2021-06-01", ("130200", "河北省唐山市"), ("130200", "河北省唐山市")),
        ("全国有效发明专利50万件。", "2021-06-01", ("100000", "全国"), ("100000", "全国")),
    ],
)
def test_both_codes_stand_in_the_row(text: str, day: str, written: tuple[str, str], current: tuple[str, str]) -> None:
    (row,) = extract_text(text, published=dt.date.fromisoformat(day)).observations
    assert (row.region_code, row.region) == written
    assert (row.region_code_current, row.region_current) == current


def test_no_region_has_no_current_one() -> None:
    (row,) = extract_text("有效发明专利50件。", published=dt.date(2021, 6, 1)).observations
    assert (row.region_code, row.region_code_current, row.region_current) == (None, None, None)
