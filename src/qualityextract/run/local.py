"""A run on this machine: in this process or in a pool of processes, with the same rows in the same order.

Joins the ways in and out: `read` finds the inputs, `pipeline.extract_batch` makes the tables of each document,
`settle` marks copies, `write` puts the tables in place. Results are taken in the order of the inputs' paths, whichever
worker is first, and only a few batches are under way at a time, so memory does not grow with the folder.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from qualityextract import __version__
from qualityextract.documents import EXTENSIONS
from qualityextract.errors import ConfigurationError, DocumentError, QualityExtractError
from qualityextract.read import MAX_BYTES, Listing, Source, find_sources, read_source
from qualityextract.report import report_html
from qualityextract.run.account import Account
from qualityextract.run.settle import ordered, without_copies
from qualityextract.schema import RejectRecord, Tables, document_reject
from qualityextract.schema_docs import Format
from qualityextract.write import TablesWriter

BATCH = 16
"""Documents handed to a worker at a time; the rows do not depend on it."""

Progress = Callable[[int, int], None]
"""Told after every batch how many inputs are done, of how many."""


class ExtractionBugError(RuntimeError):
    """The pipeline raised what it never should; the message names the document."""


class WorkerDiedError(QualityExtractError):
    """A worker process ended without an answer, mostly for want of memory."""


class FirstRejectError(QualityExtractError):
    """With `fail_fast`: the first input or record that failed.

    Args:
        reject: the row that would have gone into `rejects`.
    """

    def __init__(self, reject: RejectRecord) -> None:
        super().__init__(f"{reject.path}: {reject.reason}" + (f". {reject.hint}" if reject.hint else ""))
        self.reject = reject


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the user can choose; only `formats`, `glob`, `max_bytes` and `report` change what is written."""

    glob: str = "*"
    workers: int = 1
    formats: tuple[Format, ...] = ("parquet", "csv")
    fail_fast: bool = False
    max_bytes: int = MAX_BYTES
    report: bool = True

    @property
    def with_report(self) -> bool:
        """Whether `report.html` is written: when it is wanted and the Parquet tables that it is built from are."""
        return self.report and "parquet" in self.formats

    def described(self) -> dict[str, object]:
        """The options as they stand in `run.json`."""
        return {
            "glob": self.glob,
            "workers": self.workers,
            "formats": list(self.formats),
            "fail_fast": self.fail_fast,
            "max_bytes": self.max_bytes,
            "report": self.report,
        }


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did."""

    out: Path
    account: Account
    seconds: dict[str, float] = field(default_factory=dict)


def extract_folder(
    folder: Path, out: Path, options: RunOptions | None = None, *, progress: Progress | None = None
) -> RunResult:
    """Extract the articles of a folder into the five tables.

    Args:
        folder: the input folder, searched with its subfolders; symbolic links are not followed.
        out: the output folder; an earlier run in it is replaced when this one is complete, and not before.
        options: see `RunOptions`.
        progress: called after every batch.

    Raises:
        ConfigurationError: a folder, an option or a rule is wrong, or there is no article; nothing was written.
        FirstRejectError: with `fail_fast`; nothing was written.
        ExtractionBugError: the program failed on a document; nothing was written.
    """
    chosen = options or RunOptions()
    started = time.perf_counter()
    listing = _checked_listing(folder, out, chosen)
    digest = _rules_digest()
    account = Account(listing.skipped, len(listing.sources))
    listed = time.perf_counter()
    with TablesWriter(out, chosen.formats) as writer:
        for tables in without_copies(_documents(listing.sources, chosen)):
            if chosen.fail_fast and tables.rejects:
                raise FirstRejectError(tables.rejects[0])
            account.add(tables)
            writer.write(ordered(tables))
            if progress is not None:
                progress(account.done, account.inputs)
        extracted = time.perf_counter()
        seconds = {"list": listed - started, "extract": extracted - listed, "total": extracted - started}
        run = {
            "program": {"name": "qualityextract", "version": __version__},
            "rules": {"digest": digest},
            "input": str(folder),
            "options": chosen.described(),
            "counts": account.counts(),
            "seconds": {name: round(value, 3) for name, value in seconds.items()},
        }
        writer.commit(run, __version__, report=report_html if chosen.with_report else None)
    return RunResult(out, account, seconds)


def extract_sources(sources: Sequence[Source], max_bytes: int) -> list[Tables]:
    """The tables of each input, in their order; the function that a worker process runs.

    Raises:
        ExtractionBugError: the pipeline failed on one of them.
    """
    from qualityextract.pipeline import extract_batch

    found: list[Tables] = []
    for source in sources:
        try:
            raw = read_source(source, max_bytes=max_bytes)
        except DocumentError as error:
            found.append(Tables(rejects=(document_reject(error, "read"),)))
            continue
        try:
            # One document at a time: by the pipeline's own law this is the same as all at once, and a copy's rows
            # can be told from the first one's.
            found.append(extract_batch([raw]))
        except Exception as error:
            message = f"a bug while extracting {source.path!r}: {type(error).__name__}: {error}"
            raise ExtractionBugError(message) from error
    return found


def _documents(sources: Sequence[Source], options: RunOptions) -> Iterator[Tables]:
    batches = [sources[at : at + BATCH] for at in range(0, len(sources), BATCH)]
    workers = min(options.workers, len(batches))
    if workers <= 1:
        for batch in batches:
            for source in batch:
                yield from extract_sources([source], options.max_bytes)
    else:
        yield from _pooled(batches, options.max_bytes, workers)


def _pooled(batches: Sequence[Sequence[Source]], max_bytes: int, workers: int) -> Iterator[Tables]:
    # Processes are spawned, not forked: the same on every system, and safe beside the threads of the libraries.
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_prepare_worker)
    under_way: deque[tuple[Sequence[Source], Future[list[Tables]]]] = deque()
    try:
        for batch in batches:
            under_way.append((batch, pool.submit(extract_sources, batch, max_bytes)))
            if len(under_way) > 2 * workers:
                yield from _awaited(*under_way.popleft())
        while under_way:
            yield from _awaited(*under_way.popleft())
    except BaseException:
        # Nobody waits for the batches under way any more; without this the program would.
        for worker in set(multiprocessing.active_children()) - others:
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _awaited(batch: Sequence[Source], result: Future[list[Tables]]) -> list[Tables]:
    try:
        return result.result()
    except BrokenProcessPool as error:
        paths = ", ".join(source.path for source in batch)
        raise WorkerDiedError(
            f"a worker process died (out of memory?) on or near: {paths}; fewer --workers need less memory"
        ) from error


def _prepare_worker() -> None:
    # The parent alone answers Ctrl-C, so that it can clean up and say so once; and no worker outlives it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _rules_digest() -> str:
    from qualityextract.ruleset import load_ruleset

    return str(load_ruleset().digest)


def _checked_listing(folder: Path, out: Path, options: RunOptions) -> Listing:
    if folder.exists() and out.exists() and folder.samefile(out):
        raise ConfigurationError(f"the output folder {out} is the input folder; name another one")
    if out.exists() and not out.is_dir():
        raise ConfigurationError(f"the output {out} is a file; name a folder")
    listing = find_sources(folder, glob=options.glob, leave_out=out)
    if not listing.sources:
        expected = ", ".join(sorted(EXTENSIONS))
        passed = ", ".join(f"{count} {reason}" for reason, count in listing.skipped.items())
        raise ConfigurationError(
            f"no articles found in {folder}; expected files ending in {expected}"
            + (f" (skipped: {passed})" if passed else "")
        )
    return listing
