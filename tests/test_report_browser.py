"""The report as a reader uses it, in a real headless Chromium: filter, sort, see the evidence, mark, export.

Skipped, with the reason, where Chromium or the package that drives it is missing.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from qualityextract.report import CORRECTIONS, ReportOptions, ReviewServer, read_marks, write_report
from qualityextract.run import RunOptions, extract_folder
from report_tables import HOSTILE, hostile_folder, many_rows

playwright = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (Debian: apt-get install chromium)"),
]

ROOT = Path(__file__).resolve().parent.parent
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
DESKTOP, PHONE = (1360, 900), (390, 844)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def sample_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("browser") / "out"
    extract_folder(ROOT / "data" / "raw", out, RunOptions(workers=1))
    return out


@contextmanager
def opened(browser: Any, address: str, *, size: tuple[int, int] = DESKTOP, language: str = "zh-CN") -> Iterator[Any]:
    """A page with the report; that nothing went wrong in it, and that it asked for nothing else, is checked at the end."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale=language, accept_downloads=True
    )
    page = context.new_page()
    heard: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (heard.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    page.wait_for_selector(".tabulator-row")
    yield page
    assert heard == []
    assert [url for url in asked if not url.startswith((address, "blob:"))] == []
    context.close()


def file_of(out: Path) -> str:
    return (out / "report.html").as_uri()


def table(out: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(out / "observations.parquet").to_pylist()
    return rows


def column(page: Any, field: str) -> list[str]:
    found: list[str] = page.locator(f".tabulator-row .tabulator-cell[tabulator-field={field}]").all_inner_texts()
    return [text.strip() for text in found]


def shown(page: Any) -> int:
    return int(page.locator("#shown").inner_text().split()[1].replace(",", ""))


def in_view(page: Any) -> bool:
    """Whether the numeral stands inside the part of the article that is scrolled into its box."""
    box, numeral = (page.locator(where).first.bounding_box() for where in (".article", ".in-value"))
    return bool(box["y"] <= numeral["y"] <= box["y"] + box["height"] - 10)


def said(page: Any, where: str, words: str) -> None:
    """Wait until the element says so; the page's policy forbids the driver to poll by a function."""
    playwright.expect(page.locator(where)).to_contain_text(words)


def highlighted(page: Any, name: str) -> str:
    return "".join(page.locator(f".article .{name}").all_text_contents())


def test_filter_and_sort(browser: Any, sample_out: Path) -> None:
    rows = table(sample_out)
    with opened(browser, file_of(sample_out)) as page:
        assert shown(page) == len(rows)
        page.select_option("select[name=stat_kind]", "share")
        shares = [row for row in rows if row["stat_kind"] == "share"]
        assert shown(page) == len(shares) > 3
        page.locator(".tabulator-col[tabulator-field=value]").click()
        values = [float(text.lstrip("<>≤≥≈≲").replace(",", "").split("–")[0]) for text in column(page, "value")]
        assert values == sorted(row["value"] for row in shares)
        page.locator(".tabulator-col[tabulator-field=value]").click()
        page.wait_for_selector("[aria-sort=descending]")
        assert [
            float(text.lstrip("<>≤≥≈≲").replace(",", "").split("–")[0]) for text in column(page, "value")
        ] == values[::-1]
        page.click("#reset")
        page.fill("#search", "迁西 钢")
        expected = [
            row for row in rows if "迁西" in row["quote"] + row["subject"] and "钢" in row["quote"] + row["subject"]
        ]
        said(page, "#shown", f" {len(expected)} ")
        page.click("#reset")
        page.select_option("select[name=region]", "河北省唐山市")
        assert shown(page) == sum((row["region"] or "").startswith("河北省唐山市") for row in rows)


def test_evidence_is_exactly_the_quote_and_the_numeral(browser: Any, sample_out: Path) -> None:
    rows = table(sample_out)
    with opened(browser, file_of(sample_out)) as page:
        page.locator(".tabulator-row").first.click()
        for row in rows:  # every row of the sample, stepped through in the order of the table
            assert page.locator("#detail dd code").last.inner_text() == row["observation_id"]
            assert highlighted(page, "in-quote") == row["quote"]
            assert highlighted(page, "in-value") == row["value_text"]
            assert in_view(page)
            page.keyboard.press("j")
        assert page.locator("#row-next").is_disabled()
        text = page.locator(".article").inner_text()
        assert rows[-1]["quote"] in text
        detail = page.locator("#detail").inner_text()
        assert rows[-1]["rule"] in detail
        assert rows[-1]["subject"] in detail


def test_stepping_by_keyboard_and_buttons(browser: Any, sample_out: Path) -> None:
    rows = table(sample_out)
    with opened(browser, file_of(sample_out)) as page:
        page.keyboard.press("j")
        assert page.locator("#detail").is_visible()
        own = sorted((r for r in rows if r["article_id"] == rows[0]["article_id"]), key=lambda r: r["value_start"])
        for row in own[1:]:
            page.click("#figure-next")
            assert highlighted(page, "in-value") == row["value_text"]
        assert page.locator("#figure-next").is_disabled()
        page.keyboard.press("p")
        assert highlighted(page, "in-quote") == own[-2]["quote"]
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "search"
        page.keyboard.type("jjj")
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        assert page.locator("#detail").is_hidden()
        page.keyboard.press("?")
        assert page.locator("#help").is_visible()


def make_mark(page: Any, field: str, value: str | None, reason: str, who: str = "王五") -> None:
    page.select_option(".mark-form select[name=field]", field)
    if value is not None:
        page.fill(".mark-form input[name=new_value]", value)
    page.fill(".mark-form input[name=reason]", reason)
    page.fill(".mark-form input[name=who]", who)
    page.click(".mark-form button[type=submit]")


def test_marks_are_kept_exported_and_defused(browser: Any, sample_out: Path) -> None:
    first, second = table(sample_out)[:2]
    with opened(browser, file_of(sample_out)) as page:
        page.keyboard.press("j")
        make_mark(page, "value", "=1+1", "x")
        assert page.locator("#status.bad").is_visible()
        make_mark(page, "value", "12.5", '原文,"另说"\n')
        said(page, "#export", "1")
        make_mark(page, "subject", "=cmd()", "@reason")
        said(page, "#export", "2")
        page.click("#row-next")
        make_mark(page, "*", None, "不是数字", "-王五")
        page.wait_for_selector(".tabulator-row.rejected")
        page.reload()
        page.wait_for_selector(".tabulator-row.rejected")
        page.check("input[name=marked]")
        assert shown(page) == 2
        with page.expect_download() as download:
            page.click("#export")
        assert download.value.suggested_filename == CORRECTIONS
        file = Path(download.value.path())
        assert [
            (m.observation_id, m.field, m.new_value, m.expected_old, m.reason, m.who) for m in read_marks(file)
        ] == [
            (first["observation_id"], "value", "12.5", f"{first['value']:g}", '原文,"另说"', "王五"),
            (first["observation_id"], "subject", "=cmd()", first["subject"], "@reason", "王五"),
            (second["observation_id"], "*", "reject", "", "不是数字", "-王五"),
        ]
        cells = [cell for row in csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"))) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
        page.locator(".tabulator-row").first.click()
        page.locator(".marks .drop").first.click()
        said(page, "#export", "2")


def test_an_exported_mark_is_applied_by_the_next_run(browser: Any, tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    (folder / "a.txt").write_text("唐山市拥有驰名商标9件。宜宾市拥有驰名商标5件。", encoding="utf-8")
    extract_folder(folder, out)
    with opened(browser, file_of(out)) as page:
        page.keyboard.press("j")
        make_mark(page, "value", "8", "原文为8件")
        said(page, "#export", "1")
        with page.expect_download() as download:
            page.click("#export")
        shutil.copy(download.value.path(), out / CORRECTIONS)
    extract_folder(folder, out)
    assert sorted(row["value"] for row in table(out)) == [5, 8]
    with opened(browser, file_of(out)) as page:
        assert sorted(column(page, "value")) == ["5", "8"]


def test_hostile_text_is_shown_as_text(browser: Any, tmp_path: Path) -> None:
    out = hostile_folder(tmp_path / "out")
    write_report(out)
    rows = table(out)
    with opened(browser, file_of(out)) as page:
        for row in rows:
            page.keyboard.press("j")
            assert highlighted(page, "in-quote") == row["quote"]  # 𠮷 before it: code points, not UTF-16 units
            assert highlighted(page, "in-value") == row["value_text"]
        assert page.locator("#detail h4").first.text_content() == HOSTILE
        assert "javascript:alert(3)" in page.locator(".source").inner_text()
        assert page.locator(".source a").count() == 0
        assert rows[0]["subject"] in column(page, "subject")[0] + page.locator(".tabulator-row").first.text_content()
        page.click("#lang")
        page.click("#show-charts")
        page.click("#show-rejects")
        assert HOSTILE in page.locator("#tab-rejects").text_content()
        assert page.locator("img, iframe, [onerror], [onload]").count() == 0
        assert page.evaluate("[...document.scripts].length") == 3


def test_the_policy_stops_what_is_put_into_the_page(browser: Any, sample_out: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(file_of(sample_out))
    page.evaluate(
        "() => { document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.owned = 1\">');"
        " const s = document.createElement('script'); s.textContent = 'window.owned = 2'; document.body.append(s); }"
    )
    page.wait_for_timeout(200)
    assert page.evaluate("window.owned") is None
    assert page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'stopped')") == "stopped"
    context.close()


def test_charts_hold_whole_regions_and_lead_to_the_rows(browser: Any, sample_out: Path) -> None:
    with opened(browser, file_of(sample_out)) as page:
        page.click("#show-charts")
        bars = page.locator("#bar-svg g")
        assert bars.count() >= 3
        assert page.locator("#line-svg circle").count() >= 3
        assert page.locator("#heat td button").count() > 20
        assert page.locator("#map").is_hidden()
        bars.first.click()
        assert page.locator("#detail .chip.scope").inner_text() == "整个地区"
        page.keyboard.press("Escape")
        cell = page.locator("#heat td button").first
        count = int(cell.inner_text())
        cell.click()
        assert shown(page) >= count
        assert page.locator("#tab-table").is_visible()


def test_a_map_is_drawn_from_outlines_of_the_user(browser: Any, tmp_path: Path) -> None:
    square = [[117.0, 39.0], [118.0, 39.0], [118.0, 40.0], [117.0, 40.0], [117.0, 39.0]]
    features = [
        {"properties": {"code": f"13{n:02}00", "name": f"{n}"},
         "geometry": {"type": "Polygon", "coordinates": [[[x + n, y] for x, y in square]]}} for n in (1, 2, 99)
    ]  # fmt: skip
    file = tmp_path / "map.json"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    out = many_rows(tmp_path / "out", articles=20, each=10)
    write_report(out, ReportOptions(geojson=file))
    with opened(browser, file_of(out)) as page:
        page.click("#show-charts")
        assert page.locator("#map-svg path").count() == 3
        assert page.locator("#map-svg path.opens").count() >= 1
        page.locator("#map-svg path.opens").first.click()
        assert page.locator("#detail").is_visible()


def test_ten_thousand_rows_without_lag(browser: Any, tmp_path: Path) -> None:
    out = many_rows(tmp_path / "out", articles=1000, each=10)
    write_report(out)
    measure = """async (run) => {
        const start = performance.now();
        new Function(run)();
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
        return performance.now() - start;
    }"""
    choose = "const s = document.querySelector('select[name=stat_kind]'); s.value = 'flow'; s.dispatchEvent(new Event('change'))"
    steps = {
        "filter": choose,
        "sort": "document.querySelector('.tabulator-col[tabulator-field=indicator]').click()",
        "reset": "document.querySelector('#reset').click()",
        "open": "document.querySelector('.tabulator-row').click()",
        "next": "document.querySelector('#row-next').click()",
        "charts": "document.querySelector('#show-charts').click()",
    }
    with opened(browser, file_of(out)) as page:
        assert shown(page) == 10_000
        assert page.locator(".tabulator-row").count() < 200
        # Milliseconds on a busy machine with two cores; on a free one each is under half a second.
        slow = {name: took for name, run in steps.items() if (took := page.evaluate(measure, run)) > 1500}
        assert slow == {}


def test_a_sample_says_so(browser: Any, tmp_path: Path) -> None:
    out = many_rows(tmp_path / "out", articles=30, each=7)
    write_report(out, ReportOptions(limit=50, seed=3))
    with opened(browser, file_of(out), language="en-GB") as page:
        note = page.locator("#sample-note").inner_text()
        assert "49 of 210 rows" in note
        assert "seed 3" in note


@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_phone_width_needs_no_sideways_scrolling(browser: Any, sample_out: Path, language: str) -> None:
    with opened(browser, file_of(sample_out), size=PHONE, language=language) as page:
        for tab in ("table", "charts", "rejects"):
            page.click(f"#show-{tab}")
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        page.click("#show-table")
        page.locator(".tabulator-row").first.click()
        box = page.locator("#detail").bounding_box()
        assert (box["x"], box["width"]) == (0, PHONE[0])
        page.click("#close")
        assert page.locator("#detail").is_hidden()


def test_paper_shows_the_filtered_rows(browser: Any, sample_out: Path) -> None:
    with opened(browser, file_of(sample_out)) as page:
        page.select_option("select[name=stat_kind]", "share")
        count = shown(page)
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        assert page.locator("#print-table tbody tr").count() == count
        assert page.locator("#grid").is_hidden()
        assert page.locator("#print-table").is_visible()
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator("#print-table tbody tr").count() == 0


def test_the_review_server_saves_marks(browser: Any, tmp_path: Path) -> None:
    out = hostile_folder(tmp_path / "out")
    with ReviewServer(out) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        with opened(browser, server.address) as page:
            page.keyboard.press("j")
            make_mark(page, "value", "151", "原文")
            said(page, "#status", "corrections.csv")
            assert [(m.field, m.new_value, m.expected_old) for m in read_marks(out / CORRECTIONS)] == [
                ("value", "151", "150")
            ]
            page.reload()
            page.wait_for_selector(".tabulator-row")
            page.keyboard.press("j")
            assert "151" in page.locator(".marks").inner_text()
            page.locator(".marks .drop").click()
            page.wait_for_selector(".marks", state="detached")
            assert read_marks(out / CORRECTIONS) == []
        refused = browser.new_context().new_page()
        assert refused.goto(server.address.replace(server.token, "x" * 43)).status == 403
        refused.context.close()
        server.shutdown()
        thread.join()
