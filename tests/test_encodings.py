"""Damaged, undeclared and wrongly declared encodings: what is left is read, and what is lost stays visible."""

from __future__ import annotations

import random
from difflib import SequenceMatcher

import pytest

from qualityextract.documents import read_article
from qualityextract.documents.encoding import decode
from qualityextract.documents.mending import MARK, mend
from qualityextract.errors import DocumentError
from qualityextract.model import RawDocument
from qualityextract.pipeline import extract_batch, extract_text

SHORT = "青河县新增注册商标26件，参与制定国家标准4项，质量提升行动取得新的成效，群众满意。"
LONG = "\n".join(
    f"近日，青河县市场监管局公布第{number}组结果：全县新增注册商标{number + 20}件，有效发明专利拥有量达到1,385件，同比增长12.5%。"
    f"企业主持制定ISO 9001国家标准4项，建成“专精特新”小巨人企业{number * 3}家。县里将继续推进质量提升行动。"
    for number in range(1, 7)
)
TRADITIONAL = (
    "近日，青河縣市場監管局公布結果：全縣新增註冊商標126件，有效發明專利擁有量達到1,385件，同比增長12.5%。\n"
    "企業主持制定ISO 9001國家標準4項、行業標準11項，質量提升行動取得新的成效，縣裡將繼續支持產業集群發展。"
)
PAGE = (
    '<html><head><meta charset="iso-8859-1"><title>青河县商标增长</title></head><body>'
    + "".join(f"<p>{line}</p>\n" for line in LONG.split("\n"))
    + "</body></html>"
)
TEXTS = {"short": SHORT, "long": LONG, "traditional": TRADITIONAL, "page": PAGE}
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
