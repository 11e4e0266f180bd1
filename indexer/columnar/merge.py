"""Several segments → one, array by array; what was deleted is left behind.

All segments sort their words alike, so words keep their order when they get new numbers, and
lists are put together a range of words at a time: memory stays bounded whatever the sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from indexer.columnar.analysis import FIELD, FIELDS
from indexer.columnar.arrays import I32, I64, U32, Bools, Ints, offsets_of
from indexer.columnar.builder import write_columns, write_facet, write_signatures
from indexer.columnar.container import SectionWriter
from indexer.columnar.files import Files
from indexer.columnar.inversion import (
    PairLists,
    Runs,
    bounds_of,
    join,
    put_together,
    together_freed,
)
from indexer.columnar.postings import Lists
from indexer.columnar.records import FACETS, sorted_values
from indexer.columnar.segment import Inverted, Segment
from indexer.columnar.segment_write import (
    Separators,
    TokenStream,
    reordered,
    spread,
    write_inverted,
    write_pairs,
    write_separators,
    write_unions,
)
from indexer.columnar.units import Numbers
from indexer.columnar.vocabulary import Vocabulary, arrange, write_vocabulary

_POSTINGS = 1 << 20  # put together at a time
_NOTHING = "nothing"  # the key of the separator ""; other separators have no letters
_TOKENS = 1 << 20  # renumbered at a time
_ARTICLES = 4096  # whose separators, heads and tails are copied at a time


@dataclass(slots=True)
class Source:
    """A segment that is merged.

    kept     the articles that live on
    numbers  old article number → new one, -1 for the deleted
    exact    old exact number → new one, -1 for words that only deleted articles had
    """

    segment: Segment
    kept: I64
    numbers: I64
    raw: I64
    exact: I32
    separators: I64


def merge(path: Path, files: Files, segments: Sequence[tuple[Segment, Bools | None]]) -> int:
    """Write the living articles of the segments as one; how many they are.

    `segments`: each with which of its articles live, None for all.
    """
    sources = []
    base = 0
    for segment, live in segments:
        kept = np.arange(segment.n) if live is None else np.flatnonzero(live)
        numbers = np.full(segment.n, -1, dtype=np.int64)
        numbers[kept] = np.arange(len(kept)) + base
        none = np.zeros(0, dtype=np.int64)
        sources.append(Source(segment, kept, numbers, none, none.astype(np.int32), none))
        base += len(kept)
    words, separators = _vocabulary(sources)
    total = len(words.exact)
    with SectionWriter(path, files, {"articles": base}) as out:
        write_vocabulary(out, words)
        ends = _write_tokens(out, sources)
        often = np.zeros(len(separators), dtype=np.int64)
        for part in _separators(sources, ends):
            often += np.bincount(part.numbers, minlength=len(often))
        write_separators(out, _separators(sources, ends), often, separators)
        _release(sources)

        def lists(choose: Callable[[Segment], Inverted]) -> Iterator[Lists]:
            return _word_lists(sources, choose, total)

        write_inverted(out, "word", lists(lambda s: s.words), base, None, total)
        write_unions(out, "bare", lists(lambda s: s.words), words.folded_first, base)
        rows = [
            (s.segment.signature_words[s.kept], s.segment.signature_weights[s.kept])
            for s in sources
        ]
        write_signatures(out, rows)
        _release(sources)
        titles = _titles(sources, total)
        write_inverted(out, "title", iter([titles]), base, None, total, pack=True)
        write_unions(out, "title_bare", iter([titles]), words.folded_first, base, pack=True)
        pairs = _PairMerge(sources, words)
        write_pairs(
            out, pairs.slices(), base, words.exact_folded, words.folded_first, pairs.entries
        )
        _release(sources)
        _write_records(out, sources)
    _release(sources)
    return base


def _release(sources: list[Source]) -> None:
    """What has been read once is not needed in memory any more."""
    for source in sources:
        source.segment.file.release()


def _vocabulary(sources: list[Source]) -> tuple[Vocabulary, list[str]]:
    """The common vocabulary and separators; fills in the renumbering of each source."""
    raw, exact, separators = Numbers({"\n": 0, "\n\n": FIELD}), Numbers(), Numbers({"usual": 0})
    raw_exact: list[int] = [-1, -1]
    raw_maps, exact_maps = [], []
    for source in sources:
        segment = source.segment
        forms = [exact[form] for form in segment.exact.all()]
        of_raw = segment.raw_exact.tolist()
        mapped = []
        for number, text in enumerate(segment.raw.all()):
            mapped.append(raw[text] if number > FIELD else number)
            if mapped[-1] == len(raw_exact):
                raw_exact.append(forms[of_raw[number]])
        raw_maps.append(np.array(mapped, dtype=np.int64))
        exact_maps.append(np.array(forms, dtype=np.int64))
        strings = segment.separator_strings.all()
        source.separators = np.array(
            [0, *(separators[text or _NOTHING] for text in strings[1:])],
            dtype=np.int64,
        )
    frequency = np.zeros(len(raw), dtype=np.int64)
    for source, mapping in zip(sources, raw_maps, strict=True):
        counts = np.zeros(len(mapping), dtype=np.int64)
        for numbers, _ in _token_parts(source):
            counts += np.bincount(numbers, minlength=len(mapping))
            _release([source])
        np.add.at(frequency, mapping, counts)
    words, raw_new, exact_new = arrange(list(raw), frequency, np.array(raw_exact), list(exact))
    for source, raw_map, exact_map in zip(sources, raw_maps, exact_maps, strict=True):
        source.raw = raw_new[raw_map]
        source.exact = exact_new[exact_map].astype(np.int32)
    return words, ["" if text == _NOTHING else text for text in separators]


def _token_parts(source: Source) -> Iterator[tuple[I64, I64]]:
    """The living articles' tokens, many articles at a time, and the count of each article."""
    at = source.segment.token_at.astype(np.int64)
    counts = (at[1:] - at[:-1])[source.kept]
    done = np.cumsum(counts)
    first = 0
    while first < len(counts):
        before = int(done[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(done, before + _TOKENS, side="right")))
        numbers, _ = source.segment.tokens_of(source.kept[first:last])
        yield numbers, counts[first:last]
        first = last


