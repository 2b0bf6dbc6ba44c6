"""Exact and near copies over a whole run: found wherever they lie, the earliest the original, nothing else taken for one."""

from __future__ import annotations

import datetime as dt
import json
import random
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from qualityextract.copies import Copy, Print, find_copies, print_of
from qualityextract.documents.signature import NUMBERS, from_hex, signature
from qualityextract.model import Given, RawDocument
from qualityextract.pipeline import extract_batch
from qualityextract.run import RunOptions, extract_folder

SUBJECTS = ["有效注册商标", "驰名商标", "地理标志证明商标", "有效发明专利", "省级工业设计中心", "高新技术企业"]
UNITS = ["件", "件", "件", "件", "家", "家"]
PLACES = ["唐山市", "石家庄市", "保定市", "邯郸市", "沧州市", "廊坊市", "张家口市", "承德市", "衡水市", "邢台市"]
PHRASES = [
    "市场监管部门深入企业一线开展帮扶", "围绕重点产业链组织质量技术攻关", "完善品牌培育名录并实行动态管理", "推动企业首席质量官制度落地见效",
    "组织专家团队逐户上门诊断", "开通绿色通道压缩办理时限", "建立部门联席会议制度统筹推进", "举办多场专题培训提升管理水平",
    "搭建公共服务平台共享检测设备", "鼓励行业协会牵头制定团体规范", "引导金融机构推出质押融资产品", "把创建成效纳入年度考核",
    "发动社区志愿者走进校园宣讲", "选派业务骨干驻点跟班服务", "汇编典型案例供各地学习借鉴", "公开投诉渠道接受社会监督",
    "联合高校院所共建实验平台", "对标先进地区查找短板弱项", "明确时间表路线图责任到人", "持续优化营商环境激发活力",
]  # fmt: skip


def article(number: int) -> str:
    """An invented article with wording and figures of its own."""
    rng = random.Random(number)
    sentences = []
    for _ in range(8):
        at = rng.randrange(len(SUBJECTS))
        opening, closing = rng.sample(PHRASES, 2)
        count = rng.randrange(3, 90_000)
        sentences.append(f"{opening}，{rng.choice(PLACES)}拥有{SUBJECTS[at]}{count}{UNITS[at]}，{closing}。")
    return "\n".join("".join(sentences[at : at + 2]) for at in range(0, 8, 2))


def reposted(text: str, number: int) -> str:
    """The same article as another site would print it: other header, footer, breaks and marks."""
    rng = random.Random(-number)
    header = rng.choice(
        ["【编者按】以下内容转自网络，仅供参考。", f"某某网{number}号频道讯 ", "导读：本文介绍当地质量工作情况。", ""]
    )
    footer = rng.choice(
        ["（本文有删节）", f"阅读原文请访问频道{number}。", "欢迎在评论区留下您的看法，我们下期再见。", ""]
    )
    body = text.replace("\n", "") if number % 2 else text.replace("，", ",", 3)
    return f"{header}\n{body}\n{footer}".strip()


def days(start: int) -> str:
    return (dt.date(2020, 1, 1) + dt.timedelta(days=start)).isoformat()


def prints(texts: list[str]) -> tuple[list[Print], list[frozenset[int]]]:
    from qualityextract.copies import figure_codes

    found = [extract_batch([RawDocument(f"{at}.txt", text.encode())]) for at, text in enumerate(texts)]
    return [print_of(tables.articles[0]) for tables in found], [figure_codes(tables.figures) for tables in found]


def test_a_signature_is_stable_and_tells_how_much_wording_is_shared() -> None:
    text = article(1)
    same = signature(text)
    assert same is not None
    assert len(same) == 4 * NUMBERS
    assert signature(text.replace("\n", "  ").replace("，", "、")) == same
    other, near = signature(article(2)), signature(text + "欢迎关注。")
    assert other is not None
    assert near is not None
    assert (from_hex(same) == from_hex(near)).sum() >= 50
    assert (from_hex(same) == from_hex(other)).sum() <= 40
    assert signature("全市拥有驰名商标9件。") is None


def test_a_new_issue_of_one_template_is_no_copy() -> None:
    """The wording of two months is the same; the figures are not."""
    month = article(5)
    later = "".join(str((int(c) + 3) % 10) if c.isdigit() else c for c in month)
    texts = [month, later, reposted(month, 8), month]
    marks, figures = prints(texts)
    assert find_copies(marks, 4, lambda at: figures[at]) == {2: Copy(0, False), 3: Copy(0, True)}


