"""A run on this machine: in this process or in a pool of processes, with the same rows in the same order.

Joins the ways in and out: `read` finds the inputs, `intake` asks the `journal` for those that were finished before,
`pipeline.extract_batch` makes the tables of the others, and the journal holds them until all are there. Then `copies`
finds what repeats what, `settle` marks it, and `write` puts the tables in place. Results are taken in the order of the
inputs' paths, whichever worker is first, and only a few batches are under way at a time, so memory does not grow with
the folder.
"""

from __future__ import annotations

import signal
import threading
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from types import FrameType

from qualityextract import __version__
from qualityextract.containers import SUFFIXES, Allowance, Columns
from qualityextract.copies import Print, find_copies
from qualityextract.documents import EXTENSIONS
from qualityextract.errors import ConfigurationError, DocumentError, QualityExtractError
from qualityextract.read import MAX_BYTES, MAX_CHARS, Listing, Source, find_sources, read_source
from qualityextract.report import report_html
from qualityextract.run.account import Account
from qualityextract.run.corrected import Corrector
from qualityextract.run.intake import BATCH, Batch, Intake
from qualityextract.run.journal import Journal
from qualityextract.run.log import RunLog
from qualityextract.run.pool import Pool
from qualityextract.run.settle import Repeats, ordered, with_copies
from qualityextract.schema import RejectRecord, Tables, document_reject
from qualityextract.schema_docs import Format
from qualityextract.write import TablesWriter

Progress = Callable[[str, int, int], None]
"""Told after every batch what is being done (`extracting`, `writing`), and how many documents are done, of how many."""


class ExtractionBugError(RuntimeError):
    """The pipeline raised what it never should; the message names the document."""


class TooSlowError(Exception):
    """A document took longer than `max_seconds`."""


