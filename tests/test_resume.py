"""Runs that die and go on: with real processes, real kills, and the tables compared byte for byte.

The pipeline is the real one where the test says so, else the stand-in; marked `slow` where it takes more than some seconds.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qualityextract.errors import ConfigurationError
from qualityextract.run import RunOptions, extract_folder
from qualityextract.run.journal import Journal, fingerprint, packed, unpacked
from qualityextract.schema import RECORDS, Tables

ROOT = Path(__file__).parent.parent
SAMPLE = sorted(path for path in (ROOT / "data" / "raw").iterdir() if path.suffix == ".txt")


def many(folder: Path, count: int, *, characters: int | None = None) -> Path:
    """A folder with texts of the sample in turn, each with a line of its own, in subfolders."""
    texts = [path.read_bytes().decode("gb18030" if path.name.startswith("qiqihar") else "utf-8") for path in SAMPLE]
    for number in range(count):
        path = SAMPLE[number % len(SAMPLE)]
        file = folder / f"{number // 1000:03}" / f"{number:06}{path.suffix}"
        file.parent.mkdir(parents=True, exist_ok=True)
        text = texts[number % len(texts)][:characters]
        file.write_text(f"{text}\n编号{number}的文章。\n", encoding="utf-8")
    return folder


def tables_of(out: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(out.glob("*.parquet")) + sorted(out.glob("*.csv"))}


def started(folder: Path, out: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "qualityextract", "extract", str(folder), "--out", str(out), "--quiet", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    return subprocess.Popen(command, env=environment, start_new_session=True, stderr=subprocess.DEVNULL)


def finished(out: Path) -> int:
    """How many documents the journal of a dead or running process holds."""
    file = out / ".qualityextract" / "journal.sqlite"
    if not file.is_file():
        return 0
    copy = out.parent / f"{out.name}-journal-copy"
    shutil.copytree(file.parent, copy)
    try:
        with sqlite3.connect(copy / file.name) as db:
            return int(db.execute("SELECT count(*) FROM documents").fetchone()[0])
    finally:
        shutil.rmtree(copy)


@pytest.fixture(scope="module")
def five_hundred(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, bytes], float]]:
    """500 articles, the tables of a run on them that nothing disturbed, and the seconds that it took."""
    base = tmp_path_factory.mktemp("resume")
    folder = many(base / "in", 500, characters=120)
    began = time.monotonic()
    assert started(folder, base / "calm", "--workers", "2").wait() == 0
    seconds = time.monotonic() - began
    yield folder, tables_of(base / "calm"), seconds
    shutil.rmtree(base)


@pytest.mark.slow
def test_thirty_runs_killed_at_random_moments_end_in_the_same_tables(
    five_hundred: tuple[Path, dict[str, bytes], float], tmp_path: Path
) -> None:
    folder, calm, seconds = five_hundred
    moments = random.Random(20231)
    midway = 0
    for number in range(30):
        out = tmp_path / f"out{number}"
        running = started(folder, out, "--workers", str(1 + number % 2), "--no-report")
        time.sleep(moments.uniform(0.1, 0.95) * seconds)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        before = finished(out)
        midway += 0 < before < 500
        result = extract_folder(folder, out, RunOptions(workers=2, report=False))
        assert result.reused == before
        assert tables_of(out) == calm, f"run {number}, killed after {before} articles"
        assert [file.name for file in out.iterdir() if file.name.startswith(".qualityextract-")] == []
        shutil.rmtree(out)
    assert midway >= 10, "the kills came too early or too late to say anything"


@pytest.mark.slow
def test_a_worker_killed_in_mid_run_costs_nothing(
    five_hundred: tuple[Path, dict[str, bytes], float], tmp_path: Path
) -> None:
    folder, calm, _ = five_hundred
    running = started(folder, tmp_path / "out", "--workers", "2")
    killed = 0
    deadline = time.monotonic() + 600
    while not killed and time.monotonic() < deadline and running.poll() is None:
        if finished(tmp_path / "out") > 50:
            children = subprocess.run(
                ["pgrep", "-P", str(running.pid), "-f", "spawn_main"], capture_output=True, text=True, check=False
            )
            for child in children.stdout.split()[:1]:
                os.kill(int(child), signal.SIGKILL)
                killed += 1
        time.sleep(0.1)
    assert running.wait(timeout=600) == 0
    assert killed == 1
    assert tables_of(tmp_path / "out") == calm
    events = [json.loads(line)["event"] for line in _log(tmp_path / "out")]
    assert "worker died" in events
    assert events[-1] == "finished"


def _log(out: Path) -> list[str]:
    return (out / ".qualityextract" / "run.log").read_text(encoding="utf-8").splitlines()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc that tells the peak of a process")
def test_memory_does_not_grow_with_the_folder(tmp_path: Path) -> None:
    """The peak of the parent process at 20,000 articles, against that at 2,000."""
    folder = many(tmp_path / "in", 20_000, characters=300)
    small = tmp_path / "small"
    small.mkdir()
    for name in ("000", "001"):
        shutil.copytree(folder / name, small / name)
    peaks = [_peak(small, tmp_path / "out2"), _peak(folder, tmp_path / "out20")]
    assert peaks[1] <= 300
    assert peaks[1] <= 1.2 * peaks[0], peaks


def _peak(folder: Path, out: Path) -> float:
    """Megabytes of resident memory that the parent process took at most.

    Linux hands the peak of the process that forked down to `ru_maxrss`, so the mark of the address space itself is read.
    """
    code = (
        "import sys; from pathlib import Path; from qualityextract.run import RunOptions, extract_folder;"
        "extract_folder(Path(sys.argv[1]), Path(sys.argv[2]), RunOptions(workers=2, formats=('parquet',), report=False));"
        "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM:')).split()[1])"
    )
    script = out.parent / "peak.py"
    script.write_text(f"if __name__ == '__main__':\n    {code}\n")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, str(script), str(folder), str(out)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout.split()[-1]) / 1024


# The journal, with the stand-in pipeline


def test_what_is_finished_is_not_read_again(stand_in: None, articles: Path, tmp_path: Path) -> None:
    first = extract_folder(articles, tmp_path / "out")
    calm = tables_of(tmp_path / "out")
    again = extract_folder(articles, tmp_path / "out", RunOptions(workers=2))
    assert (first.reused, again.reused) == (0, 5)
    assert tables_of(tmp_path / "out") == calm
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["reused"] == 5


def test_a_folder_that_has_grown_costs_only_what_is_new(stand_in: None, articles: Path, tmp_path: Path) -> None:
    extract_folder(articles, tmp_path / "out")
    (articles / "a.txt").write_text("新获奖3件", encoding="utf-8")
    (articles / "z.md").write_text("获奖8件。", encoding="utf-8")
    result = extract_folder(articles, tmp_path / "out")
    assert result.reused == 4
    extract_folder(articles, tmp_path / "fresh")
    assert tables_of(tmp_path / "out") == tables_of(tmp_path / "fresh")


def test_a_file_that_is_gone_leaves_no_row(stand_in: None, articles: Path, tmp_path: Path) -> None:
    extract_folder(articles, tmp_path / "out")
    (articles / "z.md").unlink()
    extract_folder(articles, tmp_path / "out")
    extract_folder(articles, tmp_path / "fresh")
    assert tables_of(tmp_path / "out") == tables_of(tmp_path / "fresh")


@pytest.mark.parametrize(
    ("options", "reused", "said"),
    [
        (RunOptions(max_bytes=5_000_000), 0, "limits"),
        (RunOptions(fresh=True), 0, ""),
        (RunOptions(retry_rejects=True), 4, "5 documents of an earlier run"),
        (RunOptions(glob="*.txt"), 4, "5 documents of an earlier run"),
    ],
    ids=["another limit", "fresh", "retry rejects", "another glob"],
)
def test_what_is_taken_from_an_earlier_run(
    stand_in: None, articles: Path, tmp_path: Path, options: RunOptions, reused: int, said: str
) -> None:
    extract_folder(articles, tmp_path / "out")
    result = extract_folder(articles, tmp_path / "out", options)
    assert result.reused == reused
    assert said in " ".join(result.notes)
    assert bool(result.notes) == bool(said)


def test_other_rules_make_everything_new(
    stand_in: None, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract_folder(articles, tmp_path / "out")
    monkeypatch.setattr("qualityextract.run.local._rules_digest", lambda: "another")
    result = extract_folder(articles, tmp_path / "out")
    assert result.reused == 0
    assert result.notes == ("changed since the last run: rules; 5 documents are read again",)


def test_a_second_run_on_one_folder_stops_with_a_clear_message(stand_in: None, articles: Path, tmp_path: Path) -> None:
    with (
        Journal(tmp_path / "out", {}),
        pytest.raises(ConfigurationError, match="another run is writing into"),
    ):
        extract_folder(articles, tmp_path / "out")
    assert not (tmp_path / "out" / "run.json").exists()
    extract_folder(articles, tmp_path / "out")


def test_a_damaged_journal_is_named(stand_in: None, articles: Path, tmp_path: Path) -> None:
    file = tmp_path / "out" / ".qualityextract" / "journal.sqlite"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    with pytest.raises(ConfigurationError, match=r"journal .*is damaged.*remove it to start over"):
        extract_folder(articles, tmp_path / "out")


def test_staged_leftovers_of_a_killed_run_go(stand_in: None, articles: Path, tmp_path: Path) -> None:
    stale = tmp_path / "out" / ".qualityextract-left"
    stale.mkdir(parents=True)
    (stale / "observations.csv").write_text("half")
    extract_folder(articles, tmp_path / "out")
    assert not stale.exists()


def test_fail_fast_leaves_no_journal(stand_in: None, articles: Path, tmp_path: Path) -> None:
    (articles / "empty.txt").unlink()
    extract_folder(articles, tmp_path / "out", RunOptions(fail_fast=True))
    assert not (tmp_path / "out" / ".qualityextract").exists()


def test_a_document_that_takes_too_long_is_a_reject(
    stand_in: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLOW_MARK", str(tmp_path / "mark"))
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in (("a.txt", "1件"), ("b.txt", "SLOW"), ("c.txt", "2件")):
        (folder / name).write_text(text, encoding="utf-8")
    result = extract_folder(folder, tmp_path / "out", RunOptions(max_seconds=0.3))
    assert [(reject.path, reject.reason) for reject in result.account.first_rejects] == [
        ("b.txt", "it took more than 0.3 seconds")
    ]
    assert result.account.articles == 2


def test_tables_come_back_from_the_journal_as_they_were(articles: Path) -> None:
    from qualityextract.pipeline import extract_text

    tables = extract_text("唐山市拥有驰名商标9件,较上年增长12.5%,占全省的18%,居全省第2位。")
    assert len(tables.observations) >= 3
    assert unpacked(packed(tables)) == tables
    assert unpacked(packed(Tables())) == Tables()


def test_a_changed_file_has_another_fingerprint(articles: Path) -> None:
    from qualityextract.read import Source

    source = Source(articles / "b.txt", "b.txt")
    before = fingerprint(source)
    source.file.write_text("1件", encoding="utf-8")
    assert fingerprint(source) != before
    assert fingerprint(Source(articles / "gone.txt", "gone.txt")) is None
    assert fingerprint(Source(articles / "b.txt", "b.txt", "no permission")) is None


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="no limit for the size of files here")
def test_a_disk_that_fills_up_is_told_and_the_run_can_go_on(tmp_path: Path) -> None:
    """A limit on the size of written files stands for the disk: writes beyond it fail in the kernel."""
    folder = many(tmp_path / "in", 60)
    calm = extract_folder(folder, tmp_path / "calm")
    assert calm.account.articles == 60
    command = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000));"
        "from qualityextract.cli import run_extract; sys.argv[0] = 'extract'; run_extract()"
    )
    arguments = [str(folder), "--out", str(tmp_path / "out"), "--workers", "1", "--quiet"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", command, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3, done.stderr
    assert "error:" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out" / "run.json").exists()
    extract_folder(folder, tmp_path / "out")
    assert tables_of(tmp_path / "out") == tables_of(tmp_path / "calm")


def test_every_table_is_in_the_journal() -> None:
    assert set(RECORDS) == {"articles", "observations", "entities", "figures", "rejects"}
