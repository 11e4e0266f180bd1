"""Bytes → text, for pages whose declared charset is often wrong.

The ladder, from proof to guess:

1. a byte order mark;
2. UTF-16 without one, seen by where its NUL bytes stand (other NULs are noise and go);
3. strict UTF-8: long text in another charset is practically never valid UTF-8, so this outranks
   whatever the page says of itself; a few bad bytes in a page that is otherwise UTF-8 (a title cut
   in the middle of a letter, a pasted windows-1252 quotation mark) do not change that;
4. the charset declared by HTTP, then by the page, if it is not a Western one;
5. the Western ones: windows-1252, or windows-1258, TCVN3, VNI, which pages declare as windows-1252
   or not at all: by the statistics of `legacy`;
6. charset-normalizer's guess, for a page that declares nothing.

Then text that was encoded twice on its way (`Äáº¡i há»i`) is repaired, where it really was.
"""

from __future__ import annotations

import codecs
import re

from indexer.cleaning.legacy import convert_legacy, vietnamese_share

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16-LE, which it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# The declared names that are believed. Python knows more "encodings" (punycode, idna, zip, …), some
# of which take quadratic time; no page is written in those.
_KNOWN_CHARSET = re.compile(
    r"(?:windows|cp)-?(?:125[0-8]|874|866|932|936|949|950)|iso-?(?:8859)-?\d{1,2}|latin-?\d|"
    r"koi8-[rut]|mac(?:intosh|-cyrillic)|gb2312|gbk|gb18030|hz|big5(?:-?hkscs)?|euc-(?:jp|kr)|"
    r"shift[_-]jis|iso-2022-(?:jp|kr)|tis-620|utf-16(?:le|be)?|utf-32|ks_c_5601-1987"
)
_ALIASES = {"gb2312": "gb18030", "gbk": "gb18030", "windows-874": "cp874", "shift_jis": "cp932"}
_WESTERN = re.compile(r"(?:windows-?|cp)125[28]|iso-?8859-?1|latin-?1|iso-?8859-?15|us-ascii|ascii")
# A page names its charset in its first kilobyte (HTML) or its XML declaration; real ones come late.
_META_WINDOW_BYTES = 4096
_META = re.compile(
    rb"""<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]+)|<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)""",
    re.IGNORECASE,
)
_GUESS_WINDOW_BYTES = 32_768
_GUESS_LEAST_BYTES = 20  # beyond ASCII: with fewer, a guess is a throw of dice
_ASCII = bytes(range(128))

_ESCAPED = re.compile("[\udc80-\udcff]+")  # bytes that are not UTF-8, as surrogateescape keeps them
_CUT_LETTER = re.compile(rb"[\xc3-\xf4][\x80-\xbf]*")  # the beginning of a UTF-8 sequence

# UTF-8 read as windows-1252 (and the C1 controls where windows-1252 has holes), letter by letter.
_CONTINUATION = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_TWICE = re.compile(rf"á[»º][{_CONTINUATION} ]|â€[{_CONTINUATION}]|[ÃÄÅÆÂ][{_CONTINUATION}]")
# How such passages begin in UTF-8: `á»` and `áº`, `â€`, and `Ã` with a continuation behind it.
_TWICE_SIGNS = (b"\xc3\xa1\xc2", b"\xc3\xa2\xe2\x82\xac")
_TWICE_BYTES = re.compile(b"\xc3\x83[\xc2\xe2\xc5\xc6\xcb]")
# What `convert_legacy` takes for Unicode Vietnamese, in UTF-8.
_VIETNAMESE_BYTES = re.compile(
    b"\xc4[\x83\x91]|\xc6[\xa1\xb0]|\xe1\xba[\xa0-\xbf]|\xe1\xbb[\x80-\xb9]"
    b"|\xcc[\x80\x81\x83\x89\xa3]"
)
_EDGE = re.compile(r"[<>\n]")
_PASSAGE_CHARS = 2000  # scripts have lines of a megabyte
_PROPER = re.compile("[\u0103\u0111\u01a1\u01b0\u1ea0-\u1ef9]")


