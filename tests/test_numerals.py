"""Numerals: value, bound, range, measure word and offsets (handbook 2.4, 2.5), and what must hold for any text."""

from __future__ import annotations

import itertools
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualityextract.language.numerals import find_numerals, find_ordinals, parse_number
from qualityextract.language.projection import project
from qualityextract.language.sentences import split_sentences
from qualityextract.model import Numeral

PLAIN = {
    "7万5千4百": 75_400, "1.2万": 12_000, "一百零五": 105, "二〇二一": 2021, "二零二一": 2021, "四百五": 450, "九万四": 94_000,
    "一千零五": 1005, "一万五千亿": 1_500_000_000_000, "3万亿5000亿": 3_500_000_000_000, "3万4000": 34_000, "1千零1": 1001,
    "廿五": 25, "卅": 30, "两千三百": 2300, "12,345": 12_345, "九十八点五": Fraction(985, 10), "4.78万亿": 4_780_000_000_000,
    "壹佰伍拾": 150, "4.78萬億": 4_780_000_000_000, "十万零五十六": 100_056, "五亿零六": 500_000_006,
}  # fmt: skip

READINGS = [
    # Chinese and mixed numerals
    ("一百零五项", 105, None, "exact", "项"),
    ("两件", 2, None, "exact", "件"),
    ("俩人", 2, None, "exact", "人"),
    ("二十三件", 23, None, "exact", "件"),
    ("7万5千4百元", 75400, None, "exact", "元"),
    ("2.1万亿元", 2.1e12, None, "exact", "元"),
    ("3亿欧元", 3e8, None, "exact", "欧元"),
    ("¥300万", 3e6, None, "exact", "元"),
    ("100万美元", 1e6, None, "exact", "美元"),
    ("26+9个", 35, None, "exact", "个"),
    # 余, 多, 几 and their places
    ("60余项", 60, None, "over", "项"),
    ("三十多家", 30, None, "over", "家"),
    ("廿余家", 20, None, "over", "家"),
    ("二十几家", 20, None, "over", "家"),
    ("百余家", 100, None, "over", "家"),
    ("十余万件", 100_000, None, "over", "件"),
    ("10万余件", 100_000, None, "over", "件"),
    ("1万余件", 10_000, None, "over", "件"),
    ("5000余万元", 50_000_000, None, "over", "元"),
    ("3亿多元", 300_000_000, None, "over", "元"),
    ("二十来家", 20, None, "about", "家"),
    ("2倍多", 2, None, "over", "倍"),
    # bounds in front and behind
    ("超过1.2万件", 12_000, None, "over", "件"),
    ("超过了80件", 80, None, "over", "件"),
    ("逾30件", 30, None, "over", "件"),
    ("突破亿元", 1e8, None, "over", "元"),
    ("近200家", 200, None, "nearly", "家"),
    ("将近90家", 90, None, "nearly", "家"),
    ("约400批次", 400, None, "about", "批次"),
    ("约为20%", 20, None, "about", "%"),
    ("15%左右", 15, None, "about", "%"),
    ("不足3%", 3, None, "under", "%"),
    ("不超过5家", 5, None, "at_most", "家"),
    ("300件以内", 300, None, "at_most", "件"),
    ("不低于90%", 90, None, "at_least", "%"),
    ("至少有10个", 10, None, "at_least", "个"),
    ("20家以上", 20, None, "at_least", "家"),
    ("20家(含)以上", 20, None, "at_least", "家"),
    ("上千户", 1000, None, "at_least", "户"),
    ("超百家", 100, None, "over", "家"),
    ("高达95%", 95, None, "exact", "%"),
    # ranges
    ("3至5个", 3, 5, "range", "个"),
    ("三五个", 3, 5, "range", "个"),
    ("两三家", 2, 3, "range", "家"),
    ("七八项", 7, 8, "range", "项"),
    ("十七八个", 17, 18, "range", "个"),
    ("二三十家", 20, 30, "range", "家"),
    ("三五百件", 300, 500, "range", "件"),
    ("10—20项", 10, 20, "range", "项"),
    ("1.2-1.5万件", 12_000, 15_000, "range", "件"),
    ("300至1万家", 300, 10_000, "range", "家"),
    ("3%-5%", 3, 5, "range", "%"),
    ("约3至5个", 3, 5, "range", "个"),
    ("三至五成", 30, 50, "range", "%"),
    ("百分之三至百分之五", 3, 5, "range", "%"),
    # vague by convention
    ("数十项", 20, 99, "range", "项"),
    ("几十家", 20, 99, "range", "家"),
    ("十几家", 11, 19, "range", "家"),
    ("十几万件", 110_000, 190_000, "range", "件"),
    ("数百件", 200, 999, "range", "件"),
    ("上百家", 100, None, "at_least", "家"),
    ("近百家", 100, None, "nearly", "家"),
    ("成百上千家", 100, None, "at_least", "家"),
    ("数以万计", 10_000, None, "at_least", ""),
    # shares
    ("95.6%", 95.6, None, "exact", "%"),
    ("3.5‰", 0.35, None, "exact", "%"),
    ("百分之九十八点五", 98.5, None, "exact", "%"),
    ("千分之五", 0.5, None, "exact", "%"),
    ("万分之三", 0.03, None, "exact", "%"),
    ("三分之一", 33.33, None, "exact", "%"),
    ("八分之一", 12.5, None, "exact", "%"),
    ("三成", 30, None, "exact", "%"),
    ("九成五", 95, None, "exact", "%"),
    ("九成以上", 90, None, "at_least", "%"),
    ("近三成", 30, None, "nearly", "%"),
    ("一半以上", 50, None, "at_least", "%"),
    ("过半", 50, None, "over", "%"),
    ("半数", 50, None, "exact", "%"),
    ("1.4个百分点", 1.4, None, "exact", "百分点"),
    ("负3.9%", -3.9, None, "exact", "%"),
    # factors
    ("2倍", 2, None, "exact", "倍"),
    ("翻一番", 100, None, "exact", "%"),
    ("翻两番", 300, None, "exact", "%"),
    ("翻了近一番", 100, None, "nearly", "%"),
    # separators and damage
    ("12,345件", 12_345, None, "exact", "件"),
    ("12，345件", 12_345, None, "exact", "件"),
    ("１２３件", 123, None, "exact", "件"),
    ("12 345件", 12_345, None, "exact", "件"),
    ("1 234 567元", 1_234_567, None, "exact", "元"),
    ("95.1 2%", 95.12, None, "exact", "%"),
    ("2256。76万件", 22_567_600, None, "exact", "件"),
    ("商标12\n345件", 12_345, None, "exact", "件"),
]