def _write_tokens(out: SectionWriter, sources: list[Source]) -> I64:
    stream = TokenStream(out)
    counts: list[I64] = []
    for source in sources:
        for numbers, sizes in _token_parts(source):
            stream.append(source.raw[numbers].astype(np.uint32))
            counts.append(sizes)
            _release([source])
    ends = offsets_of(np.concatenate([*counts, np.zeros(0, dtype=np.int64)]))[1:]
    stream.end(ends)
    return ends


def _separators(sources: list[Source], ends: I64) -> Iterator[Separators]:
    starts = np.append(0, ends)
    for source in sources:
        for first in range(0, source.segment.n, _ARTICLES):
            last = min(first + _ARTICLES, source.segment.n)
            article, place, number = source.segment.separators_of(first, last)
            new = source.numbers[article]
            kept = new >= 0
            places = starts[new[kept]] + place[kept]
            living = source.numbers[first:last]
            own_ends = ends[living[living >= 0]]
            yield Separators(places, source.separators[number[kept]].astype(np.uint32), own_ends)


def _living(source: Source, lists: Lists, terms: tuple[Ints, ...]) -> Runs:
    """The lists with new article numbers, without deleted articles and empty lists."""
    docs = source.numbers[lists.docs]
    kept = docs >= 0
    counts = lists.counts
    if not kept.all():
        of_posting = np.repeat(np.arange(len(lists)), counts)
        counts = np.bincount(of_posting[kept], minlength=len(lists)).astype(np.uint32)
    some = counts > 0
    return Runs(
        tuple(key[some] for key in terms),
        counts[some],
        docs[kept].astype(np.uint16),
        lists.weights[kept],
        0,
    )


def _word_lists(
    sources: list[Source], choose: Callable[[Segment], Inverted], total: int
) -> Iterator[Lists]:
    df = np.zeros(total, dtype=np.int64)
    used = []
    for source in sources:
        rows = np.flatnonzero(source.exact >= 0)
        df[source.exact[rows]] += choose(source.segment).df[rows]
        used.append(rows)
    for first, last in bounds_of(df, _POSTINGS):
        runs = []
        for source, rows in zip(sources, used, strict=True):
            low, high = np.searchsorted(source.exact[rows], (first, last)).tolist()
            if low < high:
                runs.append(_runs_of(source, choose(source.segment), rows[low], rows[high - 1] + 1))
        if runs:
            together = join(runs)
            yield from put_together(together, together.terms)[1]
        _release(sources)


def _runs_of(source: Source, inverted: Inverted, first: int, last: int) -> Runs:
    terms = source.exact[first:last]
    lists = inverted.lists(int(first), int(last))
    wanted = terms >= 0
    if not wanted.all():
        lists, terms = lists.where(wanted), terms[wanted]
    return _living(source, lists, (terms,))


