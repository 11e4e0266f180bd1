"""Pages that ask for something before they show a text: consent, a sign-in, money or a proof."""

from __future__ import annotations

from functools import cache
from itertools import islice

from lxml import etree

from indexer.cleaning.blocks import Block, ends_sentence, key, word_count
from indexer.cleaning.elements import text_in
from indexer.cleaning.hints import RULES
from indexer.cleaning.metadata import Metadata
from indexer.cleaning.tree import Page
from indexer.rules import load_toml, strings

_MOST_LINKS = 3000
_WALL_WORDS = 300
_WALL_REST_CHARS = 200
_WALL_BLOCKS = 60  # of its page
_SUMMARY_WORDS = 5
_TITLE_WORDS = 5
_FORM_SENTENCES = 2
_FORM_TITLE_WORDS = 6
_MOST_AROUND = 60
_ASIDE_TAGS = frozenset(("header", "nav", "aside", "dialog", "footer"))
_LABEL_CHARS = 40


@cache
def told_words(table: str, field: str) -> tuple[str, ...]:
    file = RULES / "reject.toml"
    return tuple(key(t) for t in strings(load_toml(file)[table], field, file=str(file)))


@cache
def told_parts(table: str, field: str) -> tuple[str, ...]:
    file = RULES / "reject.toml"
    return strings(load_toml(file)[table], field, file=str(file))


def names_one(text: str, table: str, field: str) -> bool:
    words = f" {key(text)} "
    return any(f" {t} " in words for t in told_words(table, field))


def is_wall(blocks: list[Block]) -> bool:
    """Whether half of a text asks for money, a sign-in or a proof, or thanks for it."""
    asking = sum(len(b.text) for b in blocks if names_one(b.text, "wall", "phrases"))
    return asking > 0 and 2 * asking >= sum(len(b.text) for b in blocks)


def asks_to_sign_in(page: Page, metadata: Metadata, blocks: list[Block]) -> bool:
    """Whether a page is headed by a request to sign in, and has a field for it; or speaks of it in
    next to no text, and has that field in its main part."""
    title = f"{key(metadata.title)} "
    headed = any(title.startswith(f"{t} ") for t in told_words("wall", "titles"))
    sentences = sum(ends_sentence(b.text) and word_count(b.text) >= _SUMMARY_WORDS for b in blocks)
    texts = (metadata.title, *(b.text for b in blocks))
    if not headed and (
        metadata.published is not None
        or sentences > _FORM_SENTENCES
        or word_count(metadata.title) > _FORM_TITLE_WORDS
        or not any(names_one(text, "wall", "accounts") for text in texts)
    ):
        return False
    fields = islice(page.root.iter("input"), _MOST_LINKS)
    secret = next((f for f in fields if (f.get("type") or "").lower() == "password"), None)
    return secret is not None and (headed or not _is_aside(secret))


def _is_aside(element: etree._Element) -> bool:
    """Whether an element stands in a page's head, or in a part that opens only when asked for."""
    for around in islice(element.iterancestors(), _MOST_AROUND):
        names = f"{around.get('class') or ''} {around.get('id') or ''}".lower()
        if around.tag in _ASIDE_TAGS or any(name in names for name in told_parts("wall", "asides")):
            return True
    return False


def asks_for_a_proof(page: Page) -> bool:
    """Whether a page holds a puzzle that only people solve."""
    known = told_parts("wall", "puzzles")
    for part in islice(page.root.iter("div", "iframe", "form"), _MOST_LINKS):
        names = f"{part.get('class') or ''} {part.get('id') or ''} {part.get('src') or ''}".lower()
        if any(name in names for name in known):
            return True
    return False


def is_cookie_wall(page: Page, blocks: list[Block], words: int) -> bool:
    """Whether half of a small page's text asks the reader to consent."""
    if words > _WALL_WORDS or len(page.blocks) > _WALL_BLOCKS or not blocks:
        return False
    asking = [
        b
        for b in blocks
        if names_one(b.text, "cookie_wall", "subjects")
        and (
            names_one(b.text, "cookie_wall", "speakers")
            or names_one(b.text, "cookie_wall", "choices")
        )
    ]
    text = sum(len(b.text) for b in blocks)
    asked = sum(len(b.text) for b in asking)
    return asked >= 0.5 * text and text - asked <= _WALL_REST_CHARS


def is_consent(page: Page, metadata: Metadata, blocks: list[Block], words: int) -> bool:
    """Whether a small page without an article's title and date speaks mostly of cookies, and has a
    button to agree."""
    titled = metadata.h1 >= 0 and word_count(metadata.title) >= _TITLE_WORDS
    if words > _WALL_WORDS or len(page.blocks) > _WALL_BLOCKS or titled or metadata.published:
        return False
    asking = sum(len(b.text) for b in blocks if names_one(b.text, "cookie_wall", "subjects"))
    text = sum(len(b.text) for b in blocks)
    if not asking or 2 * asking < text or text - asking > _WALL_REST_CHARS:
        return False
    for button in islice(page.root.iter("button", "a", "input"), _MOST_LINKS):
        label = button.get("value") or "" if button.tag == "input" else text_in(button)
        if len(label) < _LABEL_CHARS and names_one(label, "cookie_wall", "buttons"):
            return True
    return False
