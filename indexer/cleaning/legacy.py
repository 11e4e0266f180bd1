"""Vietnamese text from before Unicode: recognised by statistics, converted by table.

Until about 2005 Vietnamese pages were written for fonts: the bytes are those of windows-1252, and
only the font shows Vietnamese. Once such bytes are decoded as windows-1252 (as browsers and
scrapers do), one reads `Céng hßa` (TCVN3, also called ABC), `Coäng hoøa` (VNI-Windows) or
`Côòng hoÌa` (windows-1258, where only the tone is a character of its own) for `Cộng hòa`.

Which of them a text is, if any, is decided by asking of its marked words how many are possible
Vietnamese syllables (`indexer.syllables`), as they stand and after each conversion: no French,
German or Spanish vocabulary is spelled like that by chance.

Tables: TCVN 5712:1993 (VN3, lower-case letters; capitals with tones are the same bytes in a capital
font, so they come out in lower case) and VNI-Windows, as published by the Vietnamese Unicode
project (vietunicode.sourceforge.net, "Vietnamese charsets").
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice

from indexer.cleaning.characters import beyond_ascii
from indexer.syllables import is_syllable
from indexer.vietnamese import normalize

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"

# TCVN3: each vowel's five toned forms, in the order huyền, sắc, hỏi, ngã, nặng.
_TCVN3_TONED = {
    "a": "µ¸¶·¹",
    "ă": "»¾¼½Æ",
    "â": "ÇÊÈÉË",
    "e": "ÌÐÎÏÑ",
    "ê": "ÒÕÓÔÖ",
    "i": "×ÝØÜÞ",
    "o": "ßãáâä",
    "ô": "åèæçé",
    "ơ": "êíëìî",
    "u": "ïóñòô",
    "ư": "õøö÷ù",
    "y": "úýûüþ",
}
_TCVN3_LETTERS = dict(zip("¨©®ª«¬\xad¡¢§£¤¥¦", "ăâđêôơưĂÂĐÊÔƠƯ", strict=True))
# These are also signs (a copyright line, a quotation): letters only where they touch a letter.
_TCVN3_ALSO_SIGNS = "©®«»\xad§£¤¥¦¡¢·¶¬ª¨¸¹½¼¾×÷"

# VNI-Windows: a mark follows its vowel. After any vowel: a tone. After a, e, o: the circumflex,
# alone or with a tone; after a: the breve.
_VNI_TONES = dict(zip("øùûõï", (_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT), strict=True))
_VNI_CIRCUMFLEX = dict(zip("âàáåãä", ("", _GRAVE, _ACUTE, _HOOK, _TILDE, _DOT), strict=True))
_VNI_BREVE = dict(zip("êèéúüë", ("", _GRAVE, _ACUTE, _HOOK, _TILDE, _DOT), strict=True))
_VNI_LETTERS = dict(zip("ñôöíìæóòî", "đơưíìỉĩịỵ", strict=True))


def _tcvn3_table() -> dict[str, str]:
    table = dict(_TCVN3_LETTERS)
    tones = (_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT)
    for vowel, forms in _TCVN3_TONED.items():
        for form, tone in zip(forms, tones, strict=True):
            table[form] = unicodedata.normalize("NFC", vowel + tone)
    return table


def _vni_table() -> dict[str, str]:
    table = dict(_VNI_LETTERS)
    for vowel in "aeouyôö":
        base = _VNI_LETTERS.get(vowel, vowel)
        for mark, tone in _VNI_TONES.items():
            table[vowel + mark] = base + tone
    for vowel in "aeo":
        for mark, tone in _VNI_CIRCUMFLEX.items():
            table[vowel + mark] = vowel + "\u0302" + tone
    for mark, tone in _VNI_BREVE.items():
        table["a" + mark] = "a\u0306" + tone
    table = {typed: unicodedata.normalize("NFC", letter) for typed, letter in table.items()}
    upper = {typed.upper(): letter.upper() for typed, letter in table.items()}
    mixed = {typed[0].upper() + typed[1:]: letter.upper() for typed, letter in table.items()}
    return {**table, **upper, **mixed}


_TCVN3 = _tcvn3_table()
_TCVN3_SURE = "".join(c for c in _TCVN3 if c not in _TCVN3_ALSO_SIGNS)
_TCVN3_ANY = "".join(map(re.escape, _TCVN3))
_TCVN3_CHAR = re.compile(
    rf"[{_TCVN3_SURE}]|(?<=[A-Za-z{_TCVN3_ANY}])[{_TCVN3_ANY}]|[{_TCVN3_ANY}](?=[A-Za-z{_TCVN3_ANY}])"
)
_VNI = _vni_table()


def _vni_pattern() -> re.Pattern[str]:
    """All that the table holds, vowels that take the same marks together: two hundred alternatives
    would take thirty times as long."""
    marks: dict[str, str] = defaultdict(str)
    vowels: dict[str, str] = defaultdict(str)
    for typed in _VNI:
        if len(typed) == 2:
            marks[typed[0]] += typed[1]
    for vowel, its_marks in marks.items():
        vowels["".join(sorted(its_marks))] += vowel
    letters = "".join(typed for typed in _VNI if len(typed) == 1)
    pairs = (f"[{its}][{mark}]" for mark, its in vowels.items())
    return re.compile("|".join((*pairs, f"[{letters}]")))


_VNI_CHARS = _vni_pattern()


def from_tcvn3(text: str) -> str:
    """The Unicode text of TCVN3 (ABC) text that was decoded as windows-1252.

    >>> from_tcvn3("Céng hßa x· héi chñ nghÜa ViÖt Nam © 2004")
    'Cộng hòa xã hội chủ nghĩa Việt Nam © 2004'
    """
    return _TCVN3_CHAR.sub(lambda m: _TCVN3[m.group()], text)


def from_vni(text: str) -> str:
    """The Unicode text of VNI-Windows text that was decoded as windows-1252.

    >>> from_vni("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, ÑOÄC LAÄP")
    'Cộng hòa xã hội chủ nghĩa Việt Nam, ĐỘC LẬP'
    """
    return _VNI_CHARS.sub(lambda m: _VNI[m.group()], text)


def from_windows_1258(text: str) -> str:
    """The Unicode text of windows-1258 text that was decoded as windows-1252.

    >>> from_windows_1258("Côòng hoÌa xaÞ hôòi chuÒ nghiÞa Viêòt Nam")
    'Cộng hòa xã hội chủ nghĩa Việt Nam'
    """
    return unicodedata.normalize("NFC", text.translate(_WINDOWS_1258))


# ---------------------------------------------------------------------------------- statistics


# Only these are Vietnamese letters: `normalize` forgives look-alikes (ð, ª), which here are the
# very signs of wrong decoding.
_ALPHABET = frozenset(
    unicodedata.normalize("NFC", letter + tone)
    for letter in "aăâbcdđeêghiklmnoôơpqrstuưvxy"
    for tone in ("", _GRAVE, _ACUTE, _HOOK, _TILDE, _DOT)
)

# A run without spaces, digits or ASCII punctuation, and with something beyond ASCII in it.
_MARKED_WORD = re.compile(r"[^\W\d_]*[^\x00-\x7f\s][^\x00-\x40\x5b-\x60\x7b-\x7f\s]*")
_ABBREVIATION = re.compile("[B-DĐF-HJ-NP-TV-XZ]+")  # ĐH, TĐC: no vowel
_EDGES = "“”‘’…–—•\xa0«»"
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f\s]")
_SIGNATURES, _MOST_SIGNS = 3, 500  # so many among the first signs
_SHORT_CHARS = 2000
_SAMPLE_WORDS = 2000
_FEW_WORDS = 100
_SAMPLE_CHARS = 400_000
_MARKUP = re.compile(r"<(?:script|style)\b.*?</(?:script|style)|<[^>]*>", re.DOTALL | re.IGNORECASE)

# The expressions below see every character of every page that is not plainly Vietnamese, so each
# begins with a literal or one class, which the regex engine skips to ten times faster than to a
# choice or a look-behind.

# Any of these is written on purpose: the text is Unicode Vietnamese already (or Romanian, …).
_UNICODE_VIETNAMESE = re.compile(
    "[\u0103\u0111\u01a1\u01b0\u1ea0-\u1ef9\u0300\u0301\u0303\u0309\u0323]"
)
_UNICODE_VIETNAMESE_ENTITY = re.compile(
    "&#(?:[xX]1[eE][a-fA-F]|7[789]\\d\\d|43[23]|41[67]|273|259);"
)
# What each of the three looks like between letters. Seldom seen in any language's own text, so that
# the statistics are seldom needed.
_SIGNATURE_CHAR = re.compile("[µ¶·¸¹»¼½¾¨©ª«¬\xad®§ùøûõïÙØÛÕÏâåäÂÅÄÌìÒòÞðÐ]")
_SIGNATURE = re.compile(
    "(?<=[A-Za-z])[µ¶·¸¹»¼½¾¨©ª«¬\xad]|[®§](?=[^\\W\\d_])"
    "|(?<=[aeouyôöAEOUYÔÖ])[ùøûõïÙØÛÕÏ]|(?<=[aeoAEO])[âåäÂÅÄ]"
    "|(?<=[aâãeêioôuyõýAÂEÊIOÔUYÕÝ])[ÌìÒòÞ]|[ðÐ](?=[a-zâêôõýA-ZÂÊÔÕÝ])"
)
_LATIN_ENTITY = re.compile(
    "&(?!nbsp|amp|quot|apos|lt|gt)(?:#1[6-9]\\d|#2[0-5]\\d|#[xX][a-fA-F][0-9a-fA-F]|[A-Za-z]{3,6});"
)


def vietnamese_share(text: str) -> tuple[float, int]:
    """Of the words with marks: the share that are possible Vietnamese syllables, and their number.

    At most the first 2,000 such words are looked at.

    >>> vietnamese_share("Đại hội Đảng bộ"), vietnamese_share("Ðaòi hôòi Ðaòng bôò")[0]
    ((1.0, 4), 0.0)
    """
    possible = count = 0
    for match in _MARKED_WORD.finditer(text):
        word = match.group().strip(_EDGES)
        if not word or word.isascii() or _ABBREVIATION.fullmatch(word):
            continue
        count += 1
        possible += _is_syllable(word)
        if count == _SAMPLE_WORDS:
            break
    return (possible / count if count else 0.0), count


def _is_syllable(word: str) -> bool:
    word = unicodedata.normalize("NFC", word.lower())
    return _ALPHABET.issuperset(word) and is_syllable(normalize(word))


def convert_legacy(text: str, *, is_html: bool = False, beyond: str | None = None) -> str:
    """`text` in Unicode if it is TCVN3, VNI or windows-1258 read as windows-1252; else as it is.

    In HTML, named and numbered entities of Latin-1 letters count as those letters.

    beyond  the text's characters beyond ASCII, where they are known

    >>> convert_legacy("§¹i héi §¶ng bé tØnh L¹ng S¬n")
    'Đại hội Đảng bộ tỉnh Lạng Sơn'
    >>> convert_legacy("L'été à la plage, où l'on rêve déjà")
    "L'été à la plage, où l'on rêve déjà"
    """
    beyond = beyond_ascii(text) if beyond is None else beyond
    if _UNICODE_VIETNAMESE.search(beyond):
        return text
    spelled = text
    if is_html and (entities := _LATIN_ENTITY.findall(text)):
        if "&#" in text and _UNICODE_VIETNAMESE_ENTITY.search(text):
            return text
        # Most entities are dashes and quotation marks: those pages need not be spelled out.
        letters = beyond + beyond_ascii("".join(map(_letter, entities)))
        certain = len(text) - sum(map(len, entities)) >= _SHORT_CHARS
        if certain and len(_SIGNATURE_CHAR.findall(letters)) < _SIGNATURES:
            return text
        spelled = _LATIN_ENTITY.sub(_spell_entity, text)
        # Their order tells only which of very many come first.
        beyond = letters if len(letters) <= _MOST_SIGNS else beyond_ascii(spelled)
    if not beyond or _UNICODE_VIETNAMESE.search(beyond) or not _is_suspect(spelled, beyond):
        return text
    sample = spelled[:_SAMPLE_CHARS]
    if is_html:
        sample = _MARKUP.sub(" ", sample)
    # Only words with marks are asked for; few of them tell that a text is in another language.
    found = _marked_words(sample)
    words = list(islice(found, _FEW_WORDS))
    few = " ".join(words)
    more = next(found, "")
    if more and max(vietnamese_share(c(few))[0] for c in _CONVERSIONS) < 0.5:
        return text
    sample = " ".join([*words, more, *islice(found, _SAMPLE_WORDS - _FEW_WORDS - 1)])
    share, count = vietnamese_share(sample)
    # Vietnamese converted rightly scores .9 and more (foreign names are the rest), read wrongly .1
    # to .4; other languages stay low whatever is done to them. One or two words may be chance.
    if count < 3 or share > 0.75:
        return text
    best, convert = max(
        ((vietnamese_share(convert(sample))[0], convert) for convert in _CONVERSIONS),
        key=lambda scored: scored[0],
    )
    if best < 0.9 and (best < 0.75 or best < share + 0.3):
        return text
    return convert(spelled)


def _marked_words(text: str) -> Iterator[str]:
    """The matches of `_MARKED_WORD`: found from the sign beyond ASCII that each has, for a search
    from every letter takes thirty times as long."""
    at = 0
    while sign := _BEYOND_ASCII.search(text, at):
        start = sign.start()
        while start > at and text[start - 1].isalnum() and not text[start - 1].isdecimal():
            start -= 1
        match = _MARKED_WORD.match(text, start)
        at = match.end() if match else sign.end()
        if match:
            yield match.group()


def _is_suspect(text: str, beyond: str) -> bool:
    """Whether long text is worth the statistics, which for short text cost nothing.

    It is if three of the first 500 signs and letters that legacy text abounds in look like it.
    """
    if len(text) < _SHORT_CHARS:
        return True
    signs = _SIGNATURE_CHAR.findall(beyond)
    if len(signs) < _SIGNATURES:
        return False
    matches = (at for at in _first_places(signs, text) if _SIGNATURE.match(text, at))
    return len(list(islice(matches, _SIGNATURES))) == _SIGNATURES


def _first_places(signs: list[str], text: str) -> list[int]:
    """Where the first of these `signs` stand, which are all of their kind in `text`, in order: each
    is found by itself, for a search for any of them takes ten times as long."""
    places: list[int] = []
    for sign, count in Counter(signs[:_MOST_SIGNS]).items():
        at = -1
        for _ in range(count):
            at = text.find(sign, at + 1)
            places.append(at)
    return sorted(places)


_WINDOWS_1258 = str.maketrans("ÃÌÐÒÕÝÞãìðòõýþ", f"Ă{_GRAVE}Đ{_HOOK}ƠƯ{_TILDE}ă{_ACUTE}đ{_DOT}ơư₫")
_CONVERSIONS: tuple[Callable[[str], str], ...] = (from_tcvn3, from_vni, from_windows_1258)


def _spell_entity(match: re.Match[str]) -> str:
    return _letter(match[0])


@lru_cache(maxsize=1 << 9)
def _letter(entity: str) -> str:
    char = html.unescape(entity)
    return char if len(char) == 1 and "\xa1" <= char <= "\xff" else entity
