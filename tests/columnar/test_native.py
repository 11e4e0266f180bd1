"""The compiled inner loops give what numpy gives, and never touch what is not theirs."""

from bisect import bisect_left
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.columnar import kernels
from indexer.columnar.analysis import Analyser
from indexer.columnar.arrays import offsets_of, view
from indexer.columnar.coded import (
    Coded,
    add,
    add_in,
    adjacent,
    all_hold,
    coded,
    common,
    docs_of,
    holders,
    mark,
    weights_in,
)
from indexer.columnar.feedback import feedback
from indexer.columnar.inversion import PackedRuns, PairLists, Runs, join, union
from indexer.columnar.inverting import inverted, told
from indexer.columnar.kernels import at_least
from indexer.columnar.native_analysis import NativeAnalyser
from indexer.columnar.postings import DENSE, FAR, NEAR, STEPS, Lists, encode, kind_of
from indexer.columnar.sketches import hash_word, sketches_of
from indexer.columnar.units import NativeUnits, Units
from indexer.models import Article
from indexer.query import parse_query
from indexer.vietnamese import tokens
from tests.columnar.test_evaluate import FILLER, evaluator_of

native = kernels.native
needs_native = pytest.mark.skipif(native is None, reason="installed without a C compiler")
pytestmark = needs_native
ARTICLES = 700  # of which some hundred are dense, some tens near, few far


@contextmanager
def in_numpy():
    """Inside, everything is done by numpy."""
    kernels.native = None
    try:
        yield
    finally:
        kernels.native = native


def both(act):
    with in_numpy():
        plain = act()
    return act(), plain


@st.composite
def posting_lists(draw, n: int = ARTICLES):
    """A list as it is written in a segment of `n` articles, and what it says: article → weight."""
    share = draw(st.sampled_from([0.005, 0.05, 0.2, 0.7]))
    seed = draw(st.integers(0, 1 << 30))
    random = np.random.default_rng(seed)
    docs = np.flatnonzero(random.random(n) < share)
    if not len(docs):
        docs = np.array([random.integers(n)])
    odd = draw(st.booleans())
    weights = random.choice(STEPS[1:], len(docs)) if odd else np.full(len(docs), 2, np.uint8)
    lists = Lists(np.array([len(docs)], np.uint32), docs.astype(np.uint16), weights)
    written = encode(lists, n)
    kind = kind_of(len(docs), n)
    packed = written.weights if odd and kind != DENSE else np.zeros(0, np.uint8)
    return Coded(kind, written.data, packed, len(docs)), dict(
        zip(docs.tolist(), weights.tolist(), strict=True)
    )


articles = st.lists(st.integers(0, ARTICLES - 1), unique=True, max_size=80).map(
    lambda numbers: np.array(sorted(numbers), np.int64)
)


@given(posting_lists(), articles)
def test_a_list_is_read_alike(made, asked):
    a_list, weights = made
    found = [number for number in asked.tolist() if number in weights]
    for docs in both(lambda: docs_of(a_list)):
        assert docs.tolist() == sorted(weights)
    for kept in both(lambda: holders(asked, a_list)):
        assert kept.tolist() == found
    for read in both(lambda: weights_in(a_list, asked)):
        assert read.tolist() == [weights.get(number, 0) for number in asked.tolist()]
    for all_there in both(lambda: all_hold(asked, a_list)):
        assert all_there == (len(found) == len(asked))


@given(st.lists(posting_lists(), min_size=1, max_size=4))
def test_what_lists_have_in_common_and_together_is_found_alike(made):
    lists = [a_list for a_list, _ in made]
    docs = [set(weights) for _, weights in made]

    def together():
        found = np.zeros(ARTICLES, bool)
        mark(found, lists)
        return np.flatnonzero(found)

    for found in both(lambda: common(lists)):
        assert found.tolist() == sorted(set.intersection(*docs))
    for found in both(together):
        assert found.tolist() == sorted(set.union(*docs))


@given(st.lists(st.floats(0, 4, width=32)), st.floats(0, 5), st.data())
def test_what_is_great_enough_is_found_alike(values, least, data):
    line = np.array(values, np.float32)
    also = data.draw(st.sets(st.integers(0, len(values) - 1)) if values else st.just(set()))
    chosen = np.array(sorted(also), np.int64)
    compiled, plain = both(lambda: at_least(line, least, chosen))
    assert compiled.tolist() == plain.tolist()
    assert also <= set(plain.tolist())


