"""The address that a saved page was fetched from, as mirroring tools leave it behind."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import quote

# Both comments stand at the very top of the page.
_HEAD_BYTES = 16_384
# HTTrack (htscore.c): <!-- Mirrored from host/path by HTTrack Website Copier/3.x […], date -->
_HTTRACK = re.compile(rb"<!--\s*Mirrored from\s+(\S{1,2000}?)\s+by HTTrack")
# Internet Explorer and Chrome: <!-- saved from url=(0042)https://… --> with the URL's length
_SAVED = re.compile(rb"<!--\s*saved from url=\(\d{4,5}\)(https?://[^\s<>]{1,2000}?)\s*-->", re.I)
# Two-letter country codes and the generic domains that newspapers use; not every "a.b" folder is a
# host, and file suffixes must not pass for one.
_HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+"
    r"(?:com|net|org|info|news|edu|gov|biz|online|asia|today|media|press|vn|"
    r"(?!gz|js|md|py|sh|db|xz|so|rb|ts|go|rs|cc|pl|ps|ai)[a-z]{2})(?::\d{2,5})?"
)
_DYNAMIC = re.compile(r"\.(?:php|asp|aspx|jsp|cfm|epi|chn|tpo|ldo|htm)$|[?@]", re.IGNORECASE)


def mirrored_url(content: bytes, *folders: str, path: str) -> str:
    """The URL of a saved page, "" where nothing tells.

    By the comment of HTTrack or of a browser's "save as", else by the path if its first folder is a
    host name, as wget and HTTrack lay mirrors out (`example.vn/thoi-su/tin.html`). HTTrack does not
    say which scheme it was: https is taken.

    folders   names of folders above `path`, outermost first; the last of them may be the host

    >>> mirrored_url(b"<!-- Mirrored from example.vn/a.html by HTTrack Website Copier -->", path="")
    'https://example.vn/a.html'
    >>> mirrored_url(b"", path="example.vn/thoi-su/tin moi.html")
    'https://example.vn/thoi-su/tin%20moi.html'
    """
    if match := _HTTRACK.search(content, 0, _HEAD_BYTES):
        address = match.group(1).decode("utf-8", "replace")
        return address if address.startswith(("http://", "https://")) else f"https://{address}"
    if match := _SAVED.search(content, 0, _HEAD_BYTES):
        return match.group(1).decode("utf-8", "replace")
    return url_of_path(*folders, path=path)


def url_of_path(*folders: str, path: str) -> str:
    """The URL of a page by where a mirror keeps it, "" if no folder is a host name."""
    parts = [*folders[-1:], *PurePosixPath(path).parts]
    for at, part in enumerate(parts[:-1][:2]):
        if _HOST.fullmatch(part.lower()):
            return f"https://{part.lower()}/{_page_path('/'.join(parts[at + 1 :]))}"
    return ""


def _page_path(path: str) -> str:
    """A URL's path and query by the file that wget made of it."""
    for suffix in (".gz", ".html"):  # wget -E puts .html behind what the server called otherwise
        stem = path.removesuffix(suffix)
        if stem != path and (suffix == ".gz" or _DYNAMIC.search(stem.rpartition("/")[2])):
            path = stem
    path, mark, query = path.partition("?")
    if path.rpartition("/")[2] == "index.html" and not mark:
        path = path.removesuffix("index.html")
    return quote(path, safe="/%~!$&'()*+,;=:@") + mark + quote(query, safe="/%~!$&'()*+,;=:@?")
