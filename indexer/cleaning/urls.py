"""Addresses: one form for each page."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

# Parameters that only say where a reader came from.
_TRACKING = re.compile(
    r"^(?:utm_.*|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_cid|mc_eid|_ga|_gl|ref|ref_src|ref_url|zarsrc|zalo.*|"
    r"gidzl|vn_medium|vn_source|vn_campaign|vn_term|vn_thumb|vn_aid|amp|outputtype|spm|cmpid|ito|ncid|ocid|xtor|at_.*|wt_.*)$",
    re.IGNORECASE,
)


def split_url(url: str) -> SplitResult:
    """The parts of an address as a page has it; all of it as the path where it is malformed.

    >>> split_url("https://bao.vn/a?b").path, split_url("http://[x").path
    ('/a', 'http://[x')
    """
    try:
        return urlsplit(url.strip())
    except ValueError:
        return SplitResult("", "", url.strip(), "", "")


def join_url(base: str, url: str) -> str:
    """`url` as seen from `base`; as it stands where either is malformed."""
    try:
        return urljoin(base, url.strip())
    except ValueError:
        return url.strip()


def normalize_url(url: str) -> str:
    """`url` without fragment, tracking parameters, default port and letter case of the host; ""
    where it is no web address.

    >>> normalize_url("HTTPS://www.Bao.vn:443/tin-1.html?utm_source=x&id=2#top")
    'https://www.bao.vn/tin-1.html?id=2'
    """
    url = url.strip()
    if url.startswith("//"):
        url = "https:" + url
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    scheme = parts.scheme.lower()
    if port and port != {"http": 80, "https": 443}[scheme]:
        host = f"{host}:{port}"
    pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=None)
    query = urlencode([(k, v) for k, v in pairs if not _TRACKING.match(k)])
    if len(query) == len(parts.query):
        query = parts.query  # keep its own spelling
    return urlunsplit((scheme, host, parts.path or "/", query, ""))


def addresses_like(typed: str) -> list[str]:
    """An address as it was typed and the ways to write it as that of a page, likeliest first: its
    one form, the other scheme, with or without `www.`, with or without a slash at the end.

    >>> addresses_like("bao.vn/tin/?utm_source=x")[:4]
    ['bao.vn/tin/?utm_source=x', 'https://bao.vn/tin/', 'https://bao.vn/tin', 'https://www.bao.vn/tin/']
    """
    scheme, separator, rest = typed.rpartition("://")
    schemes = ("http", "https") if separator and scheme.lower() == "http" else ("https", "http")
    bare = re.sub("^www[.]", "", rest, flags=re.IGNORECASE)
    found = [typed]
    for scheme in schemes:
        for host in (rest, bare, f"www.{bare}"):
            if url := normalize_url(f"{scheme}://{host}"):
                found += [url, url.removesuffix("/") if url.endswith("/") else f"{url}/"]
    return list(dict.fromkeys(found))


def host_of(url: str) -> str:
    """The host of `url` without `www.`, "" where it has none.

    >>> host_of("https://www.vietnamplus.vn/x")
    'vietnamplus.vn'
    """
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
