"""Archives, web archives and tables of articles: what is in them is read as if it lay in the folder."""

from __future__ import annotations

import bz2
import csv
import datetime as dt
import gzip
import io
import json
import random
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import article_files
from article_files import FORMATS, STORY
from qualityextract.cli import group_app
from qualityextract.containers import SUFFIXES, Allowance, Columns, Lost, Search, kind_of, members, parse_columns
from qualityextract.containers import budget as budgets
from qualityextract.documents import EXTENSIONS
from qualityextract.errors import ConfigurationError
from qualityextract.model import RawDocument
from qualityextract.pipeline import extract_batch
from qualityextract.read import find_sources, is_container
from qualityextract.run import RunOptions, extract_folder
from qualityextract.schema import Tables

NEWS = "2021年10月25日，唐山市市场监管局发布消息：截至目前，全市拥有驰名商标9件，地理标志证明商标12件。"
PAGE = (
    "<html><head><title>某市商标工作</title></head><body><h1>某市商标工作</h1>"
    f"<div class='TRS_Editor'><p>{NEWS}</p><p>全市新增注册商标150件，同比增长12.5%。</p></div></body></html>"
)
ALLOWANCE = Allowance(1_000_000)


def found(
    data: bytes, path: str, *, allowance: Allowance = ALLOWANCE, columns: str = "", skipped: Counter[str] | None = None
) -> list[RawDocument | Lost]:
    search = Search(
        allowance, parse_columns(columns), SUFFIXES | EXTENSIONS, skipped if skipped is not None else Counter()
    )
    return list(members(io.BytesIO(data), path, search))


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return held.getvalue()


def taped(files: dict[str, bytes], mode: str = "w:gz") -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return held.getvalue()


def archived(pages: dict[str, tuple[str, bytes]], *, packed: bool = True) -> bytes:
    """A web archive with one answer for each address: its media type and its bytes."""
    held = io.BytesIO()
    writer = WARCWriter(held, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("crawl.warc.gz", {"software": "test"}))
    for address, (media, body) in pages.items():
        headers = StatusAndHeaders("200 OK", [("Content-Type", media)], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(address, "response", payload=io.BytesIO(body), http_headers=headers)
        )
    return held.getvalue()


