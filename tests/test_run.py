"""Runs over folders: order, workers, copies, counts, and inputs of every odd kind."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fake_pipeline import TEXTS
from qualityextract.errors import ConfigurationError, DocumentError
from qualityextract.read import Source, find_sources, read_source
from qualityextract.run import ExtractionBugError, FirstRejectError, RunOptions, extract_folder
from qualityextract.run.settle import copy_id
from qualityextract.schema import RECORDS

NOBODY = 65534


def read_csv(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(2**31 - 1)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def csv_bytes(out: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(out.glob("*.csv"))}


def paths(folder: Path, **options: Any) -> list[str]:
    return [source.path for source in find_sources(folder, **options).sources]


def fill(folder: Path, texts: dict[str, str], seed: int = 0) -> Path:
    """Make the files in an order that `seed` chooses."""
    names = sorted(texts)
    random.Random(seed).shuffle(names)
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(texts[name], encoding="utf-8")
    return folder


@contextmanager
def plain_user() -> Iterator[Path]:
    """A folder of a user whom permissions bind: root may read and write everything, whatever the mode says."""
    if not hasattr(os, "geteuid"):
        pytest.skip("permissions of another kind on this system")
    folder = Path(tempfile.mkdtemp())
    root = os.geteuid() == 0
    if root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        for found in [folder, *folder.rglob("*")]:
            if found.is_dir():
                found.chmod(0o700)
        shutil.rmtree(folder)


# What is found


def test_inputs_come_in_the_order_of_their_paths_and_the_rest_is_counted(tmp_path: Path) -> None:
    fill(tmp_path, {"b.txt": "", "a/z.HTML": "", "a.md": "", "c.xlsx": "", ".hidden.txt": "", ".git/x.txt": ""}, seed=3)
    listing = find_sources(tmp_path)
    assert [source.path for source in listing.sources] == ["a.md", "a/z.HTML", "b.txt"]
    assert listing.skipped == {"hidden": 2, "other type": 1}


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("*", ["2021/a.txt", "2022/河北 a.txt", "b.html"]),
        ("*.txt", ["2021/a.txt", "2022/河北 a.txt"]),
        ("河北*", ["2022/河北 a.txt"]),
        ("2021/*", ["2021/a.txt"]),
        ("[ab].*", ["2021/a.txt", "b.html"]),
        ("nothing", []),
    ],
)
def test_glob_chooses_by_name_or_by_path(tmp_path: Path, glob: str, expected: list[str]) -> None:
    fill(tmp_path, {"2021/a.txt": "", "2022/河北 a.txt": "", "b.html": ""})
    listing = find_sources(tmp_path, glob=glob)
    assert [source.path for source in listing.sources] == expected
    assert listing.skipped.get("not matched by --glob", 0) == 3 - len(expected)


def test_symbolic_links_are_not_followed(tmp_path: Path) -> None:
    fill(tmp_path, {"a/x.txt": ""})
    (tmp_path / "a" / "loop").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "self.txt").symlink_to(tmp_path / "self.txt")
    (tmp_path / "y.txt").symlink_to(tmp_path / "a" / "x.txt")
    listing = find_sources(tmp_path)
    assert [source.path for source in listing.sources] == ["a/x.txt"]
    assert listing.skipped == {"symbolic link": 3}


def test_symbolic_links_are_followed_when_asked_and_never_round(tmp_path: Path) -> None:
    fill(tmp_path, {"in/a/x.txt": "", "in/b/y.txt": "", "beside/z.txt": "甲", "beside/more/w.txt": ""})
    for link, target in {
        "a/to_b": "in/b",
        "b/to_a": "in/a",
        "out": "beside",
        "z.txt": "beside/z.txt",
        "gone.txt": "no",
    }.items():
        (tmp_path / "in" / link).symlink_to(tmp_path / target)
    listing = find_sources(tmp_path / "in", follow_links=True)
    assert [source.path for source in listing.sources] == [
        "a/to_b/y.txt",
        "a/x.txt",
        "b/to_a/x.txt",
        "b/y.txt",
        "out/more/w.txt",
        "out/z.txt",
        "z.txt",
    ]
    assert listing.skipped == {"symbolic link": 3}
    assert read_source(list(listing.sources)[-1]).data.decode() == "甲"


def test_a_link_that_loops_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(ConfigurationError, match="leads nowhere"):
        find_sources(tmp_path / "loop")


def test_the_output_folder_inside_the_input_is_not_read(tmp_path: Path) -> None:
    fill(tmp_path, {"x.txt": "", "out/codebook.md": ""})
    assert paths(tmp_path, leave_out=tmp_path / "out") == ["x.txt"]
    assert paths(tmp_path) == ["out/codebook.md", "x.txt"]


def test_deep_folders_are_walked(tmp_path: Path) -> None:
    deep = "/".join(["d"] * 300 + ["x.txt"])
    fill(tmp_path, {deep: ""})
    assert paths(tmp_path) == [deep]


@pytest.mark.skipif(os.name == "nt" or os.uname().sysname == "Darwin", reason="names are Unicode on this system")
def test_a_name_that_is_no_utf8_is_shown_with_escapes(tmp_path: Path) -> None:
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xcc\xc6\xc92.txt"))).write_text("文")
    (source,) = find_sources(tmp_path).sources
    assert source.path == "\\xcc\\xc6\\xc92.txt"
    assert read_source(source).data == "文".encode()


# What is read


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(b"123456")
    source = Source(tmp_path / "x.txt", "x.txt")
    assert read_source(source, max_bytes=6).data == b"123456"
    with pytest.raises(DocumentError, match="6 bytes are more than the limit of 5"):
        read_source(source, max_bytes=5)


def test_pipes_and_devices_are_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(DocumentError, match="a named pipe"):
        read_source(Source(tmp_path / "pipe.txt", "pipe.txt"))
    with pytest.raises(DocumentError, match="a device"):
        read_source(Source(Path("/dev/zero"), "zero"))


def test_a_file_that_is_gone_or_a_link_by_now_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="No such file"):
        read_source(Source(tmp_path / "gone.txt", "gone.txt"))
    (tmp_path / "link.txt").symlink_to("/etc/hostname")
    with pytest.raises(DocumentError, match="can't be read"):
        read_source(Source(tmp_path / "link.txt", "link.txt"))


def test_what_permissions_forbid_is_a_reject_of_its_own() -> None:
    with plain_user() as folder:
        fill(folder, {"a.txt": "1件", "b.txt": "2件", "c/d.txt": "3件"})
        (folder / "a.txt").chmod(0)
        (folder / "c").chmod(0)
        listing = find_sources(folder)
        assert [source.path for source in listing.sources] == ["a.txt", "b.txt", "c"]
        said = []
        for source in listing.sources:
            try:
                said.append(read_source(source).data.decode())
            except DocumentError as error:
                said.append(error.reason)
    assert said == [
        "the file can't be read: Permission denied",
        "2件",
        "the folder can't be listed: Permission denied",
    ]


# What a run does


def test_a_run_writes_rows_in_the_order_of_paths_and_offsets(stand_in: None, articles: Path, tmp_path: Path) -> None:
    result = extract_folder(articles, tmp_path / "out")
    out = tmp_path / "out"
    assert [row["path"] for row in read_csv(out / "articles.csv")] == [
        "a 空格/copy of b.txt",
        "a 空格/唐山 2021.txt",
        "b.txt",
        "z.md",
    ]
    assert [row["value"] for row in read_csv(out / "observations.csv")] == ["9", "150", "2", "7"]
    assert [row["fate"] for row in read_csv(out / "figures.csv")] == [
        "observation",
        "observation",
        "unexplained",
        "observation",
        "unexplained",
        "unexplained",
        "observation",
    ]
    (reject,) = read_csv(out / "rejects.csv")
    assert (reject["path"], reject["stage"], reject["reason"]) == ("empty.txt", "document", "the file is empty")
    assert result.account.rejects == 1


def test_a_later_exact_copy_is_marked_and_has_no_rows(stand_in: None, articles: Path, tmp_path: Path) -> None:
    extract_folder(articles, tmp_path / "out")
    rows = {row["path"]: row for row in read_csv(tmp_path / "out" / "articles.csv")}
    first, copy = rows["a 空格/copy of b.txt"], rows["b.txt"]
    assert first["duplicate_of"] == ""
    assert copy["duplicate_of"] == first["article_id"]
    assert copy["article_id"] == copy_id(first["article_id"], "b.txt")
    assert copy["text"] == first["text"]
    for table in ("observations", "figures"):
        keys = [row["article_id"] for row in read_csv(tmp_path / "out" / f"{table}.csv")]
        assert copy["article_id"] not in keys
        assert first["article_id"] in keys


def test_keys_are_unique_and_references_lead_somewhere(stand_in: None, articles: Path, tmp_path: Path) -> None:
    extract_folder(articles, tmp_path / "out")
    rows = {table: read_csv(tmp_path / "out" / f"{table}.csv") for table in RECORDS}
    known = [row["article_id"] for row in rows["articles"]]
    observed = [row["observation_id"] for row in rows["observations"]]
    assert len(set(known)) == len(known)
    assert len(set(observed)) == len(observed)
    assert {row["article_id"] for table in ("observations", "figures") for row in rows[table]} <= set(known)
    assert {one for row in rows["figures"] for one in row["observation_ids"].split("|") if one} == set(observed)


def test_the_same_input_gives_the_same_bytes_whatever_the_workers_and_the_order_of_files(
    stand_in: None, tmp_path: Path
) -> None:
    texts = TEXTS | {f"many/{n}.txt": f"第{n % 7}次获奖{n % 30}件，共{n}件" for n in range(80)}
    first = fill(tmp_path / "first", texts, seed=1)
    second = fill(tmp_path / "second", texts, seed=2)
    extract_folder(first, tmp_path / "1")
    extract_folder(first, tmp_path / "again")
    extract_folder(second, tmp_path / "2", RunOptions(workers=2))
    expected = csv_bytes(tmp_path / "1")
    assert set(expected) == {f"{table}.csv" for table in RECORDS}
    assert csv_bytes(tmp_path / "again") == expected
    assert csv_bytes(tmp_path / "2") == expected
    for table in RECORDS:
        one, two = ((tmp_path / out / f"{table}.parquet").read_bytes() for out in ("1", "2"))
        assert one == two


def test_run_json_accounts_for_everything(stand_in: None, articles: Path, tmp_path: Path) -> None:
    fill(articles, {"bad.txt": "排名第0件，第3件", "note.doc": "", "big.txt": "文" * 2000})
    extract_folder(articles, tmp_path / "out", RunOptions(max_bytes=5000))
    run = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert run["rules"]["digest"] == "digest-of-the-test"
    assert run["options"]["max_bytes"] == 5000
    counts = run["counts"]
    assert counts["list"] == {"in": 8, "out": 7, "skipped": {"other type": 1}}
    assert counts["read"] == {"in": 7, "out": 6, "rejected": 1}
    assert counts["document"] == {"in": 6, "out": 5, "rejected": 1}
    assert counts["duplicates"] == {"in": 5, "out": 4, "copies": 1}
    assert counts["records"]["observations"] == {"in": 6, "out": 5, "rejected": 1}
    for stage in counts["records"].values():
        assert stage["in"] == stage["out"] + stage["rejected"]
    assert counts["figures"]["in"] == sum(counts["figures"]["fates"].values()) == counts["tables"]["figures"]
    for table, count in counts["tables"].items():
        assert len(read_csv(tmp_path / "out" / f"{table}.csv")) == count
    assert set(run["seconds"]) == {"list", "extract", "write", "total"}


def test_a_record_that_cannot_be_is_quarantined_with_its_values(stand_in: None, tmp_path: Path) -> None:
    fill(tmp_path / "in", {"bad.txt": "排名第0件"})
    result = extract_folder(tmp_path / "in", tmp_path / "out")
    (reject,) = read_csv(tmp_path / "out" / "rejects.csv")
    assert (reject["path"], reject["stage"], reject["table"]) == ("bad.txt", "record", "observations")
    assert reject["reason"] == "value: 0.0 is no position in a ranking"
    assert json.loads(reject["raw"])["value_text"] == "0"
    assert (result.account.rejected_documents, result.account.rejects) == (0, 1)


@pytest.mark.parametrize("workers", [1, 2])
def test_fail_fast_stops_at_the_first_reject_in_the_order_of_paths(
    stand_in: None, tmp_path: Path, workers: int
) -> None:
    texts = {f"{n:03}.txt": f"{n}件" for n in range(1, 60)} | {"040.txt": "", "050.txt": ""}
    fill(tmp_path / "in", texts)
    options = RunOptions(workers=workers, fail_fast=True)
    with pytest.raises(FirstRejectError, match=r"040\.txt: the file is empty\. Delete it\."):
        extract_folder(tmp_path / "in", tmp_path / "out", options)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_bug_propagates_and_names_the_document(stand_in: None, tmp_path: Path, workers: int) -> None:
    fill(tmp_path / "in", {f"{n:03}.txt": "1件" for n in range(40)} | {"030.txt": "BUG"})
    with pytest.raises(ExtractionBugError, match=r"'030\.txt': KeyError: 'no such thing'") as caught:
        extract_folder(tmp_path / "in", tmp_path / "out", RunOptions(workers=workers))
    assert caught.value.__cause__ is not None
    assert "KeyError" in repr(caught.value.__cause__) + str(caught.value.__cause__)
    assert [file.name for file in (tmp_path / "out").iterdir()] == [".qualityextract"]


def test_documents_that_kill_their_worker_are_rejects_and_the_rest_is_kept(stand_in: None, tmp_path: Path) -> None:
    """Two killers in one batch, one in the next, one far behind: what was under way with them is not lost."""
    killers = (30, 31, 50, 150)
    fill(tmp_path / "in", {f"{n:03}.txt": "DIE" if n in killers else f"{n}件" for n in range(1, 181)})
    result = extract_folder(tmp_path / "in", tmp_path / "out", RunOptions(workers=2))
    rejects = read_csv(tmp_path / "out" / "rejects.csv")
    assert [(reject["path"], reject["stage"]) for reject in rejects] == [(f"{n:03}.txt", "document") for n in killers]
    assert all("died on it twice" in reject["reason"] for reject in rejects)
    assert [row["path"] for row in read_csv(tmp_path / "out" / "articles.csv")] == [
        f"{n:03}.txt" for n in range(1, 181) if n not in killers
    ]
    assert result.account.rejects == len(killers)


def test_progress_is_told_up_to_the_end(stand_in: None, articles: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    extract_folder(articles, tmp_path / "out", progress=lambda *said: told.append(said))
    assert told == [*(("extracting", n, 5) for n in range(1, 6)), ("writing", 5, 5)]


def test_the_output_may_lie_inside_the_input(stand_in: None, articles: Path) -> None:
    extract_folder(articles, articles / "out")
    first = csv_bytes(articles / "out")
    extract_folder(articles, articles / "out")
    assert csv_bytes(articles / "out") == first


def test_wrong_folders_are_refused_before_anything_is_written(stand_in: None, articles: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    fill(tmp_path / "others", {"x.xlsx": "", "y.pptx": "", ".z.txt": ""})
    (tmp_path / "file").write_text("mine")
    for folder, out, words in (
        (tmp_path / "gone", tmp_path / "out", "does not exist"),
        (tmp_path / "file", tmp_path / "out", "is a file; name the folder"),
        (
            tmp_path / "empty",
            tmp_path / "out",
            "no articles found in .*; expected files ending in .*",
        ),
        (tmp_path / "others", tmp_path / "out", r"\(skipped: 1 hidden, 2 other type\)"),
        (articles, articles, "is the input folder"),
        (articles, tmp_path / "file", "is a file; name a folder"),
    ):
        with pytest.raises(ConfigurationError, match=words):
            extract_folder(folder, out)
    assert not (tmp_path / "out").exists()


def test_an_output_that_may_not_be_written_is_refused(stand_in: None) -> None:
    with plain_user() as folder:
        fill(folder / "in", {"a.txt": "1件"})
        (folder / "out").mkdir(mode=0o500)
        with pytest.raises(ConfigurationError, match=r"can't write into .*out: Permission denied"):
            extract_folder(folder / "in", folder / "out")
        assert list((folder / "out").iterdir()) == []