@given(posting_lists(), articles, st.floats(0.1, 9))
def test_scores_of_some_articles_grow_alike(made, asked, factor):
    a_list, weights = made
    scale = np.linspace(0.1, 0.9, len(asked), dtype=np.float32)

    def scores():
        line = np.ones(len(asked), np.float32)
        add_in(line, a_list, asked, factor, scale, 1.2)
        return line

    x = np.array([weights.get(number, 0) for number in asked.tolist()], np.float32) * scale
    for line in both(scores):
        assert line == pytest.approx(1 + factor * x / (x + 1.2), rel=1e-4)


@given(posting_lists(), st.floats(0.1, 9), st.booleans())
def test_scores_grow_alike(made, factor, constant):
    a_list, weights = made
    per_weight = np.linspace(0.1, 0.9, ARTICLES, dtype=np.float32)

    def scores():
        line = np.ones(ARTICLES, np.float32)
        terms = [(a_list, factor, 1.2, 0.0), (a_list, 0.0, 1.2, 0.5)]
        add(line, terms, None if constant else per_weight)
        return line

    one, other = both(scores)
    assert one == pytest.approx(other, rel=1e-5)
    for number, weight in weights.items():
        x = weight * float(per_weight[number])
        gain = factor if constant else factor * x / (x + 1.2)
        assert one[number] == pytest.approx(1.5 + gain, rel=1e-4)


@given(st.sets(st.binary(max_size=4)), st.binary(max_size=4))
def test_strings_are_found_among_sorted_ones(strings, key):
    ordered = sorted(strings)
    text = np.frombuffer(b"".join(ordered), np.uint8)
    at = view(offsets_of(np.array(list(map(len, ordered)), np.int64)).astype(np.uint32))
    assert native.lower_bound(text, at, key) == bisect_left(ordered, key)


def test_all_kinds_of_lists_are_read():
    assert {kind_of(df, ARTICLES) for df in (3, 35, 490)} == {DENSE, NEAR, FAR}


@given(
    st.lists(st.integers(0, 5), min_size=1, max_size=3000),
    st.integers(1, 80),
    st.integers(0, 1000),
)
def test_the_best_come_first_and_equal_ones_newest_first(values, size, base):
    scores = np.array(values, np.float32)
    rows = np.flatnonzero(np.arange(len(values)) % 3 != 1)
    wanted = sorted(((values[r], r + base) for r in rows.tolist()), reverse=True)[:size]
    for numbers, found in both(lambda: kernels.best(scores, rows, base, size)):
        got = zip(found.tolist(), numbers.tolist(), strict=True)
        assert list(got) == wanted


@given(
    st.lists(st.one_of(st.integers(0, 9), st.integers(0, (1 << 40) - 1)), max_size=300),
    st.sampled_from([np.uint8, np.uint16, np.int32, np.uint32, np.int64]),
)
def test_keys_are_ordered_alike(keys, kind):
    line = (
        np.array(keys, np.int64) % (np.iinfo(kind).max + 1 if kind is not np.int64 else 1 << 62)
    ).astype(kind)
    wanted = np.argsort(line, kind="stable").tolist()
    for order in both(lambda: kernels.stable_order(line)):
        assert order.tolist() == wanted


pieces = st.one_of(st.sampled_from(["đại", "hội,", "", "\n", "\0", "a" * 30]), st.text(max_size=4))


@given(st.lists(st.lists(pieces, min_size=1, max_size=40), min_size=1, max_size=4))
def test_units_are_numbered_alike(batches):
    native_units, units = NativeUnits(native), Units()
    for pieces in batches:
        text = "".join(f"{piece} " for piece in pieces)
        assert native_units.numbers_of(text).tolist() == units.numbers_of(text).tolist()
        assert native_units.names_from(0) == units.names_from(0)
    assert len(native_units) == len(units)


def test_more_units_than_the_table_has_slots_are_numbered():
    text = "".join(f"u{i} " for i in range(30_000))
    units = NativeUnits(native)
    for _ in range(2):
        assert units.numbers_of(text).tolist() == list(range(30_000))
    assert units.names_from(29_999) == ["u29999"]


@given(st.integers(0, 60), st.integers(0, 1 << 30))
def test_feedback_is_alike(count, seed):
    random = np.random.default_rng(seed)
    scores = random.random(count).astype(np.float32) * 9
    words = random.integers(0, 200, (count, 48)).astype(np.uint16)
    weights = random.integers(0, 256, (count, 48)).astype(np.uint8)
    weights[:, 40:] = words[:, 40:] = 0
    one, other = both(lambda: feedback(scores, words, weights))
    assert one == pytest.approx(other, rel=1e-3, abs=1e-4)


