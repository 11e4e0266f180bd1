from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.columnar.analysis import FIELDS
from indexer.columnar.arrays import offsets_of
from indexer.columnar.builder import SegmentBuilder
from indexer.columnar.files import Files
from indexer.columnar.inverting import EARLY, WEIGHTS
from indexer.columnar.merge import merge
from indexer.columnar.postings import ROUNDED, UNIT, Lists, decode_all, encode
from indexer.columnar.records import hash_of, microseconds, record_of
from indexer.columnar.segment import Segment
from indexer.errors import IndexCorruptError
from indexer.vietnamese import fold, tokens
from tests.columnar import corpus


def built(path, articles):
    builder = SegmentBuilder()
    records = [record_of(article) for article in articles]
    for first in range(0, len(records), 7):
        builder.take(records[first : first + 7])
    builder.write(path, Files(), lambda: np.zeros(len(records), dtype=np.uint64))
    return Segment(path)


def body_weight(place):
    return next((weight for until, weight in EARLY if place < until), UNIT)


def read_plainly(articles):
    """Weights of words and of pairs by article, the slow and obvious way."""
    words, titles, pairs = defaultdict(dict), defaultdict(dict), defaultdict(dict)
    for number, article in enumerate(articles):
        texts = (article.title, article.lead, article.body, "\n".join(article.captions))
        for field, text in enumerate(texts):
            place = 0  # it counts the ends of lines, as the token runs do
            for line in text.split("\n"):
                before = None
                for token in tokens(line):
                    word = token.exact
                    weight = body_weight(place) if field == 2 else int(WEIGHTS[field])
                    words[word][number] = words[word].get(number, 0) + weight
                    if field == 0:
                        titles[word][number] = titles[word].get(number, 0) + UNIT
                    if before is not None:
                        pair, of_pair = (before[0], word), before[1]
                        pairs[pair][number] = pairs[pair].get(number, 0) + of_pair
                    before = word, weight
                    place += 1
                place += 1
    return words, titles, pairs


def listed(postings):
    docs, weights = postings
    if weights is None:
        weights = np.full(len(docs), UNIT)
    return dict(zip(docs.tolist(), weights.tolist(), strict=True))


def rounded(weights):
    return {doc: int(ROUNDED[min(255, weight)]) for doc, weight in weights.items()}


@pytest.fixture(scope="module")
def some():
    return [*corpus.ARTICLES, *corpus.many(700)]


@pytest.fixture(scope="module")
def segment(tmp_path_factory, some):
    return built(tmp_path_factory.mktemp("segment") / "s.tin", some)


def test_articles_come_back_letter_for_letter(segment, some):
    assert [segment.article(i) for i in range(segment.n)] == some


@settings(max_examples=60, deadline=None)
@given(st.lists(corpus.articles, min_size=1, max_size=8))
def test_any_article_comes_back_letter_for_letter(tmp_path_factory, given_articles):
    path = tmp_path_factory.mktemp("any") / "s.tin"
    segment = built(path, given_articles)
    assert [segment.article(i) for i in range(segment.n)] == given_articles


def test_every_word_has_its_articles_and_weights(segment, some):
    words, titles, _ = read_plainly(some)
    assert set(segment.exact.all()) == set(words)
    for word, weights in words.items():
        number = segment.find_exact(word)
        assert segment.exact[number] == word
        assert listed(segment.words.postings(number)) == rounded(weights), word
        assert segment.words.count(number) == len(weights)
        assert listed(segment.titles.postings(number)) == rounded(titles.get(word, {})), word


def test_a_folded_form_has_the_articles_of_its_variants(segment, some):
    words, _, _ = read_plainly(some)
    by_folded = defaultdict(set)
    for word, weights in words.items():
        by_folded[fold(word)] |= set(weights)
    assert segment.folded.all() == sorted(by_folded)
    for form, articles in by_folded.items():
        folded = segment.folded.find(form)
        assert set(listed(segment.bare.postings(folded))) == articles
        assert {fold(segment.exact[i]) for i in segment.variants(folded)} == {form}


def test_every_pair_has_its_articles_and_weights(segment, some):
    _, _, pairs = read_plainly(some)
    assert len(segment.pairs) == len(pairs)
    for (first, second), weights in pairs.items():
        entry = segment.pairs.of_exact([(segment.find_exact(first), segment.find_exact(second))])[0]
        assert entry >= 0, (first, second)
        assert listed(segment.pairs.postings(entry)) == rounded(weights), (first, second)
        assert segment.pairs.count(entry) == len(weights)
        folded = [segment.folded.find(fold(word)) for word in (first, second)]
        assert entry in segment.pairs.of_folded(*folded)


def test_counts_of_pairs_are_those_of_their_lists(segment):
    pairs = segment.pairs
    for first, last in ((0, len(pairs)), (37, 91), (5, 5)):
        wanted = [pairs.count(entry) for entry in range(first, last)]
        assert pairs.counts(first, last).tolist() == wanted


def test_words_that_never_stand_side_by_side_are_no_pair(segment):
    rare = segment.find_exact("hiếm1")
    assert segment.pairs.of_exact([(rare, rare)]) == [-1]


def test_all_lists_at_once_are_the_same_lists(segment):
    for table in (segment.words, segment.bare, segment.titles, segment.pairs):
        lists = table.lists(0, len(table))
        at = offsets_of(lists.counts).tolist()
        for i in range(len(table)):
            docs, weights = table.postings(i)
            part = slice(at[i], at[i + 1])
            assert lists.docs[part].tolist() == docs.tolist()
            wanted = [UNIT] * len(docs) if weights is None else weights.tolist()
            assert lists.weights[part].tolist() == wanted


