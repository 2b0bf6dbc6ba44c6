"""Which government gave an award: it decides the award's level, and sometimes the place."""

from __future__ import annotations

import re
from dataclasses import replace

from qualityextract.grammar.figures import Figure
from qualityextract.regions import load_gazetteer
from qualityextract.resolve.place import Owner, Places
from qualityextract.ruleset import load_ruleset

_GOVERNMENT_AWARD = re.compile(r"^award\.(?:provincial|municipal|county)_government_quality(?P<tier>_nomination)?$")


_LEVEL_OF = {"province": "provincial", "prefecture": "municipal", "county": "county"}


def by_issuer(figure: Figure, owner: Owner, text: str, places: Places) -> None:
    """The level of a government's award is that of the government, never of the word 市长.

    The issuer stands before the name (义乌市市长质量奖), else 市 is the city that the figure is about: a municipality
    under the central government, a county-level city itself, else the prefecture.
    """
    indicator = figure.indicator
    named = _GOVERNMENT_AWARD.match(indicator.code) if indicator else None
    if indicator is None or named is None:
        return
    gazetteer = load_gazetteer()
    surface = text[indicator.start : indicator.end]
    code = _issuer(text, indicator.start, places)
    if code is None and surface.startswith("市") and owner.code:
        division = gazetteer.division(owner.code)
        county_city = division.level == "county" and division.name.endswith("市")
        code = owner.code if county_city else gazetteer.up_to(owner.code, "prefecture")
    if code is None or code == "100000":
        return
    level = "provincial" if gazetteer.is_municipality(code) else _LEVEL_OF[gazetteer.division(code).level]
    changed = load_ruleset().level_codes.get((indicator.code, level), indicator.code)
    if changed != indicator.code:
        figure.indicator = replace(indicator, code=changed, levels=())


def where_issued(figure: Figure, owner: Owner, text: str, places: Places) -> Owner:
    """第二届遵化市政府质量奖揭晓, 3家企业获奖: with no other place, the winners are where the award is."""
    if figure.indicator is None or not _GOVERNMENT_AWARD.match(figure.indicator.code):
        return owner
    code = _issuer(text, figure.indicator.start, places)
    if code is None:
        return owner
    return replace(owner, code=code, name=load_gazetteer().division(code).name, basis="paragraph")


def _issuer(text: str, start: int, places: Places) -> str | None:
    """The division whose name ends where the award's name begins, or on its first character (泉州|市政府质量奖)."""
    low = max(0, start - 12)
    for region in load_gazetteer().find(text[low : start + 1]):
        if region.codes and low + region.end in (start, start + 1):
            return load_gazetteer().resolve(region, context=places.context, on=places.published).code
    return None
