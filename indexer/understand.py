"""What was meant by what was typed: marks left out, keys of an input method, slips.

Nothing here decides what is found. A `Meaning` says how the words of a query are best read; the
search uses it for ranking, and for the query itself only where what was typed is in no article.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

from indexer.columnar.evaluate import other_runs, words_of
from indexer.models import And, Node, Not, Or, Phrase, Query, Reading, Term
from indexer.restore import SyllableModel, is_swapped
from indexer.restore.slips import with_c_or_k, without_slips
from indexer.syllables import is_syllable
from indexer.telex import decode_typing
from indexer.vietnamese import exact_form, exact_forms, fold, has_marks, pattern_for
from indexer.writings import in_all_writings, is_written_otherwise, written_otherwise

Count = Callable[[Query], int]  # how many articles hold a query, nothing relaxed

_READINGS = 4
_LEAST_LETTERS, _LEAST_SWAPPED = 4, 3
_SHORT, _LONG = 3, 8
_MAX_READING_WORDS = 6
# In so many articles words stand side by side that belong together; and so many times as often as
# what was typed, where that is a likely slip (where it is written as one word too: `_MORE`).
_OFTEN, _MORE, _FAR_MORE = 5, 3, 20
# A word that is in so few articles may be a slip; then what was meant is in so many times as many.
_RARE, _SPELLED_MORE = 20, 8
# Of the articles of the rarer of two words so many have them side by side that belong together; and
# so many are enough where what was typed never stands so.
_BELONGS, _GOES_WITH = 0.1, 0.02
_TEXT_FIELDS = (None, "title", "lead", "body", "caption")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A query as it is understood.

    query      with words replaced that no article has
    reading    for each word of it that is scored, the form it stands for
    corrected  the text of the query after correction, "" where nothing was corrected
    """

    query: Query
    reading: tuple[str, ...]
    corrected: str = ""


def understand(query: Query, model: SyllableModel, count: Count) -> Meaning:
    """The likeliest meaning of a query, from the statistics of the index (`count` asks it)."""
    words = words_of(query)
    if not len(model):
        return Meaning(query, words)
    if not words:
        return Meaning(in_all_writings(query, model, words), words)
    unknown = _unknown(words, model)
    strange = {w for w in _in_no_writing(unknown, model) if not count(_word(w))}
    corrected = ""
    parts = _taken_apart(strange, model) if query.plain else {}
    said = _surely(words, _meant(words, strange, model, count), model) if parts else 0
    # Parts that have all the marks that were typed are hardly a chance.
    if parts and (any(map(has_marks, parts)) or said < max(_OFTEN, _together(parts, model))):
        apart = tuple(form for word in words for form in parts.get(word, (word,)))
        meant = model.restore(apart)[0].words
        parted = Query(" ".join(meant), And(tuple(map(Term, meant))), query.truncated)
        if len(words) > _SHORT or count(parted):
            words, query = meant, parted
            corrected = model.surfaces(words)
        strange = _in_no_writing(_unknown(words, model), model)
    if strange:
        meant = _meant(words, strange, model, count)
        # A short query is corrected only into one that some article answers in full.
        good = len(words) > _SHORT or count(Query("", And(tuple(map(Term, meant)))))
        if meant != words and good:
            query = _with_words(query, dict(zip(words, meant, strict=True)), meant)
            words = meant
            corrected = model.surfaces(words)
    reading = model.restore(words)[0].words
    written = query
    # In a long query the other words find the article.
    if unknown or len(words) <= _LONG or not query.plain:
        written = in_all_writings(query, model, words)
    if written is not query:
        reading += tuple(word for run in other_runs(written.root) for word in run)
    return Meaning(written, reading, corrected)


def read_as(text: str, model: SyllableModel) -> Meaning:
    """The meaning of a text that was put in the place of what was typed."""
    words = tuple(exact_forms(text))
    terms = tuple(map(Term, words))
    query = Query(text, And(terms) if len(terms) > 1 else terms[0])
    return Meaning(query, model.restore(words)[0].words, text)


def _unknown(words: Iterable[str], model: SyllableModel) -> list[str]:
    return [word for word in words if not model.knows(word)]


def _in_no_writing(unknown: Iterable[str], model: SyllableModel) -> set[str]:
    return {word for word in unknown if not is_written_otherwise(word, model)}


def _word(word: str) -> Query:
    return Query(word, Term(word))


