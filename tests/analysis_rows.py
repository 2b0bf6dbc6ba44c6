"""Small articles as rows: one sentence, one figure each, written as the tables of a run for the tests of the analysis.

`TRAPS` is a set of 40 articles about well-known trademarks, testing agencies and standards of eight cities. Whoever
puts the wrong one of them into a panel compares what can't be compared.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qualityextract.regions import load_gazetteer
from qualityextract.ruleset import load_ruleset
from qualityextract.schema import ArticleRecord, ObservationRecord, Tables
from qualityextract.write import TablesWriter

CITIES = {
    "唐山": "130200", "佛山": "440600", "遵义": "520300", "荆州": "421000",
    "滁州": "341100", "汉中": "610700", "定西": "621100", "绵阳": "510700",
}  # fmt: skip
END = "2021-12-31"


@dataclass(frozen=True)
class Said:
    """One article with one figure; `name` is its id and, behind `o-`, the id of its row."""

    name: str
    place: str | None
    value: float
    day: str | None = END
    publisher: str = "冀东日报"
    title: str = "商标新闻"
    sentence: str | None = None
    copy_of: str | None = None
    columns: dict[str, Any] = field(default_factory=dict)


def place_columns(code: str | None) -> dict[str, Any]:
    if code is None:
        return {}
    found = load_gazetteer().division(code)
    return {
        "region_code": code, "region": found.path, "region_level": found.level, "province": found.province,
        "prefecture": found.prefecture, "county": found.county, "region_basis": "explicit",
    }  # fmt: skip


def records(said: Said) -> tuple[ArticleRecord, ObservationRecord]:
    words = f"{said.value:g}"
    text = said.sentence or f"文章{said.name}：共有{words}件。"
    day = dt.date.fromisoformat(said.day) if said.day else None
    columns: dict[str, Any] = {"indicator": "tm.well_known", "stat_kind": "stock", "unit": "件"} | said.columns
    item = load_ruleset().indicators.get(columns["indicator"])
    code = CITIES.get(said.place or "", said.place)
    at = text.index(words)
    article = ArticleRecord(
        article_id=said.name, path=f"{said.name}.txt", title=said.title, publisher=said.publisher,
        published=day, text=text, n_chars=len(text), encoding="utf-8", media_type="text/plain",
        duplicate_of=said.copy_of, coverage=1.0,
    )  # fmt: skip
    row: dict[str, Any] = {
        "observation_id": f"o-{said.name}", "article_id": said.name, "published": day,
        "indicator_zh": item.label_zh if item else None, "indicator_en": item.label_en if item else None,
        "indicator_text": "商标", "status": "achieved", "value": float(said.value), "bound": "exact",
        "scope": "whole", "subject": said.place or "某市", "period_start": day, "period_end": day,
        "quote": text, "quote_start": 0, "quote_end": len(text), "value_text": words,
        "value_start": at, "value_end": at + len(words), "rule": "bind.left_tight", "confidence": "high",
    }  # fmt: skip
    return article, ObservationRecord.model_validate(row | place_columns(code) | columns)


def write_run(out: Path, said: Iterable[Said]) -> Path:
    """Write the tables of a run with these articles into `out`."""
    pairs = [records(item) for item in said]
    tables = Tables(articles=tuple(a for a, _ in pairs), observations=tuple(o for _, o in pairs))
    with TablesWriter(out, ("parquet", "csv")) as writer:
        writer.write(tables)
        writer.commit({}, "0")
    return out


def write_corrections(out: Path, *lines: tuple[str, str, str, str, str, str]) -> Path:
    file = out / "corrections.csv"
    rows = [("observation_id", "field", "new_value", "expected_old", "reason", "who"), *lines]
    text = "\r\n".join(",".join(json.dumps(c, ensure_ascii=False) if "," in c else c for c in row) for row in rows)
    file.write_text(text, encoding="utf-8-sig")
    return file


def _like(name: str, place: str | None, value: float, day: str | None = END, **columns: Any) -> Said:
    return Said(name, place, value, day, columns=columns)


def _agencies(name: str, place: str, value: float, day: str) -> Said:
    return _like(name, place, value, day, indicator="insp.agencies", unit="家")


def _standards(name: str, place: str, value: float, role: str | None) -> Said:
    return _like(
        name, place, value, indicator="std.national", stat_kind="cumulative", unit="项", role=role, level=("national",)
    )


_FLOW = {"stat_kind": "flow", "period_start": dt.date(2021, 1, 1)}
_REPRINT = "截至2021年末，唐山市共有驰名商标10件。"

TRAPS: tuple[Said, ...] = (
    # 唐山: two sources that disagree, and everything that is not the whole city.
    Said("communique", "唐山", 10, publisher="唐山市统计局", title="2021年统计公报", sentence=_REPRINT),
    Said("newspaper", "唐山", 9),
    Said("reprint", "唐山", 10, publisher="某某百家号", sentence=_REPRINT),
    Said("copied", "唐山", 10, copy_of="communique"),
    _like("again", "唐山", 9, flags=("duplicate_in_article",)),
    _like("subset", "唐山", 5, scope="subset", subject_count=15, flags=("subset_not_region",)),
    _like("cluster", "唐山", 2, scope="cluster"),
    _like("zone", "唐山", 4, scope="zone", flags=("no_code_region",)),
    _like("county", "130208", 3),
    _like("province", "130000", 100),
    # 佛山: one stock, and every other kind of statement.
    _like("stock", "佛山", 40),
    _like("cumulative", "佛山", 50, stat_kind="cumulative"),
    _like("plan", "佛山", 60, stat_kind="target", flags=("target",)),
    _like("tariff", "佛山", 100, stat_kind="policy_rule", unit="元", flags=("policy_rule",)),
    _like("applied", "佛山", 7, status="applied", flags=("not_achieved",)),
    _like("share", "佛山", 18.6, stat_kind="share", unit="%"),
    _like("growth", "佛山", 12, stat_kind="change_pct", unit="%"),
    _like("added", "佛山", 6, **_FLOW),
    # A stated zero is a value; a bound is a value of another kind; a range of regions is none of theirs.
    _like("zero", "遵义", 0, flags=("negated_zero",)),
    _like("over", "荆州", 30, bound="over"),
    _like("other_unit", "荆州", 5, unit="家"),
    _like("joint", "滁州", 12, flags=("joint_regions",)),
    _like("midyear", "滁州", 8, "2021-06-30"),
    _like("november", "汉中", 21, "2021-11-15"),
    _like("december", "汉中", 22, "2021-12-20"),
    _like("total", "定西", 11),
    _like("of_which", "定西", 3, part_of="o-total"),
    _like("implied", "绵阳", 1, bound="at_least", flags=("implied_count",)),
    _like("winner", "绵阳", 1, scope="organization", flags=("entity_level",)),
    _like("bureau", "绵阳", 6, scope="agency"),
    _like("nowhere", None, 13),
    _like("undated", "绵阳", 14, None, stat_kind="flow"),
    _like("uncatalogued", "绵阳", 15, indicator="unmapped"),
    # A series that breaks with 2013.
    _agencies("before_break", "唐山", 70, "2012-12-20"),
    _agencies("after_break_1", "佛山", 300, "2013-01-20"),
    _agencies("after_break_2", "遵义", 60, "2013-01-10"),
    # Roles of standards.
    _standards("lead", "唐山", 20, "lead"),
    _standards("participate", "唐山", 80, "participate"),
    _standards("lead_too", "佛山", 90, "lead"),
    _standards("unsaid", "遵义", 30, None),
)
