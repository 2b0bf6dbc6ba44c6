"""The Chinese cases of Microsoft's Recognizers-Text (MIT licence) as tests of numerals and dates.

The suite was written for a voice assistant; this program reads the press. Where our contract means something else on
purpose, the case is listed with the reason in `suites_exceptions.yaml`; of the others at least 97 % must pass.
The suite is not part of the repository: QUALITYEXTRACT_SHARED names the folder that holds it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from qualityextract.language.dates import find_times, resolve_time
from qualityextract.language.numerals import find_numerals, find_ordinals
from qualityextract.language.projection import Projection, project
from qualityextract.model import Numeral

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("QUALITYEXTRACT_SHARED", ROOT.parent / "shared"))
SUITE = SHARED / "suites" / "recognizers-text"
EXCEPTIONS = Path(__file__).with_name("suites_exceptions.yaml")
FLOOR = 0.97

Case = dict[str, Any]


@dataclass(frozen=True)
class Found:
    """A reading of ours or of the suite: half-open offsets in the input, and what it is worth."""

    start: int
    end: int
    value: tuple[object, ...]


def numerals(projection: Projection) -> Iterator[tuple[Numeral, int, int]]:
    for numeral in find_numerals(projection.text):
        yield numeral, projection.start(numeral.start), projection.end(numeral.unit_end)


def our_numbers(case: Case) -> list[Found]:
    """Plain values; a share in words (三分之一) is in % with us and a fraction there."""
    found = []
    for numeral, start, end in numerals(project(case["Input"])):
        value = numeral.value / 100 if numeral.unit == "%" else numeral.value
        found.append(Found(start, end, (value,)))
    return found


def our_percentages(case: Case) -> list[Found]:
    """Percentages and percentage points alike: the suite has one kind for both."""
    return [
        Found(start, end, (numeral.value,))
        for numeral, start, end in numerals(project(case["Input"]))
        if numeral.unit in ("%", "百分点")
    ]


def our_ordinals(case: Case) -> list[Found]:
    projection = project(case["Input"])
    return [
        Found(projection.start(o.start), projection.end(o.end), (float(o.value),))
        for o in find_ordinals(projection.text)
    ]


def our_ranges(case: Case) -> list[Found]:
    """Lower and upper end; None where there is none. Whether an end is included is not compared."""
    found = []
    for numeral, start, end in numerals(project(case["Input"])):
        value = numeral.value / 100 if numeral.unit == "%" and "百分之" not in case["Input"] else numeral.value
        if numeral.bound == "range":
            found.append(Found(start, end, (value, numeral.value_max)))
        elif numeral.bound in ("over", "at_least"):
            found.append(Found(start, end, (value, None)))
        elif numeral.bound in ("under", "at_most"):
            found.append(Found(start, end, (None, value)))
    return found


def our_periods(case: Case) -> list[Found]:
    """First and last day."""
    published = dt.date.fromisoformat(case["Context"]["ReferenceDateTime"][:10])
    projection = project(case["Input"])
    found = []
    for mention in find_times(projection.text):
        period = resolve_time(mention, published)
        found.append(Found(projection.start(mention.start), projection.end(mention.end), (period.start, period.end)))
    return found


def _span(result: Case) -> tuple[int, int]:
    start = int(result["Start"])
    return start, start + int(result["Length"]) if "Length" in result else int(result["End"]) + 1


def wanted_values(case: Case) -> list[list[Found]]:
    """The numbers that the suite expects, each with the only reading that it allows."""
    return [[Found(*_span(result), (float(result["Resolution"]["value"].rstrip("%")),))] for result in case["Results"]]


def wanted_ranges(case: Case) -> list[list[Found]]:
    wanted = []
    for result in case["Results"]:
        ends = re.fullmatch(r"[\[(](.*),(.*)[\])]", result["Resolution"]["value"])
        assert ends is not None
        low, high = (float(end) if end else None for end in ends.groups())
        wanted.append([Found(*_span(result), (low, high))])
    return wanted


def wanted_periods(case: Case) -> list[list[Found]]:
    """The past or the future reading; the suite's end is the first day behind."""
    wanted = []
    for result in case["Results"]:
        readings = []
        for name in ("PastResolution", "FutureResolution"):
            days = result["Value"][name]
            if "startDate" in days:
                start, end = dt.date.fromisoformat(days["startDate"]), dt.date.fromisoformat(days["endDate"])
                span = _span(result)
                readings += [Found(*span, (start, end - dt.timedelta(days=1))), Found(*span, (start, end))]
        wanted.append(readings)
    return wanted