def _meant(
    words: tuple[str, ...], strange: set[str], model: SyllableModel, count: Count
) -> tuple[str, ...]:
    """The words with the strange ones read as Telex or VNI, or corrected."""
    decoded = []
    for word in words:
        options = decode_typing(word) if word in strange else ()
        decoded.append(next((o for o in options if model.count(o)), word))
    fixed = model.correct(decoded)
    if fixed is None:
        return tuple(decoded)
    # Words that the model does not know but the index has stay as they are.
    return tuple(
        new
        if old in strange and (_may_become(old, new) or _is_said(fixed.words, at, count))
        else old
        for at, (old, new) in enumerate(zip(decoded, fixed.words, strict=True))
    )


def _taken_apart(strange: Iterable[str], model: SyllableModel) -> dict[str, tuple[str, ...]]:
    """Those of the strange words that are joined ones, with their parts: `langson`.

    What can be one syllable (`tuyễn`) is not two.
    """
    joined = (word for word in strange if not is_syllable(word))
    return {word: parts for word in joined if (parts := model.taken_apart(word))}


def _together(parts: Mapping[str, tuple[str, ...]], model: SyllableModel) -> int:
    """In how many articles the rarest two of the parts of joined words stand side by side."""
    return min(model.side_by_side(*pair) for some in parts.values() for pair in pairwise(some))


def _is_said(words: tuple[str, ...], at: int, count: Count) -> bool:
    """Whether a word stands beside one of its neighbours in many articles: `giáo dục`."""
    beside = [words[i : i + 2] for i in (at - 1, at) if i >= 0 and len(words[i : i + 2]) == 2]
    return any(count(Query("", _written(pair))) >= _OFTEN for pair in beside)


def _surely(words: tuple[str, ...], meant: tuple[str, ...], model: SyllableModel) -> int:
    """In how many articles every word that was corrected stands beside a neighbour; 0 for none."""
    changed = [at for at, pair in enumerate(zip(words, meant, strict=True)) if pair[0] != pair[1]]
    restored = model.restore(meant)[0].words if changed else meant
    return min((_most_beside(restored, at, model) for at in changed), default=0)


def _most_beside(words: Sequence[str], at: int, model: SyllableModel) -> int:
    """In how many articles a word stands beside that of its neighbours which it is beside most."""
    pairs = [words[i : i + 2] for i in (at - 1, at) if i >= 0]
    return max([model.beside(*pair) for pair in pairs if len(pair) == 2], default=0)


def _most_side_by_side(words: Sequence[str], at: int, model: SyllableModel) -> int:
    """The same for a word as it may be read."""
    pairs = [words[i : i + 2] for i in (at - 1, at) if i >= 0]
    return max([model.side_by_side(*pair) for pair in pairs if len(pair) == 2], default=0)


def _fits(words: Sequence[str], at: int, model: SyllableModel, *, share: float = _BELONGS) -> bool:
    """Whether a word belongs to a neighbour: a good part of the articles of the rarer of the two
    have them side by side."""
    for pair in (words[i : i + 2] for i in (at - 1, at) if i >= 0):
        if len(pair) == 2:
            rarer = min(model.articles((word,)) for word in pair)
            if model.beside(*pair) >= max(_OFTEN, share * rarer):
                return True
    return False


def _may_become(typed: str, meant: str) -> bool:
    """Whether a slip of the fingers explains it: other marks, or letters that make no syllable.

    Two neighbours in the wrong order need fewer letters than a wrong one: `nma` is hardly anything
    but `nam`.

    A syllable that could be Vietnamese (a name that no article has) is never given other letters,
    nor is a number, or a word too short to tell.

    >>> _may_become("sữa", "sửa"), _may_become("daii", "đại"), _may_become("lạng", "đăng")
    (True, True, False)
    >>> _may_become("nma", "nam"), _may_become("nma", "ma")
    (True, False)
    """
    if fold(typed) == fold(meant):
        return True
    if len(typed) >= _LEAST_SWAPPED and is_swapped(fold(typed), fold(meant)):
        return typed.isalpha() and not is_syllable(typed)
    return len(typed) >= _LEAST_LETTERS and typed.isalpha() and not is_syllable(typed)


def _with_words(query: Query, meant: Mapping[str, str], words: Sequence[str]) -> Query:
    root = _replaced(query.root, meant) if query.root is not None else None
    text = " ".join(words) if query.plain else query.text
    return Query(text, root, query.truncated, query.plain)


