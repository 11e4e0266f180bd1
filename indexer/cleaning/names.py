"""Names of people, papers, agencies, places and sections, by the lists of rules/names.toml."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from indexer.cleaning.blocks import key
from indexer.cleaning.hints import RULES
from indexer.rules import load_toml, strings
from indexer.vietnamese import fold

DOMAIN = re.compile(
    r"(?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)*\.(?:vn|com|net|org|info|tv|edu|gov)\b\S*",
    re.IGNORECASE,
)
_NICKNAME = re.compile(r"[^\W\d_][\w.-]{1,24}(?:\s[^\W\d_][\w.-]{1,24})?")


class Names(NamedTuple):
    """The lists of rules/names.toml, in `key` forms where nothing else is said."""

    agencies: dict[str, str]  # key → the name as written in the list
    publishers: dict[str, str]
    not_a_person: frozenset[str]
    nobody: frozenset[str]
    affiliations: tuple[str, ...]
    places: frozenset[str]
    sections: frozenset[str]
    surnames: frozenset[str]
    scenes: tuple[str, ...]


@cache
def known_names() -> Names:
    """The lists that come with the library."""
    file = RULES / "names.toml"
    tables = load_toml(file)
    return Names(
        {key(n): n for n in strings(tables["agencies"], "names", file=str(file))},
        {key(n): n for n in strings(tables["publishers"], "names", file=str(file))},
        frozenset(key(n) for n in strings(tables["not_a_person"], "words", file=str(file))),
        frozenset(key(n) for n in strings(tables["nobody"], "names", file=str(file))),
        tuple(key(n) + " " for n in strings(tables["affiliation"], "words", file=str(file))),
        frozenset(key(n) for n in strings(tables["place"], "names", file=str(file))),
        frozenset(key(n) for n in strings(tables["section"], "names", file=str(file))),
        frozenset(strings(tables["surname"], "words", file=str(file))),
        strings(tables["scene"], "words", file=str(file)),
    )


_BUREAU = re.compile(r"[A-ZĐ]{2,5}-[^\W\d_]+\s[^\W\d_]")  # of a paper: `VOV-Tây Bắc`


def is_publisher(name: str) -> bool:
    """Whether a paper is known by this name, or by what stands before a hyphen: `VOV-Tây Bắc`."""
    known = known_names().publishers
    name = name.rstrip("0123456789")  # a paper's channels: `VOV1`
    if _BUREAU.match(name):
        return True
    return key(name) in known or any(key(part) in known for part in name.split("-")[:-1])


def is_person(name: str, site_names: tuple[str, ...] = (), *, nicknames: bool = False) -> bool:
    """Whether `name` may be a person's (or a pen name such as `T.H`), not a paper's or a desk's.

    nicknames  a name that users chose will do too: `gizzmo`

    >>> is_person("Nguyễn Văn An"), is_person("Tuổi Trẻ"), is_person("Báo Lạng Sơn")
    (True, False, False)
    """
    words = name.split()
    if not 1 <= len(words) <= 6 or len(name) > 45 or ":" in name or DOMAIN.search(name):
        return False
    capitals = not any(c.isdigit() for c in name) and all(is_capitalised(w) for w in words)
    if not capitals and not (nicknames and _NICKNAME.fullmatch(name)):
        return False
    known = known_names()
    name_key = key(name)
    if (
        not name_key
        or name_key in known.agencies
        or name_key in known.places
        or name_key in known.nobody
        or is_publisher(name)
    ):
        return False
    if name_key in {key(s) for s in site_names}:
        return False
    padded = f" {name_key} "
    return not any(f" {word} " in padded for word in known.not_a_person)


def is_capitalised(word: str) -> bool:
    """Whether a word of a name begins with a capital, or is one that names have in small letters.

    >>> is_capitalised("(Lê"), is_capitalised("von"), is_capitalised("lê")
    (True, True, False)
    """
    letter = word.lstrip("(.'’\"“")[:1]
    return letter.isupper() or word.lower() in _PARTICLES


_SMALL_WORDS = "de van von der den da di la le du bin al el of zu ter y"
_PARTICLES = frozenset(_SMALL_WORDS.split())


def names_a_part(line: str) -> bool:
    """Whether a line is a place's or a newspaper section's name and nothing else.

    >>> names_a_part("Kinh doanh"), names_a_part("Bình Dương:"), names_a_part("Ngõ trăng")
    (True, True, False)
    """
    if len(line) > 40:
        return False
    known = known_names()
    return key(line) in known.places or key(line) in known.sections


def is_place(name: str) -> bool:
    """Whether `name` is that of a city, a province or a country.

    >>> is_place("Hà Nội"), is_place("Kinh doanh")
    (True, False)
    """
    return key(name) in known_names().places


def is_section(line: str) -> bool:
    """Whether `line` is the name of a newspaper's section.

    >>> is_section("Kinh doanh"), is_section("Bình Dương")
    (True, False)
    """
    return len(line) <= 40 and key(line) in known_names().sections


def is_surname(word: str) -> bool:
    """Whether `word` begins a person's full name, or an address before one (`Ông`, `Bà`)."""
    return word in known_names().surnames


_SITE_TITLE_WORDS = 14


@cache
def _site_titles() -> tuple[frozenset[str], re.Pattern[str]]:
    """Folded: titles that every page of a site may have, and how those begin that name a site."""
    file = RULES / "names.toml"
    table = load_toml(file)["title"]
    whole = {_folded(text) for text in strings(table, "empty", file=str(file))}
    starts = "|".join(_folded(text) for text in strings(table, "site", file=str(file)))
    papers = "|".join(_folded(text) for text in strings(table, "paper", file=str(file)))
    ends = "|".join(_folded(text) for text in strings(table, "paper_end", file=str(file)))
    return frozenset(whole), re.compile(rf"(?:{starts})\b|(?:{papers}) .*\b(?:{ends})$")


def _folded(text: str) -> str:
    return " ".join(map(fold, key(text).split()))


def is_site_title(text: str) -> bool:
    """Whether a title, with its marks or without them, only names a site, or says that a page shows
    a piece of news.

    >>> is_site_title("Cổng thông tin huyện Mai"), is_site_title("Bao Mai dien tu")
    (True, True)
    >>> is_site_title("Chi tiết tin"), is_site_title("Báo động đỏ ở Mai")
    (True, False)
    """
    if len(text.split()) > _SITE_TITLE_WORDS:
        return False
    whole, site = _site_titles()
    folded = _folded(text)
    return folded in whole or bool(site.match(folded))


_PLACED = re.compile(r"^(?:[^\W\d_a-z]\S*\s+){2,5}(?:tại|trong|bên|cùng|trước)\s")


# Words that a sentence has, and a line that only names what is to be seen has not.
_TELLING = frozenset(
    (
        *("bị", "cách", "chỉ", "cho", "có", "còn", "đã", "đang", "được", "khiến", "là", "làm"),
        *("nằm", "phải", "sẽ", "thấy", "vẫn", "vừa"),
    )
)


def names_a_scene(text: str) -> bool:
    """Whether a short line only says who or what is to be seen, as captions without a credit do.

    >>> names_a_scene("Phạm Văn Tám tại cơ quan công an."), names_a_scene("Rồi anh im lặng.")
    (True, False)
    """
    if any(c in text for c in '"“”?!,:'):
        return False
    if text.endswith(".") and not _TELLING.isdisjoint(text.lower().split()[2:]):
        return False
    return bool(_PLACED.match(text)) or text.startswith(known_names().scenes)
