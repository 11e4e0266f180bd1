"""Articles → new segments, on one core or on several.

Articles wait until there is a batch of them. Batches go to the members of the crew and to this
process by turns, so that the same articles make the same segments whatever is ready first. Where
it is built a batch becomes part of a segment that grows in memory until it is written; so every
process has one *growing* segment at a time. Sketches come back from
each batch, and articles are put into groups of near copies batch by batch, in the order in which
they came, wherever they are built.

Batches for others wait in a file without a name, which is kept until their segment is written: what
a member that ended (the system may be short of memory) had not written is built again here.
"""

from __future__ import annotations

import secrets
import tempfile
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Protocol

import numpy as np

from indexer.columnar.arrays import U64, Bools
from indexer.columnar.builder import SegmentBuilder
from indexer.columnar.crew import Member, MemberEndedError
from indexer.columnar.files import Files
from indexer.columnar.held import Held
from indexer.columnar.memory import give_back
from indexer.columnar.merge import merge
from indexer.columnar.postings import MAX_ARTICLES
from indexer.columnar.records import Record, hash_of, pack_records, record_of, unpack_records
from indexer.columnar.segment import Segment
from indexer.columnar.sketches import Sketches
from indexer.columnar.toc import NAME, segment_file
from indexer.models import Article

Segments = Sequence[tuple[Segment, Bools | None]]  # and which of their articles live; None: all
BATCH = 500  # articles built at a time, or fewer:
_BATCH_CHARACTERS = 1 << 22
# Bytes that a character of an article takes while it is in a growing segment, at most. What a
# member really has it could say only later, sooner or later: that would not be by turns.
_BYTES_PER_CHARACTER = 3
_BYTES_PER_SEGMENT = 8 << 20  # and besides
# Bytes that a segment has to be smaller for each article of the run: its sketch, id and title take
# nearly twice as many, and writing the segment takes more than half as much as the segment.
_KEPT_BYTES = 500
# Of so many rounds in which all members get a batch, those in which this process builds one too, by
# the number of processes: it has other things to do.
_ROUNDS, _OWN_ROUNDS = 5, {2: 2, 3: 2}


class Grouping(Protocol):
    """Tells near copies (see `duplicates.Grouper`)."""

    def add_all(self, ids: Sequence[str], sketches: Sketches) -> list[int]:
        """The number of each article's group; one with the id of an earlier one replaces it."""

    def remove(self, id: str) -> None:
        """Forget an article."""


@dataclass(slots=True, eq=False)
class _Growing:
    """A segment in the making, here (`builder`) or by a member of the crew.

    batches     how many it has been given
    answered    batches whose sketches have been taken, and whose articles are in groups
    is_full     takes no more; it is written as soon as all its batches are answered
    characters  in its batches
    sketches    of batches that were built here, not yet taken
    sent        the batches that a member was sent, as they are in the spool: bytes and records
    dead        numbers of articles that were removed meanwhile
    """

    number: int
    name: str
    member: Member | None
    builder: SegmentBuilder | None
    count: int = 0
    batches: int = 0
    answered: int = 0
    is_full: bool = False
    characters: int = 0
    sketches: deque[Sketches] = field(default_factory=deque)
    sent: list[tuple[int, int]] = field(default_factory=list)
    spool: IO[bytes] | None = None
    dead: list[int] = field(default_factory=list)
    groups: list[U64] = field(default_factory=list)

    @property
    def size_bytes(self) -> int:
        """Memory that its articles take, about."""
        if self.builder is not None:
            return self.builder.size_bytes
        return _BYTES_PER_SEGMENT + self.characters * _BYTES_PER_CHARACTER

    def has_answer(self) -> bool:
        return bool(self.sketches) or (self.member is not None and self.member.has_sketches())

    def close(self) -> None:
        if self.spool:
            self.spool.close()