def decode(content: bytes, *, charset: str = "", is_html: bool = False) -> str:
    """The text of `content`, without byte order mark and NUL characters. Never fails.

    charset   what the carrier (HTTP) said, "" where nothing
    is_html   a `<meta charset>` is heeded and entities are known

    >>> decode("Đại hội".encode("utf-8"), charset="iso-8859-1")
    'Đại hội'
    >>> decode("Đại hội".encode("utf-16-le")), decode("Đại hội".encode().decode("latin-1").encode())
    ('Đại hội', 'Đại hội')
    """
    text = _plain_utf8(content)
    # Substring searches are many times faster than the expressions that they spare, and those in
    # bytes than those in text.
    if text:
        beyond = content.translate(None, _ASCII)  # a tenth of the page: asked before all of it
        if any(sign in beyond and sign in content for sign in _TWICE_SIGNS) or (
            _TWICE_BYTES.search(beyond) and _TWICE_BYTES.search(content)
        ):
            return convert_legacy(_undo_double_encoding(text), is_html=is_html)
        if _VIETNAMESE_BYTES.search(beyond):
            return text
        return convert_legacy(text, is_html=is_html, beyond=beyond.decode("utf-8"))
    text = _decode(content, charset, is_html)
    if "\0" in text:
        text = text.replace("\0", "")
    if "á»" in text or "áº" in text or "â€" in text or "Ã" in text:
        text = _undo_double_encoding(text)
    return convert_legacy(text, is_html=is_html)


def _plain_utf8(content: bytes) -> str:
    """What most pages are: UTF-8 without anything odd; "" for all others."""
    if b"\0" in content or b"\x1b" in content or content.startswith(tuple(b for b, _ in _BOMS)):
        return ""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _decode(content: bytes, charset: str, is_html: bool) -> str:
    for bom, name in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(name, "replace")
    if b"\0" in content:
        wide = _wide_charset(content)
        if wide:
            return content.decode(wide, "replace")
        content = content.replace(b"\0", b"")
    declared = _known(charset)
    if declared and b"\x1b" in content and declared.startswith("iso-2022"):
        return content.decode(declared, "replace")  # its bytes are ASCII, hence valid UTF-8
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    nearly = _decode_nearly_utf8(content)
    if nearly:
        return nearly
    if is_html and not declared:
        declared = _declared_in_page(content)
    if declared and not _WESTERN.fullmatch(declared):
        try:
            return content.decode(declared)
        except (UnicodeDecodeError, LookupError):
            pass
    western = _decode_western(content)
    if (
        declared
        or len(content.translate(None, _ASCII)) < _GUESS_LEAST_BYTES
        or vietnamese_share(convert_legacy(western, is_html=is_html))[0] > 0.5
    ):
        return western
    return content.decode(_guess(content), "replace")