def _titles(sources: list[Source], total: int) -> Lists:
    runs = [_runs_of(s, s.segment.titles, 0, len(s.exact)) for s in sources if len(s.exact)]
    together = join(runs)
    (ids,), slices = put_together(together, together.terms)
    return spread(slices, ids, total)


class _PairMerge:
    """Puts the pairs of several segments together, a range of first words at a time."""

    def __init__(self, sources: list[Source], words: Vocabulary) -> None:
        self._sources = sources
        self._words = words
        self._first: list[U32] = []
        self._second: list[U32] = []

    def entries(self) -> tuple[U32, U32]:
        """The words of all pairs, once `slices` has run; they are not kept."""
        return together_freed(self._first), together_freed(self._second)

    def slices(self) -> Iterator[Lists]:
        """The lists of all pairs, in order."""
        folded = self._words.exact_folded.astype(np.int64)
        groups = len(self._words.folded)
        same: I32 = np.arange(len(folded), dtype=np.int32)
        sizes = np.zeros(groups, dtype=np.int64)
        # New folded number of each old one, by any of its exact forms that lives on.
        maps = []
        for source in self._sources:
            mapping = np.full(len(source.segment.folded), -1, dtype=np.int64)
            alive = np.flatnonzero(source.exact >= 0)
            mapping[source.segment.exact_folded[alive]] = folded[source.exact[alive]]
            maps.append(mapping)
            firsts = source.segment.pairs.firsts.astype(np.int64)
            entries = firsts[1:] - firsts[:-1]
            known = mapping >= 0
            sizes[mapping[known]] += entries[known] * 8  # a pair has some postings
        for first, last in bounds_of(sizes, _POSTINGS):
            runs = []
            for source, mapping in zip(self._sources, maps, strict=True):
                rows = np.flatnonzero((mapping >= first) & (mapping < last))
                if len(rows):
                    runs.append(self._runs_of(source, int(rows[0]), int(rows[-1]) + 1))
            if not runs:
                continue
            pairs = PairLists(join(runs), same, self._words.exact_folded, self._words.folded_first)
            yield from pairs.slices()
            a, b = pairs.entries()
            self._first.append(a)
            self._second.append(b)
            _release(self._sources)

    def _runs_of(self, source: Source, first: int, last: int) -> Runs:
        pairs = source.segment.pairs
        firsts = pairs.firsts[first : last + 1].astype(np.int64)
        start, end = int(firsts[0]), int(firsts[-1])
        of_first = np.repeat(np.arange(first, last), np.diff(firsts))
        base = source.segment.folded_first[of_first].astype(np.int64)
        a = source.exact[base + pairs.variant[start:end]]
        b = source.exact[pairs.second[start:end].astype(np.int64)]
        lists = pairs.lists(start, end)
        wanted = (a >= 0) & (b >= 0)
        if not wanted.all():
            lists, a, b = lists.where(wanted), a[wanted], b[wanted]
        return _living(source, lists, (a, b))


def _write_records(out: SectionWriter, sources: list[Source]) -> None:
    lengths = np.concatenate(
        [
            np.stack([s.segment.lengths[f][s.kept].astype(np.uint32) for f in FIELDS], axis=1)
            for s in sources
        ]
    )
    write_columns(
        out,
        lengths,
        np.concatenate([s.segment.published[s.kept] for s in sources]),
        np.concatenate([s.segment.id_hashes()[s.kept] for s in sources]),
        np.concatenate([s.segment.group[s.kept] for s in sources]),
    )
    for name in FACETS:
        values = Numbers()
        codes, counts = [], []
        for source in sources:
            facet = source.segment.facet(name)
            mapping = np.array([values[value] for value in facet.values], dtype=np.int64)
            old, at = reordered(facet.codes, facet.first, source.kept)
            codes.append(mapping[old.astype(np.int64)])
            counts.append(np.diff(at))
        write_facet(
            out,
            name,
            *sorted_values(list(values), np.concatenate(codes), offsets_of(np.concatenate(counts))),
        )
    for name in ("head", "tail"):
        counts = []
        out.begin(name, np.uint8)
        for source in sources:
            data, at = source.segment.stored(name)
            for part in np.array_split(source.kept, 1 + len(source.kept) // _ARTICLES):
                values_of, places = reordered(data, at, part)
                out.append(values_of)
                counts.append(np.diff(places))
        out.end()
        out.add_packed(f"{name}_at", offsets_of(np.concatenate(counts)).astype(np.uint32))