def _replaced(node: Node, meant: Mapping[str, str]) -> Node:
    match node:
        case Term(text, field, False) if field in _TEXT_FIELDS:
            return replace(node, text=meant.get(text, text))
        case Phrase(words, field, False) if field in _TEXT_FIELDS:
            return replace(node, words=tuple(meant.get(word, word) for word in words))
        case And(children):
            return And(tuple(_replaced(child, meant) for child in children))
        case Or(children):
            return Or(tuple(_replaced(child, meant) for child in children))
        case Not(child):
            return Not(_replaced(child, meant))
        case _:
            return node


def readings(query: Query, model: SyllableModel, count: Count) -> tuple[Reading, ...]:
    """The ways to read a short plain query with words that lack marks, likeliest first.

    Each with the number of articles that hold it written so, its words side by side; readings that
    no article holds are left out. Empty where there is one reading only.
    """
    words = words_of(query)
    if not query.plain or not 1 <= len(words) <= _MAX_READING_WORDS or not len(model):
        return ()
    if all(len(model.variants(word)) < 2 for word in words):
        return ()
    found: dict[tuple[str, ...], int] = {}
    for reading in model.restore(words, n=_READINGS):
        if articles := count(Query("", _written(reading.words), plain=False)):
            found.setdefault(reading.words, articles)
    if all(map(has_marks, words)) and words in found:
        # Marks were typed, and they are right: only what is far more likely is worth offering.
        most = _MORE * found[words]
        found = {way: n for way, n in found.items() if way == words or n >= most}
    if len(found) < 2 and (words in found or all(map(has_marks, words))):
        return ()
    offered: dict[str, int] = {}
    for way, articles in found.items():
        offered.setdefault(model.surfaces(way), articles)
    return tuple(Reading(text, articles) for text, articles in offered.items())


def _written(words: tuple[str, ...]) -> Node:
    return Phrase(words, exact=True) if len(words) > 1 else Term(words[0], exact=True)


def did_you_mean(query: Query, model: SyllableModel, count: Count, *, found: int, few: bool) -> str:
    """Another query that says much more to this index; else "".

    The same letters with other marks, where the index holds as much of that (`few`: what was
    found is little, or lacks words), or far more of it side by side: `sửa luật` for `sữa luật`,
    every word of which is known; for a word one with other marks, or that sounds like it, which
    stands beside its neighbours far more often: `bão số 3` for `bảo số 3`. Two words as one that
    the index has: `bitcoin` for `bit coin`; and one that is mostly written as several: `Hà Nội` for
    `hanoi`.
    """
    words = words_of(query)
    if not query.plain or not 1 <= len(words) <= _MAX_READING_WORDS or not len(model):
        return ""
    known = written_otherwise(query.root)
    if several := _several(words, model, count, known=known):
        return several
    capitals = {
        exact_form(token)
        for token in pattern_for(query.text).findall(query.text)
        if token.isupper()
    }
    capitals |= known
    if (spelled := _spelled(words, model, count, names=capitals, few=few)) != words:
        return model.surfaces(model.restore(spelled)[0].words)
    if len(words) < 2:
        return ""
    if spelled := _with_c_or_k(words, model):
        return model.surfaces(spelled)
    if few and (joined := _joined(words, model, count)):
        return model.surfaces(joined)
    if meant := _without_slips(words, model, count):
        return model.surfaces(meant)
    if few and (meant := _in_place(words, model)) != words:
        return model.surfaces(meant)
    if any(fold(word) == word for word in words):
        return ""
    best = model.restore([fold(word) for word in words])[0].words
    if best == words:
        return ""
    # Side by side says more than all somewhere, so as many are enough.
    better = count(Query("", _written(best), plain=False))
    if few and better >= max(found, 1):
        return model.surfaces(best)
    if better < _OFTEN or better < _FAR_MORE * count(Query("", Phrase(words), plain=False)):
        return ""
    return model.surfaces(best)


def _with_c_or_k(words: tuple[str, ...], model: SyllableModel) -> tuple[str, ...]:
    """The words with two of them as far more articles spell them: `Bắc Cạn` as `Bắc Kạn`; or ()."""
    read = model.restore(words)[0].words
    for at, pair in enumerate(pairwise(read)):
        ways = [list(filter(model.has, with_c_or_k(word))) for word in pair]
        if max(map(len, ways)) < 2:
            continue
        often = {way: model.beside(*way) for way in product(*ways)}
        best = max(often, key=lambda way: often[way])
        if best != pair and often[best] >= max(_OFTEN, _MORE * often.get(pair, 0)):
            return (*read[:at], *best, *read[at + 2 :])
    return ()


