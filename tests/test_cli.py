"""The commands as a user meets them: arguments, messages, exit codes, and what is left on disk."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

import fake_pipeline
from qualityextract import __version__, cli
from qualityextract.schema import RECORDS

TESTS = Path(__file__).parent
SOURCES = TESTS.parent / "src"
BIG = 50 * 1024 * 1024
BESIDE = ("codebook.md", "datapackage.json", "report.html", "run.json")


def run(*arguments: object, group: bool = False) -> Result:
    """Run a command in this process, wide enough that no message is folded."""
    app = cli.group_app if group else cli.extract_app
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})


def command(*arguments: object, module: bool = False) -> list[str]:
    """The command line of a real process: the stand-in pipeline, or the package itself."""
    program = ["-m", "qualityextract"] if module else [str(TESTS / "fake_pipeline.py")]
    return [sys.executable, *program, *(str(argument) for argument in arguments)]


def process(*arguments: object, module: bool = False) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments, module=module), env=environment(), capture_output=True, text=True, check=False, timeout=120
    )


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": f"{SOURCES}{os.pathsep}{TESTS}", "COLUMNS": "200", "PYTHONUTF8": "1"}


def names(folder: Path) -> list[str]:
    """What a user sees in a folder; the journal is hidden."""
    return sorted(file.name for file in folder.iterdir() if file.name != ".qualityextract")


def rejects(out: Path) -> list[dict[str, str]]:
    with (out / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


# Good runs


def test_all_well_is_exit_0_and_the_summary_says_where_to_look(stand_in: None, articles: Path, tmp_path: Path) -> None:
    (articles / "empty.txt").unlink()
    done = run(articles, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    for words in (
        "articles read",
        "of them exact copies",
        "unexplained",
        "tm.well_known",
        "observations.csv",
        "codebook.md",
    ):
        assert words in done.stdout
    assert done.stderr == ""
    assert len(names(tmp_path / "out")) == 2 * len(RECORDS) + len(BESIDE)


def test_a_reject_is_exit_1_with_the_reason_and_all_tables(stand_in: None, articles: Path, tmp_path: Path) -> None:
    done = run(articles, "--out", tmp_path / "out", "--workers", 1)
    assert done.exit_code == 1, done.output
    assert "empty.txt" in done.stdout
    assert "the file is empty" in done.stdout
    assert [row["path"] for row in rejects(tmp_path / "out")] == ["empty.txt"]
    assert len(names(tmp_path / "out")) == 2 * len(RECORDS) + len(BESIDE)


def test_quiet_prints_nothing(stand_in: None, articles: Path, tmp_path: Path) -> None:
    done = run(articles, "--out", tmp_path / "out", "--quiet")
    assert (done.exit_code, done.output) == (1, "")


@pytest.mark.parametrize(
    ("chosen", "endings"), [("csv", {"csv"}), ("parquet", {"parquet"}), ("both", {"csv", "parquet"})]
)
def test_format_chooses_what_is_written(
    stand_in: None, articles: Path, tmp_path: Path, chosen: str, endings: set[str]
) -> None:
    done = run(articles, "--out", tmp_path / "out", "--format", chosen)
    report = {"html"} if "parquet" in endings else set()
    assert {name.rpartition(".")[2] for name in names(tmp_path / "out")} == endings | {"md", "json"} | report
    assert f"observations.{'parquet' if chosen == 'parquet' else 'csv'}" in done.stdout


def test_glob_and_max_bytes_reach_the_run(stand_in: None, articles: Path, tmp_path: Path) -> None:
    done = run(articles, "--out", tmp_path / "out", "--glob", "*.md", "--max-bytes", 5)
    assert done.exit_code == 1
    run_file = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert (run_file["options"]["glob"], run_file["options"]["max_bytes"]) == ("*.md", 5)
    assert "--max-bytes" in rejects(tmp_path / "out")[0]["hint"]


def test_markup_in_a_file_name_is_shown_as_it_is(stand_in: None, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "[bold]唐山[x].txt").write_text("")
    done = run(tmp_path / "in", "--out", tmp_path / "out")
    assert done.exit_code == 1, done.output
    assert "[bold]唐山[x].txt" in done.stdout


def test_fail_fast_names_the_file_and_writes_nothing(stand_in: None, articles: Path, tmp_path: Path) -> None:
    done = run(articles, "--out", tmp_path / "out", "--fail-fast")
    assert done.exit_code == 1
    assert "empty.txt: the file is empty. Delete it." in done.stderr
    assert "nothing was written" in done.stderr
    assert not (tmp_path / "out").exists()


# Wrong use and failures


def test_wrong_use_is_exit_2_with_a_message_and_nothing_written(stand_in: None, articles: Path, tmp_path: Path) -> None:
    out, file = tmp_path / "out", tmp_path / "file"
    (tmp_path / "empty").mkdir()
    file.write_text("mine")
    for arguments, words in (
        ([tmp_path / "gone", "--out", out], "does not exist"),
        ([file, "--out", out], "is a file"),
        ([tmp_path / "empty", "--out", out], "no articles found"),
        ([articles, "--out", out, "--glob", "*.xyz"], "no articles found"),
        ([articles, "--out", file], "is a file; name a folder"),
        ([articles, "--out", file / "below"], "can't write into"),
        ([articles, "--out", articles], "is the input folder"),
        ([articles], "--out"),
        ([articles, "--out", out, "--workers", "0"], "--workers"),
        ([articles, "--out", out, "--format", "xls"], "--format"),
        ([articles, "--out", out, "--fromat", "csv"], "--fromat"),
        ([], "folder"),
    ):
        done = run(*arguments)
        assert done.exit_code == 2, (arguments, done.output)
        assert words in done.stderr.lower(), arguments
        assert "Traceback" not in done.output
    assert not out.exists()
    assert file.read_text() == "mine"


def test_bad_rules_are_wrong_use(
    stand_in: None, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qualityextract.errors import RuleError

    def refuse() -> object:
        raise RuleError("rules/forms.csv: rule tm.x#1: field weak: bad value")

    monkeypatch.setattr("qualityextract.ruleset.load_ruleset", refuse)
    done = run(articles, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "rules/forms.csv: rule tm.x#1" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_bug_is_exit_3_with_its_trace_and_the_document(stand_in: None, articles: Path, tmp_path: Path) -> None:
    (articles / "bug.txt").write_text("BUG")
    done = run(articles, "--out", tmp_path / "out", "--workers", 1)
    assert done.exit_code == 3
    assert "bug.txt" in done.stderr


def test_a_full_disk_is_exit_3_and_leaves_the_earlier_run(
    stand_in: None, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(articles, "--out", tmp_path / "out")
    before = {name: (tmp_path / "out" / name).read_bytes() for name in names(tmp_path / "out")}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("qualityextract.write.cell_text", full)
    done = run(articles, "--out", tmp_path / "out")
    assert done.exit_code == 3
    assert "No space left on device" in done.stderr
    assert {name: (tmp_path / "out" / name).read_bytes() for name in names(tmp_path / "out")} == before


# Real processes


def test_version_and_help_answer_at_once() -> None:
    started = time.perf_counter()
    version = process("--version", module=True)
    assert version.stdout == f"qualityextract {__version__}\n"
    for arguments in (["--help"], ["extract", "--help"], ["explain", "--help"], ["indicators", "--help"]):
        shown = process(*arguments, module=True)
        assert shown.returncode == 0
        assert "Usage" in shown.stdout
    # Five processes; each takes a quarter of a second on an idle machine.
    assert time.perf_counter() - started < 15


@pytest.mark.parametrize(
    ("make", "code", "words"),
    [
        ({}, 2, "no articles found"),
        ({"a.txt": b"\xff\xfe\x00\x9f" * 50, "b.txt": bytes(range(128, 256))}, 1, "no known encoding"),
        ({"empty.txt": b""}, 1, "the file is empty"),
        ({"big.txt": b"a" * BIG}, 1, "52,428,800 bytes are more than the limit"),
        ({"唐山 质量 报道.txt": "拥有9件".encode()}, 0, "articles read"),
    ],
    ids=["empty folder", "unreadable bytes", "empty file", "50 MB", "spaces and Chinese"],
)
def test_odd_inputs_end_with_a_clear_message(tmp_path: Path, make: dict[str, bytes], code: int, words: str) -> None:
    folder = tmp_path / "输入 in"
    folder.mkdir()
    for name, data in make.items():
        (folder / name).write_bytes(data)
    done = process(folder, "--out", tmp_path / "输出 out", "--workers", 1)
    assert done.returncode == code, done.stderr
    assert words in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    if code == 2:
        assert names(tmp_path) == ["输入 in"]
    else:
        assert len(names(tmp_path / "输出 out")) == 2 * len(RECORDS) + len(BESIDE)
        assert len(rejects(tmp_path / "输出 out")) == (len(make) if code else 0)


def test_a_symlink_loop_is_passed_over_and_counted(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("拥有9件", encoding="utf-8")
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    done = process(folder, "--out", tmp_path / "out")
    assert done.returncode == 0
    assert "skipped: symbolic link" in done.stdout


@contextmanager
def slow_run(tmp_path: Path, workers: int) -> Iterator[subprocess.Popen[bytes]]:
    """A run that is in the midst of a document that takes a minute."""
    if os.name == "nt":
        pytest.skip("signals of another kind on this system")
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02}.txt").write_text("SLOW" if number == 20 else f"{number}号", encoding="utf-8")
    arguments = command(folder, "--out", tmp_path / "out", "--workers", workers)
    settings = environment() | {"SLOW_MARK": str(tmp_path / "slow")}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = subprocess.Popen(arguments, env=settings, start_new_session=True, **quiet)
    try:
        until((tmp_path / "slow").exists)
        (tmp_path / "slow").unlink()
        yield running
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait(timeout=30)


def until(happened: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.mark.parametrize("sent", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("workers", [1, 2])
def test_an_interrupted_run_leaves_no_table_and_its_journal(tmp_path: Path, sent: str, workers: int) -> None:
    with slow_run(tmp_path, workers) as running:
        # A terminal sends Ctrl-C to the whole group; a supervisor ends the one process that it started.
        send = os.killpg if sent == "SIGINT" else os.kill
        send(running.pid, getattr(signal, sent))
        assert running.wait(timeout=20) not in (0, 1, 2)
        assert names(tmp_path) == ["in", "out"]
        assert names(tmp_path / "out") == []
        assert (tmp_path / "out" / ".qualityextract" / "journal.sqlite").is_file()


@pytest.mark.skipif(shutil.which("ps") is None, reason="no ps to look for processes with")
def test_workers_do_not_outlive_a_killed_run(tmp_path: Path) -> None:
    with slow_run(tmp_path, workers=2) as running:
        running.kill()
        running.wait(timeout=20)
        until(lambda: not group_lives(running.pid), seconds=20)


def group_lives(group: int) -> bool:
    """Whether a process of the group is left that is more than a zombie."""
    done = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True)
    found = [line.split() for line in done.stdout.splitlines()]
    return any(int(pgid) == group and not state.startswith("Z") for pgid, state in found)


# The group for people who build rules


def test_indicators_lists_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    rest = {"units": ("件",), "stat_kinds": ("stock",), "label_en": "a label"}
    madrid = SimpleNamespace(code="tm.madrid", label_zh="马德里商标", group="trademarks", core=False, **rest)
    mark = SimpleNamespace(code="gi.mark", label_zh="地理标志", group="gi", core=True, **rest)
    catalogue = {"tm.madrid": madrid, "gi.mark": mark}
    monkeypatch.setattr("qualityextract.ruleset.load_ruleset", lambda: SimpleNamespace(indicators=catalogue))
    everything = run("indicators", group=True)
    assert everything.exit_code == 0, everything.output
    assert "马德里商标" in everything.stdout
    assert re.search(r"\*\W+gi\.mark", everything.stdout)
    assert "tm.madrid" not in run("indicators", "--core", group=True).stdout
    assert "gi.mark" not in run("indicators", "--group", "trade", group=True).stdout
    wrong = run("indicators", "--group", "nothing", group=True)
    assert wrong.exit_code == 2
    assert "gi, trademarks" in wrong.stderr


def test_explain_prints_chunks_rules_rows_and_fates(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    sentence = SimpleNamespace(
        text="全市拥有驰名商标9件。",
        letters="RVIQ",
        chunks=[("R", "全市", "130200"), ("Q", "9件", "9")],
        rows=[fake_pipeline.observation_row(value=9.0, level=["national"], attributes={"action": "x"})],
        figures=[("9件", "observation", "bind.before"), ("[b]3", "ordinal", None)],
    )

    def explain(text: str, *, published: object = None, title: object = None) -> SimpleNamespace:
        asked.extend([text, str(published), title])
        return SimpleNamespace(sentences=[sentence])

    monkeypatch.setitem(sys.modules, "qualityextract.pipeline", SimpleNamespace(explain=explain))
    done = run("explain", "全市拥有驰名商标9件。", "--published", "2021-10-25", "--title", "唐山", group=True)
    assert done.exit_code == 0, done.output
    assert asked == ["全市拥有驰名商标9件。", "2021-10-25", "唐山"]
    for words in ("RVIQ", "130200", "bind.before", "tm.well_known", "national", "action=x", "[b]3"):
        assert words in done.stdout
    assert run("explain", "  ", group=True).exit_code == 2
    assert run("explain", "文", "--published", "2021", group=True).exit_code == 2
