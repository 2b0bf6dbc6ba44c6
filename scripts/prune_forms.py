"""Report the rows of `rules/forms.csv` that the rules can do without, and remove them on request.

    python scripts/prune_forms.py [--write] [--limit N]

A literal form is redundant when the text is read the same without it: the longest-match scan over the form finds
exactly one other form, with the same code, condition and attributes, and the whole way from the sentence to the row
gives the same rows for a few plain sentences around it; a form that yields nothing there is kept. A level that the words name and the row then bears
(国家级 before the head) counts as the same reading. Ids stay permanent: a removed id is never given again, so new
rows number on from the highest id that the history of the file knows.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import regex

from qualityextract.find import terms
from qualityextract.pipeline import extract_text
from qualityextract.ruleset import Form, Ruleset, load_ruleset
from qualityextract.schema import ObservationRecord

FORMS = Path(__file__).resolve().parent.parent / "src" / "qualityextract" / "rules" / "forms.csv"
PUBLISHED = dt.date(2024, 3, 15)
SENTENCES = (
    "{topic}。2023年底,杭州市{form}达到35{unit}。",
    "{topic}。2023年,杭州市新增35{unit}{form}。",
    "{topic}。2023年,杭州市新增{form}企业35家。",
    "{topic}。2023年,杭州市{form}35{unit}。",
)

Group = tuple[tuple[object, ...], ...]
Row = tuple[tuple[object, ...], frozenset[str]]


def reading(form: Form) -> tuple[object, ...]:
    """What a form says, apart from its words."""
    attributes = tuple(sorted(form.attributes.items()))
    return form.code, form.weak, form.topic, form.stat_kind, form.level, attributes


def groups_of(forms: Iterable[Form]) -> dict[str, Group]:
    """Readings of every literal form, in the order of the file."""
    groups: defaultdict[str, list[tuple[object, ...]]] = defaultdict(list)
    for form in forms:
        if form.kind == "literal":
            groups[form.form].append(reading(form))
    return {text: tuple(readings) for text, readings in groups.items()}


def spans(text: str, groups: dict[str, Group], longest: int) -> list[tuple[int, int]]:
    """Leftmost-longest matches of the literal forms in a short text."""
    found = []
    start = 0
    while start < len(text):
        for end in range(min(len(text), start + longest), start, -1):
            if text[start:end] in groups:
                found.append((start, end))
                start = end
                break
        else:
            start += 1
    return found


def structurally_redundant(rules: Ruleset) -> list[str]:
    """Texts of literal forms that one shorter form with the same readings covers; the longest go first."""
    groups = groups_of(rules.forms)
    patterns = [regex.compile(form.form) for form in rules.forms if form.kind == "regex"]
    longest = max(map(len, groups))
    redundant = []
    for text in sorted(groups, key=lambda form: (-len(form), form)):
        group = groups.pop(text)
        found = spans(text, groups, longest)
        same = len(found) == 1 and groups[text[found[0][0] : found[0][1]]] == group
        if same and not any(pattern.search(text) for pattern in patterns):
            redundant.append(text)
        else:
            groups[text] = group
    before = groups_of(rules.forms)
    return [text for text in redundant if _still_same(text, groups, before[text], longest)]


def _still_same(text: str, groups: dict[str, Group], group: Group, longest: int) -> bool:
    found = spans(text, groups, longest)
    return len(found) == 1 and groups[text[found[0][0] : found[0][1]]] == group


def use(rules: Ruleset, forms: Iterable[Form]) -> None:
    """Let the engine read with `forms` instead of those of the file."""
    changed = rules.model_copy(update={"forms": tuple(forms)})
    terms.load_ruleset = lambda: changed  # type: ignore[attr-defined, assignment]
    terms._terms.cache_clear()


def rows_of(text: str, unit: str, topic: str) -> list[Row]:
    """What the sentences around a form yield, with the levels apart."""
    rows: list[Row] = []
    for sentence in SENTENCES:
        tables = extract_text(sentence.format(form=text, unit=unit, topic=topic), published=PUBLISHED)
        rows += [(_gist(sentence, row), frozenset(row.level)) for row in tables.observations]
    return rows


def _gist(sentence: str, row: ObservationRecord) -> tuple[object, ...]:
    attributes = tuple(sorted((row.attributes or {}).items()))
    place = (row.scope, row.region_code, row.period_start, row.period_end)
    return sentence, row.indicator, row.value, row.unit, row.stat_kind, row.status, row.role, attributes, place


def redundant_forms(rules: Ruleset, limit: int | None = None) -> list[str]:
    """Texts of forms without which every test sentence still yields its rows."""
    form_of = {form.form: form for form in rules.forms}
    surroundings = {text: _surroundings(rules, form_of[text]) for text in structurally_redundant(rules)[:limit]}
    use(rules, rules.forms)
    before = {text: rows_of(text, *around) for text, around in surroundings.items()}
    candidates = [text for text, rows in before.items() if any(gist[1] == form_of[text].code for gist, _ in rows)]
    while True:
        dropped = set(candidates)
        use(rules, (form for form in rules.forms if form.kind == "regex" or form.form not in dropped))
        agreed = [text for text in candidates if _agree(before[text], rows_of(text, *surroundings[text]))]
        if agreed == candidates:
            return candidates
        candidates = agreed


def _surroundings(rules: Ruleset, form: Form) -> tuple[str, str]:
    """A unit of the indicator, and words that hold the topic of the form where it is a plain list of words."""
    indicator = rules.indicators[form.code]
    unit = indicator.unit_default or (indicator.units or ("个",))[0]
    words = form.topic.split("|")[0]
    return unit, words if words and regex.fullmatch(r"\w+", words) else "消息"


def _agree(before: list[Row], after: list[Row]) -> bool:
    if [gist for gist, _ in before] != [gist for gist, _ in after]:
        return False
    return all(was <= now for (_, was), (_, now) in zip(before, after, strict=True))


def write_without(dropped: set[str]) -> int:
    """Rewrite the file without the dropped literal forms; rows left."""
    with FORMS.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns = list(reader.fieldnames or ())
        rows = [row for row in reader if row["kind"] == "regex" or row["form"] not in dropped]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    FORMS.write_text(out.getvalue(), encoding="utf-8", newline="")
    return len(rows)


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="remove the redundant rows")
    parser.add_argument("--limit", type=int, help="look at so many candidates only, the longest first")
    options = parser.parse_args()
    rules = load_ruleset()
    redundant = redundant_forms(rules, options.limit)
    ids = [form.id for form in rules.forms if form.kind == "literal" and form.form in set(redundant)]
    sys.stdout.write("".join(f"{form_id}\n" for form_id in ids))
    sys.stderr.write(f"{len(ids)} of {len(rules.forms)} rows are redundant\n")
    if options.write:
        sys.stderr.write(f"{write_without(set(redundant))} rows left\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
