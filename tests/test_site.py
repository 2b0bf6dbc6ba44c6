"""The documentation site builds strictly, asks nothing of a network, and its generated pages are complete."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import typer.main

from qualityextract import cli
from qualityextract.ruleset import load_ruleset
from qualityextract.schema import RECORDS

ROOT = Path(__file__).resolve().parent.parent
_LOADS = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "object": "data",
    "form": "action",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built with every warning as an error."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    settings = os.environ | {"PYTHONPATH": str(ROOT / "src"), "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, env=settings, capture_output=True, text=True, encoding="utf-8", check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


class _Loads(HTMLParser):
    """Addresses that a browser fetches to show a page, and the page's words."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.classes: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.classes |= set((given.get("class") or "").split())
        if address := given.get(_LOADS.get(tag, "")):
            self.addresses.append(address)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(page: Path) -> _Loads:
    parser = _Loads()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser


def codes(page: Path) -> set[str]:
    """The texts of all `<code>` elements."""
    return set(re.findall(r"<code[^>]*>([^<]*)</code>", page.read_text(encoding="utf-8")))


def test_nothing_is_fetched_from_a_network(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) >= 15
    for page in pages:
        seen = read(page)
        assert seen.addresses
        assert [a for a in seen.addresses if re.match(r"(?:https?:)?//", a)] == [], page.name
        # The theme would load a library for diagrams, and figures of a repository, from elsewhere.
        assert not seen.classes & {"mermaid", "md-source"}, page.name
    for sheet in site.rglob("*.css"):
        outside = re.findall(r"(?:url\(|@import\s*)[\"']?(?:https?:)?//[^)\"']*", sheet.read_text(encoding="utf-8"))
        assert outside == [], sheet.name


def test_every_local_asset_is_there(site: Path) -> None:
    for page in site.glob("*.html"):
        if page.name != "404.html":  # its addresses begin at the root of a server
            files = [a.split("?")[0].split("#")[0] for a in read(page).addresses]
            assert [a for a in files if a and not (page.parent / a).exists()] == [], page.name


@pytest.mark.parametrize("name", ["codebook.html", "codebook.zh.html"])
def test_the_codebook_has_every_indicator_every_column_and_every_value(site: Path, name: str) -> None:
    from qualityextract.schema_docs import field_types

    shown = codes(site / name)
    words = "".join(read(site / name).words)
    for item in load_ruleset().indicators.values():
        assert item.code in shown
        assert item.label_zh in words
    for table in RECORDS:
        for field in field_types(table):
            assert field.name in shown
            assert field.column.label_zh in words
            if field.values and any(field.values.values()):
                assert set(field.values) <= shown


def test_no_chinese_meaning_is_missing_or_older_than_the_english_one() -> None:
    """Every meaning of the codebook has its Chinese one, made from the English text of today."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import docs_pages
    finally:
        sys.path.remove(str(ROOT / "scripts"))
    with (ROOT / "docs" / "codebook.zh.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(re.search(r"[\u4e00-\u9fff]|^`", row["chinese"]) for row in rows)
    assert {row["key"]: row["english"] for row in rows} == dict(docs_pages.meanings()), "docs/codebook.zh.csv"


def test_the_page_of_the_command_line_has_every_command_and_every_option(site: Path) -> None:
    shown = codes(site / "cli.html")
    group = typer.main.get_command(cli.group_app)
    commands = [typer.main.get_command(cli.extract_app), group, *group.commands.values()]  # type: ignore[attr-defined]
    assert set(group.commands) <= shown  # type: ignore[attr-defined]
    for command in commands:
        for parameter in command.params:
            names = parameter.opts if parameter.opts[0].startswith("-") else [parameter.opts[0].upper()]
            assert set(names) <= shown, names


def test_the_python_page_documents_every_name_of_the_package(site: Path) -> None:
    import qualityextract

    words = "".join(read(site / "api.html").words)
    assert [name for name in qualityextract.__all__ if not name.startswith("_") and name not in words] == []


def test_the_worked_example_of_an_indicator_and_its_anchor_are_there(site: Path) -> None:
    assert 'id="to-add-an-indicator"' in (site / "rules.html").read_text(encoding="utf-8")