def test_the_earliest_is_the_original_wherever_it_lies() -> None:
    text = article(7)
    documents = [
        RawDocument("a.txt", reposted(text, 1).encode(), Given(published=dt.date(2021, 3, 2))),
        RawDocument("b.txt", text.encode()),
        RawDocument("c.txt", text.encode(), Given(published=dt.date(2021, 3, 1))),
    ]
    marks = [print_of(extract_batch([document]).articles[0]) for document in documents]
    marks = [Print(mark.article_id, day, mark.signature) for mark, day in zip(marks, (20, None, 10), strict=True)]
    copies = find_copies(marks, 3, lambda _: frozenset())
    assert copies == {0: Copy(2, False), 1: Copy(2, True)}


def test_figures_of_copies_are_marked_and_leave_the_panel(tmp_path: Path) -> None:
    from qualityextract import load, panel

    folder = tmp_path / "in"
    folder.mkdir()
    text = article(3)
    (folder / "a.txt").write_text(reposted(text, 4), encoding="utf-8")
    (folder / "b.txt").write_text(text, encoding="utf-8")
    (folder / "c.txt").write_text(text, encoding="utf-8")
    (folder / "d.txt").write_text(article(4), encoding="utf-8")
    extract_folder(folder, tmp_path / "out")
    articles = {row["path"]: row for row in pq.read_table(tmp_path / "out" / "articles.parquet").to_pylist()}
    first = articles["a.txt"]["article_id"]
    assert [articles[f"{name}.txt"]["duplicate_of"] for name in "abcd"] == [None, first, first, None]
    ids = [row["article_id"] for row in articles.values()]
    assert len(set(ids)) == 4
    rows = pq.read_table(tmp_path / "out" / "observations.parquet").to_pylist()
    keys = [row["observation_id"] for row in rows]
    assert len(set(keys)) == len(keys)
    copied = [row for row in rows if row["article_id"] == articles["b.txt"]["article_id"]]
    assert copied
    assert all("copied_article" in row["flags"] for row in copied)
    assert not any("copied_article" in row["flags"] for row in rows if row["article_id"] == first)
    assert not any(row["article_id"] == articles["c.txt"]["article_id"] for row in rows)
    indicator = copied[0]["indicator"]
    assert {
        str(one)
        for one in panel(load(tmp_path / "out"), indicator, by="prefecture", kind=copied[0]["stat_kind"]).cells[
            "article_id"
        ]
    } <= {
        first,
        articles["d.txt"]["article_id"],
    }


def test_copies_between_runs_are_known_when_they_are_loaded_together(tmp_path: Path) -> None:
    from qualityextract import load

    runs = []
    for name, text, day in (("a", reposted(article(3), 4), "2021-03-02"), ("b", article(3), "2021-03-01")):
        (tmp_path / name).mkdir()
        row = {"text": text, "date": day}
        (tmp_path / name / "x.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
        extract_folder(tmp_path / name, tmp_path / f"out-{name}")
        runs.append(tmp_path / f"out-{name}")
    loaded = load(runs).articles
    ids = loaded["article_id"].astype(str).tolist()
    assert loaded["duplicate_of"].astype(object).where(loaded["duplicate_of"].notna(), None).tolist() == [ids[1], None]


@pytest.mark.slow
def test_a_thousand_reposts_among_five_thousand_articles(tmp_path: Path) -> None:
    """At least 99 in 100 are found, and no other pair."""
    folder = tmp_path / "in"
    folder.mkdir()
    rows = [{"text": article(number), "date": days(number)} for number in range(4000)]
    rows += [{"text": reposted(article(number), number), "date": days(5000 + number)} for number in range(1000)]
    order = list(range(5000))
    random.Random(9).shuffle(order)
    lines = "".join(json.dumps(rows[at], ensure_ascii=False) + "\n" for at in order)
    (folder / "all.jsonl").write_text(lines, encoding="utf-8")
    extract_folder(folder, tmp_path / "out", RunOptions(workers=2, report=False, formats=("parquet",)))
    table = pq.read_table(tmp_path / "out" / "articles.parquet").to_pylist()
    number_of = {row["article_id"]: order[int(row["path"].rpartition("#")[2]) - 1] for row in table}
    found = {number_of[row["article_id"]]: number_of[row["duplicate_of"]] for row in table if row["duplicate_of"]}
    assert all(copy - 4000 == original for copy, original in found.items())
    assert len(found) >= 990