SYLLABLES = ["đại", "dai", "hội", "hoi", "lũ", "bão", "về", "của", "và", "tỉnh", "Sơn"]
titles = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=7).map(" ".join)
bodies = st.lists(st.one_of(titles, st.just(FILLER)), min_size=1, max_size=12).map("\n".join)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(titles, bodies, st.booleans()), min_size=1, max_size=20),
    st.lists(titles, min_size=1, max_size=4),
    st.integers(1, 3),
)
def test_a_search_finds_and_ranks_alike(tmp_path_factory, texts, queries, parts):
    articles = [
        Article(id=str(i), title=title, lead=title if twice else "", body=body)
        for i, (title, body, twice) in enumerate(texts)
    ]
    evaluator = evaluator_of(tmp_path_factory.mktemp("some"), articles, parts)
    for text in (*queries, f'"{queries[0]}"', f"{queries[0]} {queries[-1]} không việc gì thay đổi"):
        query = parse_query(text)
        one, other = both(lambda query=query: evaluator.search(query, facets=("site",)))
        assert (one.total, one.groups, one.relaxed) == (other.total, other.groups, other.relaxed)
        assert [h.score for h in one.hits] == pytest.approx(
            [h.score for h in other.hits], rel=1e-3, abs=1e-4
        )
        scores = {h.number: h.score for h in other.hits}
        for hit in one.hits:  # in another order only where scores are equal
            assert scores.get(hit.number, hit.score) == pytest.approx(hit.score, rel=1e-3)


def test_rare_words_are_found_in_the_texts(tmp_path):
    many = "\n".join(
        " ".join(f"từ{i}x" for i in range(at, at + 500)) for at in range(0, 70_000, 500)
    )
    articles = [
        Article(id="a", title="Một", body=many),
        Article(id="b", title="Hai", body=f"{FILLER} từ69001x cạnh từ69444x hôm nay"),
    ]
    evaluator = evaluator_of(tmp_path, articles)
    query = parse_query("từ69001x cạnh từ69444x hôm nay")
    one, other = both(lambda: evaluator.search(query))
    assert [h.number for h in one.hits] == [h.number for h in other.hits] == [1]
    assert one.hits[0].score == pytest.approx(other.hits[0].score, rel=1e-4)


FEW = np.zeros(3, np.float32)
FLAGS = np.zeros(4, np.uint8)
ALL_THREE = Coded(DENSE, np.ones(3, np.uint8), np.zeros(0, np.uint8), 3)
GROUPS = np.array([7], np.int32)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: add(FEW, [(coded(np.array([1, 9])), 1.0, 0.0, 0.0)], None), IndexError),
        (lambda: add(FEW, [(coded(np.array([1])), 1.0, 1.2, 0.0)], FEW[:1]), ValueError),
        (lambda: holders(np.array([5]), ALL_THREE), IndexError),
        (lambda: weights_in(ALL_THREE, np.array([-1])), IndexError),
        (lambda: kernels.best(FEW, np.array([0, 3]), 0, 2), IndexError),
        (lambda: kernels.grouped(GROUPS, np.array([0]), 3, np.ones(3, bool)), IndexError),
        (
            lambda: add(FEW.astype(np.float64), [(coded(np.array([1])), 1.0, 0.0, 0.0)], None),
            TypeError,
        ),
        (lambda: native.docs((FAR, STEPS), STEPS, FEW), TypeError),
        (lambda: native.common([], STEPS, FEW), TypeError),
        (
            lambda: native.mark([coded(np.array([9]))], np.arange(17, dtype=np.uint8), FLAGS),
            IndexError,
        ),
        (lambda: native.pair_places([9], FLAGS, FEW, FEW, 4, 100), ValueError),
        (lambda: native.pair_places([-1], FLAGS, FEW, FEW, 4, 100), ValueError),
        (lambda: native.docs(), TypeError),
    ],
)
def test_a_place_outside_an_array_is_an_error(call, error):
    with pytest.raises(error):
        call()


def test_tokens_outside_the_segment_are_an_error():
    line = np.zeros(4, np.float32)
    tokens = np.zeros(10, np.uint16)
    none = np.zeros(0, np.int64), np.zeros(0, np.uint32)
    words = [(0, none[0], none[0], 1.0, 1.0, 1.0)]
    for token_at, article in (([0, 11], 0), ([0, 10], 1), ([0, 10], -1)):
        with pytest.raises(IndexError):
            native.text_evidence(
                tokens, np.array(token_at), np.array([article]), *none, words,
                np.ones(604, np.float32), line[:1], [b"\0"], (3, 1, 8, 10, 0), (1.2, 1.0, 1.0),
                line,
            )  # fmt: skip