def test_tokens_stand_in_order_with_their_breaks(segment, some):
    for number in (0, 1, 3, 60, 333):
        texts = segment.texts(number)
        wanted = []
        for text in texts:
            lines = [[token.exact for token in tokens(line)] for line in text.split("\n")]
            for i, line in enumerate(lines):
                wanted += [None] * (i > 0) + line
            wanted.append("end")
        numbers = segment.exact_tokens(number).tolist()
        found = [{-1: None, -2: "end"}.get(n) if n < 0 else segment.exact[n] for n in numbers]
        assert found == wanted
        lengths = [sum(len([*tokens(line)]) for line in t.split("\n")) for t in texts]
        assert [int(segment.lengths[name][number]) for name in FIELDS] == lengths


def test_tokens_of_several_articles_are_those_of_each(segment):
    numbers, at = segment.exact_tokens_of(np.array([4, 300, 2]))
    parts = [numbers[at[i] : at[i + 1]].tolist() for i in range(3)]
    assert parts == [segment.exact_tokens(i).tolist() for i in (4, 300, 2)]


def test_columns_hold_what_was_given(segment, some):
    assert segment.published.tolist() == [microseconds(a.published) for a in some]
    for name, wanted in (("site", [(a.site,) for a in some]), ("tag", [a.tags for a in some])):
        facet = segment.facet(name)
        for i, values in enumerate(wanted):
            codes = facet.codes[facet.first[i] : facet.first[i + 1]]
            assert {facet.values[code] for code in codes} == {v for v in values if v}
    assert segment.find_id(hash_of("bài-7")) == [some.index(corpus.many(8)[7])]


def test_a_prefix_is_a_range_of_folded_forms(segment):
    found = segment.folded_range("ho")
    assert [segment.folded[i] for i in found] == [
        form for form in segment.folded.all() if form.startswith("ho")
    ]
    assert len(segment.folded_range("zzz")) == 0


@pytest.mark.parametrize("n", [1, 5, 300, 700, 40_000])
def test_lists_come_back_whatever_their_density(n):
    random = np.random.default_rng(n)
    docs, counts, weights = [], [], []
    for share in (0, 0.00005, 0.001, 0.02, 0.3, 0.5, 1):
        chosen = np.flatnonzero(random.random(n) < share)
        docs.append(chosen)
        counts.append(len(chosen))
        weights.append(ROUNDED[random.integers(1, 30, len(chosen))])
    lists = Lists(
        np.array(counts, dtype=np.uint32),
        np.concatenate(docs).astype(np.uint16),
        np.concatenate(weights).astype(np.uint8),
    )
    written = encode(lists, n)
    again = decode_all(
        written.data,
        written.at,
        written.more,
        written.weights,
        written.weight_at,
        lists.counts,
        n,
    )
    assert again.docs.tolist() == lists.docs.tolist()
    assert again.weights.tolist() == lists.weights.tolist()


def test_merged_segments_are_the_segment_of_all(tmp_path, some):
    parts = [
        built(tmp_path / f"{i}.tin", some[start:end])
        for i, (start, end) in enumerate(((0, 3), (3, 400), (400, len(some))))
    ]
    random = np.random.default_rng(3)
    for lives in ([None] * 3, [random.random(part.n) < 0.6 for part in parts]):
        path = tmp_path / "merged.tin"
        merge(path, Files(), list(zip(parts, lives, strict=True)))
        merged = Segment(path)
        alive = np.concatenate(
            [np.ones(p.n, bool) if x is None else x for p, x in zip(parts, lives, strict=True)]
        )
        kept = [article for article, lives_on in zip(some, alive, strict=True) if lives_on]
        again = built(tmp_path / "again.tin", kept)
        assert [merged.article(i) for i in range(merged.n)] == kept
        assert merged.exact.all() == again.exact.all()
        assert merged.file.names() == again.file.names()
        for name in ("words", "bare", "titles", "title_bare", "pairs"):
            one, other = getattr(merged, name), getattr(again, name)
            assert len(one) == len(other)
            one, other = one.lists(0, len(one)), other.lists(0, len(other))
            assert one.docs.tolist() == other.docs.tolist(), name
            assert one.weights.tolist() == other.weights.tolist(), name
        assert merged.length.tolist() == again.length.tolist()
        assert merged.facet("tag").values == again.facet("tag").values


def test_any_flipped_bit_is_an_error_or_changes_nothing(tmp_path, some):
    path = tmp_path / "s.tin"
    built(path, some[:40])
    data = path.read_bytes()
    random = np.random.default_rng(5)
    noticed = 0
    for at in random.integers(0, len(data), 60).tolist():
        damaged = bytearray(data)
        damaged[at] ^= 1 << int(random.integers(8))
        path.write_bytes(damaged)
        try:
            segment = Segment(path)
            segment.verify()
        except IndexCorruptError as error:
            assert error.file == "s.tin"
            noticed += 1
        else:
            assert [segment.article(i) for i in range(40)] == some[:40]
    assert noticed > 50


def test_damage_is_noticed_by_the_read_that_meets_it(tmp_path, some):
    path = tmp_path / "s.tin"
    segment = built(path, some[:40])
    name, start, count, _ = ("word_data", *segment.file.place_of("word_data"), 0)
    data = bytearray(path.read_bytes())
    data[start + count // 2] ^= 4
    path.write_bytes(data)
    segment = Segment(path)
    with pytest.raises(IndexCorruptError, match=name):
        segment.words.postings(0)


def test_a_file_cut_short_does_not_open(tmp_path, some):
    path = tmp_path / "s.tin"
    built(path, some[:5])
    data = path.read_bytes()
    for size in (0, 10, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:size])
        with pytest.raises(IndexCorruptError):
            Segment(path)
