"""What a run has to read, in the order of paths: batches of documents that are known from before, and of new ones.

Stands between `read`, which finds files and looks into containers, and `local`, which hands the batches to workers.
Documents of a container are read here, one after the other; everything else is read by the workers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from qualityextract.containers import Allowance, Columns
from qualityextract.read import Listing, Source, held_sources, is_container
from qualityextract.run.journal import Fingerprint, Journal, fingerprint

BATCH = 16
"""Documents handed to a worker at a time; the rows do not depend on it."""
BATCH_BYTES = 4 * 1024 * 1024
"""A batch that holds documents out of containers ends beyond so many bytes: they go to the worker through a pipe."""


@dataclass(frozen=True, slots=True)
class Closing:
    """A container whose last document stands in a batch, and what was passed over in it."""

    source: Source
    print_: Fingerprint | None
    count: int
    skipped: dict[str, int]


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents that are handed on together, all known from before or all new, and the containers that end with them.

    `prints` are the fingerprints from before the documents were read, so that a change in between is noticed later.
    """

    sources: tuple[Source, ...]
    prints: tuple[Fingerprint | None, ...]
    known: bool = False
    whole: Source | None = None
    """A container that is known as a whole; `sources` is empty then."""
    closing: tuple[Closing, ...] = ()


@dataclass(slots=True)
class Intake:
    """The documents of one run; `expected` grows as containers turn out to hold more than one."""

    listing: Listing
    journal: Journal
    allowance: Allowance
    columns: Columns
    skipped: Counter[str]
    expected: int = field(init=False)
    _gathered: list[tuple[Source, Fingerprint | None]] = field(init=False, default_factory=list)
    _closing: list[Closing] = field(init=False, default_factory=list)
    _known: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.expected = self.listing.count

    def batches(self) -> Iterator[Batch]:
        """All batches, in order; to be asked for once."""
        for source in self.listing.sources:
            print_ = fingerprint(source)
            if self.journal.known(source, print_):
                yield from self._put(source, print_, known=True)
            elif whole := self.journal.known_container(source, print_):
                yield from self._end()
                self.expected += whole[0] - 1
                self.skipped.update(whole[1])
                yield Batch((), (), known=True, whole=source)
            elif is_container(source):
                yield from self._container(source, print_)
            else:
                yield from self._put(source, print_, known=False)
        yield from self._end()

    def _container(self, source: Source, print_: Fingerprint | None) -> Iterator[Batch]:
        skipped: Counter[str] = Counter()
        count = 0
        self.expected -= 1
        for member in held_sources(source, self.allowance, self.columns, skipped):
            count += 1
            self.expected += 1
            own = fingerprint(member)
            yield from self._put(member, own, known=self.journal.known(member, own))
        self.skipped.update(skipped)
        self._closing.append(Closing(source, print_, count, dict(skipped)))

    def _put(self, source: Source, print_: Fingerprint | None, *, known: bool) -> Iterator[Batch]:
        if self._gathered and (known != self._known or len(self._gathered) == BATCH or self._is_heavy()):
            yield from self._end()
        self._known = known
        self._gathered.append((source, print_))

    def _is_heavy(self) -> bool:
        return sum(len(source.held.data) for source, _ in self._gathered if source.held) > BATCH_BYTES

    def _end(self) -> Iterator[Batch]:
        if self._gathered or self._closing:
            sources = tuple(source for source, _ in self._gathered)
            prints = tuple(print_ for _, print_ in self._gathered)
            yield Batch(sources, prints, self._known or not sources, closing=tuple(self._closing))
        self._gathered, self._closing = [], []