@given(st.lists(st.lists(posting_lists(), max_size=3), min_size=1, max_size=4), articles)
def test_what_stands_together_is_counted_alike(made, asked):
    pairs = [[a_list for a_list, _ in lists] for lists in made]
    ties = [0.3 * (i + 1) for i in range(len(pairs))]

    def counted():
        scores = np.linspace(1, 2, len(asked)).astype(np.float32)
        adjacent(scores, asked, pairs, ties, 5.0, 0.4)
        return scores

    compiled, plain = both(counted)
    assert np.allclose(compiled, plain, rtol=1e-5)
    for i, number in enumerate(asked.tolist()):
        if all(any(number in weights for _, weights in lists) for lists in made):
            assert plain[i] > 1 + i / len(asked)


USUAL, UNUSUAL = "aBđĐư1_.,-–“…×\n", "\u00a0\u0301\u200b\u00ad½²\u01c5кЫ世\ud800\0"
UNITS = st.lists(
    st.one_of(
        st.text(st.sampled_from(USUAL + UNUSUAL), max_size=6),
        st.sampled_from(["–", "", "&", "2020-2025", "TP.HCM", "(Hà", "Nội),", "x" * 300, "\n"]),
    ),
    max_size=30,
).map(" ".join)  # fmt: skip


def said(analyser, batch):
    """A batch in words, and everything that was learnt, in order."""
    raw, separators = list(analyser.raw), list(analyser.separators)
    exact = list(analyser.exact)
    return (
        [raw[number] for number in batch.tokens.tolist()],
        [separators[number] for number in batch.separators.tolist()],
        batch.ends.tolist(),
        (raw, separators, exact, list(analyser.raw_exact)),
    )


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(*[UNITS] * 4), min_size=1, max_size=4), max_size=4))
def test_texts_are_taken_apart_alike(batches):
    compiled, plain = NativeAnalyser(native), Analyser()
    for texts in batches:
        one = said(compiled, compiled.analyse(texts))
        assert one == said(plain, plain.analyse(texts))


def test_tables_grow_with_what_they_hold(monkeypatch):
    monkeypatch.setattr("indexer.columnar.native_analysis.MAX_UNITS", 20_000)
    monkeypatch.setattr("indexer.columnar.analysis.MAX_UNITS", 20_000)
    compiled, plain = NativeAnalyser(native), Analyser()
    for turn in range(3):
        words = [f"từ{turn}{i % 9_000}x{'-–/'[i % 3] * (i % 300)}" for i in range(9_500)]
        texts = [("", " ".join(words), " – ".join(words) + " –" * 40_000, "")]
        one = said(compiled, compiled.analyse(texts))
        assert one == said(plain, plain.analyse(texts))
    assert compiled.size_bytes > 1 << 20


def batch_of(texts):
    """Articles as the builder sees them, and the exact number of each raw one."""
    analyser = Analyser()
    batch = analyser.analyse(texts)
    return batch, np.array(analyser.raw_exact), list(analyser.exact)


SOME_TEXT = st.text(st.sampled_from("aA áđ1.,–\n"), max_size=60)
SOME_ARTICLES = st.lists(st.tuples(*[SOME_TEXT] * 4), min_size=1, max_size=12)


def arrays_of(runs):
    parts = (*runs.terms, runs.counts, runs.docs, runs.weights)
    return [part.tolist() for part in parts], runs.base


@given(SOME_ARTICLES, st.integers(0, 1000))
def test_a_batch_is_inverted_alike(texts, base):
    batch, words, exact = batch_of(texts)
    one, other = both(lambda: inverted(batch, words, len(exact), base))
    for name in ("words", "titles", "pairs"):
        assert arrays_of(getattr(one, name)) == arrays_of(getattr(other, name))
    assert one.lengths.tolist() == other.lengths.tolist()
    told_of = [token.exact for texts in texts for text in texts[1:3] for token in tokens(text)]
    hashes = np.frombuffer(b"".join(map(hash_word, exact)), "<u8")
    for known, ends in both(lambda: told(batch, words, hashes)):
        assert known.tobytes() == b"".join(map(hash_word, told_of))
        assert len(ends) == len(texts)
        assert ends[-1] == len(told_of)


def test_a_word_that_is_all_over_a_long_article_weighs_at_most_the_greatest_step():
    batch, words, exact = batch_of([("a " * 70, "", "b a " * 900, "")])
    one, other = both(lambda: inverted(batch, words, len(exact), 0))
    assert arrays_of(one.words) == arrays_of(other.words)
    assert one.words.weights.tolist() == [100, 100]
    assert arrays_of(one.pairs) == arrays_of(other.pairs)


