"""What an article as a whole says about place and time: headline, dateline, publisher, the place most named."""

from __future__ import annotations

from collections import Counter

from qualityextract.find.subjects import find_subjects
from qualityextract.language.dates import Period, find_times, resolve_time
from qualityextract.language.projection import project
from qualityextract.model import Article, SubjectMention
from qualityextract.regions import load_gazetteer
from qualityextract.resolve.abroad import is_abroad, is_own_books
from qualityextract.resolve.place import Places


def background_places(article: Article, subjects: list[SubjectMention]) -> Places:
    """Where the article is about, by its headline, its places, its dateline and its publisher."""
    places = Places(article.published)
    mentions = [m for m in subjects if not m.relative and _tells_place(m)]
    counts: Counter[str] = Counter()
    gazetteer = load_gazetteer()
    for mention in mentions:
        code, _ = places.resolve(mention)
        if code and mention.scope in ("whole", "agency", "zone"):
            counts[code] += 1
    if counts:
        best, times = counts.most_common(1)[0]
        total = sum(counts.values())
        province = Counter({gazetteer.up_to(code, "province"): n for code, n in counts.items()}).most_common(1)[0][0]
        kin = [code for code in counts if gazetteer.up_to(code, "province") == province and code != "100000"]
        places.document = best if times * 5 >= total * 2 else gazetteer.common_ancestor(kin)
    places.abroad = is_abroad(article.text, sum(m.scope in ("whole", "agency", "zone") for m in subjects))
    places.own_books = is_own_books(article.text)
    if article.title:
        places.title_code = _code_in(article.title, places)
    if article.dateline:
        places.dateline_code = _code_in(article.dateline, places)
    if article.publisher:
        places.publisher_code = _code_in(article.publisher, places, media=True)
    return places


def headline_period(article: Article) -> Period | None:
    """The year, half-year or quarter named in the headline, None where it names none or several."""
    if not article.title:
        return None
    found = [
        resolve_time(mention, article.published)
        for mention in find_times(project(article.title).text)
        if mention.kind == "interval"
    ]
    return found[0] if len(found) == 1 and found[0].start is not None else None


def _tells_place(mention: SubjectMention) -> bool:
    """A place name in full tells where we are even as part of a bureau's or society's name; a short one does not."""
    if mention.inside in ("", "government"):
        return True
    return mention.inside in ("organization", "institute") and mention.name[-1:] in "省市县区州盟旗"


def _code_in(text: str, places: Places, *, media: bool = False) -> str | None:
    """The place that a headline, dateline or publisher's name speaks of."""
    if media:
        for region in load_gazetteer().find(text):
            if region.codes and region.codes != ("100000",):
                return load_gazetteer().resolve(region, context=(), on=places.published).code
        return None
    best: SubjectMention | None = None
    for mention in find_subjects(project(text).text):
        if (
            mention.scope in ("whole", "zone", "agency", "cluster")
            and mention.inside in ("", "government")
            and not mention.relative
        ):
            best = best or mention
    return places.resolve(best)[0] if best else None
