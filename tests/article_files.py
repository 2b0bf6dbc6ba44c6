"""One article as a file of every format, for tests that ask for the same rows from all of them.

`FORMATS` names the formats; each makes the bytes of one file in an encoding, where the format has one.
"""

from __future__ import annotations

import base64
import datetime as dt
import html
import io
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Story:
    """An article in parts; a part of several lists of words is a table."""

    title: str
    credit: str
    body: tuple[str | tuple[tuple[str, ...], ...], ...]


STORY = Story(
    "青河县质量提升见成效",
    "来源：青河日报  2023-08-11",
    (
        "近日，河北省唐山市市场监管局公布上半年质量工作结果。截至6月底，全市拥有驰名商标26件、地理标志商标9件，"
        "有效发明专利拥有量达到1385件，同比增长12.5%。企业主持制定国家标准4项、行业标准11项。",
        "今年上半年，全市新增“专精特新”小巨人企业23家，新增注册商标1.2万件。各地情况如下：",
        (
            ("地区", "驰名商标（件）", "国家标准（项）"),
            ("路南区", "2", "5"),
            ("路北区", "4", "13"),
            ("迁安市", "7", "8"),
        ),
        "下一步，唐山市将推进质量提升行动，力争到2025年新建检验检测机构8家，支持产业集群发展。",
    ),
)


def lines_of(story: Story) -> list[str]:
    """The parts as lines, rows of tables with ` | `."""
    out = [story.title, story.credit]
    for part in story.body:
        out.extend([part] if isinstance(part, str) else [" | ".join(row) for row in part])
    return out


def as_text(story: Story, codec: str) -> bytes:
    return "\n".join(lines_of(story)).encode(codec)


def as_markdown(story: Story, codec: str) -> bytes:
    out = [f"# {story.title}", story.credit]
    for part in story.body:
        if isinstance(part, str):
            out.append(part)
        else:
            head, *rest = [" | ".join(row) for row in part]
            out.append("\n".join([head, "--- | --- | ---", *rest]))
    return "\n\n".join(out).encode(codec)


def as_html(story: Story, codec: str) -> bytes:
    """A page whose meta element names the wrong encoding."""
    parts = []
    for part in story.body:
        if isinstance(part, str):
            parts.append(f"<p>{html.escape(part)}</p>")
        else:
            rows = ("".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in part)
            parts.append("<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")
    page = (
        f'<!DOCTYPE html><html><head><meta charset="iso-8859-1"><title>{story.title}</title></head><body>'
        f"<h1>{story.title}</h1><p>{story.credit}</p><div>{''.join(parts)}</div></body></html>"
    )
    return page.encode(codec)


def as_mhtml(story: Story, codec: str) -> bytes:
    body = base64.encodebytes(as_html(story, codec)).decode().replace("\n", "\r\n")
    return (
        "From: <Saved by a browser>\r\nSnapshot-Content-Location: https://www.example.org/n/1.html\r\n"
        "Subject: =?utf-8?Q?a?=\r\nDate: Tue, 3 Mar 2026 08:00:00 -0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----edge"\r\n\r\n\r\n------edge\r\n'
        "Content-Type: text/html\r\nContent-ID: <frame-1@mhtml>\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Location: https://www.example.org/n/1.html\r\n\r\n{body}\r\n------edge\r\n"
        "Content-Type: text/css\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\np { color: =\r\nred }\r\n"
        "------edge--\r\n"
    ).encode("ascii")


def as_docx(story: Story, codec: str) -> bytes:
    import docx

    document = docx.Document()
    document.core_properties.author = "PC-20230811"
    document.core_properties.created = dt.datetime(2011, 1, 1)
    document.sections[0].header.paragraphs[0].text = "内部资料 注册商标99件"
    document.add_heading(story.title, 0)
    document.add_paragraph(story.credit)
    for part in story.body:
        if isinstance(part, str):
            document.add_paragraph(part)
        else:
            table = document.add_table(rows=len(part), cols=len(part[0]))
            for row, cells in zip(table.rows, part, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def as_pdf(story: Story, codec: str) -> bytes:
    """Pages of few lines of 26 characters, with a running head and a page number on each."""
    return typeset([story.title, story.credit, *story.body])


def typeset(
    parts: list[str | tuple[tuple[str, ...], ...]], *, page_lines: int = 9, head: str = "青河县 质量简报"
) -> bytes:
    """A PDF with a text layer, in the font of the project."""
    import matplotlib as mpl
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    font = FontProperties(fname=str(files("qualityextract") / "fonts" / "qualityextract-sans-sc.otf"))
    size, width = 12.0, 26
    placed: list[list[tuple[float, str, float]]] = []
    for part in parts:
        if isinstance(part, str) and part is parts[0]:
            placed.append([(12.0, part, 18.0)])
        elif isinstance(part, str):
            text = part if part is parts[1] else "　　" + part
            placed.extend([(5.0 + 2 * line.startswith("　"), line.strip("　"), size)] for line in _broken(text, width))
        else:
            placed.extend([[(5.0 + 9 * at, cell, size) for at, cell in enumerate(row)] for row in part])
    stream = io.BytesIO()
    with mpl.rc_context({"pdf.fonttype": 42}), PdfPages(stream, metadata={"Title": "质量文件"}) as pdf:
        pages = [placed[at : at + page_lines] for at in range(0, len(placed), page_lines)]
        for number, lines in enumerate(pages, 1):
            figure = Figure(figsize=(6, 4))
            figure.text(5 * size / 432, 0.95, head, fontproperties=font, fontsize=9)
            for at, cells in enumerate(lines):
                for left, text, points in cells:
                    height = (240 - 20 * at) / 288
                    figure.text(left * size / 432, height, text, fontproperties=font, fontsize=points)
            figure.text(0.5, 0.03, f"— {number} —", fontproperties=font, fontsize=9)
            pdf.savefig(figure)
    return stream.getvalue()


def _broken(text: str, width: int) -> list[str]:
    """Lines of so many full widths; a letter of ASCII has half of one."""
    lines, room = [""], float(width)
    for character in text:
        room -= 0.5 if character.isascii() else 1.0
        if room < 0:
            lines.append("")
            room = width - 1.0
        lines[-1] += character
    return lines


_TEXT_CODECS = ("utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16-le", "utf-16-be", "utf-16", "utf-32", "big5hkscs")

FORMATS: dict[str, tuple[Callable[[Story, str], bytes], tuple[str, ...]]] = {
    "txt": (as_text, _TEXT_CODECS),
    "md": (as_markdown, _TEXT_CODECS),
    "html": (as_html, _TEXT_CODECS),
    "mhtml": (as_mhtml, _TEXT_CODECS),
    "docx": (as_docx, ("",)),
    "pdf": (as_pdf, ("",)),
}
"""For each name ending what makes the file, and the encodings that the format can have."""