def _without_slips(words: tuple[str, ...], model: SyllableModel, count: Count) -> tuple[str, ...]:
    """The words that were meant where some, as they stand, are slips; or ()."""
    if not any(map(has_marks, words)) or not model.typed_in_full(words):
        return ()
    meant = without_slips(words, model.beside, model.count, model.variants)
    if meant == words:
        return ()
    if len(words) <= _SHORT and not count(Query("", And(tuple(map(Term, meant))))):
        return ()
    return meant


def _spelled(
    words: tuple[str, ...],
    model: SyllableModel,
    count: Count,
    *,
    names: Container[str],
    few: bool,
) -> tuple[str, ...]:
    """The words with those corrected that hardly any article has, and that are no syllables and no
    short `names` (`fomosa`, `danh sachs`), or that never stand beside the others where `few`
    articles have all of them (`đơn phươn`): as keys of an input method or with another letter they
    are said far more often."""
    rare = {
        word: often
        for at, word in enumerate(words)
        if len(word) >= _LEAST_LETTERS
        and word.isalpha()
        and word not in names
        and (
            not any(map(is_syllable, (word, *model.variants(word))))
            or (few and len(words) > 1 and not _most_side_by_side(words, at, model))
        )
        and (often := count(_word(word))) <= _RARE
    }
    if not rare:
        return words
    decoded = []
    for word in words:
        options = decode_typing(word) if word in rare else ()
        decoded.append(next((form for form in options if model.has(form)), word))
    fixed = model.correct(decoded, rare=rare)
    best = model.restore(decoded)[0].words if fixed is None else fixed.words
    meant = list(words)
    for at, (old, new) in enumerate(zip(words, best, strict=True)):
        if old == new or old not in rare:
            continue
        if decoded[at] != old:  # the keys of an input method are no chance
            fits = len(words) == 1 or _most_beside(best, at, model) >= _OFTEN
        elif len(words) > 1:
            share = _BELONGS if _most_side_by_side(words, at, model) else _GOES_WITH
            fits = _fits(best, at, model, share=share) and _most_beside(
                best, at, model
            ) >= _SPELLED_MORE * max(1, _most_beside(words, at, model))
        else:
            fits = model.articles((new,)) >= _SPELLED_MORE * rare[old]
        if fits:
            meant[at] = new
    return tuple(meant)


def _in_place(words: tuple[str, ...], model: SyllableModel) -> tuple[str, ...]:
    """The words with other marks on those that stand beside neither neighbour in any article, where
    they do so in many with these: `sỡ hữu trí tuệ` as `sở hữu trí tuệ`."""
    if len(words) < 2 or not any(map(has_marks, words)):
        return words
    alone = [
        has_marks(word) and not _most_beside(words, at, model) for at, word in enumerate(words)
    ]
    if not any(alone):
        return words
    typed = [fold(word) if is_alone else word for word, is_alone in zip(words, alone, strict=True)]
    best = model.restore(typed)[0].words
    return tuple(
        new if is_alone and _fits(best, at, model) else old
        for at, (old, new, is_alone) in enumerate(zip(words, best, alone, strict=True))
    )


def _several(
    words: tuple[str, ...], model: SyllableModel, count: Count, *, known: Container[str]
) -> str:
    """The words with those apart that far more articles write as several; "" where there are none.

    A word that is in full what one can say in Vietnamese (`xoang`) is one; of those `known` to be
    written so and otherwise all writings are found.
    """
    parts = [
        model.taken_apart(w) if w.isascii() and w not in known and not is_syllable(w) else ()
        for w in words
    ]
    if not any(parts):
        return ""
    apart = tuple(form for word, some in zip(words, parts, strict=True) for form in some or (word,))
    meant = model.restore(apart)[0].words
    as_one = count(Query("", And(tuple(map(Term, words))) if len(words) > 1 else Term(words[0])))
    if count(Query("", _written(meant))) < max(_OFTEN, _MORE * as_one):
        return ""
    return model.surfaces(meant)


def _joined(words: tuple[str, ...], model: SyllableModel, count: Count) -> tuple[str, ...]:
    """The words with two neighbours made one that the index has, where they never meet; or ()."""
    for at in range(len(words) - 1):
        whole = words[at] + words[at + 1]
        if len(whole) >= _LEAST_LETTERS and not whole.isdigit() and model.knows(whole):
            joined = (*words[:at], whole, *words[at + 2 :])
            met = count(Query("", Phrase(words[at : at + 2])))
            if not met and count(Query("", And(tuple(map(Term, joined))))):
                return joined
    return ()