def lines(rows: list[dict[str, object]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def table(rows: list[dict[str, object]], delimiter: str = ",") -> str:
    held = io.StringIO()
    writer = csv.DictWriter(held, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return held.getvalue()


# Archives


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", zipped({"2021/x.txt": b"1", "y.html": b"2", "z.exe": b"3", "__MACOSX/._x.txt": b"4"})),
        ("a.tar.gz", taped({"2021/x.txt": b"1", "y.html": b"2", "z.exe": b"3", ".hidden/x.txt": b"4"})),
        ("a.tgz", taped({"2021/x.txt": b"1", "y.html": b"2", "z.exe": b"3", ".x.txt": b"4"})),
        ("a.tar", taped({"2021/x.txt": b"1", "y.html": b"2", "z.exe": b"3", "a/.b/x.txt": b"4"}, "w:")),
    ],
)
def test_the_files_of_an_archive_come_in_its_order_and_the_rest_is_counted(name: str, data: bytes) -> None:
    skipped: Counter[str] = Counter()
    assert found(data, name, skipped=skipped) == [
        RawDocument(f"{name}#2021/x.txt", b"1"),
        RawDocument(f"{name}#y.html", b"2"),
    ]
    assert skipped == {"other type": 1, "hidden": 1}


def test_archives_lie_in_archives_as_deep_as_is_allowed() -> None:
    inner = zipped({"x.txt": b"1", "rows.jsonl": lines([{"text": "甲"}, {"text": "乙"}])})
    outer = taped({"inner.zip": inner, "page.html.gz": gzip.compress(b"2")})
    paths = [item.path for item in found(outer, "o.tgz", allowance=Allowance(1_000_000, 5))]
    assert paths == [
        "o.tgz#inner.zip#x.txt",
        "o.tgz#inner.zip#rows.jsonl#1",
        "o.tgz#inner.zip#rows.jsonl#2",
        "o.tgz#page.html.gz",
    ]
    (lost,) = found(zipped({"a.zip": zipped({"b.zip": inner})}), "o.zip", allowance=Allowance(1_000_000, 2))
    assert isinstance(lost, Lost)
    assert (lost.path, lost.reason) == ("o.zip#a.zip#b.zip", "an archive inside more than 2 others")


def test_a_compressed_file_alone_keeps_its_path() -> None:
    assert found(gzip.compress(b"1"), "x.txt.gz") == [RawDocument("x.txt.gz", b"1")]


def test_names_written_in_gbk_and_names_that_lead_out_are_labels_only() -> None:
    data = zipped({"abcd.txt": b"1", "../../etc/x.txt": b"2"}).replace(b"abcd", "唐山".encode("gb18030"))
    assert found(data, "a.zip") == [
        RawDocument("a.zip#唐山.txt", b"1"),
        RawDocument("a.zip#../../etc/x.txt", b"2"),
    ]


def test_two_files_of_one_name_are_two_documents() -> None:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for data in (b"1", b"2"):
            entry = tarfile.TarInfo("x.txt")
            entry.size = 1
            archive.addfile(entry, io.BytesIO(data))
    assert [item.path for item in found(held.getvalue(), "a.tar")] == ["a.tar#x.txt", "a.tar#x.txt~2"]


def test_links_and_devices_in_a_tar_archive_are_not_followed() -> None:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for kind, name in ((tarfile.SYMTYPE, "a.txt"), (tarfile.LNKTYPE, "b.txt"), (tarfile.CHRTYPE, "c.txt")):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
    skipped: Counter[str] = Counter()
    assert found(held.getvalue(), "a.tar", skipped=skipped) == []
    assert skipped == {"symbolic link": 2, "other type": 1}


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("kind", ["tar.gz", "zip", "warc.gz", "parquet", "jsonl.gz"])
def test_what_is_cut_off_says_so_and_keeps_what_stands_before(kind: str, cut: float) -> None:
    texts = [f"{number} {random.Random(number).randbytes(300).hex()}" for number in range(40)]
    whole = {
        "tar.gz": lambda: taped({f"{at}.txt": text.encode() for at, text in enumerate(texts)}),
        "zip": lambda: zipped({f"{at}.txt": text.encode() for at, text in enumerate(texts)}),
        "warc.gz": lambda: archived(
            {f"http://x.cn/{at}": ("text/html", text.encode()) for at, text in enumerate(texts)}
        ),
        "parquet": lambda: parquet([{"text": text} for text in texts]),
        "jsonl.gz": lambda: gzip.compress(lines([{"text": text} for text in texts])),
    }[kind]()
    assert len(found(whole, f"a.{kind}")) == 40
    rest = found(whole[: int(len(whole) * cut)], f"a.{kind}")
    assert isinstance(rest[-1], Lost)
    assert rest[-1].reason
    kept = [item for item in rest if isinstance(item, RawDocument)]
    assert [item.data.decode() for item in kept] == texts[: len(kept)] or kind == "warc.gz"
    assert bool(kept) == (kind not in ("zip", "parquet"))


def test_an_encrypted_or_unusual_entry_is_lost_and_the_rest_is_read() -> None:
    data = bytearray(zipped({"a.txt": b"1", "b.txt": b"2"}, zipfile.ZIP_STORED))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    first, second = found(bytes(data), "a.zip")
    assert isinstance(first, Lost)
    assert "encrypted" in first.reason
    assert second == RawDocument("a.zip#b.txt", b"2")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.txt", b"1")
    (lost,) = found(held.getvalue(), "a.zip")
    assert isinstance(lost, Lost)


def test_bombs_are_lost_before_they_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budgets.Budget.__init__, "__kwdefaults__", {"free": 3_000_000, "ratio": 2})
    large = b"0" * 2_000_000
    allowance = Allowance(100_000_000)
    for name, data in {
        "a.zip": zipped({"a.txt": large, "b.txt": large, "c.txt": large}),
        "a.tgz": taped({"a.txt": large, "b.txt": large, "c.txt": large}),
        "a.txt.gz": gzip.compress(large * 3),
        "a.jsonl.gz": gzip.compress(lines([{"text": "0" * 2_000_000}] * 3)),
    }.items():
        *kept, last = found(data, name, allowance=allowance)
        assert isinstance(last, Lost)
        assert last.path == name
        assert "far more" in last.reason
        assert len(kept) <= 1
    (one,) = found(zipped({"a.txt": large}), "a.zip", allowance=Allowance(1000))
    assert isinstance(one, Lost)
    assert "--max-bytes" in one.hint