def read(text: str) -> list[Numeral]:
    return list(find_numerals(project(text).text))


@pytest.mark.parametrize(("words", "value"), PLAIN.items())
def test_parse_number(words: str, value: Fraction | int) -> None:
    assert parse_number(project(words).text) == value


@pytest.mark.parametrize("words", ["", "点五", "abc", "十四五", "七十百", "三点", "1" * 41])
def test_what_is_no_number(words: str) -> None:
    assert parse_number(words) is None


@pytest.mark.parametrize(("text", "value", "high", "bound", "unit"), READINGS, ids=[r[0] for r in READINGS])
def test_one_numeral(text: str, value: float, high: float | None, bound: str, unit: str) -> None:
    (numeral,) = read(text)
    assert (numeral.value, numeral.value_max, numeral.bound, numeral.unit) == (value, high, bound, unit)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("从50万到100万", [500_000, 1_000_000]),
        ("由1.1万件增至2.4万件", [11_000, 24_000]),
        ("由50万件至100万件", [500_000, 1_000_000]),
        ("增至56。12家企业", [56, 12]),
        ("100-50个", [100, 50]),
        ("12、345件", [12, 345]),
        ("3个,5个", [3, 5]),
        ("45 120 230", [45, 120, 230]),
        ("5月12\n345件", [5, 12, 345]),
    ],
)
def test_several_numerals(text: str, values: list[float]) -> None:
    """Levels on both sides of 到, a list, a row of a table and a real full stop are no ranges and no one number."""
    assert [numeral.value for numeral in read(text)] == values


@pytest.mark.parametrize("text", ["万科", "伊万", "气象万千", "亿万富翁", "倍增计划", "多家企业", "若干项"])
def test_no_numeral(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "bound"),
    [("签约20家", "exact"), ("打破5项", "exact"), ("通过3C认证", "exact"), ("上游5家以上游", "exact")],
)
def test_the_end_of_another_word_is_no_bound(text: str, bound: str) -> None:
    assert [numeral.bound for numeral in read(text)] == [bound]


def test_marks_of_convention_and_repair() -> None:
    vague = {text: read(text)[0].vague for text in ("数十项", "十几家", "成百上千家", "60余项", "3至5个")}
    assert vague == {"数十项": True, "十几家": True, "成百上千家": True, "60余项": False, "3至5个": False}
    repaired = {
        text: read(text)[0].repaired for text in ("95.1 2%", "2256。76万件", "商标12\n345件", "12 345件", "95.12%")
    }
    assert list(repaired.values()) == [True, True, True, False, False]
    values = {text: (read(text)[0].value, read(text)[0].repaired) for text in ("1 2 6件", "2 256.76万件", "1 2 3.5%")}
    assert values == {"1 2 6件": (126, True), "2 256.76万件": (22_567_600, False), "1 2 3.5%": (123.5, True)}
    assert [n.value for n in read("第1 2 6室")] == [1, 2, 6]
    assert read("26+9个")[0].parts == (26.0, 9.0)