def _close(ours: object, theirs: object) -> bool:
    if isinstance(ours, float) and isinstance(theirs, float):
        return abs(ours - theirs) <= 0.00006 + 1e-9 * abs(theirs) if ours % 1 else ours == theirs
    return ours == theirs


def same(ours: list[Found], wanted: list[list[Found]]) -> bool:
    """As many readings in the same order, on overlapping words, of the same worth."""
    return len(ours) == len(wanted) and all(
        any(
            mine.start < reading.end and reading.start < mine.end and all(map(_close, mine.value, reading.value))
            for reading in readings
        )
        for mine, readings in zip(ours, wanted, strict=True)
    )


MODELS: dict[str, tuple[Callable[[Case], list[Found]], Callable[[Case], list[list[Found]]]]] = {
    "NumberModel": (our_numbers, wanted_values),
    "PercentModel": (our_percentages, wanted_values),
    "OrdinalModel": (our_ordinals, wanted_values),
    "NumberRangeModel": (our_ranges, wanted_ranges),
    "DatePeriodParser": (our_periods, wanted_periods),
}


def cases(model: str) -> list[Case]:
    path = SUITE / f"{model}.json"
    if not path.is_file():
        pytest.skip(f"the suite is not there: {model}.json is looked for under QUALITYEXTRACT_SHARED")
    loaded: list[Case] = json.loads(path.read_text(encoding="utf-8-sig"))
    return loaded


def exceptions(model: str) -> dict[int, str]:
    """Index of a case -> its input, for the cases that mean something else with us."""
    groups = yaml.safe_load(EXCEPTIONS.read_text(encoding="utf-8")).get(model, [])
    return {int(index): text for group in groups for index, text in group["cases"].items()}


@pytest.mark.parametrize("model", MODELS)
def test_suite(model: str) -> None:
    """Of the cases that are no exceptions at least `FLOOR` pass."""
    ours, wanted = MODELS[model]
    left_out = exceptions(model)
    failed = [
        f"{index}: {case['Input']!r} gives {ours(case)}, not {wanted(case)}"
        for index, case in enumerate(cases(model))
        if index not in left_out and not same(ours(case), wanted(case))
    ]
    judged = len(cases(model)) - len(left_out)
    assert len(failed) <= (1 - FLOOR) * judged, "\n".join(failed)


@pytest.mark.parametrize("model", MODELS)
def test_exceptions_are_needed(model: str) -> None:
    """An exception names the case that stands at its index, and the case does differ."""
    ours, wanted = MODELS[model]
    loaded = cases(model)
    stale = [
        index
        for index, text in exceptions(model).items()
        if loaded[index]["Input"] != text or same(ours(loaded[index]), wanted(loaded[index]))
    ]
    assert stale == []


def test_every_exception_has_a_reason() -> None:
    """Groups of exceptions say why, and no case is listed twice."""
    listed = yaml.safe_load(EXCEPTIONS.read_text(encoding="utf-8"))
    assert set(listed) == set(MODELS)
    for model, groups in listed.items():
        indices = [index for group in groups for index in group["cases"]]
        assert len(indices) == len(set(indices)), model
        assert all(len(group["reason"]) > 10 for group in groups), model
