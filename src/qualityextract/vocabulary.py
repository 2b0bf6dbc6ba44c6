"""The closed vocabularies of the tables: every allowed value and what it means.

Stands below `schema`, whose columns use these types; codebook and data package print the meanings. The lists follow
the data contract: a value may be added, none may change its meaning.
"""

from __future__ import annotations

from typing import Literal

StatKind = Literal[
    "stock",
    "cumulative",
    "flow",
    "change_abs",
    "change_pct",
    "change_pp",
    "rate",
    "index",
    "rank",
    "share",
    "target",
    "policy_rule",
]
Status = Literal[
    "achieved",
    "applied",
    "accepted_for_review",
    "in_pool",
    "public_notice",
    "project_approved",
    "under_construction",
    "in_progress",
    "pending_acceptance",
]
Bound = Literal["exact", "over", "at_least", "about", "nearly", "under", "at_most", "range"]
Level = Literal["international", "national", "industry", "provincial", "municipal", "county", "group", "enterprise"]
Role = Literal["lead", "participate", "lead_or_participate"]
Scope = Literal["whole", "subset", "cluster", "zone", "agency", "event_set", "organization", "product"]
RegionLevel = Literal["country", "province", "prefecture", "county"]
RegionBasis = Literal["explicit", "list", "anaphor", "paragraph", "title", "dateline", "publisher"]
Confidence = Literal["high", "medium", "low"]
Flag = Literal[
    "implied_count",
    "derived",
    "vague",
    "target",
    "policy_rule",
    "not_achieved",
    "negated_zero",
    "subset_not_region",
    "joint_regions",
    "no_code_region",
    "mixed_levels",
    "mixed_tiers",
    "mixed_gi",
    "dual_counted_unknown",
    "legacy_title",
    "series_break",
    "excludes_planned_city",
    "double_count_risk",
    "page_date_suspect",
    "institution_date_conflict",
    "number_missing",
    "text_repaired",
    "script_converted",
    "change_unit_suspect",
    "arith_mismatch",
    "implausible",
    "headline_only",
    "entity_level",
    "comparator_region",
    "self_reported_activity",
    "table_cell",
    "not_comparable",
    "time_fuzzy",
    "ambiguous_region",
    "period_default",
    "duplicate_in_article",
    "compound_value",
]
EntityKind = Literal["region", "zone", "cluster", "organization", "award", "standard", "policy", "product"]
Fate = Literal[
    "observation",
    "date",
    "period",
    "ordinal",
    "code",
    "identifier",
    "age_or_duration",
    "physical",
    "idiom",
    "scheme",
    "name",
    "layout",
    "unmapped",
    "unexplained",
]
RejectStage = Literal["read", "document", "record"]
TableName = Literal["articles", "observations", "entities", "figures", "rejects"]

POINT_KINDS = frozenset({"stock", "cumulative", "index", "rank"})
"""Kinds that hold for one day: both ends of their period are that day."""
COUNTED_FATES = frozenset({"observation", "unmapped"})
"""Fates of the numerals that have rows in `observations`."""


