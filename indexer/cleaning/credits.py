"""Who made it: bylines, agencies, sources; and the credits at the end of captions."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from indexer.cleaning.blocks import ends_sentence, key, one_line, word_count
from indexer.cleaning.hints import RULES
from indexer.cleaning.names import (
    DOMAIN,
    is_capitalised,
    is_person,
    is_publisher,
    is_surname,
    known_names,
)
from indexer.rules import load_toml, strings

_MAKER_WORDS = 5  # of what is no name: `tư liệu gia đình`


class _Patterns(NamedTuple):
    """The patterns made of rules/names.toml's words."""

    credit: re.Pattern[str]  # `Ảnh: who`, up to the end of the line
    bracket: re.Pattern[str]  # `(Ảnh who)` at the end
    bare: re.Pattern[str]  # `- Ảnh tư liệu` at the end
    role: re.Pattern[str]  # `Bài và ảnh:` at the beginning
    others: re.Pattern[str]  # ` - Ảnh: who` behind the author
    honorific: re.Pattern[str]  # `ThS.BS ` in front of a name
    maker: re.Pattern[str]  # `Thiết kế:` at the beginning


def _any(words: tuple[str, ...]) -> str:
    return "(?:" + "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)) + ")"


@cache
def _patterns() -> _Patterns:
    file = RULES / "names.toml"
    table = load_toml(file)

    def words(name: str, field: str) -> str:
        return _any(strings(table[name], field, file=str(file)))

    credit = words("caption_credit", "words")
    return _Patterns(
        re.compile(
            rf"(?:^|[\s(\[\-–—.,;:…\"”’|]){credit}(?:\s*\([^()]{{0,40}}\))?\s*[:：]\s*[^\n]{{1,70}}$",
            re.IGNORECASE,
        ),
        re.compile(
            rf"\({words('caption_credit', 'bracket')}\b[^()]{{0,80}}\)?\s*\.?$", re.IGNORECASE
        ),
        re.compile(rf"(?:^|[-–—.(]\s*){words('caption_credit', 'bare')}\)?\.?$", re.IGNORECASE),
        re.compile(
            rf"^(?:{words('role', 'colon')}\s*[:：]\s*|{words('role', 'plain')}\s+)(?=\S)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?<=\w|[.)])[\s,;|/(–—-]+{words('other_maker', 'words')}\s*[:：].*$", re.IGNORECASE
        ),
        re.compile(rf"^(?:{words('honorific', 'words')}(?:\.|\b)\s*)+(?=\S+\s)", re.IGNORECASE),
        re.compile(rf"^{words('maker', 'words')}\s*[:：]\s*(?=\S)", re.IGNORECASE),
    )


def has_credit(text: str) -> bool:
    """Whether `text` ends with a photo, video or graphic credit, as captions do.

    >>> has_credit("Đại biểu biểu quyết. (Ảnh: An Đăng/TTXVN)"), has_credit("Ông nói: Tốt.")
    (True, False)
    """
    tail = text[-120:]
    known = _patterns()
    return bool(
        ("(" in tail and known.bracket.search(tail))
        or ((":" in tail or "：" in tail) and _names_maker(known.credit.search(tail)))
        or known.bare.search(tail)
    )


def _names_maker(match: re.Match[str] | None) -> bool:
    """Whether what follows a label may be who made a picture: no half of a sentence that goes on
    after a colon (`trước tấm ảnh: người con trai mới 19 tuổi`)."""
    if not match:
        return False
    maker = re.split("[:：]", match[0], maxsplit=1)[1].strip()
    return not (maker[:1].islower() and len(maker.split()) > _MAKER_WORDS) or "cung cấp" in maker


def is_source_line(text: str) -> bool:
    """Whether `text` says who made an article: `Nguồn: https://…`, `Theo VnExpress`, `Bài: An`.

    >>> is_source_line("Nguồn: https://bao.vn/a"), is_source_line("Chợ. Nguồn: Bảo tàng")
    (True, False)
    """
    return len(text) < 200 and bool(_SOURCE_WORD.match(text) or _patterns().role.match(text))


def credit_only(text: str) -> bool:
    """Whether `text` is a credit and nothing else: `Ảnh: AN ĐĂNG`."""
    known = _patterns()
    return len(text) < 80 and bool(known.credit.match(text) or known.bracket.match(text))


_URL = re.compile(r"https?://(?:www\.)?([^\s/]+)\S*", re.IGNORECASE)


def _host(match: re.Match[str]) -> str:
    return match[1]


# Nobody signs so: it says who was quoted. `Anh` begins names, too.
_SPOKEN_OF = re.compile(r"(?:Ông|Bà|Cụ|Chị|Cô|Chú|Bác)\s[A-ZĐÀ-Ỹ]|Anh\s[^,]{3,40},\s[a-zđà-ỹ]")