def test_a_zip_that_is_an_office_document_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}))
    (tmp_path / "b.txt").write_bytes(zipped({"x.txt": b"1"}))
    (tmp_path / "c.zip").write_bytes(b"no archive at all")
    (tmp_path / "d.gz").write_bytes(bz2.compress(b"1"))
    assert [is_container(source) for source in find_sources(tmp_path).sources] == [False, True, False, False]


# Web archives


@pytest.mark.parametrize("packed", [True, False])
def test_the_pages_of_a_web_archive_have_their_addresses(packed: bool) -> None:
    skipped: Counter[str] = Counter()
    data = archived(
        {
            "http://www.example.cn/2021-10/25/a.html": ("text/html; charset=gbk", PAGE.encode("gbk")),
            "http://www.example.cn/a.png": ("image/png", b"\x89PNG"),
            "http://www.example.cn/b.pdf": ("application/pdf", b"%PDF-1.4"),
        },
        packed=packed,
    )
    pages = found(data, "crawl.warc.gz" if packed else "crawl.warc", skipped=skipped)
    assert [item.path.rpartition("#")[2] for item in pages] == ["2", "4"]
    assert all(isinstance(item, RawDocument) for item in pages)
    assert pages[0].given.url == "http://www.example.cn/2021-10/25/a.html"  # type: ignore[union-attr]
    assert pages[0].data == PAGE.encode("gbk")  # type: ignore[union-attr]
    assert skipped == {"web archive record without a page": 2}


# Tables of articles

ROW: dict[str, object] = {
    "标题": "某市商标工作",
    "正文": NEWS,
    "发布日期": "2021-10-26",
    "来源": "某市日报",
    "作者": "张三、李四",
    "网址": "http://www.example.cn/a.html",
}


def parquet(rows: list[dict[str, object]]) -> bytes:
    held = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), held)
    return held.getvalue()


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.csv", "b.csv", "c.csv", "d.csv", "a.parquet"])
def test_a_row_is_an_article_with_what_its_columns_say(name: str) -> None:
    data = {
        "a.jsonl": lambda: lines([ROW]),
        "a.ndjson": lambda: b"\xef\xbb\xbf" + lines([ROW]) + b"\n",
        "a.csv": lambda: table([ROW]).encode("utf-8-sig"),
        "b.csv": lambda: table([ROW], ";").encode("gb18030"),
        "c.csv": lambda: table([ROW], "\t").encode("utf-16"),
        "d.csv": lambda: table([ROW]).encode(),
        "a.parquet": lambda: parquet([ROW]),
    }[name]()
    (item,) = found(data, name)
    assert isinstance(item, RawDocument)
    assert item.path == f"{name}#1"
    assert item.data.decode() == NEWS
    given = item.given
    assert given is not None
    assert (given.title, given.publisher, given.authors) == ("某市商标工作", "某市日报", ("张三", "李四"))
    assert (given.published, given.url) == (dt.date(2021, 10, 26), "http://www.example.cn/a.html")


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2021-10-26T08:00:00+08:00", (2021, 10, 26)),
        ("2021年10月26日 08:00", (2021, 10, 26)),
        ("20211026", (2021, 10, 26)),
        (1635264000, (2021, 10, 27)),
        (1635264000000, (2021, 10, 27)),
        ("26/10/2021", None),
        ("昨天", None),
        (None, None),
        ("", None),
    ],
)
def test_days_are_read_in_the_usual_ways_and_never_guessed(value: object, day: tuple[int, int, int] | None) -> None:
    (item,) = found(lines([{"text": NEWS, "date": value}]), "a.jsonl")
    assert isinstance(item, RawDocument)
    assert item.given is not None
    assert item.given.published == (dt.date(*day) if day else None)
    assert item.given.unread_date == (str(value) if value and not day else None)


def test_columns_can_be_named_and_wrong_ones_are_told() -> None:
    row = {"a": NEWS, "b": "标题", "text": "not this"}
    (item,) = found(lines([row]), "x.jsonl", columns="text=a,title=b")
    assert isinstance(item, RawDocument)
    assert (item.data.decode(), item.given and item.given.title) == (NEWS, "标题")
    (lost,) = found(lines([row]), "x.jsonl", columns="text=nope")
    assert lost == Lost(
        "x.jsonl#1", "no column 'nope'; there are: a, b, text", "Correct the row, or name its columns with --columns."
    )
    (lost,) = found(table([{"x": "1", "y": "2"}]).encode(), "x.csv")
    assert isinstance(lost, Lost)
    assert (lost.path, "there are: x, y" in lost.reason) == ("x.csv", True)
    assert parse_columns("") == Columns()
    for wrong in ("text", "text=", "words=a", "text=a,text=b"):
        with pytest.raises(ConfigurationError, match="--columns"):
            parse_columns(wrong)


