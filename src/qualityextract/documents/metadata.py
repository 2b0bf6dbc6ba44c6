"""Who, when and where: dates, addresses, credits and datelines in the few lines around an article.

Works on single lines and on the first and last stretch of the body; `assemble` decides what stays in the text.
No date is ever completed: without a year there is none.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from qualityextract.documents.ruledata import alternation, credit_words, outlets

_DATE = re.compile(
    r"(?<!\d)((?:19|20)\d{2})\s?(?:年|[-/.])\s?(\d{1,2})\s?(?:月|[-/.])\s?(\d{1,2})(?!\d)\s?日?"
    r"(?:\s{0,8}(?:星期|周)[一二三四五六日天])?(?:[\sT]{0,8}\d{1,2}[:：时]\d{2}(?:[:：分]\d{2}秒?)?(?:\.\d{1,6})?(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_COMPACT_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?!\d)")
_URL_DATE = re.compile(r"(?<!\d)((?:19|20)\d{2})[-/_.]?(\d{1,2})[-/_.]?(\d{2})(?!\d)")
_URL = re.compile(r"https?://[^\s\u3000-\u303f\u4e00-\u9fff，。（）《》“”<>\"']{4,300}")
_CJK_NAME = re.compile(r"[\u4e00-\u9fff](?:[\u4e00-\u9fff·]{0,10}[\u4e00-\u9fff])?\Z")
_LATIN_NAME = re.compile(r"[A-Za-z][A-Za-z .]{1,24}\Z")
_AMERICAN = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/((?:19|20)\d{2})\s+\d{1,2}:\d{2}(?::\d{2})?\s?[AP]M", re.IGNORECASE)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(
    r"(?:(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?,?\s{1,3})?"
    r"(?<![a-z])(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?\s{1,3}(\d{1,2})(?:st|nd|rd|th)?,?\s{1,3}"
    r"((?:19|20)\d{2})(?!\d)(?:,?\s{1,8}\d{1,2}:\d{2}(?::\d{2})?\s?(?:[ap]m)?)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?<![\d:])(?:\d{1,2}日\s?)?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?![\d:])")
_MARKS = " |丨｜/-—:：()（）[]【】·、,，。;；"
_EARLIEST, _LATEST = 1949, 2199


@dataclass(frozen=True, slots=True)
class Credit:
    """What the lines around an article say about it; None and empty where they say nothing."""

    authors: tuple[str, ...] = ()
    editor: str | None = None
    publisher: str | None = None
    published: dt.date | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Dateline:
    """The agency line that opens a body: `agency`, `place`, the day if its year is written, the names in brackets."""

    start: int
    end: int
    agency: str | None
    place: str | None
    published: dt.date | None
    authors: tuple[str, ...]


def _date(year: str, month: str, day: str) -> dt.date | None:
    try:
        found = dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if _EARLIEST <= found.year <= _LATEST else None


def find_date(text: str) -> dt.date | None:
    """The first full date with its year; None when there is none."""
    for match in _DATE.finditer(text):
        if found := _date(*match.group(1, 2, 3)):
            return found
    if american := _AMERICAN.search(text):
        return _date(*american.group(3, 1, 2))
    english = _ENGLISH.search(text)
    if english is None:
        return None
    return _date(english[3], str(_MONTHS.index(english[1].lower()) + 1), english[2])


def stands_alone(text: str) -> bool:
    """Whether a full date stands in a line as a word of its own (not 2014年9月25日大会召开)."""
    match = _DATE.search(text)
    if match is None or not _date(*match.group(1, 2, 3)):
        return False
    before, after = text[: match.start()], text[match.start() + len(match.group(0).rstrip()) :]
    cue = alternation(credit_words().date)
    apart = not before or before[-1] in _MARKS + "\u3000\xa0\t《》" or re.search(rf"(?:{cue})\Z", before)
    return bool(apart) and (not after or not re.match(r"[\u4e00-\u9fffA-Za-z\d]", after))


def find_compact_date(text: str) -> dt.date | None:
    """As `find_date`, and 20230811 too: for values that are known to be dates."""
    if found := find_date(text):
        return found
    match = _COMPACT_DATE.search(text)
    return _date(*match.group(1, 2, 3)) if match else None


def date_of_url(url: str) -> dt.date | None:
    """The day that a news address bears (/2023-08/11/, /20230811/, t20230811_); None when there is none."""
    for match in _URL_DATE.finditer(url):
        if found := _date(*match.group(1, 2, 3)):
            return found
    return None


def find_url(text: str) -> str | None:
    """The first web address in a line."""
    match = _URL.search(text)
    return match.group(0).rstrip(".,;") if match else None


# --- credits -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _cue() -> re.Pattern[str]:
    words = credit_words()
    prefix, reporter = alternation(words.reporter_prefix), alternation(words.reporter)
    # The outlet before 记者 (顶端新闻·河南商报记者) belongs to the cue, not to a name.
    outlet = rf"(?:[\u4e00-\u9fff·-]{{1,10}}(?:{alternation(words.outlet_suffix)})(?:·[\u4e00-\u9fff]{{1,6}}?)?)"
    separated = r"\s{0,4}[:：/丨|｜]\s{0,4}"
    return re.compile(
        rf"(?P<source>(?:{alternation(words.source)})(?:{separated}|\s{{1,4}}|(?=[《\[【])))"
        rf"|(?P<mark>[□■◎○●◆]\s{{0,4}})"
        rf"|(?P<reporter>(?:{outlet}{{0,2}}\s?(?:{prefix}){{0,3}}(?:{reporter})(?:组)?)\s{{0,4}}[:：/丨|｜]?\s{{0,4}})"
        rf"|(?P<editor>(?:{alternation(words.editor)})(?:{separated}|\s{{0,4}}))"
        rf"|(?P<author>(?:{alternation(words.author)}|(?<![\u4e00-\u9fff])文){separated}|(?<![\u4e00-\u9fff])文\s(?=[\u4e00-\u9fff]{{2,4}}(?:\s|\Z)))"
        rf"|(?P<date>(?:{alternation(words.date)})(?:{separated}|\s{{1,4}}|(?=\d)))"
        rf"|(?P<other>(?:{alternation(words.other)})(?:{separated}|\s{{1,4}}|(?=\d)))"
    )


@lru_cache(maxsize=1)
def known_outlets() -> str:
    """A pattern part for the listed outlets that report under their own name."""
    return alternation([outlet.name for outlet in outlets() if outlet.dateline])


@lru_cache(maxsize=1)
def _outlet_end() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternation(credit_words().outlet_suffix)})(?:[\u4e00-\u9fff]{{0,4}}版)?\Z")


def looks_like_outlet(text: str) -> bool:
    """Whether a short text names a newspaper, agency, site or office."""
    text = text.strip("《》[]【】")
    return (
        2 <= len(text) <= 24
        and not any(mark in text for mark in "，。；？！")
        and not text.startswith(("我的", "我们的", "你的", "您的"))
        and (bool(_outlet_end().search(text)) or any(outlet.name == text for outlet in outlets()))
    )


def own_name(text: str) -> str:
    """The name of a newspaper without what says that this is its electronic edition."""
    name = re.sub(rf"(?:{alternation(credit_words().edition)})\Z", "", text)
    return name if looks_like_outlet(name) else text


def names(text: str, *, longest: int = 3) -> tuple[str, ...]:
    """The personal names in a stretch without cue words: split at space and punctuation, single characters joined.

    A name of Chinese characters has at most `longest`, one more behind a compound surname (欧阳).
    """
    words = credit_words()
    skipped = set(words.not_a_name)
    found: list[str] = []
    pending = ""
    for part in re.split(r"[\s、,，;；/|丨｜&]+", text.strip(" \u3000\xa0()（）[]【】。.:：-—")):
        part = re.sub(r"[（(].*?[）)]|[（）()\[\]【】]", "", part)
        part = re.sub(r"(?:/|／)?(?:文|摄|图|摄影|报道|摄影报道)\Z", "", part) if len(part) > 3 else part
        if pending:
            part, pending = (pending + part, "") if len(part) == 1 else (part, "")
        elif len(part) == 1 and _CJK_NAME.match(part):
            pending = part
            continue
        if part in skipped or looks_like_outlet(part):
            continue
        most = 12 if "·" in part else longest + part.startswith(tuple(words.compound_surname))
        if (2 <= len(part) <= most and _CJK_NAME.match(part)) or _LATIN_NAME.match(part):
            found.append(part)
    return tuple(dict.fromkeys(found))


def parse_credits(text: str) -> tuple[Credit, str]:
    """Read a line such as `来源：… 作者：… 2023-08-11 编辑：…`.

    Returns:
        What it says, and what is left of the line when dates, addresses, cue words and their values are taken out.
    """
    url, published = find_url(text), find_date(text)
    plain = _CLOCK.sub(" ", _AMERICAN.sub(" ", _ENGLISH.sub(" ", _DATE.sub(" ", _URL.sub(" ", text)))))
    cues = list(_cue().finditer(plain))
    left = [plain[: cues[0].start()] if cues else plain]
    authors: list[str] = []
    editor = publisher = None
    for at, cue in enumerate(cues):
        value = plain[cue.end() : cues[at + 1].start() if at + 1 < len(cues) else len(plain)].strip(" \u3000\xa0|")
        role = cue.lastgroup
        found = names(value, longest=6 if role == "author" else 3)
        if role in ("author", "reporter", "mark"):
            authors.extend(found)
        elif role == "editor" and editor is None:
            editor = " ".join(found) or None
        elif role == "source" and value:
            named = _publisher(value)
            if named and named not in found:
                publisher = publisher or named
            elif is_person(named or ""):
                authors.append(named or "")
        if role == "source":
            value = value[len(_publisher(value) or "") :] if len(value) > 30 else ""
        elif re.fullmatch(r"[\d\s次:：-]*", value):
            value = ""
        elif found:
            value = re.sub("|".join(map(re.escape, found)), "", value)
        left.append(value)
    rest = " ".join(" ".join(left).split()).strip(_MARKS)
    return Credit(tuple(dict.fromkeys(authors)), editor, publisher, published, url), rest


def _publisher(value: str) -> str | None:
    """The outlet that follows 来源: up to the first gap or mark."""
    first = re.split(r"[\s|丨｜\[【（(，,。；;]|(?<=》)", value.strip(" \u3000\xa0[【（("), maxsplit=1)[0]
    name = first.removeprefix("据").strip("《》“”\"' ：:-—]】）)")
    return (
        name
        if 2 <= len(name) <= 24 and not re.search('[=<>"]', name) and name not in credit_words().no_outlet
        else None
    )


def is_person(text: str) -> bool:
    """Whether a short text is a Chinese name: a common surname and one or two characters."""
    words = credit_words()
    if text in words.not_a_name or not _CJK_NAME.match(text):
        return False
    return (len(text) in (2, 3) and text[0] in words.surname) or (
        len(text) in (3, 4) and text.startswith(tuple(words.compound_surname))
    )


def has_cue(text: str) -> bool:
    """Whether a line holds a word that introduces credits."""
    return bool(_cue().search(text))


# --- datelines -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _dateline() -> re.Pattern[str]:
    known = known_outlets()
    suffix = alternation(["报", "网", "新闻", "客户端", "新媒体", "社", "电视台", "融媒体"])
    # An outlet that is not listed is believed only where a line begins: elsewhere nobody knows its first character.
    agency = (
        rf"(?P<agency>(?:{known})(?:[-—](?:{known}))?|本报|本刊|本网|本台|本社"
        rf"|(?<![^\n（(【])[\u4e00-\u9fff]{{2,8}}?(?:{suffix}))"
    )
    day = r"(?:(?P<year>\d{4})年)?\d{1,2}月\d{1,2}日"
    return re.compile(
        rf"[（(【\[]?{agency}(?P<place>[\u4e00-\u9fff]{{0,8}}?)\s?(?:{day}\s?(?:电|讯|消息)|(?:讯|消息(?=[（(：:])))\s?[）)】\]]?"
        r"\s{0,3}(?:[（(](?P<credits>[^）)。]{2,60})[）)])?"
    )


_YEARED = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")


def find_dateline(text: str, *, within: int = 120) -> Dateline | None:
    """The agency line near the start of a body (新华社北京7月27日电); None when the body opens without one."""
    head = text[: within + 80]
    match = _dateline().search(head)
    if match is None or match.start() > within:
        return None
    words = credit_words()
    place = re.sub(r"(?:新闻|专)\Z", "", match.group("place") or "") or None
    if place and (len(place) < 2 or any(word in place for word in words.not_a_place)):
        place = None
    agency = match.group("agency")
    own = agency if not agency.startswith("本") else None
    year = _YEARED.search(match.group(0)) if match.group("year") else None
    return Dateline(
        match.start(),
        match.end(),
        re.split(r"[-—]", own)[0] if own else None,
        place,
        _date(*year.group(1, 2, 3)) if year else None,
        bracketed_names(match.group("credits") or ""),
    )


def bracketed_names(text: str) -> tuple[str, ...]:
    """Names in the brackets after a dateline or at the end: bare (王坚 王子杰) or with cue words (记者 谢莹)."""
    if not text or len(text) > 60:
        return ()
    credit, rest = parse_credits(text)
    found = list(names(rest))
    return tuple(dict.fromkeys([*found, *credit.authors]))


_OPENING_BYLINE = re.compile(
    r"\A(?:[\u4e00-\u9fff·]{2,10}(?:报|网|新闻|台|社|客户端))?(?:记者|通讯员)[ \u3000\xa0]"
    r"(?:[\u4e00-\u9fff·]{2,3}(?:[ \u3000\xa0、]|(?=\d|见习|实习|通讯员|记者))"
    r"|(?:见习记者|实习记者|实习生|通讯员|记者)[ \u3000\xa0]?){1,12}[\u4e00-\u9fff·]{0,3}(?=\d)"
)


def opening_byline(text: str) -> tuple[int, tuple[str, ...]]:
    """A byline glued to the start of the body (极目新闻记者 黄… 通讯员 汪…8月11日): its length and the names."""
    match = _OPENING_BYLINE.match(text[:160])
    if not match:
        return 0, ()
    return match.end(), parse_credits(match.group(0))[0].authors