@pytest.mark.parametrize(
    ("text", "words", "end_of_unit"),
    [
        ("共150余项。", "150余", "项"),
        ("超过1.2万件", "超过1.2万", "件"),
        ("达15家以上", "15", "家以上"),
        ("三成以上的", "三成以上", ""),
    ],
)
def test_offsets(text: str, words: str, end_of_unit: str) -> None:
    (numeral,) = read(text)
    assert text[numeral.start : numeral.end] == words
    assert text[numeral.end : numeral.unit_end] == end_of_unit
    assert text[numeral.digits] in "0123456789一二三四五六七八九十"


def test_ordinals() -> None:
    text = "第三届、第21位、第一百零五号,全省首个、首批,首长"
    found = [(text[o.start : o.end], o.value) for o in find_ordinals(text)]
    assert found == [("第三", 3), ("第21", 21), ("第一百零五", 105), ("首个", 1), ("首批", 1)]


def test_sentences_keep_broken_numbers_whole() -> None:
    def sentences(text: str) -> list[str]:
        return [text[s.start : s.end] for s in split_sentences(text)]

    assert sentences("有效商标2256。76万件。共9家。") == ["有效商标2256。76万件。", "共9家。"]
    assert sentences("增至56。12家企业。") == ["增至56。", "12家企业。"]
    assert sentences("新增专利12\n345件。\n下段") == ["新增专利12\n345件。", "下段"]
    assert sentences("5月12\n345件") == ["5月12", "345件"]


def chinese(number: int) -> str:
    """`number` below 10^13 in Chinese characters."""
    if number == 0:
        return "零"
    words, gap = "", False
    for scale, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        group, number = divmod(number, scale)
        if not group:
            gap = bool(words)
            continue
        if words and (gap or group < 1000):
            words += "零"
        words += (chinese(group) if group >= 10**4 else _below_ten_thousand(group)) + name
        gap = False
    return words


def _below_ten_thousand(number: int) -> str:
    words, gap = "", False
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, scale)
        if digit:
            words += ("零" if gap and words else "") + "零一二三四五六七八九"[digit] + name
            gap = False
        else:
            gap = True
    return words


@given(st.integers(0, 10**12))
def test_round_trip(number: int) -> None:
    assert parse_number(chinese(number)) == number
    assert parse_number(f"{number:,}") == number


ALPHABET = "0123456789.,，+-—%‰零一二两三五九十百千万亿廿几数多余来半成倍番第首分之至到和约近超上以下件个元年月日 \n。、自从¥负点a"


@given(st.text(st.sampled_from(ALPHABET), max_size=60) | st.text(max_size=60))
def test_any_text(text: str) -> None:
    """Offsets lie in the text in order and without overlap; values are finite and ranges rise."""
    projected = project(text).text
    at = 0
    for numeral in find_numerals(projected):
        assert at <= numeral.start <= numeral.digits < numeral.end <= numeral.unit_end <= len(projected)
        assert abs(numeral.value) < 1e60
        assert numeral.value_max is None or abs(numeral.value) < abs(numeral.value_max)
        at = numeral.unit_end
    assert all(0 <= o.start < o.end <= len(projected) for o in find_ordinals(projected))


@given(st.text(st.sampled_from(ALPHABET), max_size=40), st.text(st.sampled_from(ALPHABET), max_size=40))
def test_a_line_of_its_own_reads_the_same(before: str, after: str) -> None:
    """What stands in other paragraphs does not change the reading of a paragraph (without digits at its edges)."""
    text = project("共有60余项标准。").text
    alone = [(n.value, n.bound, n.unit) for n in find_numerals(text)]
    whole = f"{before}。\n{text}\n{after}"
    start = len(before) + 2
    inside = [(n.value, n.bound, n.unit) for n in find_numerals(whole, start, start + len(text))]
    assert inside == alone


def seconds(text: str) -> float:
    best = 9.0
    for _ in range(2):
        begun = time.process_time()
        list(find_numerals(text))
        split_sentences(text)
        best = min(best, time.process_time() - begun)
    return best


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1,",
        "1,234,",
        "123 ",
        "1+",
        "1-",
        "一",
        "十",
        "万",
        "1分之",
        "12.",
        "1至",
        "百分之",
        "数十",
        "1。",
        "约",
        "1\n",
        "第1",
        "三五",
        "1又",
    ],
)
def test_linear_time(piece: str) -> None:
    """Twice the text takes about twice the time."""
    small, large = piece * (10_000 // len(piece)), piece * (20_000 // len(piece))
    assert seconds(large) < 3.5 * seconds(small) + 0.05


def test_a_hundred_thousand_digits() -> None:
    """More digits than a number can have come in pieces that leave none out, and cost no more than their length."""
    pieces = list(find_numerals("7" * 100_000))
    assert pieces[0].start == 0
    assert pieces[-1].end == 100_000
    assert all(piece.end == following.start for piece, following in itertools.pairwise(pieces))
    assert seconds("7" * 100_000) < 4 * seconds("7" * 50_000) + 0.05