def _wide_charset(content: bytes) -> str:
    """UTF-16's name if the NULs stand as in UTF-16 text of Latin letters, else ""."""
    sample = content[:4096]
    pairs = max(1, len(sample) // 2)
    first, second = sample[0::2].count(0) / pairs, sample[1::2].count(0) / pairs
    # Of Vietnamese text some three quarters of the letters and spaces are below U+0100.
    if second > 0.4 and first < 0.05:
        return "utf-16-le"
    if first > 0.4 and second < 0.05:
        return "utf-16-be"
    return ""


def _known(charset: str) -> str:
    name = charset.strip().strip("\"'").lower()
    if not (_KNOWN_CHARSET.fullmatch(name) or _WESTERN.fullmatch(name)):
        return ""
    return _ALIASES.get(name, name)


def _declared_in_page(content: bytes) -> str:
    match = _META.search(content[:_META_WINDOW_BYTES])
    if not match:
        return ""
    name = _known((match.group(1) or match.group(2)).decode("ascii", "replace"))
    # A page whose <meta> can be read byte by byte is not UTF-16, whatever it says.
    return "" if name.startswith(("utf-16", "utf-32")) else name


def _decode_nearly_utf8(content: bytes) -> str:
    """The text of UTF-8 with some bad bytes; "" if it is rather another charset."""
    text = content.decode("utf-8", "surrogateescape")
    bad = len(_ESCAPED.findall(text))
    # Each letter beyond ASCII that is well-formed is evidence: bytes of another charset form one
    # by chance only rarely (a capital Ã-like letter before a sign).
    good = len(text.encode("ascii", "ignore")) - len(text)
    good = -good - sum(map(len, _ESCAPED.findall(text)))
    if good < 4 * bad:
        return ""
    return _ESCAPED.sub(_read_bad_bytes, text)


def _read_bad_bytes(match: re.Match[str]) -> str:
    raw = match.group().encode("utf-8", "surrogateescape")
    if _CUT_LETTER.fullmatch(raw):
        return "\ufffd"
    return raw.decode("cp1252", "replace")


def _decode_western(content: bytes) -> str:
    """windows-1252, its five holes as the C1 controls that they are in Latin-1 (as browsers do)."""
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
        return text.translate(_C1_AS_1252)


_C1_AS_1252 = {
    byte: bytes([byte]).decode("cp1252")
    for byte in range(0x80, 0xA0)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


_1252_AS_LATIN1 = {ord(char): byte for byte, char in _C1_AS_1252.items()}


def _guess(content: bytes) -> str:
    from charset_normalizer import from_bytes  # rarely needed, slow to load

    # Around the first byte beyond ASCII: the head of a page may be all scripts.
    first = next((i for i, byte in enumerate(content) if byte > 0x7F), 0)
    start = max(0, first - 1024)
    best = from_bytes(content[start : start + _GUESS_WINDOW_BYTES]).best()
    return best.encoding if best else "cp1252"


def _undo_double_encoding(text: str) -> str:
    """`text` with UTF-8 that was read as windows-1252 read rightly, passage by passage."""
    if not _TWICE.search(text):
        return text
    whole = _reread(text)
    if whole != text:
        return whole
    parts = []
    done = 0
    while match := _TWICE.search(text, done):
        near = max(done, match.start() - _PASSAGE_CHARS)
        start = max(near, *(text.rfind(edge, near, match.start()) + 1 for edge in "<>\n"))
        limit = match.end() + _PASSAGE_CHARS
        edge = _EDGE.search(text, match.end(), limit)
        end = edge.start() if edge else min(limit, len(text))
        parts += [text[done:start], _undo_in_passage(text[start:end])]
        done = end
    return "".join([*parts, text[done:]])


def _reread(text: str) -> str:
    """`text` if it is not, to the last character, UTF-8 read as windows-1252; else what it is."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeEncodeError as error:
        if not "\x80" <= text[error.start] <= "\x9f":  # else a control where the charset has holes
            return text
    except UnicodeDecodeError:
        return text
    try:
        return text.translate(_1252_AS_LATIN1).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _undo_in_passage(passage: str) -> str:
    from ftfy import fix_encoding  # rarely needed, slow to load
    from ftfy.badness import badness

    wrong, right = len(_TWICE.findall(passage)), len(_PROPER.findall(passage))
    # Text with real Vietnamese letters was decoded rightly: what looks wrong in it is a quotation
    # («quá»: or XÃ…), unless there is clearly more of it.
    if wrong < 3 * right or (wrong == 1 and "«" in passage):
        return passage
    fixed = _reread(passage)
    if fixed == passage:
        fixed = fix_encoding(passage)
    share, count = vietnamese_share(fixed)
    if count and share >= 0.7 and share > vietnamese_share(passage)[0]:
        return fixed
    return fixed if badness(fixed) < badness(passage) else passage