@given(
    st.lists(st.lists(st.integers(0, 1 << 64), max_size=20), max_size=6),
    st.integers(1, 60),
)
def test_sketches_are_made_alike(articles, times):
    texts = [np.array(hashes * times, object) % (1 << 64) for hashes in articles]
    flat = np.concatenate([np.zeros(0, object), *texts]).astype(np.uint64)
    ends = np.cumsum([len(text) for text in texts], dtype=np.int64)
    one, other = both(lambda: sketches_of(flat, ends))
    assert one.to_bytes() == other.to_bytes()


@given(st.integers(0, 1 << 30), st.integers(1, 4000))
def test_sketches_of_long_texts_are_made_alike(seed, length):
    hashes = np.random.default_rng(seed).integers(0, 1 << 63, length, dtype=np.uint64)
    ends = np.array([length // 3, length], np.int64)
    one, other = both(lambda: sketches_of(hashes, ends))
    assert one.to_bytes() == other.to_bytes()


@pytest.mark.parametrize(
    "change",
    [
        {0: np.array([9], np.uint32)},  # a token that has no word
        {5: 0},  # words above the greatest number
        {4: np.zeros(0, np.uint32)},  # no room for lengths
        {2: np.zeros(3, np.uint8)},
    ],
)
def test_a_batch_with_numbers_out_of_range_is_an_error(change):
    given = {
        0: np.array([2, 1, 1, 1, 1], np.uint32), 1: np.array([-1, -1, 0], np.int32),
        2: np.ones(4, np.uint8), 3: np.ones(256, np.uint8), 4: np.zeros(4, np.uint32), 5: 1,
    } | change  # fmt: skip
    with pytest.raises(ValueError, match="length"):
        native.invert(*given.values())


LISTS = st.lists(
    st.dictionaries(st.integers(0, 60), st.sampled_from(STEPS[1:].tolist()), max_size=9),
    min_size=1,
    max_size=12,
)


def lists_of(made):
    flat = [pair for a_list in made for pair in sorted(a_list.items())]
    return Lists(
        np.array([len(a_list) for a_list in made], np.uint32),
        np.array([doc for doc, _ in flat], np.uint16),
        np.array([weight for _, weight in flat], np.uint8),
    )


def said_of(slices):
    return [
        [part.tolist() for part in (lists.counts, lists.docs, lists.weights)] for lists in slices
    ]


@given(LISTS, st.lists(st.integers(0, 12), max_size=4), st.integers(1, 12))
def test_lists_are_joined_alike(made, cuts, at_a_time):
    first = np.array(sorted({0, len(made), *(cut for cut in cuts if cut < len(made))}), np.uint32)

    def joined():
        slices = (lists_of(made[i : i + at_a_time]) for i in range(0, len(made), at_a_time))
        return said_of(union(slices, first))

    one, other = both(joined)
    assert one == other


PAIRS = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.integers(1, 3)), min_size=1, max_size=40
)


@given(st.lists(PAIRS, min_size=1, max_size=3), st.permutations(range(8)), st.integers(1, 90))
def test_pairs_are_put_together_alike(batches, order, at_a_time):
    folded = np.array([0, 0, 1, 2, 2, 2, 3, 3], np.uint32)
    folded_first = np.array([0, 2, 3, 6, 8], np.uint32)

    def batch(made, base):
        keys = sorted({(a, b): count for a, b, count in made}.items())
        docs = [doc for _, count in keys for doc in range(count)]
        terms = tuple(np.array([key[i] for key, _ in keys], np.int32) for i in range(2))
        counts = np.array([count for _, count in keys], np.uint16)
        return Runs(terms, counts, np.array(docs, np.uint16), np.full(len(docs), 4, np.uint8), base)

    def put_together():
        runs = join([batch(made, 10 * i) for i, made in enumerate(batches)])
        pairs = PairLists(runs, np.array(order, np.int32), folded, folded_first)
        return said_of(pairs.slices()), [part.tolist() for part in pairs.entries()]

    packed = [PackedRuns.of(batch(made, 10 * i)) for i, made in enumerate(batches)]
    plain = join([batch(made, 10 * i) for i, made in enumerate(batches)])
    assert arrays_of(join(packed)) == arrays_of(plain)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.columnar.inversion._RUNS", at_a_time)
        one, other = both(put_together)
    assert one == other
    ranked = [(folded[a], folded[b], a, b) for a, b in zip(*one[1], strict=True)]
    assert ranked == sorted(set(ranked))
    assert len(ranked) == len({(a, b) for made in batches for a, b, _ in made})
