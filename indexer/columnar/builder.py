"""Articles → one segment file, in memory until it is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from zlib import compress

import numpy as np

from indexer.columnar.analysis import FIELDS, Analysed
from indexer.columnar.arrays import I32, I64, U8, U16, U32, U64, Ints, narrowest
from indexer.columnar.container import SectionWriter
from indexer.columnar.files import Files
from indexer.columnar.inversion import PackedRuns, PairLists, Runs, join, put_together
from indexer.columnar.inverting import WEIGHTS, inverted, told
from indexer.columnar.memory import give_back
from indexer.columnar.native_analysis import new_analyser
from indexer.columnar.records import (
    FACETS,
    MANY_VALUED,
    FacetColumn,
    Record,
    hash_of,
    microseconds,
)
from indexer.columnar.segment_write import (
    Separators,
    TokenStream,
    spread,
    write_inverted,
    write_pairs,
    write_separators,
    write_unions,
)
from indexer.columnar.signatures import idf_of, length_norm, signatures, word_hashes
from indexer.columnar.sketches import Sketches, WordHashes, sketches_of
from indexer.columnar.vocabulary import arrange, byte_slices, write_strings, write_vocabulary


class SegmentBuilder:
    """Gathers articles and writes them as a segment."""

    def __init__(self) -> None:
        self._analyser = new_analyser()
        self._hashes = WordHashes()
        self._tokens: list[Ints] = []
        self._separators: list[Separators] = []
        self._ends: list[I64] = []
        self._lengths: list[U32] = []
        self._words: list[Runs] = []
        self._titles: list[Runs] = []
        self._pairs: list[PackedRuns] = []
        self._heads: list[bytes] = []
        self._tails: list[bytes] = []
        self._facets = {name: FacetColumn() for name in FACETS}
        self._published: list[int] = []
        self._ids: list[int] = []
        self._held = 0

    def __len__(self) -> int:
        return len(self._heads)

    @property
    def size_bytes(self) -> int:
        """The memory that the articles take meanwhile, about."""
        return self._held + self._analyser.size_bytes

    def take(self, records: Sequence[Record]) -> Sketches:
        """Take articles in (a few thousand at most), numbered as they come; their sketches."""
        base = len(self._heads)
        batch = self._analyser.analyse([record.texts for record in records])
        for record in records:
            self._keep(record)
        words = np.array(self._analyser.raw_exact)
        self._invert(batch, words, base)
        hashes = self._hashes.of(self._analyser.exact)
        # Near copies have lead and body in common; their titles and captions differ.
        return sketches_of(*told(batch, words, hashes))

    def _keep(self, record: Record) -> None:
        tail = compress(record.tail, 6) if record.tail else b""
        self._heads.append(record.head)
        self._tails.append(tail)
        self._held += len(record.head) + len(tail) + 300
        values = record.values
        for name, column in self._facets.items():
            value = values.get(FACETS[name])
            if not value:
                column.counts.append(0)
            else:
                column.append(value if name in MANY_VALUED else (value,))
        self._published.append(microseconds(values.get("published")))
        self._ids.append(hash_of(values.get("id", "")))

    def _invert(self, batch: Analysed, words: I32, base: int) -> None:
        shift = int(self._ends[-1][-1]) if self._ends else 0
        unusual = np.flatnonzero(batch.separators)
        ends = batch.ends + shift
        places = (unusual + shift).astype(narrowest(shift + len(batch.tokens)))
        separators = batch.separators[unusual]
        separators = separators.astype(narrowest(len(self._analyser.separators)))
        tokens = batch.tokens.astype(narrowest(len(self._analyser.raw)))
        self._separators.append(Separators(places, separators, ends))
        self._tokens.append(tokens)
        self._ends.append(ends)
        found = inverted(batch, words, len(self._analyser.exact), base)
        self._lengths.append(found.lengths)
        self._words.append(found.words)
        self._titles.append(found.titles)
        self._pairs.append(PackedRuns.of(found.pairs))
        self._held += tokens.nbytes + places.nbytes + separators.nbytes
        self._held += sum(x[-1].size_bytes for x in (self._words, self._titles, self._pairs))

    def write(self, path: Path, files: Files, groups: Callable[[], U64]) -> None:
        """Write the segment and forget the articles. `groups`: of each, its group's number; asked
        for when most is written."""
        n = len(self._heads)
        analyser = self._analyser
        frequency = np.zeros(len(analyser.raw), dtype=np.int64)
        for tokens in self._tokens:
            frequency += np.bincount(tokens, minlength=len(frequency))
        words, raw_new, new_words = arrange(
            list(analyser.raw), frequency, np.array(analyser.raw_exact), list(analyser.exact)
        )
        exact_new: I32 = new_words.astype(np.int32)
        total = len(words.exact)
        with SectionWriter(path, files, {"articles": n}) as out:
            write_vocabulary(out, words)
            ends = np.concatenate([*self._ends, np.zeros(0, dtype=np.int64)])
            stream = TokenStream(out)
            new = raw_new.astype(np.uint32)
            for tokens in self._tokens:
                stream.append(new[tokens])
            self._tokens = []
            stream.end(ends)
            strings = list(analyser.separators)
            often = np.zeros(len(strings), dtype=np.int64)
            for part in self._separators:
                often += np.bincount(part.numbers, minlength=len(often))
            write_separators(out, self._separators, often, strings)
            self._separators = []
            ranks = [exact_new[part.terms[0]] for part in self._words]
            rank = np.concatenate(ranks or [ends])
            lists = list(put_together(join(list(self._words)), (rank,))[1])
            write_inverted(out, "word", lists, n, None, total)
            write_unions(out, "bare", iter(lists), words.folded_first, n)
            del lists
            self._write_signatures(out, words.exact, ranks, n)
            self._words = []
            title_runs = join(self._titles)
            (ids,), slices = put_together(title_runs, (exact_new[title_runs.terms[0]],))
            titles = spread(slices, ids, total)
            write_inverted(out, "title", iter([titles]), n, None, total, pack=True)
            write_unions(out, "title_bare", iter([titles]), words.folded_first, n, pack=True)
            give_back()  # before that which takes the most
            pairs = PairLists(join(self._pairs), exact_new, words.exact_folded, words.folded_first)
            write_pairs(
                out, pairs.slices(), n, words.exact_folded, words.folded_first, pairs.entries
            )
            self._write_records(out, groups())

    def _write_signatures(
        self, out: SectionWriter, exact: list[str], ranks: list[I32], n: int
    ) -> None:
        df = np.zeros(len(exact), dtype=np.int64)
        for part, numbers in zip(self._words, ranks, strict=True):
            df[numbers] += part.counts
        idf, hashes = idf_of(df, n), word_hashes(exact)
        rows = []
        for part, numbers, lengths in zip(self._words, ranks, self._lengths, strict=True):
            norm = length_norm((lengths * WEIGHTS).sum(axis=1).astype(np.float32))
            rows.append(signatures(part, numbers, idf, hashes, norm))
        write_signatures(out, rows)

    def _write_records(self, out: SectionWriter, groups: U64) -> None:
        lengths = np.concatenate([*self._lengths, np.zeros((0, len(FIELDS)), dtype=np.uint32)])
        write_columns(
            out,
            lengths,
            np.array(self._published, dtype=np.int64),
            np.array(self._ids, dtype=np.uint64),
            groups,
        )
        for name, column in self._facets.items():
            values, codes, at = column.arrays()
            write_facet(out, name, values, codes, at)
        for name, parts in (("head", self._heads), ("tail", self._tails)):
            data, places = byte_slices(parts)
            out.add(name, data)
            out.add_packed(f"{name}_at", places)


def write_columns(out: SectionWriter, lengths: U32, published: I64, ids: Any, groups: Any) -> None:
    """Lengths in tokens by field, publication times, hashes of ids (and their order), groups."""
    for i, name in enumerate(FIELDS):
        column = lengths[:, i]
        out.add(f"length_{name}", column.astype(narrowest(int(column.max(initial=0)))))
    out.add("published", published)
    out.add("group", groups)
    order = np.argsort(ids, kind="stable")
    out.add("id_hash", ids[order])
    out.add("id_article", order.astype(np.uint32))


def write_signatures(out: SectionWriter, rows: Sequence[tuple[U16, U8]]) -> None:
    """Rows of `signatures`, in parts."""
    for i, (name, dtype) in enumerate((("signature_word", "u2"), ("signature_weight", "u1"))):
        out.begin(name, np.dtype(dtype))
        for part in rows:
            out.append(part[i])
        out.end()


def write_facet(out: SectionWriter, name: str, values: list[str], codes: U32, at: I64) -> None:
    """One facet: its sorted values, the codes of all articles, and where each one's begin."""
    write_strings(out, f"facet_{name}", values)
    out.add(f"facet_{name}_code", codes.astype(narrowest(len(values))))
    out.add(f"facet_{name}_first", at.astype(narrowest(int(at[-1]))))
