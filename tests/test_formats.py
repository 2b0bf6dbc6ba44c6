"""Files of every format and encoding give the same article; damaged, hostile and foreign ones are clear rejects."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import time
import zipfile
from email.message import EmailMessage
from typing import Any

import docx
import pytest

import article_files
from article_files import FORMATS, STORY, Story
from qualityextract.documents import read_article
from qualityextract.documents.encoding import MAX_BYTES
from qualityextract.documents.pages import Printed, paragraphs
from qualityextract.errors import DocumentError
from qualityextract.language.script import simplify
from qualityextract.model import Article, RawDocument
from qualityextract.pipeline import extract_batch
from qualityextract.schema import Tables

PROSE = "近日，青河县市场监管局公布结果，全县新增注册商标26件，参与制定国家标准4项。县里将推进质量提升行动。"


def read(data: bytes, name: str = "a.txt") -> Article:
    return read_article(RawDocument(name, data))


def reason(data: bytes) -> str:
    with pytest.raises(DocumentError) as caught:
        read(data)
    assert caught.value.hint
    return caught.value.reason


# --- one article, all files ----------------------------------------------------------------------------------------


def traditional() -> Story:
    """The story in traditional characters."""
    import opencc

    convert = opencc.OpenCC("s2t").convert
    body = tuple(
        convert(part) if isinstance(part, str) else tuple(tuple(convert(cell) for cell in row) for row in part)
        for part in STORY.body
    )
    return Story(convert(STORY.title), "2023-08-11 09:30  青河日報", body)


def rows(tables: Tables) -> list[dict[str, Any]]:
    return [row.model_dump() for row in tables.observations]


@pytest.mark.parametrize(
    ("name", "codec"), [(name, codec) for name, (_, codecs) in FORMATS.items() for codec in codecs]
)
def test_every_file_gives_the_same_rows_with_the_same_ids(name: str, codec: str) -> None:
    story = traditional() if codec == "big5hkscs" else STORY
    data = FORMATS[name][0](story, codec)
    (expected,) = extract_batch([RawDocument("a.txt", article_files.as_text(story, "utf-8"))]).articles
    tables = extract_batch([RawDocument(f"a.{name}", data)])
    (article,) = tables.articles
    assert article.text == expected.text
    assert (article.title, article.published, article.publisher) == (
        expected.title,
        expected.published,
        expected.publisher,
    )
    assert article.authors == ()
    wanted = extract_batch([RawDocument("a.txt", article_files.as_text(story, "utf-8"))])
    assert rows(tables) == rows(wanted)
    assert len(rows(tables)) >= 12
    assert set(article.flags) <= {"script_converted"}


def test_the_matrix_is_about_figures_of_prose_and_of_a_table() -> None:
    values = {
        (row["indicator"], row["value"])
        for row in rows(extract_batch([RawDocument("a", article_files.as_text(STORY, "utf-8"))]))
    }
    assert {value for _, value in values} >= {26.0, 1385.0, 12.5, 12000.0, 13.0, 7.0}
    assert simplify(traditional().title) == STORY.title


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("ending", ["txt", "html", "pdf", "docx", "mht"])
def test_the_content_decides_and_not_the_name(name: str, ending: str) -> None:
    make, codecs = FORMATS[name]
    found = read(make(STORY, codecs[0]), f"a.{ending}")
    if name != "md":
        assert found.text == read(article_files.as_text(STORY, "utf-8")).text
    media = {"docx": "wordprocessingml", "pdf": "application/pdf", "mhtml": "multipart/related", "html": "text/html"}
    assert media.get(name, "text/plain") in found.media_type


def test_a_line_like_a_mail_header_before_many_blank_ones_costs_nothing() -> None:
    """A pattern that could read a blank line in two ways would not come back from forty of them."""
    padding = (b" " * 30 + b"\n") * 45
    assert read(b"font-size: 38px;\n" + padding + PROSE.encode()).text.endswith(PROSE)


# --- Word ----------------------------------------------------------------------------------------------------------

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word(*parts: str, **properties: str) -> bytes:
    """A Word file whose body is made of paragraphs or of pieces of XML."""
    document = docx.Document()
    for key, value in properties.items():
        setattr(document.core_properties, key, value)
    for part in parts:
        if part.startswith("<"):
            from docx.oxml import parse_xml

            document.element.body.insert(len(document.element.body) - 1, parse_xml(part.replace(" ", f" {W} ", 1)))
        else:
            document.add_paragraph(part)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_tracked_changes_are_read_as_accepted_and_hidden_words_are_not_read() -> None:
    changed = (
        "<w:p ><w:r><w:t>全县拥有驰名商标</w:t></w:r><w:del><w:r><w:delText>7</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>9</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>0</w:t></w:r>"
        "<w:r><w:t>件。</w:t></w:r></w:p>"
    )
    assert read(word(PROSE, changed)).text.split("\n")[-1] == "全县拥有驰名商标9件。"


def test_content_controls_and_text_boxes_are_read_and_contents_are_not() -> None:
    control = f"<w:sdt ><w:sdtContent><w:p><w:r><w:t>{PROSE}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    contents = (
        '<w:sdt ><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        "<w:sdtContent><w:p><w:r><w:t>一、成绩 12</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    assert read(word(contents, control)).text == PROSE


def test_merged_cells_stand_once() -> None:
    document = docx.Document()
    document.add_paragraph(PROSE)
    table = document.add_table(rows=3, cols=3)
    for at, row in enumerate((("地区", "标准", ""), ("甲县", "4", "5"), ("乙县", "6", "7"))):
        for cell, text in zip(table.rows[at].cells, row, strict=True):
            cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 1).merge(table.cell(2, 1)).text = "10"
    stream = io.BytesIO()
    document.save(stream)
    lines = read(stream.getvalue()).text.split("\n")
    assert lines[-3:] == ["地区 | 标准", "甲县 | 10 | 5", "乙县 |  | 7"]


def test_a_title_that_only_the_properties_know_is_not_taken() -> None:
    assert read(word("青河县新增二十六件商标", PROSE, title="公文模板二〇一一")).title == "青河县新增二十六件商标"
    lines = ("青河要闻摘编", "青河县新增二十六件商标", "各镇齐心协力推进", PROSE)
    assert read(word(*lines, title="青河县新增二十六件商标")).title == "青河县新增二十六件商标"
    assert read(word(PROSE)).published is None


def repacked(data: bytes, **members: bytes) -> bytes:
    """The package with members replaced or added; `__` stands for `/` and `_dot_` for `.`."""
    named = {name.replace("__", "/").replace("_dot_", "."): content for name, content in members.items()}
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename not in named:
                new.writestr(member, old.read(member))
        for name, content in named.items():
            new.writestr(name, content)
    return stream.getvalue()


def test_hostile_word_files_are_refused() -> None:
    good = word(PROSE)
    bomb = repacked(good, word__media__a_dot_bin=b"\0" * (300 * 1024 * 1024))
    assert len(bomb) < 1_000_000
    assert "unpacks to more" in reason(bomb)
    entity = b'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document>&a;</w:document>'
    assert "declares entities" in reason(repacked(good, word__document_dot_xml=entity))
    many = b"<w:p/>" * 250_000
    assert "too many paragraphs" in reason(repacked(good, word__document_dot_xml=many))
    assert "macros" in reason(repacked(good, word__vbaProject_dot_bin=b"x"))
    assert "damaged" in reason(good[: len(good) // 2])
    assert "damaged" in reason(repacked(good, word__document_dot_xml=b"<w:document><w:p>"))
    assert "no text" in reason(word(""))


def test_damaged_word_files_are_articles_or_rejects() -> None:
    good = article_files.as_docx(STORY, "")
    for number in range(300):
        chance = random.Random(number)
        broken = bytearray(good)
        for _ in range(chance.randint(1, 20)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        tables = extract_batch([RawDocument("a.docx", bytes(broken))])
        assert len(tables.articles) + len(tables.rejects) == 1


# --- PDF -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return article_files.as_pdf(STORY, "")


def encrypted(data: bytes) -> bytes:
    """The file with the entry of an encryption that no password opens."""
    key = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O (" + b"o" * 32 + b") /U (" + b"u" * 32 + b") /P -44 >>"
    return data.replace(b"trailer\n<<", b"trailer\n<< /ID [(a)(a)] " + key)


def test_running_heads_and_page_marks_are_off(pdf: bytes) -> None:
    text = read(pdf).text
    assert "简报" not in text
    assert "—" not in text


def test_pdf_files_that_cannot_be_read_say_why(pdf: bytes) -> None:
    assert reason(b"%PDF-1.7 ...") == "the PDF is damaged"
    assert "password" in reason(encrypted(pdf))
    assert "no text layer" in reason(article_files.typeset(["1"], head="2"))


def test_radicals_become_the_characters_that_they_look_like() -> None:
    from qualityextract.documents.pdf import _character
    from qualityextract.documents.ruledata import radicals

    assert "".join(_character(ord(code)) for code in "⻓⼤⻔⼀民") == "长大门一民"
    assert all(len(character) == 1 and "\u4e00" <= character <= "\u9fff" for character in radicals().values())
    assert all("\u2e80" <= radical <= "\u2eff" for radical in radicals())


def line(text: str, at: int, *, left: float = 50, right: float = 410, size: float = 12) -> Printed:
    """The line number `at` from above, 20 points a line."""
    return Printed(tuple(text.split("|")), left, right, 700 - 20 * at, 700 - 20 * at + size)


def test_lines_that_do_not_reach_the_edge_end_their_paragraph() -> None:
    page = [
        line("通报", 0, left=200, right=260, size=18),
        line("各县要把质量提升行动继续推进，全市现有注册商标1", 2, left=74),
        line("26件。", 3, right=90),
        line("下一段没有缩进，但上一行没有排满，因此是新的一段。", 4),
        line("它接着排下去。", 5, right=130),
    ]
    assert paragraphs([page]) == [
        "通报",
        "各县要把质量提升行动继续推进，全市现有注册商标126件。",
        "下一段没有缩进，但上一行没有排满，因此是新的一段。它接着排下去。",
    ]


def test_cells_are_rows_only_where_rows_stand_together() -> None:
    prose = "全市现有注册商标二十六件，较上年末增加三件。"
    page = [line("发文机关：某局|2023年", 0, right=300), line(prose, 1), line("甲县|4", 2), line("乙县|5", 3)]
    assert paragraphs([page]) == ["发文机关：某局 2023年", prose, "甲县 | 4", "乙县 | 5"]


def test_a_number_of_a_page_goes_and_a_number_of_the_text_stays() -> None:
    pages = [
        [line(f"第{at}段：本页写了一行字，共有{at}件商标。", 0, right=300), line(f"— {at} —", 30)] for at in (1, 2, 3)
    ]
    assert "".join(paragraphs(pages)) == "".join(page[0].text for page in pages)
    assert paragraphs([[line("26", 0)]]) == ["26"]


FUZZ = """
import random, sys
from qualityextract.model import RawDocument
from qualityextract.pipeline import extract_batch

