"""What can be known about a pattern without trying it: words that every match holds, characters that one begins with.

Most sentences hold nothing of what a list of patterns looks for. One pass of an automaton over the words that the
patterns need tells which of them are worth trying; the patterns themselves still decide, so nothing is lost.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ahocorasick_rs import AhoCorasick

_SMALL_CLASS = 12
_REPEATS = frozenset(("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"))


def needed_words(pattern: str) -> frozenset[str] | None:
    """Words of which every match has at least one in or around it; None where nothing is certain.

    The words are looked for in the text that is searched, not in the match: those of a lookaround count as well.
    """
    return _needed(list(_parsed(pattern)))


def _parsed(pattern: str) -> Any:
    """The tree that `re` compiles; it has no public name."""
    tree = re._parser.parse(pattern)  # type: ignore[attr-defined]
    if tree.state.flags & re.IGNORECASE:
        raise ValueError(f"{pattern!r}: a pattern that ignores case can't be looked into")
    return tree


def _needed(items: list[Any]) -> frozenset[str] | None:
    found: list[frozenset[str]] = []
    run = ""
    for operator, argument in items:
        if str(operator) == "LITERAL":
            run += chr(argument)
            continue
        if run:
            found.append(frozenset((run,)))
        run = ""
        inner = _needed_by(str(operator), argument)
        if inner is not None:
            found.append(inner)
    if run:
        found.append(frozenset((run,)))
    return max(found, key=lambda words: (min(map(len, words)), -len(words)), default=None)


def _needed_by(operator: str, argument: Any) -> frozenset[str] | None:
    """The words that one item of a pattern needs."""
    if operator == "SUBPATTERN":
        return None if argument[1] else _needed(list(argument[3]))
    if operator == "ATOMIC_GROUP":
        return _needed(list(argument))
    if operator == "ASSERT":
        return _needed(list(argument[1]))
    if operator in _REPEATS:
        return _needed(list(argument[2])) if argument[0] else None
    if operator == "IN":
        plain = all(str(kind) == "LITERAL" for kind, _ in argument)
        return frozenset(chr(code) for _, code in argument) if plain and len(argument) <= _SMALL_CLASS else None
    if operator == "BRANCH":
        ways = [_needed(list(way)) for way in argument[1]]
        return None if None in ways else frozenset().union(*(way for way in ways if way is not None))
    return None


def first_characters(pattern: str) -> re.Pattern[str] | None:
    """A class of characters that holds all those which a match can begin with; None where that can be any."""
    found, empty = _first(list(_parsed(pattern)))
    return None if found is None or empty else re.compile(f"[{found}]")


def _first(items: list[Any]) -> tuple[str | None, bool]:
    """What a class of the first characters holds (None for any), and whether the items can match nothing."""
    whole = ""
    for operator, argument in items:
        found, empty = _first_of(str(operator), argument)
        if found is None:
            return None, empty
        whole += found
        if not empty:
            return whole, False
    return whole, True


def _first_of(operator: str, argument: Any) -> tuple[str | None, bool]:
    if operator == "LITERAL":
        return re.escape(chr(argument)), False
    if operator == "IN":
        return _class_of(argument), False
    if operator in ("AT", "ASSERT", "ASSERT_NOT"):
        return "", True
    if operator == "SUBPATTERN":
        return _first(list(argument[3])) if not argument[1] else (None, False)
    if operator == "ATOMIC_GROUP":
        return _first(list(argument))
    if operator in _REPEATS:
        found, empty = _first(list(argument[2]))
        return found, empty or argument[0] == 0
    if operator == "BRANCH":
        ways = [_first(list(way)) for way in argument[1]]
        firsts = [found for found, _ in ways if found is not None]
        return ("".join(firsts) if len(firsts) == len(ways) else None), any(empty for _, empty in ways)
    return None, True


_CATEGORY = {"CATEGORY_DIGIT": r"\d", "CATEGORY_SPACE": r"\s", "CATEGORY_WORD": r"\w"}


def _class_of(items: Any) -> str | None:
    parts = []
    for kind, argument in items:
        if str(kind) == "LITERAL":
            parts.append(re.escape(chr(argument)))
        elif str(kind) == "RANGE":
            parts.append(f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}")
        elif str(kind) == "CATEGORY" and str(argument) in _CATEGORY:
            parts.append(_CATEGORY[str(argument)])
        else:
            return None
    return "".join(parts)


class ByFirst(dict[str, tuple[tuple[int, re.Pattern[str]], ...]]):
    """Patterns with their numbers by the character that a match begins with, in their order; filled as asked for."""

    __slots__ = ("_patterns",)

    def __init__(self, patterns: Sequence[tuple[int, re.Pattern[str], re.Pattern[str] | None]]) -> None:
        super().__init__()
        self._patterns = patterns

    def __missing__(self, character: str) -> tuple[tuple[int, re.Pattern[str]], ...]:
        found = tuple(
            (number, pattern)
            for number, pattern, first in self._patterns
            if first is None or first.match(character) is not None
        )
        self[character] = found
        return found


class _Narrowed(dict[str, tuple[tuple[int, re.Pattern[str]], ...]]):
    """Those of `whole` whose numbers are in `kept`."""

    __slots__ = ("_kept", "_whole")

    def __init__(self, whole: ByFirst, kept: Iterable[int]) -> None:
        super().__init__()
        self._whole = whole
        self._kept = frozenset(kept)

    def __missing__(self, character: str) -> tuple[tuple[int, re.Pattern[str]], ...]:
        kept = self._kept
        found = self[character] = tuple([entry for entry in self._whole[character] if entry[0] in kept])
        return found


class Alternatives:
    """Patterns of which the first in their order wins at a place: tried only where, and if, they can match."""

    __slots__ = ("_prefilter", "everywhere")

    def __init__(self, patterns: Sequence[str]) -> None:
        compiled = (re.compile(pattern) for pattern in patterns)
        known = tuple((number, pattern, first_characters(pattern.pattern)) for number, pattern in enumerate(compiled))
        self._prefilter = Prefilter(patterns)
        self.everywhere = ByFirst(known)
        """All patterns, for fragments of a text."""

    def within(self, text: str) -> dict[str, tuple[tuple[int, re.Pattern[str]], ...]]:
        """Like `everywhere`, without the patterns whose words do not stand in `text`."""
        return _Narrowed(self.everywhere, self._prefilter.possible(text))


class Scan:
    """A pattern that is looked for in whole texts, most of which hold nothing of it."""

    __slots__ = ("_first", "_pattern", "_prefilter")

    def __init__(self, pattern: str) -> None:
        first = first_characters(pattern)
        if first is None:
            raise ValueError(f"{pattern!r}: a match can begin with anything, so there is nothing to look for first")
        self._first = first
        self._pattern = re.compile(pattern)
        self._prefilter = Prefilter([pattern])

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """The matches that `re.finditer` would give."""
        at = 0 if self._prefilter.possible(text) else len(text)
        while (first := self._first.search(text, at)) is not None:
            match = self._pattern.match(text, first.start())
            at = match.end() if match is not None else first.end()
            if match is not None:
                yield match


class Guarded:
    """A pattern that is searched for in sentence after sentence, after a quick look for one of the words it needs."""

    __slots__ = ("_pattern", "_words")

    def __init__(self, pattern: str) -> None:
        words = needed_words(pattern)
        if words is None:
            raise ValueError(f"{pattern!r}: no word is certain, so there is nothing to look for first")
        self._pattern = re.compile(pattern)
        self._words = re.compile("|".join(map(re.escape, sorted(words))))

    def search(self, text: str) -> re.Match[str] | None:
        """What `re.search` would give."""
        return self._pattern.search(text) if self._words.search(text) is not None else None


class Prefilter:
    """Which of several patterns can match in a text, by one pass over it."""

    __slots__ = ("_always", "_automaton", "_of_word")

    def __init__(self, patterns: Iterable[str]) -> None:
        of_word: defaultdict[str, list[int]] = defaultdict(list)
        always = []
        for number, pattern in enumerate(patterns):
            words = needed_words(pattern)
            if words is None:
                always.append(number)
            for word in words or ():
                of_word[word].append(number)
        self._always = frozenset(always)
        self._automaton = AhoCorasick(list(of_word), store_patterns=False)
        self._of_word = list(of_word.values())

    def possible(self, text: str) -> list[int]:
        """Numbers of the patterns that may be found in `text`, in their order; those left out are not there."""
        hits = self._automaton.find_matches_as_indexes(text, overlapping=True)
        if not hits:
            return sorted(self._always)
        return sorted(self._always.union(*(self._of_word[word] for word in {hit[0] for hit in hits})))