class Credit(NamedTuple):
    """What a credit line says. Empty fields: it does not say."""

    authors: tuple[str, ...] = ()
    agency: str = ""
    publisher: str = ""

    def __bool__(self) -> bool:
        return bool(self.authors or self.agency or self.publisher)


_SPLIT_NAMES = re.compile(r"\s*(?:[;,|&/•·–—]|\s-\s|\s(?:và|and|und|et|y|e)\s)\s*")
_AFTER_NAME = re.compile(
    r"\s*\((?:tổng hợp|t/h|th|ghi|lược ghi|dịch|lược dịch|thực hiện|biên dịch|t\.h)\)\.?$"
    r"|(?<=\w)\s+(?:thực hiện|tổng hợp|lược ghi|ghi|lược dịch|biên dịch)\.?$",
    re.IGNORECASE,
)
_SOURCE_WORD = re.compile(
    r"^[(\[]?\s*(?:theo|nguồn(?: tin)?|source|quelle|via)\s*[:：]?\s+", re.IGNORECASE
)
_THEN_SOURCE = re.compile(
    r"^(?P<name>[^()]{2,40}?)[\s,;|–-]+(?:theo|nguồn:?)\s+(?P<source>[^()]{2,60})$", re.IGNORECASE
)
_BRACKETED = re.compile(r"^(?P<before>[^()]{0,60}?)\s*\((?P<inside>[^()]{2,70})\)?\s*\.?$")
_INITIAL_AT_END = re.compile(r"(?:^|[\s.])(?:[^\W\d_]|Jr|Sr|Tr|Th|Ph|Ng|Kh|Nh)$")


# Buttons beside the source: `Theo Dân trí Copy link`.
_BUTTONS = re.compile(r"\s*(?:copy link|sao chép liên kết|lấy link|link bài gốc).*$", re.IGNORECASE)


def without_buttons(line: str) -> str:
    """A line that tells the source without the buttons behind it."""
    return _BUTTONS.sub("", line)


def split_names(text: str) -> list[str]:
    """The names in a byline, without what stands before them (`Bài và ảnh:`).

    >>> split_names("Bài và ảnh: Minh Anh - Quốc Tuấn")
    ['Minh Anh', 'Quốc Tuấn']
    >>> split_names("Bài: Minh Anh - Ảnh: Quốc Tuấn"), split_names("ThS.BS Minh Anh (tổng hợp)")
    (['Minh Anh'], ['Minh Anh'])
    >>> split_names("N.Tr."), split_names("Joe S., Ann Lee.")
    (['N.Tr.'], ['Joe S.', 'Ann Lee'])
    >>> split_names("(Lê Văn Tám)"), split_names("Lê Văn (Tám)")
    (['Lê Văn Tám'], ['Lê Văn (Tám)'])
    """
    return [n for n in (_tidy(part) for part in _SPLIT_NAMES.split(_strip_role(text))) if n]


def _tidy(name: str) -> str:
    """A name without what stands in front of it and around it."""
    bare = name.strip(" .,:()[]*“”\"'")
    if name.strip(" ,:()[]*").endswith(".") and _INITIAL_AT_END.search(bare):
        bare += "."
    if bare.count("(") > bare.count(")") and f"{bare})" in name:
        bare += ")"
    return _patterns().honorific.sub("", bare)


def has_role(text: str) -> bool:
    """Whether a line begins by saying what its people did: `Bài và ảnh:`, `By`.

    >>> has_role("Von Jana Weiss"), has_role("Jana Weiss")
    (True, False)
    """
    return bool(_patterns().role.match(text))