good = open(sys.argv[1], "rb").read()
for number in range(int(sys.argv[2])):
    chance = random.Random(number)
    broken = bytearray(good)
    for _ in range(chance.randint(1, 30)):
        at = chance.randrange(len(broken))
        match chance.randrange(4):
            case 0: broken[at] = chance.randrange(256)
            case 1: del broken[at : at + chance.randint(1, 200)]
            case 2: broken[at:at] = broken[at : at + chance.randint(1, 200)]
            case _: broken[at : at + 1] = str(chance.choice([0, -1, 2**31, 99999999])).encode()
    tables = extract_batch([RawDocument("a.pdf", bytes(broken))])
    assert len(tables.articles) + len([r for r in tables.rejects if r.stage != "record"]) == 1, number
print("done")
"""


def fuzzed(pdf: bytes, folder: Any, count: int) -> None:
    """Run in a process of its own, so that a crash of the library is a failed test and no more."""
    (folder / "good.pdf").write_bytes(pdf)
    command = [sys.executable, "-c", FUZZ, str(folder / "good.pdf"), str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


def test_damaged_pdf_files_do_not_end_the_process(pdf: bytes, tmp_path: Any) -> None:
    fuzzed(pdf, tmp_path, 150)


@pytest.mark.slow
def test_many_damaged_pdf_files_do_not_end_the_process(pdf: bytes, tmp_path: Any) -> None:
    fuzzed(pdf, tmp_path, 1000)


# --- saved pages ---------------------------------------------------------------------------------------------------


def mail(*parts: tuple[str, str, str], start: str = "") -> bytes:
    """A multipart file: address, type and text of every part."""
    message = EmailMessage()
    message["Subject"] = "a"
    message.make_related()
    if start:
        message.set_param("start", start)
    for address, kind, text in parts:
        part = EmailMessage()
        part.set_content(text.encode(), "text", kind, cte="base64")
        part["Content-Location"] = address
        part["Content-ID"] = f"<{address}>"
        message.attach(part)
    message["MIME-Version"] = "1.0"
    return message.as_bytes()


def page(text: str) -> str:
    return f"<html><head><title>题</title></head><body><div><p>{text}</p></div></body></html>"


def test_the_root_of_a_saved_page_is_read_with_its_address() -> None:
    frame, main = page(PROSE.replace("26", "1")), page(PROSE)
    saved = mail(("http://ads.example.org/", "html", frame), ("http://www.example.org/a", "html", main))
    assert read(saved).url == "http://ads.example.org/"
    named = mail(
        ("http://ads.example.org/", "html", frame),
        ("http://www.example.org/a", "html", main),
        start="<http://www.example.org/a>",
    )
    assert (read(named).url, read(named).text.count("26件")) == ("http://www.example.org/a", 1)


def test_saved_pages_that_are_none_are_refused() -> None:
    assert "no web page" in reason(mail(("cid:a", "css", "p {}")))
    deep = mail(("cid:a", "html", page(PROSE)))
    nested = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n" + b"".join(
        b"--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n" for _ in range(5000)
    )
    assert "nested too deeply" in reason(nested + deep)


def test_a_text_that_begins_like_a_mail_is_a_text() -> None:
    assert read(f"Subject: 通报\nFrom: 某局\n\n{PROSE}".encode()).media_type == "text/plain"


@pytest.mark.parametrize("seed", range(3))
def test_damaged_saved_pages_are_articles_or_rejects(seed: int) -> None:
    good = article_files.as_mhtml(STORY, "gb18030")
    chance = random.Random(seed)
    for _ in range(200):
        broken = bytearray(good)
        for _ in range(chance.randint(1, 20)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        tables = extract_batch([RawDocument("a.mht", bytes(broken))])
        assert len(tables.articles) + len(tables.rejects) == 1


# --- formats without text ------------------------------------------------------------------------------------------


def zipped(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Office"),
        (b"{\\rtf1 x}", "RTF"),
        (b"\x89PNG\r\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"PAR1....", "Parquet"),
        (zipped("xl/workbook.xml"), "Excel"),
        (zipped("ppt/presentation.xml"), "PowerPoint"),
        (zipped("OFD.xml"), "OFD"),
        (zipped("a.txt"), "ZIP archive"),
        (zipped("word/document.xml"), "damaged"),
        (b"%PDF", "PDF"),
    ],
)
def test_formats_without_text_are_refused_with_a_hint(data: bytes, said: str) -> None:
    assert said in reason(data)


def test_a_text_about_pdf_files_is_a_text() -> None:
    assert read(f"{PROSE}\n%PDF-1.4 是文件头。".encode()).media_type == "text/plain"


def test_a_file_larger_than_any_article_is_refused_before_it_is_looked_at() -> None:
    began = time.perf_counter()
    assert "larger" in reason(b"PK\x03\x04" + b"\0" * MAX_BYTES)
    assert time.perf_counter() - began < 2


def test_texts_do_not_pay_for_the_readers_of_other_formats() -> None:
    code = (
        "import sys; from qualityextract.pipeline import extract_batch; from qualityextract.model import RawDocument;"
        f"extract_batch([RawDocument('a.txt', {PROSE!r}.encode())]);"
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"docx", "lxml", "pypdfium2"} & set(done.stdout.split())
