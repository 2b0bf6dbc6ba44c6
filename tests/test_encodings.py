"""Damaged, undeclared and wrongly declared encodings: what is left is read, and what is lost stays visible."""

from __future__ import annotations

import random
import runpy
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from qualityextract.documents import read_article
from qualityextract.documents.encoding import decode
from qualityextract.documents.mending import MARK, mend
from qualityextract.errors import DocumentError
from qualityextract.model import RawDocument
from qualityextract.pipeline import extract_batch, extract_text

ROOT = Path(__file__).parent.parent
TEXTS: dict[str, str] = runpy.run_path(str(ROOT / "benchmarks" / "encodings.py"))["TEXTS"]
SHORT, LONG, TRADITIONAL, PAGE = (TEXTS[name] for name in ("short", "long", "traditional", "page"))
CODECS = {
    "utf-8": "utf-8", "utf-8-sig": "utf-8", "gb18030": "gb18030", "gbk": "gb18030", "big5hkscs": "big5hkscs",
    "utf-16": "utf-16", "utf-16-le": "utf-16", "utf-16-be": "utf-16", "utf-32": "utf-32",
}  # fmt: skip
CASES = [
    (name, codec)
    for name in TEXTS
    for codec in CODECS
    if (codec != "big5hkscs" or name == "traditional") and (codec != "gbk" or name != "traditional")
]


def damaged(data: bytes, count: int, chance: random.Random, *, lost: bool = False) -> bytes:
    """Bytes behind the byte order mark made 0xFF, which no double-byte encoding knows, or taken out."""
    changed = bytearray(data)
    for _ in range(count):
        at = chance.randrange(4, len(changed))
        if lost:
            del changed[at]
        else:
            changed[at] = 0xFF
    return bytes(changed)


def kept(true: str, found: str) -> int:
    """Characters of the true text that the reading has too, in their order."""
    return sum(block.size for block in SequenceMatcher(None, true, found, autojunk=False).get_matching_blocks())


@pytest.mark.parametrize(("name", "codec"), CASES)
def test_every_encoding_is_told_without_help(name: str, codec: str) -> None:
    decoded = decode(TEXTS[name].encode(codec), "a.txt")
    assert (decoded.text, decoded.encoding, decoded.broken) == (TEXTS[name], CODECS[codec], 0)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(("name", "codec"), CASES)
def test_a_few_damaged_bytes_cost_a_few_characters(name: str, codec: str, count: int) -> None:
    chance = random.Random(f"{name} {codec}")
    true = TEXTS[name]
    decoded = decode(damaged(true.encode(codec), count, chance), "a.txt")
    assert decoded.encoding == CODECS[codec]
    assert kept(true, decoded.text) >= len(true) - 2 * count
    # A character of UTF-16 and UTF-32 may become another one, which nobody can see.
    assert MARK in decoded.text or codec.startswith(("utf-16", "utf-32"))
    assert decoded.broken == decoded.text.count(MARK)


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16-le", "utf-16-be", "utf-16", "utf-32"])
def test_a_lost_byte_does_not_shift_what_follows(codec: str) -> None:
    chance = random.Random(codec)
    for _ in range(5):
        decoded = decode(damaged(LONG.encode(codec), 1, chance, lost=True), "a.txt")
        assert decoded.encoding == CODECS[codec]
        assert kept(LONG, decoded.text) >= len(LONG) - 8


def test_rare_names_are_no_damage() -> None:
    names = "近日，青河县公布名单：犇羴鱻、魑魅魍魉、彧、翀、頔、祎、喆、堃、淼、垚等新增注册商标26件。"
    assert mend(names.encode("gb18030"), "gb18030") == names
    assert decode(names.encode("gb18030"), "a.txt").text == names


def test_a_text_that_lost_most_of_its_characters_is_refused() -> None:
    with pytest.raises(DocumentError, match="lost when the file was saved"):
        decode((MARK * 3 + "件，" + MARK * 9 + "26").encode() * 30, "a.txt")


def test_an_article_says_that_its_bytes_were_damaged() -> None:
    data = LONG.encode("gb18030")
    article = read_article(RawDocument("a.txt", data[:30] + b"\xff" + data[31:]))
    assert article.flags == ("broken_bytes",)
    assert MARK in article.text
    assert read_article(RawDocument("a.txt", data)).flags == ()
    tables = extract_batch([RawDocument("a.txt", data[:30] + b"\xff" + data[31:])])
    assert tables.articles[0].flags == ("broken_bytes",)


def test_damage_outside_the_article_is_no_damage_of_the_article() -> None:
    page = PAGE.replace("<body>", "<body><script>// caf\ufffd</script>")
    assert read_article(RawDocument("a.html", page.encode())).flags == ()


@pytest.mark.parametrize(
    "number", ["12\ufffd5", "\ufffd5", "12\ufffd", "1\ufffd万", "1,\ufffd85", "十\ufffd", "\ufffd万5"]
)
def test_a_number_beside_damaged_bytes_is_no_figure(number: str) -> None:
    tables = extract_text(f"唐山市拥有驰名商标{number}件，地理标志9件。")
    assert [row.value for row in tables.observations] == [9.0]
    assert {figure.fate for figure in tables.figures[:-1]} <= {"unexplained"}
    assert len(tables.figures) >= 2
