"""Word segmentation by jieba, kept small: one tokenizer a process, no cache file, no log noise.

Segmentation is the most expensive step of all, so it runs only on clauses that need it
(the noun phrase of a count that the catalogue does not hold, a numeral that may be part of a word).
"""

from __future__ import annotations

import functools
import logging

from jieba import Tokenizer


class _MemoryTokenizer(Tokenizer):  # type: ignore[misc]  # jieba ships no types
    """A tokenizer that reads its dictionary and leaves no cache file in the shared temporary folder."""

    initialized: bool
    FREQ: dict[str, int]

    def initialize(self, dictionary: object = None) -> None:  # noqa: ARG002 - jieba's own signature
        with self.lock:
            if not self.initialized:
                self.FREQ, self.total = self.gen_pfdict(self.get_dict_file())
                self.initialized = True


@functools.cache
def _tokenizer() -> _MemoryTokenizer:
    logging.getLogger("jieba").setLevel(logging.WARNING)
    return _MemoryTokenizer()


def in_longer_word(text: str, start: int, end: int) -> bool:
    """Can `text[start:end]` be part of a longer word: does the dictionary hold one that covers it here?"""
    tokenizer = _tokenizer()
    tokenizer.initialize()
    known = tokenizer.FREQ
    return any(
        known.get(text[low:high])
        for low in range(start + 1)
        for high in range(end, len(text) + 1)
        if high - low > end - start
    )


def words(text: str) -> list[str]:
    """Cut `text` into words; joined they give `text` again."""
    return list(_tokenizer().cut(text, HMM=False))