def test_bad_rows_are_lost_one_by_one() -> None:
    data = b'{"text": "a"}\n[1]\n{"text": \n{"text": "  "}\n{"text": "' + b"x" * 3_000_000 + b'"}\n{"text": "b"}\n'
    items = found(data, "a.jsonl")
    assert [(item.path, isinstance(item, Lost)) for item in items] == [
        ("a.jsonl#1", False),
        ("a.jsonl#2", True),
        ("a.jsonl#3", True),
        ("a.jsonl#4", True),
        ("a.jsonl#5", True),
        ("a.jsonl#6", False),
    ]


# In a run


def test_a_run_reads_containers_like_folders_and_only_what_is_new_again(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    rows = [{"text": f"{year}年，唐山市新增驰名商标{year - 2000}件。"} for year in range(2011, 2019)]
    (folder / "a.jsonl").write_bytes(lines(rows))  # type: ignore[arg-type]
    (folder / "b.zip").write_bytes(zipped({"x.txt": NEWS.encode(), "y.txt": b"", "z.png": b""}))
    (folder / "c.txt").write_text("石家庄市拥有驰名商标7件。", encoding="utf-8")
    first = extract_folder(folder, out)
    assert (first.account.done, first.account.articles, first.account.rejects, first.reused) == (11, 10, 1, 0)
    assert first.account.counts()["list"] == {"in": 12, "out": 11, "skipped": {"other type": 1}}
    paths = pq.read_table(out / "articles.parquet")["path"].to_pylist()
    assert paths == [*(f"a.jsonl#{at}" for at in range(1, 9)), "b.zip#x.txt", "c.txt"]
    tables = {file.name: file.read_bytes() for file in out.glob("*.parquet")}
    again = extract_folder(folder, out)
    assert again.reused == 11
    assert again.account.counts() == first.account.counts()
    assert {file.name: file.read_bytes() for file in out.glob("*.parquet")} == tables
    with (folder / "a.jsonl").open("ab") as file:
        file.write(lines([{"text": "2019年，唐山市新增驰名商标19件。"}]))
    grown = extract_folder(folder, out)
    assert (grown.account.done, grown.reused) == (12, 11)
    (folder / "a.jsonl").write_bytes(lines(rows[:2]))  # type: ignore[arg-type]
    shrunk = extract_folder(folder, out)
    assert (shrunk.account.done, shrunk.reused) == (5, 5)


def test_workers_change_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    rows = [{"text": f"{year}年，唐山市新增驰名商标{year - 1900}件。"} for year in range(1960, 2019)]
    (folder / "a.jsonl").write_bytes(lines(rows))  # type: ignore[arg-type]
    extract_folder(folder, tmp_path / "one")
    extract_folder(folder, tmp_path / "two", RunOptions(workers=2))
    for file in (tmp_path / "one").glob("*.parquet"):
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


# Every way to hold one article gives the same rows

MEDIA = {
    "txt": "text/plain; charset=utf-8",
    "md": "text/plain",
    "html": "text/html; charset=iso-8859-1",
    "mhtml": "multipart/related",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
HOLDERS: dict[str, Callable[[bytes, str], bytes]] = {
    "zip": lambda data, ending: zipped({f"x.{ending}": data}),
    "tar": lambda data, ending: taped({f"x.{ending}": data}, "w:"),
    "tar.gz": lambda data, ending: taped({f"x.{ending}": data}),
    "gz": lambda data, _ending: gzip.compress(data),
    "warc": lambda data, ending: archived({"http://x.cn/": (MEDIA[ending], data)}, packed=False),
    "warc.gz": lambda data, ending: archived({"http://x.cn/": (MEDIA[ending], data)}),
    "zip in tar.gz": lambda data, ending: taped({"x.zip": zipped({f"x.{ending}": data})}),
}


@pytest.fixture(scope="module")
def wanted() -> Tables:
    return extract_batch([RawDocument("a.txt", article_files.as_text(STORY, "utf-8"))])


def same(item: RawDocument | Lost, wanted: Tables) -> bool:
    assert isinstance(item, RawDocument)
    tables = extract_batch([item])
    assert tables.articles[0].text == wanted.articles[0].text
    return tables.observations == wanted.observations


# Nothing but its name tells Markdown from text, and a page of a web archive has none.
@pytest.mark.parametrize(
    ("holder", "ending"),
    [(holder, ending) for holder in HOLDERS for ending in FORMATS if (ending, holder[:4]) != ("md", "warc")],
)
def test_an_archive_of_any_format_gives_the_rows_of_the_plain_file(holder: str, ending: str, wanted: Tables) -> None:
    make, codecs = FORMATS[ending]
    name = f"x.{ending}.gz" if holder == "gz" else f"a.{holder.rpartition(' ')[2]}"
    for codec in (codec for codec in codecs if codec != "big5hkscs"):  # which can't write the simplified story
        (item,) = found(HOLDERS[holder](make(STORY, codec), ending), name)
        assert same(item, wanted), codec


@pytest.mark.parametrize(
    ("kind", "codec"),
    [
        ("jsonl", "utf-8"),
        ("parquet", ""),
        *(("csv", name) for name in ("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16")),
    ],
)
@pytest.mark.parametrize("held", ["", "zip", "gz"])
def test_a_row_of_a_table_gives_the_rows_of_the_plain_file(kind: str, codec: str, held: str, wanted: Tables) -> None:
    article = wanted.articles[0]
    row: dict[str, object] = {
        "title": article.title,
        "text": "\n".join(article.text.split("\n")[1:]),
        "published": str(article.published),
        "publisher": article.publisher,
    }
    data = {"jsonl": lambda: lines([row]), "csv": lambda: table([row]).encode(codec), "parquet": lambda: parquet([row])}
    name = f"x.{kind}"
    whole = data[kind]()
    if held:
        whole, name = HOLDERS[held](whole, kind), f"x.{kind}.gz" if held == "gz" else "x.zip"
    (item,) = found(whole, name)
    assert same(item, wanted)


def test_show_lists_the_documents_of_an_archive_and_shows_one(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(zipped({"x.txt": NEWS.encode(), "y.exe": b"", "rows.csv": table([{"x": "1"}]).encode()}))
    shown = CliRunner().invoke(group_app, ["show", str(file)])
    assert shown.exit_code == 0
    assert f"x.txt  {len(NEWS.encode())} bytes" in shown.output
    assert "rows.csv  not read: no column holds the text of articles" in shown.output
    assert "passed over: 1 (other type)" in shown.output
    one = CliRunner().invoke(group_app, ["show", str(file), "--member", "x.txt"])
    assert one.exit_code == 0
    assert "a.zip#x.txt: text/plain" in one.output
    assert "全市拥有驰名商标9件" in one.output
    none = CliRunner().invoke(group_app, ["show", str(file), "--member", "z.txt"])
    assert none.exit_code == 2
    assert "holds no document 'z.txt'" in none.output


@pytest.mark.slow
def test_no_damage_to_a_container_ends_a_run() -> None:
    """3,000 containers with bytes changed at random: documents and losses come out, nothing else is raised."""
    rng = random.Random(7)
    text = NEWS.encode()
    wholes = {
        "a.zip": zipped({f"{at}.txt": text for at in range(5)}),
        "a.tgz": taped({f"{at}.txt": text for at in range(5)}),
        "a.tar": taped({f"{at}.txt": text for at in range(5)}, "w:"),
        "a.warc.gz": archived({f"http://x.cn/{at}": ("text/html", text) for at in range(5)}),
        "a.warc": archived({f"http://x.cn/{at}": ("text/html", text) for at in range(5)}, packed=False),
        "a.parquet": parquet([ROW] * 5),
        "a.csv": table([ROW] * 5).encode("gb18030"),
        "a.jsonl": lines([ROW] * 5),
    }
    lost = 0
    for _ in range(3000):
        name = rng.choice(list(wholes))
        data = bytearray(wholes[name])
        for _ in range(rng.choice((1, 3, 20))):
            data[rng.randrange(len(data))] = rng.randrange(256)
        if kind_of(bytes(data[:512]), name) is not None:
            items = found(bytes(data), name)
            lost += any(isinstance(item, Lost) for item in items)
    assert lost > 500
