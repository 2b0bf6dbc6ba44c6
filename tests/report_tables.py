"""Output folders made for tests of the report: hostile texts, and as many rows as are wanted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from fake_pipeline import article_row, observation_row
from qualityextract.schema import RejectRecord, Tables, validate_rows
from qualityextract.write import TablesWriter

HOSTILE = "</script><img src=x onerror=alert(1)>&lt;b&gt;\"'`${1}\u2028\u2029<!--<script>"
KINDS = ("stock", "flow", "rate", "share")


def figure(article: dict[str, Any], numeral: str, sentence: str, **changes: Any) -> dict[str, Any]:
    """A row on `numeral` in `sentence` of the article, with offsets that fit."""
    start = article["text"].index(sentence)
    at = start + sentence.rindex(numeral)
    own = {
        "observation_id": f"{article['article_id']}-{at}",
        "article_id": article["article_id"],
        "published": article.get("published"),
        "quote": sentence,
        "quote_start": start,
        "quote_end": start + len(sentence),
        "value_text": numeral,
        "value_start": at,
        "value_end": at + len(numeral),
    }
    return observation_row(**own | changes)


def write_tables(out: Path, articles: list[dict[str, Any]], rows: list[dict[str, Any]]) -> Path:
    """Write a folder without a report; rows that do not pass are an error of the test."""
    good, bad_articles = validate_rows("articles", articles, "x")
    observations, bad = validate_rows("observations", rows, "x")
    assert not bad_articles + bad, (bad_articles + bad)[0]
    rejects = (RejectRecord(path=f"{HOSTILE}.txt", stage="read", reason=f"<b>{HOSTILE}", hint="<i>x</i>"),)
    with TablesWriter(out, ("parquet",)) as writer:
        writer.write(Tables(articles=tuple(good), observations=tuple(observations), rejects=rejects))
        writer.commit({"program": "test"}, "1.2.3")
    return out


def hostile_folder(out: Path) -> Path:
    """Three rows of an article whose title, text, subject, publisher and address are attacks; with 𠮷 before the numeral."""
    sentence = f"𠮷{HOSTILE}拥有150余件。"
    text = f"题{HOSTILE}\n前文。{sentence}另有9件。\n=1+1有7件。"
    article = article_row(f"{HOSTILE}.txt", text) | {
        "title": HOSTILE,
        "publisher": f"<svg onload=alert(2)>{HOSTILE}",
        "url": "javascript:alert(3)",
        "published": dt.date(2021, 10, 25),
    }
    rows = [
        figure(article, "150余", sentence, subject=f"=cmd()<img src=x onerror=alert(4)>{HOSTILE}", value=150.0,
               indicator_text=HOSTILE, attributes={"tier": HOSTILE}, indicator_zh=HOSTILE, indicator_en=HOSTILE),
        figure(article, "9", "另有9件。", indicator_zh=HOSTILE, indicator_en=HOSTILE, level=["national", "industry"]),
        figure(article, "7", "=1+1有7件。", value=7.0, indicator="std.national", indicator_zh="国家标准",
               indicator_en="national standards"),
    ]  # fmt: skip
    return write_tables(out, [article], rows)


def many_rows(out: Path, articles: int, each: int) -> Path:
    """A folder of `articles` times `each` rows over 60 regions, 40 indicators and ten years."""
    texts, rows = [], []
    for number in range(articles):
        sentences = [f"第{number}篇第{n}句：全市拥有驰名商标{number * each + n}件，比上年增加。" for n in range(each)]
        filler = "这一段不含所要的数字，只让文章有通常的长度，以便测量页面在真实负担下的快慢。" * 12
        article = article_row(f"{number}.txt", f"第{number}篇\n" + "".join(sentences) + "\n" + filler)
        texts.append(article)
        for n, sentence in enumerate(sentences):
            value = number * each + n
            day = dt.date(2012 + value % 10, 12, 31)
            place = value % 60 + 1
            rows.append(figure(
                article, str(value), sentence, value=float(value), indicator=f"made.up{value % 40}",
                indicator_zh=f"指标{value % 40}", indicator_en=f"indicator {value % 40}",
                stat_kind=KINDS[value % 4], period_start=day, period_end=day, region_code=f"13{place:02}00",
                region=f"河北省第{place}市", prefecture=f"第{place}市", subject=f"第{place}市",
                observation_id=f"o{value:06}",
            ))  # fmt: skip
    return write_tables(out, texts, rows)