def read_credit(line: str, site_names: tuple[str, ...] = ()) -> Credit:
    """What a line at an article's end says about its makers; empty where it is not a credit line.

    >>> read_credit("(TTXVN/Vietnam+)")
    Credit(authors=(), agency='TTXVN', publisher='Vietnam+')
    >>> read_credit("Theo MỘC LAN (VTC News)")
    Credit(authors=('MỘC LAN',), agency='', publisher='VTC News')
    >>> read_credit("Theo Nhịp Sống Biển")
    Credit(authors=(), agency='', publisher='Nhịp Sống Biển')
    """
    if len(line) > 200 or (word_count(line) > 16 and "://" not in line) or _SPOKEN_OF.match(line):
        return Credit()
    text = without_buttons(line).strip().removesuffix("./.").strip("/").strip()
    if (match := _THEN_SOURCE.match(text)) and is_person(match["name"], site_names):
        text = f"{match['name']} (Theo {match['source']})"
    named = bool(_SOURCE_WORD.match(text))
    text = _SOURCE_WORD.sub("", text)
    authors: list[str] = []
    agency = publisher = ""
    inside = ""
    if match := _BRACKETED.match(_AFTER_NAME.sub("", text)):
        text, inside = match["before"], match["inside"]
        if not named and text and _is_affiliation(inside) and split_names(text):
            inside = ""
        elif _SOURCE_WORD.match(inside + " ") and not is_person(text, site_names):
            named = True
        inside = _SOURCE_WORD.sub("", inside)
    for part, in_bracket in ((text, False), (inside, True)):
        part_named = named or (in_bracket and bool(inside))
        for name in split_names(_URL.sub(_host, part)):
            name_key = key(name)
            known = known_names()
            if name_key in known.agencies:
                agency = agency or known.agencies[name_key]
            elif is_publisher(name) or DOMAIN.fullmatch(name):
                publisher = publisher or name
            elif is_person(name, site_names) and not (part_named and in_bracket):
                authors.append(name)
            elif not name_key or name_key in _FILLERS or (authors and _is_affiliation(name)):
                continue
            elif part_named and is_capitalised(name):
                publisher = publisher or name
            else:
                return Credit()
    if named and not (text and inside and publisher):
        if not publisher and not agency and authors:
            publisher = authors[0]
        authors = []  # `Theo …` names where it was taken from; with a paper behind it, who wrote
    return Credit(tuple(authors), agency, publisher)


def _is_affiliation(text: str) -> bool:
    """Whether what stands in brackets behind a name is where that person works or lives."""
    text_key = key(text)
    return text_key in known_names().places or (text_key + " ").startswith(
        known_names().affiliations
    )


_TOGETHER = re.compile(
    r"^(?P<who>[^.:,]{2,40}?)\s*[,;–-]\s*(?:ảnh|clip|video|đồ họa)\s*:\s*(?P<other>[^:]{2,40})$",
    re.IGNORECASE,
)


def with_photographer(line: str) -> str:
    """Who wrote, of a line that also names who took the pictures; "" where it is none.

    >>> with_photographer("Thanh Hà, ảnh: Quốc Việt"), with_photographer("Chợ quê, ảnh: Quốc Việt")
    ('Thanh Hà', '')
    """
    match = _TOGETHER.match(line.strip())
    if not match or not (" " in match["who"] and is_person(match["who"])):
        return ""
    return match["who"] if all(map(is_person, split_names(match["other"]))) else ""


def is_nobody(line: str) -> bool:
    """Whether a line at the end says that nobody's name is given: `P.V (tổng hợp)`.

    >>> is_nobody("P.V (tổng hợp)"), is_nobody("Lê Na (tổng hợp)"), is_nobody("P.V")
    (True, False, False)
    """
    bare = _AFTER_NAME.sub("", line.strip())
    return bare != line.strip() and key(bare) in known_names().nobody


def is_maker(line: str) -> bool:
    """Whether a line tells who designed, filmed or set an article, and nothing else.

    >>> is_maker("Thiết kế: Tuấn Kiệt"), is_maker("Thiết kế: lam nhôm xoay bằng tay")
    (True, False)
    """
    match = _patterns().maker.match(line)
    if not match or len(line) > 80:
        return False
    return all(
        is_capitalised(word) for word in re.split(r"[\s,;/&+-]+|và", line[match.end() :]) if word
    )


def is_byline(line: str) -> bool:
    """Whether a line is people's full names and nothing else, as stand above or below a text.

    >>> is_byline("Lê Na - Hồ Bảo"), is_byline("Bài: Nguyễn Văn An"), is_byline("Bình Dương")
    (True, True, False)
    """
    if len(line) > 80 or ends_sentence(line):
        return False
    names = read_credit(line).authors
    return bool(names) and all(is_surname(name.split()[0].title()) for name in names)


_FILLERS = frozenset(
    key(w)
    for w in (
        "thực hiện",
        "tổng hợp",
        "t h",
        "th",
        "pv",
        "p v",
        "ctv",
        "btv",
        "ghi",
        "dịch",
        "lược dịch",
    )
)


def _strip_role(text: str) -> str:
    """A byline without what its maker did, and without those who took the pictures."""
    text = _AFTER_NAME.sub("", one_line(text))
    previous = ""
    while text != previous:
        previous, text = text, _patterns().role.sub("", text)
    return _AFTER_NAME.sub("", _patterns().others.sub("", text))


def known_source(line: str) -> bool:
    """Whether every name in a source line is an agency's or paper's that the lists have.

    >>> known_source("Theo Dân trí"), known_source("Theo Đảng trọn đời")
    (True, False)
    """
    known = known_names()
    parts = _BRACKETED.sub(r"\g<before>, \g<inside>", _SOURCE_WORD.sub("", line))
    names = [name for part in parts.split(",") for name in split_names(part)]
    return bool(names) and all(key(n) in known.agencies or is_publisher(n) for n in names)
