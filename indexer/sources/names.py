"""Names that are safe to print and to keep: of files, archive members, lines."""

from __future__ import annotations

import re

# Controls, line separators, text-direction overrides (a name that shows as another one), and the
# surrogates by which Python keeps bytes of file names that are not UTF-8.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def safe_name(name: str) -> str:
    r"""`name` with every character that cannot be trusted on a terminal written as an escape.

    >>> safe_name("tin\x1b[2J.html"), safe_name("tin\udcff.html"), safe_name("Tin mới.html")
    ('tin\\x1b[2J.html', 'tin\\xff.html', 'Tin mới.html')
    """
    return _UNSAFE.sub(_escape, name)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xDC80 <= code <= 0xDCFF:  # surrogateescape: a byte of the name
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def member_name(name: str) -> str:
    """An archive member's name as a relative path: no root, drive, `..` or backslashes.

    >>> member_name("..\\\\..\\\\etc/./tin.html"), member_name("/C:/tin.html")
    ('etc/tin.html', 'C:/tin.html')
    """
    parts = name.replace("\\", "/").split("/")
    return safe_name("/".join(p for p in parts if p not in ("", ".", ".."))) or "(no name)"
