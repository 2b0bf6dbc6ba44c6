"""Traditional script, turned into the simplified one that the rules are written in, and its words into the mainland's.

Characters are exchanged one for one (`simplify`), so offsets stay. A text counts as traditional by its share of characters
that only that script has: simplified texts hold a few in names (哪吒, 王濛), traditional ones about a third. Where Taiwan
or Hong Kong name a thing of the catalogue by another word (智慧財產權 for 知识产权), `usages` says what to read instead;
such words can be of another length, and `projection` keeps the offsets. `rules/usage.yaml` holds them.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import yaml

from qualityextract.errors import RuleError
from qualityextract.model import Article

_FEWEST = 4
_SHARE = 0.1
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Usage:
    """A word of Taiwan or Hong Kong, as a pattern over converted text, and the mainland's `words` for it."""

    id: str
    pattern: str
    words: str
    match: str
    no_match: str


@functools.cache
def _only_traditional() -> re.Pattern[str]:
    characters = "".join(map(chr, range(0x3400, 0xA000)))
    simplified = _converter("\n".join(characters)).split("\n")
    pairs = zip(characters, simplified, strict=True)
    return re.compile(f"[{''.join(old for old, new in pairs if old != new)}]")


def _converter(text: str) -> str:
    return str(_opencc().convert(text))


@functools.cache
def _opencc():  # type: ignore[no-untyped-def]  # the library has no types
    import opencc

    return opencc.OpenCC("t2s")


def is_traditional(text: str) -> bool:
    """Is at least a tenth of the Chinese characters traditional only, and are there four different ones?"""
    found = _only_traditional().findall(text)
    return len(set(found)) >= _FEWEST and len(found) >= _SHARE * len(_HAN.findall(text))


def simplify(text: str) -> str:
    """`text` in simplified script, exactly as long.

    Words are converted in context (乾隆 keeps its 乾); a line whose words change length is converted character by character.
    """
    lines = text.split("\n")
    return "\n".join(_of_length(line, _converter(line)) for line in lines)


def _of_length(line: str, converted: str) -> str:
    if len(converted) == len(line):
        return converted
    singles = (_converter(character) for character in line)
    return "".join(new if len(new) == 1 else old for old, new in zip(line, singles, strict=True))


def simplified(article: Article) -> Article:
    """The same article with text, headline, publisher and dateline in simplified script; every offset holds."""
    return replace(
        article,
        text=simplify(article.text),
        title=simplify(article.title) if article.title else None,
        publisher=simplify(article.publisher) if article.publisher else None,
        dateline=simplify(article.dateline) if article.dateline else None,
    )


@functools.cache
def load_usages() -> tuple[Usage, ...]:
    """The rules of `rules/usage.yaml` in the order of the file.

    Raises:
        RuleError: a rule is malformed, its id is used twice, its example is not matched, or it reads several characters
            as one, whose beginning and end could not both be told.
    """
    text = importlib.resources.files("qualityextract").joinpath("rules/usage.yaml").read_text(encoding="utf-8")
    rules: list[Usage] = []
    for raw in yaml.safe_load(text):
        try:
            rule = Usage(**raw)
            found = re.search(rule.pattern, rule.match)
        except (TypeError, re.error) as error:
            raise RuleError(f"rules/usage.yaml: rule {raw.get('id')}: {error}") from error
        if any(rule.id == other.id for other in rules):
            raise RuleError(f"rules/usage.yaml: rule {rule.id}: the id is used twice")
        if found is None or len(rule.words) < min(2, len(found.group())):
            raise RuleError(f"rules/usage.yaml: rule {rule.id}: match: not found, or its words are too few")
        rules.append(rule)
    return tuple(rules)


@functools.cache
def _usage_pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<u{at}>{rule.pattern})" for at, rule in enumerate(load_usages())))


def usages(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and mainland words of every word of other usage in a converted text, in order, without overlap."""
    for found in _usage_pattern().finditer(text):
        yield found.start(), found.end(), load_usages()[int((found.lastgroup or "u0")[1:])].words