MEANINGS: dict[object, dict[str, str]] = {
    StatKind: {
        "stock": "number in force at a date",
        "cumulative": "total ever granted since a start; may include lapsed ones",
        "flow": "number added or done in a period",
        "change_abs": "change against a base, in the unit of the thing",
        "change_pct": "relative change against a base, in %",
        "change_pp": "change of a rate, in percentage points",
        "rate": "ratio of two quantities, also per head",
        "index": "composite or survey score",
        "rank": "position in a ranking",
        "share": "part of a larger region or total",
        "target": "planned or required value",
        "policy_rule": "tariff or criterion in a rule: no fact about a region",
    },
    Status: {
        "achieved": "the thing counted exists or was done",
        "applied": "applied for",
        "accepted_for_review": "application accepted for review",
        "in_pool": "kept in a pool of candidates",
        "public_notice": "named in a public notice before the decision",
        "project_approved": "project approved, not yet built",
        "under_construction": "being built",
        "in_progress": "begun, not finished",
        "pending_acceptance": "finished, awaiting acceptance",
    },
    Bound: {
        "exact": "the number itself",
        "over": "more than it (余, 多, 超, 逾, 突破)",
        "at_least": "it or more (以上, 至少, 不低于)",
        "about": "around it (约, 左右)",
        "nearly": "a little less (近, 将近)",
        "under": "less than it (不足, 低于)",
        "at_most": "it or less (以下, 以内, 不超过)",
        "range": "from `value` to `value_max`",
    },
    Level: {
        "international": "international",
        "national": "national",
        "industry": "an industry's, nationwide",
        "provincial": "provincial",
        "municipal": "of a prefecture-level city",
        "county": "of a county",
        "group": "of an association (团体)",
        "enterprise": "of a firm",
    },
    Role: {
        "lead": "leading (主持, 主导, 牵头)",
        "participate": "taking part (参与)",
        "lead_or_participate": "either, not told apart",
    },
    Scope: {
        "whole": "the whole region",
        "subset": "a counted part of it",
        "cluster": "one industrial cluster",
        "zone": "a development zone",
        "agency": "what a bureau did or counted",
        "event_set": "winners or participants of an event",
        "organization": "one firm or body",
        "product": "one product or product class",
    },
    RegionLevel: {
        "country": "the country",
        "province": "province, municipality, autonomous region",
        "prefecture": "prefecture-level city, prefecture, league",
        "county": "county, district, county-level city",
    },
    RegionBasis: {
        "explicit": "named beside the figure",
        "list": "from an enumeration of places",
        "anaphor": "该市, 全省 and the like",
        "paragraph": "named earlier in the paragraph",
        "title": "named in the headline",
        "dateline": "place of the news-agency line",
        "publisher": "region of the publisher",
    },
    Confidence: {
        "high": "everything stands in the sentence",
        "medium": "something was carried over from context",
        "low": "something rests on a default or a weak cue",
    },
    Flag: {
        "implied_count": "the count is implied by words, no numeral",
        "derived": "computed from stated parts",
        "vague": "vague numeral (数十)",
        "target": "planned, not a fact",
        "policy_rule": "criterion or tariff, not a fact",
        "not_achieved": "status is not `achieved`",
        "negated_zero": "a zero stated by negation",
        "subset_not_region": "about a part, not the whole region",
        "joint_regions": "one figure for several regions together",
        "no_code_region": "the place has no GB/T 2260 code of its own",
        "mixed_levels": "several levels in one figure",
        "mixed_tiers": "several award tiers in one figure",
        "mixed_gi": "several tracks of geographical indications in one figure",
        "dual_counted_unknown": "it is not said whether a product on two tracks counts once",
        "legacy_title": "title used after its legal end",
        "series_break": "on the far side of a break in the series",
        "excludes_planned_city": "without separately planned cities",
        "double_count_risk": "may hold items that another row counts too",
        "page_date_suspect": "the page's date is doubtful",
        "institution_date_conflict": "named body did not exist at that date",
        "number_missing": "the text lacks the number",
        "text_repaired": "the text was repaired before reading",
        "script_converted": "converted from traditional script",
        "change_unit_suspect": "percent and percentage points may be confused",
        "arith_mismatch": "stated parts and total disagree",
        "implausible": "outside what is plausible",
        "headline_only": "only the headline states it",
        "entity_level": "about a single entity",
        "comparator_region": "about a region named for comparison only",
        "self_reported_activity": "a bureau about its own work",
        "table_cell": "read from a table",
        "not_comparable": "not comparable with other rows of the indicator",
        "time_fuzzy": "the period's words are vague (近两年来)",
        "period_default": "no time words; the default period was taken",
        "duplicate_in_article": "states again what an earlier row of the article states",
        "compound_value": "value added up from parts (26+9)",
    },
    EntityKind: {
        "region": "administrative division",
        "zone": "development zone",
        "cluster": "industrial cluster",
        "organization": "firm, bureau or other body",
        "award": "award or title",
        "standard": "standard, by its number",
        "policy": "policy document or law",
        "product": "product",
    },
    Fate: {
        "observation": "has rows in `observations`",
        "date": "a date",
        "period": "a period",
        "ordinal": "an ordinal (第三届)",
        "code": "standard or document number",
        "identifier": "telephone, post code, page",
        "age_or_duration": "age or duration",
        "physical": "physical quantity (2800米)",
        "idiom": "part of a set phrase (一站式)",
        "scheme": "slogan or scheme (“1+5+N”)",
        "name": "inside a proper name",
        "layout": "numbering of the text (一是)",
        "unmapped": "a count that the catalogue lacks; has a row with indicator `unmapped`",
        "unexplained": "the rules did not understand it",
    },
    RejectStage: {
        "read": "the file could not be opened or is too large",
        "document": "the file is no readable article",
        "record": "a row built from the article can't be",
    },
}
"""For each vocabulary the meaning of every value."""
