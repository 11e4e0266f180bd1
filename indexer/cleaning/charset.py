"""Bytes to text."""


def decode(content: bytes, *, charset: str = "", is_html: bool = False) -> str:
    """The text of `content`: UTF-8 where it is, else the named charset, else windows-1252."""
    for name in ("utf-8-sig", charset or "utf-8"):
        try:
            return content.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("windows-1252", "replace")