@dataclass(slots=True)
class _Batch:
    """A batch that has not been put into groups. `given`: the groups that the caller named."""

    growing: _Growing
    ids: list[str]
    given: list[str | None]


class Gatherer:
    """Takes articles and gives segments.

    most_bytes  memory that growing segments may take, all together
    workers     processes, this one included
    grouping    gives their groups to articles that are added without one
    replace     is called with the ids of a batch, and their hashes, before it is built: older
                articles with these ids must go
    adopt       is called with each new segment, as soon as it is written, and with its number:
                they are numbered in the order in which they were begun
    begun       gets the name of each file before it is written
    """

    def __init__(
        self,
        folder: Path,
        files: Files,
        *,
        most_bytes: int,
        workers: int,
        grouping: Grouping | None,
        replace: Callable[[Sequence[str], U64], object],
        adopt: Callable[[Held, int], None],
        begun: set[str],
    ) -> None:
        self._folder, self._files = folder, files
        self._most_bytes = most_bytes // workers
        self._wanted = workers - 1  # members of the crew
        self._grouping = grouping
        self._replace, self._adopt, self._begun = replace, adopt, begun
        self._waiting: dict[str, tuple[Record, str | None]] = {}
        self._characters = 0
        self._places: dict[str, tuple[_Growing, int]] = {}  # of articles in growing segments
        self._ungrouped: deque[_Batch] = deque()
        self._growing: list[_Growing] = []  # one for each process, and one that is full
        self._writing: deque[_Growing] = deque()  # by members
        self._members: list[Member] = []
        self._is_large = False
        self._turn = self._begins = self._dispatched = 0

    def add(self, article: Article, group: str | None) -> None:
        """Take an article; one with the same id takes the place of an earlier one."""
        record = record_of(article)
        self._drop_waiting(article.id)
        self._waiting[article.id] = record, group
        self._characters += record.size
        if len(self._waiting) >= BATCH or self._characters > _BATCH_CHARACTERS:
            self._dispatch()

    def remove(self, id: str) -> bool:
        """Drop an article that was added; whether there was one."""
        waited = self._drop_waiting(id)
        return self._drop_growing(id) or waited

    def flush(self, *, wait: bool = True) -> None:
        """Write everything; all segments have been adopted when this returns. Not to `wait`: begin
        to, or go on with it as far as others have built what this process waits for."""
        self._dispatch()
        if not wait:
            for growing in self._growing:
                growing.is_full = True
            self._group()
            self._write_full()
            return
        self._group(wait=True)
        # What others write is written while we write.
        for growing in sorted(self._growing, key=lambda growing: growing.member is None):
            self._write(growing)
        while self._writing:
            self._finish(self._writing[0])

    def merge(self, merges: Sequence[tuple[Path, Segments]]) -> None:
        """Merge segments into new ones, several at a time; everything has been flushed."""
        turns: list[Member | None] = [None, *self._members]
        sent = []
        own = []
        for number, merged in enumerate(merges):
            member = turns[number % len(turns)]
            if member is None:
                own.append(merged)
            else:
                member.merge(*merged)
                sent.append((member, merged))
        for path, segments in own:
            merge(path, self._files, segments)
        for member, (path, segments) in sent:
            try:
                member.written()
            except MemberEndedError:
                self._dismiss(member)
                merge(path, self._files, segments)

    def end_crew(self) -> None:
        """End the other processes, to have their memory; everything has been flushed. The next
        articles start them again."""
        for member in self._members:
            member.end()
        self._members.clear()

    def close(self) -> None:
        """Drop everything and end the members: nothing is written any more."""
        self.end_crew()
        for growing in (*self._growing, *self._writing):
            growing.close()
        self._wanted = 0
        for held in (self._growing, self._writing, self._ungrouped):
            held.clear()
        self._waiting.clear()
        self._places.clear()

    # ---------------------------------------------------------------------------------- batches

    def _drop_waiting(self, id: str) -> bool:
        waiting = self._waiting.pop(id, None)
        if waiting is not None:
            self._characters -= waiting[0].size
        return waiting is not None

    def _drop_growing(self, id: str) -> bool:
        place = self._places.pop(id, None)
        if place is not None:
            place[0].dead.append(place[1])
        return place is not None

    def _dispatch(self) -> None:
        """Have the waiting articles built."""
        if not self._waiting:
            return
        ids = list(self._waiting)
        records = [record for record, _ in self._waiting.values()]
        given = [group for _, group in self._waiting.values()]
        characters = self._characters
        self._waiting.clear()
        self._characters = 0
        for id in ids:
            self._drop_growing(id)
        self._replace(ids, np.array([hash_of(id) for id in ids], dtype=np.uint64))
        growing = self._choose(characters, len(ids))
        for number, id in enumerate(ids, growing.count):
            self._places[id] = growing, number
        growing.count += len(ids)
        self._dispatched += len(ids)
        growing.batches += 1
        growing.characters += characters
        self._ungrouped.append(_Batch(growing, ids, given))
        if growing.builder is not None:
            growing.sketches.append(growing.builder.take(records))
        else:
            self._send(growing, records)
        self._is_large = True
        self._group()
        self._write_full()

    def _choose(self, characters: int, count: int) -> _Growing:
        """The growing segment for a batch of this size: that of the process whose turn it is."""
        # The first batch is built sooner than a process has started.
        while self._is_large and len(self._members) < self._wanted:
            self._start()
        member = self._next()
        while member is not None and not member.is_free:
            self._group_first()
        for growing in self._growing:
            if growing.member is member and not growing.is_full:
                size = growing.size_bytes + characters * _BYTES_PER_CHARACTER
                if growing.count + count <= MAX_ARTICLES and size <= self._limit(member):
                    return growing
                if member is None:
                    self._write(growing)
                    break
                # Groups are given in order, so a segment may have to wait for what others build.
                # Meanwhile the next one grows; but not a third.
                while any(each.is_full for each in self._growing):
                    self._group_first()
                    self._write_full()
                growing.is_full = True
                self._write_full()
                break
        if member not in self._members:  # it may have ended meanwhile
            member = None
        builder = SegmentBuilder() if member is None else None
        self._begins += 1
        name = f"{NAME}_{secrets.token_hex(8)}"
        growing = _Growing(self._begins, name, member, builder)
        self._growing.append(growing)
        return growing

    def _limit(self, member: Member | None) -> int:
        """Bytes that a growing segment may take: this process also keeps what tells near copies."""
        kept = 0 if member else self._dispatched * _KEPT_BYTES
        return max(self._most_bytes // 2, self._most_bytes - kept)

    def _next(self) -> Member | None:
        """The member of the crew whose turn it is; None if it is the turn of this process."""
        turns: list[Member | None] = []
        for number in range(_ROUNDS):
            turns += self._members
            if number < _OWN_ROUNDS.get(1 + len(self._members), 0) or not self._members:
                turns.append(None)
        self._turn += 1
        return turns[self._turn % len(turns)]

    def _write_full(self) -> None:
        busy: list[Member] = []  # each member writes what it was told to in this order
        for growing in list(self._writing):
            member = growing.member
            if member is None or member in busy:
                continue
            if member.has_written():
                self._finish(growing)
            else:  # the next answer is of this segment, even if it comes at this moment
                busy.append(member)
        for growing in list(self._growing):
            if growing.is_full and growing.answered == growing.batches:
                self._write(growing)

    def _start(self) -> None:
        try:
            self._members.append(Member())
        except OSError:  # no process to be had: fewer will do
            self._wanted = len(self._members)

    def _send(self, growing: _Growing, records: Sequence[Record]) -> None:
        packed = pack_records(records)
        if growing.spool is None:
            growing.spool = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
        at = sum(size for size, _ in growing.sent)
        growing.sent.append((len(packed), len(records)))
        growing.spool.write(packed)
        growing.spool.flush()  # it is read by its file number
        if growing.member:
            growing.member.take(growing.name, growing.spool, at, len(packed), len(records))

    def _group(self, *, wait: bool = False) -> None:
        """Put the articles of built batches into their groups, in order. `wait`: of all."""
        while self._ungrouped:
            growing = self._ungrouped[0].growing
            if not (wait or growing.has_answer()):
                return
            self._group_first()

    def _group_first(self) -> None:
        """The same for the first batch, when it has been built."""
        growing = self._ungrouped[0].growing
        sketches = self._answer(growing)
        batch = self._ungrouped.popleft()
        growing.answered += 1
        growing.groups.append(self._groups_of(batch, sketches))

    def _groups_of(self, batch: _Batch, sketches: Sketches) -> U64:
        groups = np.array([hash_of(group or "") for group in batch.given], dtype=np.uint64)
        if self._grouping is not None and None in batch.given:
            # Those that are gone again would come back to life in the grouping.
            rows = [
                row
                for row, (id, group) in enumerate(zip(batch.ids, batch.given, strict=True))
                if group is None and self._is_alive(batch.growing, id)
            ]
            groups[rows] = self._grouping.add_all(
                [batch.ids[row] for row in rows], sketches.of(rows)
            )
        return groups

    def _groups(self, growing: _Growing) -> U64:
        """The groups of all its articles; waits until what came before them has been built."""
        while growing.answered < growing.batches:
            self._group_first()
        return np.concatenate(growing.groups)

    def _is_alive(self, growing: _Growing, id: str) -> bool:
        place = self._places.get(id)
        return place is not None and place[0] is growing

    def _answer(self, growing: _Growing) -> Sketches:
        """The sketches of the first batch of it that has not been answered."""
        if growing.member:
            try:
                return growing.member.sketches()
            except MemberEndedError:
                self._rebuild(growing)
        return growing.sketches.popleft()

    # --------------------------------------------------------------------------------- segments

    def _write(self, growing: _Growing) -> None:
        """Have a growing segment written; all articles that another process has are in groups."""
        self._growing.remove(growing)
        file = segment_file(growing.name)
        self._begun.add(file)
        if growing.member:
            groups = self._groups(growing)
            growing.member.write(growing.name, self._folder / file, groups)
            self._writing.append(growing)
        else:
            self._write_here(growing)

    def _write_here(self, growing: _Growing) -> None:
        path = self._folder / segment_file(growing.name)
        if growing.builder is not None:
            growing.builder.write(path, self._files, partial(self._groups, growing))
            growing.builder = None
        growing.close()
        give_back()
        held = Held(Segment(path), growing.name)
        for number in growing.dead:
            held.delete(number)
        self._places = {id: at for id, at in self._places.items() if at[0] is not growing}
        self._adopt(held, growing.number)

    def _finish(self, growing: _Growing) -> None:
        """Wait until a member has written, and adopt the segment."""
        self._writing.remove(growing)
        if growing.member:
            try:
                growing.member.written()
            except MemberEndedError:
                self._rebuild(growing)
            except OSError:
                growing.close()
                raise
        self._write_here(growing)

    def _rebuild(self, growing: _Growing) -> None:
        """Build here what a member had that has ended."""
        if growing.member is not None:
            self._dismiss(growing.member)
        growing.member, growing.builder = None, SegmentBuilder()
        if growing.spool:
            growing.spool.seek(0)
            for size, count in growing.sent:
                records = unpack_records(growing.spool.read(size), count)
                growing.sketches.append(growing.builder.take(records))
        for _ in range(growing.answered):
            growing.sketches.popleft()

    def _dismiss(self, member: Member) -> None:
        """Do without a member that has ended."""
        if member in self._members:
            member.end()
            self._members.remove(member)
            self._wanted -= 1
