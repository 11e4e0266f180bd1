"""Completions of what is being typed: phrases of titles, and what follows the typed words in texts.

Titles say what articles are about, in phrases of several words (see `suggest`); the texts know what
stands after the words that were typed. Every completion stands in articles, and its count says in
how many.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

from indexer.models import And, Query, Suggestion, Term
from indexer.restore import SyllableModel
from indexer.suggest import Suggester
from indexer.syllables import may_be_syllable
from indexer.telex import decode_typing
from indexer.vietnamese import Token, exact_forms, matches_prefix, normalize_prefix, tokens

# What is completed stands after quotes, parentheses, `=`, a field's name, and a site or a date.
_BEFORE = re.compile(r'\b(?:site|since|until):\S+\s|["()=:]')
_WORDS = 4  # of what was typed, the last one included
_READINGS = 3  # of the words before it
_LOOKED_AT, _MORE = 24, 4  # words that may follow; offers more than wanted
# A phrase of titles is worth so many times as much as words that stand side by side in texts.
_OF_TITLES = 2.0
# What goes on in the same way in such a share of the articles is offered as it goes on.
_GOES_ON, _LONGEST = 0.6, 6
_ENOUGH, _OFTEN = 3, 5  # offers; articles
# A phrase is left out if a longer one holds this share of its articles.
_MOSTLY_LONGER = 0.8

_OF_FUNCTION_WORDS = 0.1
_FUNCTION_WORDS = frozenset(
    tomllib.loads(files("indexer").joinpath("completions.toml").read_text("utf-8"))[
        "function_words"
    ]
)

_Count = Callable[[Query], int]  # how many articles hold a query, nothing relaxed


@dataclass(frozen=True, slots=True)
class _Offer:
    """A phrase: its exact forms, how many articles hold it, what it is worth, and how titles write
    it ("" where it is of texts)."""

    forms: tuple[str, ...]
    articles: int
    worth: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Typed:
    """What completions go on from.

    context   exact forms of the words before the one that is being typed
    last      what that one begins with (of `normalize_prefix`); "" where they are all finished
    is_whole  the last word of the context was typed last, so that it may be all that is wanted
    """

    context: tuple[str, ...]
    last: str
    is_whole: bool = False

    def without(self, skipped: int) -> _Typed:
        return replace(self, context=self.context[skipped:])


def complete(
    typed: str, titles: Suggester, model: SyllableModel, count: _Count, *, limit: int = 8
) -> list[Suggestion]:
    """Completions, best first, with the number of articles that have the phrase. Unmarked typing
    completes to marked phrases.

    Where nothing goes on as all that was typed, its last words are completed, and the count is of
    the articles that hold all the words.
    """
    at = max([match.end() for match in _BEFORE.finditer(typed)], default=0)
    words = list(tokens(typed[at:]))
    if not words or limit < 1:
        return []
    exact = typed[:at].endswith("=")
    forms = [word.exact if exact else _understood(word.exact, model) for word in words]
    ways = _ways(words, forms, typed[at:])
    first = max(0, len(words) - _WORDS)
    for skipped in range(first, max(1, len(ways[0].context))):
        offers: list[_Offer] = []
        for way in ways:
            offers += _offers(way.without(skipped), titles, model, limit)
        if exact:
            written = " ".join(exact_forms(typed[at:]))
            offers = [offer for offer in offers if " ".join(offer.forms).startswith(written)]
        if skipped:  # one article proves no phrase
            offers = [offer for offer in offers if offer.articles > 1]
        before = typed[: at + words[skipped].start]
        found = []
        for offer in _best(offers, limit):
            all_words = And(tuple(map(Term, (*forms[:skipped], *offer.forms))))
            if articles := count(Query("", all_words)) if skipped else offer.articles:
                text = offer.text or model.surfaces(offer.forms)
                found.append(Suggestion(_joined(before, text), articles))
        if found:
            return found
        if not skipped and not ways[0].last and _stand_together(ways[0].context, model):
            return []  # all that was typed is a phrase, and it is finished
    return []


def _ways(words: Sequence[Token], forms: Sequence[str], typed: str) -> list[_Typed]:
    """How what was typed may go on: its last word may be the beginning of one, or be one itself
    that is written otherwise (`sỹ` is `sĩ`)."""
    if words[-1].end < len(typed):
        return [_Typed(tuple(forms), "")]
    last = normalize_prefix(typed[words[-1].start :])
    ways = [_Typed(tuple(forms[:-1]), last)]
    whole = words[-1].exact
    if not matches_prefix(last, whole):
        ways.append(_Typed((*forms[:-1], whole), "", is_whole=True))
    return ways


def _offers(way: _Typed, titles: Suggester, model: SyllableModel, limit: int) -> list[_Offer]:
    context, last = way.context, way.last
    offers = list(_of_titles((*context, last) if last else context, not last, titles, model))
    if way.is_whole:
        offers += [_offer(forms, model.articles(forms)) for forms in _readings(context, model)]
        if len(context) == 1:
            return offers
    if not context:
        return offers + _words_beginning(last, model, few=not offers)
    offers += _of_texts(context, last, model)
    return _going_on(offers, limit, model)


def _readings(words: Sequence[str], model: SyllableModel) -> list[tuple[str, ...]]:
    return [reading.words for reading in model.restore(words, n=_READINGS)]


def _stand_together(words: Sequence[str], model: SyllableModel) -> bool:
    """Whether words stand side by side in any article."""
    return len(words) > 1 and any(map(model.articles, _readings(words, model)))


def _offer(forms: tuple[str, ...], articles: int, text: str = "") -> _Offer:
    """Longer phrases save more typing; those that end with `và` or `của` are no phrases."""
    worth = articles * math.sqrt(len(forms))
    if text:
        worth *= _OF_TITLES
    if len(forms) > 1 and forms[-1] in _FUNCTION_WORDS:
        worth *= _OF_FUNCTION_WORDS
    return _Offer(forms, articles, worth, text)


def _of_titles(
    words: Sequence[str], finished: bool, titles: Suggester, model: SyllableModel
) -> Iterator[_Offer]:
    for text, _ in titles.beginning(words, finished):
        forms = tuple(exact_forms(text))
        yield _offer(forms, model.articles(forms), text)


def _words_beginning(last: str, model: SyllableModel, *, few: bool) -> list[_Offer]:
    """Single words that begin so: syllables, which say little, only where there are `few` phrases;
    names and borrowed words (`Barca`, `ôtô`) always."""
    found = [
        _offer((form,), often)
        for form, often in model.beginning(last)
        if few or not may_be_syllable(form)
    ]
    return found[:_LOOKED_AT]


def _of_texts(context: Sequence[str], last: str, model: SyllableModel) -> list[_Offer]:
    """What texts have after `context`, beginning with `last`; the best of it."""
    if len(context) == 1:
        found: Mapping[tuple[str, ...], int] = model.followers(context[0], last)
    else:
        found = _following(context, last, model)
    offers = [_offer(forms, articles) for forms, articles in found.items()]
    return sorted(offers, key=_by_worth)[:_LOOKED_AT]


def _following(
    context: Sequence[str], last: str, model: SyllableModel
) -> dict[tuple[str, ...], int]:
    """What follows the likeliest readings of several words."""
    pairs = model.followers(context[-1], last)
    likeliest = sorted(pairs, key=pairs.__getitem__, reverse=True)
    found: dict[tuple[str, ...], int] = {}
    for reading in model.restore(context, n=_READINGS):
        following = [after for before, after in likeliest if before == reading.words[-1]]
        for after in following[:_LOOKED_AT]:
            forms = *reading.words, after
            if articles := model.articles(forms):
                found[forms] = articles
    return found


def _going_on(offers: list[_Offer], limit: int, model: SyllableModel) -> list[_Offer]:
    """The best of them, those of texts as they nearly always go on: `hồ chí` as `hồ chí minh`."""
    whole = []
    for offer in sorted(offers, key=_by_worth)[: limit + _MORE]:
        forms, articles = offer.forms, offer.articles
        while not offer.text and len(forms) < _LONGEST:
            after = model.follower(forms[-1])
            often = model.articles((*forms, after)) if after else 0
            if often < max(2, _GOES_ON * articles):
                break
            forms, articles = (*forms, after), often
        whole.append(_offer(forms, articles, offer.text))
    return whole


def _understood(word: str, model: SyllableModel) -> str:
    """A word before the one that is being typed; keys of an input method as what they stand for."""
    if model.knows(word):
        return word
    return next((form for form in decode_typing(word) if model.has(form)), word)


def _by_worth(offer: _Offer) -> float:
    return -offer.worth


def _best(offers: list[_Offer], limit: int) -> list[_Offer]:
    """The most worthy, without those that nearly always are the beginning of another one; what only
    one article has comes last, and not where there is enough else."""
    chosen: list[_Offer] = []
    for offer in sorted(offers, key=lambda offer: (offer.articles < 2, -offer.worth)):
        size = len(offer.forms)
        if not offer.articles:
            continue
        if offer.articles < 2 and len(chosen) >= _ENOUGH and chosen[0].articles >= _OFTEN:
            break
        if any(
            other.forms[:size] == offer.forms
            and (len(other.forms) == size or other.articles >= _MOSTLY_LONGER * offer.articles)
            for other in chosen
        ):
            continue
        chosen.append(offer)
        if len(chosen) == limit:
            break
    return chosen


def _joined(before: str, text: str) -> str:
    """A completion after what was typed before it; several words of one field in quotes."""
    return f'{before}"{text}"' if before.endswith((":", "=")) and " " in text else before + text