class FirstRejectError(QualityExtractError):
    """With `fail_fast`: the first input or record that failed.

    Args:
        reject: the row that would have gone into `rejects`.
    """

    def __init__(self, reject: RejectRecord) -> None:
        super().__init__(f"{reject.path}: {reject.reason}" + (f". {reject.hint}" if reject.hint else ""))
        self.reject = reject


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost; a document beyond is a reject."""

    max_bytes: int = MAX_BYTES
    max_seconds: float = 0.0
    """Of time on the clock; 0 for no limit, which is all there is where the system has no timers."""
    max_chars: int = MAX_CHARS
    """Of its cleaned text."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the user can choose; only `formats`, `glob`, the limits and `report` change what is written."""

    glob: str = "*"
    workers: int = 1
    formats: tuple[Format, ...] = ("parquet", "csv")
    fail_fast: bool = False
    max_bytes: int = MAX_BYTES
    max_seconds: float = 120.0
    max_chars: int = MAX_CHARS
    max_depth: int = 3
    """Archives inside archives."""
    columns: Columns = field(default_factory=Columns)
    """Which columns of tables of articles are what."""
    follow_links: bool = False
    """Follow symbolic links, also out of the input folder."""
    fresh: bool = False
    """Read everything again, whatever the journal of the output folder says."""
    retry_rejects: bool = False
    """Read again what was rejected before."""

    report: bool = True

    @property
    def limits(self) -> Limits:
        """Those for one document."""
        return Limits(self.max_bytes, self.max_seconds, self.max_chars)

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
            "max_seconds": self.max_seconds,
            "max_chars": self.max_chars,
            "max_depth": self.max_depth,
            "columns": str(self.columns),
            "follow_links": self.follow_links,
            "report": self.report,
        }


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did."""

    out: Path
    account: Account
    seconds: dict[str, float] = field(default_factory=dict)
    reused: int = 0
    """Documents whose tables came from the journal of an earlier run."""
    notes: tuple[str, ...] = ()
    """What to tell the user about the earlier run."""


def extract_folder(
    folder: Path, out: Path, options: RunOptions | None = None, *, progress: Progress | None = None
) -> RunResult:
    """Extract the articles of a folder into the five tables.

    What an interrupted or earlier run on the same output folder has finished is taken from its journal, where neither the
    file nor the rules or limits have changed; the tables are the same as those of an undisturbed run.

    Args:
        folder: the input folder, searched with its subfolders.
        out: the output folder; an earlier run in it is replaced when this one is complete, and not before.
        options: see `RunOptions`.
        progress: called after every document.

    Raises:
        ConfigurationError: a folder, an option or a rule is wrong, there is no article, or another run is writing into
            `out`; nothing was written.
        FirstRejectError: with `fail_fast`; nothing was written.
        ExtractionBugError: the program failed on a document; the tables are untouched, the journal keeps what was done.
    """
    chosen = options or RunOptions()
    started = time.perf_counter()
    listing = _checked_listing(folder, out, chosen)
    digest = _rules_digest()
    account = Account(Counter(listing.skipped), listing.count)
    corrector = Corrector(out)
    listed = time.perf_counter()
    keep = not chosen.fail_fast
    identity = _identity(folder, digest, chosen)
    with Journal(out, identity, fresh=chosen.fresh, retry_rejects=chosen.retry_rejects, keep=keep) as journal:
        log = RunLog(journal.folder if keep else None)
        log.tell(
            "start", {"input": str(folder), "documents": listing.count, "journal": len(journal), **chosen.described()}
        )
        try:
            intake = Intake(
                listing, journal, Allowance(chosen.max_bytes, chosen.max_depth), chosen.columns, account.skipped
            )
            _extract(intake, chosen, log, progress)
            extracted = time.perf_counter()
            with TablesWriter(out, chosen.formats) as writer:
                _write(journal, account, corrector, writer, log, progress)
                seconds = {
                    "list": listed - started,
                    "extract": extracted - listed,
                    "write": time.perf_counter() - extracted,
                    "total": time.perf_counter() - started,
                }
                run = {
                    "program": {"name": "qualityextract", "version": __version__},
                    "rules": {"digest": digest},
                    "input": str(folder),
                    "options": chosen.described(),
                    "counts": account.counts(),
                    "reused": journal.reused,
                    "corrections": dict(sorted(corrector.counts.items())),
                    "seconds": {name: round(value, 3) for name, value in seconds.items()},
                }
                writer.commit(run, __version__, report=report_html if chosen.with_report else None)
        except BaseException as error:
            log.tell("stopped", {"done": len(journal), "error": f"{type(error).__name__}: {error}"})
            raise
        else:
            log.tell("finished", {"documents": account.done, "reused": journal.reused, "rejects": account.rejects})
        finally:
            log.close()
        refused = (f"correction refused: {why}" for why in corrector.refused)
        return RunResult(out, account, seconds, journal.reused, (*journal.notes, *refused))


def _identity(folder: Path, digest: str, options: RunOptions) -> dict[str, str]:
    """What the tables of a document depend on beside its own bytes."""
    return {
        "program": __version__,
        "rules": digest,
        "limits": f"{options.limits!r}, max_depth={options.max_depth}",
        "columns": str(options.columns),
        "input folder": str(folder.resolve()),
    }


def _extract(intake: Intake, options: RunOptions, log: RunLog, progress: Progress | None) -> None:
    """Bring the tables of every input into the journal, in the order of paths.

    Raises:
        FirstRejectError: with `fail_fast`.
    """
    done = 0
    for batch, found in _results(intake.batches(), options, log):
        journal = intake.journal
        if batch.whole is not None:
            done += journal.reuse_container(batch.whole)
        elif batch.known:
            journal.reuse(batch.sources)
        else:
            journal.add(list(zip(batch.sources, batch.prints, found, strict=True)))
        done += len(batch.sources)
        for closed in batch.closing:
            journal.close_container(closed.source, closed.print_, closed.count, closed.skipped)
        if options.fail_fast and (reject := next((row for tables in found for row in tables.rejects), None)):
            raise FirstRejectError(reject)
        if progress is not None:
            progress("extracting", done, max(done, intake.expected))


def _results(batches: Iterator[Batch], options: RunOptions, log: RunLog) -> Iterator[tuple[Batch, list[Tables]]]:
    """The batches in order, each with the tables of its new documents: from worker processes where they are worth it."""
    first = list(islice(batches, 2))
    # One batch is not worth the start of a process; a known one costs nothing, and what follows it may be many.
    if options.workers > 1 and len(first) > 1:
        with Pool(extract_sources, options.limits, options.workers, log.tell) as pool:
            yield from pool.results(chain(first, batches))
        return
    for batch in chain(first, batches):
        for one in _singly(batch):
            yield one, [] if one.known else extract_sources(one.sources, options.limits)


def _singly(batch: Batch) -> Iterator[Batch]:
    """A batch of new documents as batches of one, so that each is kept as soon as it is finished."""
    if batch.known or len(batch.sources) <= 1:
        yield batch
        return
    last = len(batch.sources) - 1
    for at, (source, print_) in enumerate(zip(batch.sources, batch.prints, strict=True)):
        yield Batch((source,), (print_,), closing=batch.closing if at == last else ())


def _write(
    journal: Journal,
    account: Account,
    corrector: Corrector,
    writer: TablesWriter,
    log: RunLog,
    progress: Progress | None,
) -> None:
    """The tables of the run out of the journal, with copies marked and corrections applied."""
    total = journal.documents
    account.inputs = total
    for tables in corrector.applied(with_copies(journal.run_tables(), _copies(journal))):
        account.add(tables)
        for reject in tables.rejects:
            log.tell("reject", {"path": reject.path, "stage": reject.stage, "reason": reject.reason})
        writer.write(ordered(tables))
        if progress is not None and (account.done % BATCH == 0 or account.done == total):
            progress("writing", account.done, total)
    corrector.finish()


def _copies(journal: Journal) -> dict[int, Repeats]:
    """What each copy in the run repeats, by its position among all documents."""
    places = array("q")

    def prints() -> Iterator[Print]:
        for place, item in journal.prints():
            places.append(place)
            yield item

    found = find_copies(prints(), journal.articles, lambda at: journal.figures(places[at]), scratch=journal.folder)
    return {places[at]: Repeats(journal.article_id(places[copy.original]), copy.exact) for at, copy in found.items()}


def extract_sources(sources: Sequence[Source], limits: Limits) -> list[Tables]:
    """The tables of each input, in their order; the function that a worker process runs.

    Raises:
        ExtractionBugError: the pipeline failed on one of them.
    """
    from qualityextract.pipeline import extract_batch

    found: list[Tables] = []
    for source in sources:
        try:
            raw = read_source(source, max_bytes=limits.max_bytes)
        except DocumentError as error:
            found.append(Tables(rejects=(document_reject(error, "read"),)))
            continue
        try:
            # One document at a time: by the pipeline's own law this is the same as all at once, and a copy's rows
            # can be told from the first one's.
            with _in_time(limits.max_seconds):
                found.append(extract_batch([raw], max_chars=limits.max_chars))
        except TooSlowError:
            reason = f"it took more than {limits.max_seconds:g} seconds"
            slow = DocumentError(
                source.path, reason, "If it really is one article, raise the limit with --max-seconds."
            )
            found.append(Tables(rejects=(document_reject(slow, "document"),)))
        except Exception as error:
            message = f"a bug while extracting {source.path!r}: {type(error).__name__}: {error}"
            raise ExtractionBugError(message) from error
    return found


@contextmanager
def _in_time(seconds: float) -> Iterator[None]:
    """Raise `TooSlowError` in the body after so many seconds, where the system and the thread allow it."""
    timers = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if not seconds or not timers:
        yield
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _rules_digest() -> str:
    from qualityextract.ruleset import load_ruleset

    return str(load_ruleset().digest)


def _checked_listing(folder: Path, out: Path, options: RunOptions) -> Listing:
    if folder.exists() and out.exists() and folder.samefile(out):
        raise ConfigurationError(f"the output folder {out} is the input folder; name another one")
    if out.exists() and not out.is_dir():
        raise ConfigurationError(f"the output {out} is a file; name a folder")
    listing = find_sources(folder, glob=options.glob, leave_out=out, follow_links=options.follow_links)
    if not listing.count:
        expected = ", ".join(sorted(EXTENSIONS | SUFFIXES))
        passed = ", ".join(f"{count} {reason}" for reason, count in listing.skipped.items())
        raise ConfigurationError(
            f"no articles found in {folder}; expected files ending in {expected}"
            + (f" (skipped: {passed})" if passed else "")
        )
    return listing
