"""Every kind of source gives its documents; a bad one is named and the rest is still read."""

import bz2
import gzip
import io
import json
import lzma
import os
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import DocumentError
from indexer.sources import read_documents
from indexer.sources.mirror import mirrored_url

PAGE = "<html><head><title>Cầu mới</title></head><body><p>Khánh thành cầu.</p></body>".encode()


class Reading:
    """What reading a path gave: documents by source, errors by source, ignored sources."""

    def __init__(self, path, **options):
        errors, self.ignored = [], []
        self.list = list(
            read_documents(path, on_error=errors.append, on_ignored=self.ignored.append, **options)
        )
        self.documents = {document.source: document for document in self.list}
        self.errors = {error.source: error.reason for error in errors}

    @property
    def sources(self):
        return [document.source for document in self.list]


def write(path: Path, content: bytes = PAGE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


# --------------------------------------------------------------------------------------- folders


def test_a_folder_is_read_recursively_in_the_order_of_names(tmp_path):
    for name in ("b.html", "a/2.htm", "a/1.xhtml", "c.SHTML", "a.txt"):
        write(tmp_path / name)
    reading = Reading(tmp_path)
    assert reading.sources == ["a/1.xhtml", "a/2.htm", "a.txt", "b.html", "c.SHTML"]
    assert reading.sources == Reading(tmp_path).sources
    assert not reading.errors


def test_the_media_type_follows_the_name(tmp_path):
    for name in ("a.html", "b.txt", "c.txt.gz", "d.html.gz"):
        write(tmp_path / name, gzip.compress(PAGE) if name.endswith(".gz") else PAGE)
    documents = Reading(tmp_path).documents
    assert {n: d.media_type for n, d in documents.items()} == {
        "a.html": "text/html",
        "b.txt": "text/plain",
        "c.txt.gz": "text/plain",
        "d.html.gz": "text/html",
    }
    assert {d.content for d in documents.values()} == {PAGE}


def test_other_files_and_hidden_ones_are_counted_and_not_read(tmp_path):
    for name in ("a.html", "b.jpg", "README", ".git/x.html", "c.php", "d.aspx"):
        write(tmp_path / name, b"<?php echo 1;" if name == "c.php" else PAGE)
    reading = Reading(tmp_path)
    assert reading.sources == ["a.html", "d.aspx"]
    assert sorted(reading.ignored) == [".git", "README", "b.jpg", "c.php"]


@pytest.mark.parametrize("suffix", ["vov", "tpo", "ldo", "vnp", "gd", "d1"])
def test_pages_under_a_servers_own_suffix_are_told_by_how_they_begin(tmp_path, suffix):
    write(tmp_path / f"tin-1.{suffix}")
    write(tmp_path / f"so-lieu.{suffix}", b"1;2;3")
    reading = Reading(tmp_path)
    assert (reading.sources, reading.ignored) == ([f"tin-1.{suffix}"], [f"so-lieu.{suffix}"])


def test_a_page_saved_packed_under_its_own_name_is_unpacked(tmp_path):
    write(tmp_path / "a.html", gzip.compress(PAGE))
    assert Reading(tmp_path).documents["a.html"].content == PAGE


def test_a_single_file_is_named_by_its_name(tmp_path):
    assert Reading(write(tmp_path / "x" / "a.html")).sources == ["a.html"]
    assert Reading(write(tmp_path / "x" / "a.bin")).errors == {
        "a.bin": "a type of file that is not read"
    }


@pytest.mark.parametrize(
    "content", [b"%PDF-1.4 ...", b"\x89PNG\r\n", b"\xff\xd8\xff\xe0", bytes(range(256)) * 20]
)
def test_a_picture_or_document_saved_as_a_page_is_named(tmp_path, content):
    write(tmp_path / "a.html", content)
    write(tmp_path / "b.txt", content)
    assert set(Reading(tmp_path).errors) == {"a.html", "b.txt"}


@pytest.mark.parametrize("charset", ["utf-8", "utf-16", "utf-16-le", "utf-32", "cp1258"])
def test_text_in_any_charset_is_no_binary_data(tmp_path, charset):
    text = "Một trăm hai mươi người đã đến dự lễ.\t\r\n" * 10
    write(tmp_path / "a.txt", text.encode(charset, "ignore"))
    assert Reading(tmp_path).sources == ["a.txt"]


def test_a_missing_path_is_raised_even_where_errors_are_collected(tmp_path):
    with pytest.raises(DocumentError):
        Reading(tmp_path / "none")


def test_without_on_error_the_first_bad_document_is_raised(tmp_path):
    write(tmp_path / "a.html.gz", b"not gzip")
    with pytest.raises(DocumentError) as raised:
        list(read_documents(tmp_path))
    assert raised.value.source == "a.html.gz"


def test_links_are_not_followed_out_of_the_folder_nor_round_in_circles(tmp_path):
    outside = write(tmp_path / "outside.html")
    inside = tmp_path / "in"
    write(inside / "a.html")
    write(inside / "blob")
    (inside / "copy.html").symlink_to("a.html")
    (inside / "blob.html").symlink_to("blob")
    (inside / "gone.html").symlink_to("nothing")
    (inside / "loop.html").symlink_to("loop.html")
    (inside / "out.html").symlink_to(outside)
    (inside / "up").symlink_to(inside)
    reading = Reading(inside)
    assert reading.sources == ["a.html", "blob.html"]
    assert set(reading.errors) == {"gone.html", "loop.html", "out.html"}
    assert reading.ignored == ["blob", "copy.html", "up"]


def test_a_pipe_does_not_stop_the_run(tmp_path):
    os.mkfifo(tmp_path / "a.html")
    write(tmp_path / "b.html")
    reading = Reading(tmp_path)
    assert reading.sources == ["b.html"]
    assert "not a regular file" in reading.errors["a.html"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root can read everything")
def test_an_unreadable_file_is_named(tmp_path):
    write(tmp_path / "a.html").chmod(0)
    assert "a.html" in Reading(tmp_path).errors


def test_names_cannot_play_tricks_on_a_terminal(tmp_path):
    write(tmp_path / "a\x1b[2J\n.html")
    write(Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xff.html")))
    assert Reading(tmp_path).sources == ["a\\x1b[2J\\x0a.html", "b\\xff.html"]


@pytest.mark.parametrize("name", ["big.html", "big.html.gz", "big.html.bz2", "big.html.xz"])
def test_a_page_over_the_limit_is_an_error_however_small_its_file(tmp_path, name):
    content = b"a" * 3_000_000
    pack = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
    write(tmp_path / name, pack.get(Path(name).suffix, bytes)(content))
    write(tmp_path / "ok.html")
    reading = Reading(tmp_path, max_bytes=1_000_000)
    assert reading.sources == ["ok.html"]
    assert "1,000,000 bytes" in reading.errors[name]


@pytest.mark.parametrize("name", ["a.html.gz", "a.html.bz2", "a.html.xz", "a.jsonl.gz", "a.tar.gz"])
def test_packed_files_that_are_cut_off_or_damaged_are_named(tmp_path, name):
    packed = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}[Path(name).suffix]
    content = packed(os.urandom(50_000))
    for i, bad in enumerate(
        (content[:-20], content[:100] + b"\0\0\0\0" + content[104:], b"rubbish")
    ):
        write(tmp_path / str(i) / name, bad)
    reading = Reading(tmp_path)
    assert {source.split("#")[0] for source in reading.errors} == {f"{i}/{name}" for i in range(3)}
    assert not reading.documents


def test_several_packed_parts_in_a_row_are_one_file(tmp_path):
    write(tmp_path / "a.txt.gz", gzip.compress(b"mot ") + gzip.compress(b"hai") + b"\0\0")
    assert Reading(tmp_path).documents["a.txt.gz"].content == b"mot hai"


# ----------------------------------------------------------------------------------------- items


def test_each_line_of_items_is_a_document(tmp_path):
    lines = [
        b'\xef\xbb\xbf{"url": "https://example.vn/1", "title": "M\xe1\xbb\x99t"}',
        b"",
        b'{"title": "Hai", "url": "javascript:alert(1)"}\r',
        b"{broken",
        b"[1, 2]",
        b"[" * 100_000,
        b'{"url": "https://example.vn/6"}',
    ]
    for name in ("items.jsonl", "items.ndjson.gz"):
        content = b"\n".join(lines)
        write(tmp_path / name, gzip.compress(content) if name.endswith("gz") else content)
        reading = Reading(tmp_path / name)
        assert [(d.source, d.url) for d in reading.list] == [
            (f"{name}#1", "https://example.vn/1"),
            (f"{name}#3", ""),
            (f"{name}#7", "https://example.vn/6"),
        ]
        assert set(reading.errors) == {f"{name}#{n}" for n in (4, 5, 6)}
        assert reading.list[0].content == lines[0][3:]
        assert reading.list[0].media_type == "application/json"


def test_a_line_over_the_limit_is_passed_over(tmp_path):
    long = b'{"text": "' + b"a" * 5000 + b'"}'
    path = write(tmp_path / "a.jsonl", b'{"n": 1}\n' + long + b'\n{"n": 3}\n')
    reading = Reading(path, max_bytes=1000)
    assert reading.sources == ["a.jsonl#1", "a.jsonl#3"]
    assert reading.errors == {"a.jsonl#2": "larger than 1,000 bytes"}


def test_a_file_that_holds_no_items_at_all_is_one_error_not_one_a_line(tmp_path):
    path = write(tmp_path / "a.jsonl", b"khong phai JSON\n" * 1000)
    assert len(Reading(path).errors) == 21


def test_an_endless_line_ends_the_reading_of_its_file(tmp_path):
    path = write(tmp_path / "a.jsonl.gz", gzip.compress(b"[" * 10_000_000))
    assert set(Reading(path, max_bytes=1000).errors) == {"a.jsonl.gz#1", "a.jsonl.gz"}


def test_items_in_utf16_as_a_windows_shell_writes_them_are_read(tmp_path):
    item = {"url": "https://example.vn/1", "title": "Đại hội ở Lạng Sơn"}
    content = "\r\n".join([json.dumps(item, ensure_ascii=False)] * 3)
    for name in ("a.jsonl", "b.json"):
        reading = Reading(write(tmp_path / name, content.encode("utf-16")))
        assert [json.loads(document.content) for document in reading.list] == [item] * 3


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("size", [10, 200_000])
def test_an_array_of_items_is_read_item_by_item(tmp_path, indent, size):
    items = [{"url": f"https://example.vn/{n}", "text": "chữ " * size} for n in range(5)]
    content = json.dumps(items, indent=indent, ensure_ascii=False).encode()
    reading = Reading(write(tmp_path / "items.json", content))
    assert [(d.source, json.loads(d.content)) for d in reading.list] == [
        (f"items.json#{n + 1}", item) for n, item in enumerate(items)
    ]


def test_a_json_file_may_be_lines_or_a_single_item(tmp_path):
    item = {"url": "https://example.vn/1", "title": "Một"}
    write(tmp_path / "lines.json", (json.dumps(item) + "\n" + json.dumps(item)).encode())
    write(tmp_path / "one.json", json.dumps(item, indent=1).encode())
    assert Reading(tmp_path).sources == ["lines.json#1", "lines.json#2", "one.json"]


@pytest.mark.parametrize(
    "content", [b"[" * 1_000_000, b'[{"a": 1}, {"b"', b"[1, 2]", b'{\n"a": ' + b"[" * 10**6, b"x"]
)
def test_broken_json_files_are_named(tmp_path, content):
    assert Reading(write(tmp_path / "a.json", content)).errors


# -------------------------------------------------------------------------------------- archives


def zip_of(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def tar_of(path: Path, members: dict[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


MEMBERS = {
    "tin/a.html": PAGE,
    "../../etc/b.html": PAGE,
    "/c.txt": b"chu",
    "items.jsonl": b'{"a": 1}\n{"a": 2}',
    "d.html.gz": gzip.compress(PAGE),
    "anh.jpg": b"\xff\xd8",
    "__MACOSX/._a.html": b"x",
    "e\x1b.html": PAGE,
    "big.html": b"b" * 500_000,
}
WANTED = ["tin/a.html", "etc/b.html", "c.txt", "items.jsonl#1", "items.jsonl#2", "d.html.gz"]


@pytest.mark.parametrize("name", ["p.zip", "p.tar", "p.tar.gz", "p.tgz", "p.tar.bz2", "p.tar.xz"])
def test_an_archive_is_read_in_place(tmp_path, name):
    if name == "p.zip":
        zip_of(tmp_path / name, MEMBERS)
    else:
        suffix = {"p.tgz": "gz", "p.tar": ""}.get(name, name.rpartition(".")[2])
        tar_of(tmp_path / name, MEMBERS, f"w:{suffix}")
    reading = Reading(tmp_path / name, max_bytes=400_000)
    assert reading.sources == [f"{name}!{member}" for member in [*WANTED, "e\\x1b.html"]]
    assert reading.documents[f"{name}!d.html.gz"].content == PAGE
    assert reading.ignored == [f"{name}!anh.jpg"]
    assert list(reading.errors) == [f"{name}!big.html"]
    assert list(tmp_path.iterdir()) == [tmp_path / name]


def test_vietnamese_member_names_survive_a_zip_that_forgot_the_utf8_flag(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"Tin mới.html": PAGE})
    raw = path.read_bytes()
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = raw.index(signature) + at
        raw = raw[:start] + b"\0\0" + raw[start + 2 :]
    path.write_bytes(raw)
    assert Reading(path).sources == ["a.zip!Tin mới.html"]


def test_links_and_devices_in_a_tar_are_not_read(tmp_path):
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            info = tarfile.TarInfo("a.html")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    assert Reading(tmp_path).sources == []


@pytest.mark.parametrize("content", [b"", b"rubbish" * 1000, b"PK\x03\x04" + b"\0" * 500])
@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.warc", "a.warc.gz"])
def test_a_damaged_archive_does_not_stop_the_run(tmp_path, name, content):
    write(tmp_path / name, content)
    write(tmp_path / "b.html")
    reading = Reading(tmp_path)
    assert reading.sources == ["b.html"]
    assert set(reading.errors) <= {name}


def test_a_damaged_or_encrypted_member_is_named_and_the_next_is_read(tmp_path):
    path = zip_of(tmp_path / "a.zip", {"1.html": os.urandom(5000), "2.html": PAGE, "3.html": PAGE})
    raw = bytearray(path.read_bytes())
    raw[1000:1004] = b"\0\0\0\0"
    second = raw.index(b"PK\x01\x02", raw.index(b"PK\x01\x02") + 1)
    raw[second + 8] |= 1
    path.write_bytes(raw)
    reading = Reading(path)
    assert reading.sources == ["a.zip!3.html"]
    assert set(reading.errors) == {"a.zip!1.html", "a.zip!2.html"}


# ----------------------------------------------------------------------------------------- crawls


def warc_of(path: Path, records) -> Path:
    """A WARC file, each record packed by itself if the name ends in .gz."""
    content = b""
    for url, kind, http, body, extra in records:
        block = "\r\n".join([f"HTTP/1.1 {http[0]}", *http[1:], "", ""]).encode() if http else b""
        block += body
        fields = {"WARC-Type": kind, "WARC-Target-URI": url, "Content-Length": len(block), **extra}
        head = "".join(f"{key}: {value}\r\n" for key, value in fields.items())
        record = f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"
        content += gzip.compress(record) if path.suffix == ".gz" else record
    return write(path, content)


HTML = "Content-Type: text/html; charset=UTF-8"
CHUNKED = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in (PAGE[:30], PAGE[30:])) + b"0\r\n\r\n"
RECORDS = [
    ("https://example.vn/1", "response", ["200 OK", HTML], PAGE, {}),
    ("https://example.vn/2", "response", ["404 Not Found", HTML], b"khong co", {}),
    ("https://example.vn/3.jpg", "response", ["200 OK", "Content-Type: image/jpeg"], b"\xff", {}),
    (
        "https://example.vn/4",
        "response",
        ["200 OK", HTML, "Content-Encoding: gzip"],
        gzip.compress(PAGE),
        {},
    ),
    (
        "https://example.vn/5",
        "response",
        ["200 OK", HTML, "Transfer-Encoding: chunked"],
        CHUNKED,
        {},
    ),
    ("https://example.vn/6", "revisit", ["200 OK", HTML], b"", {}),
    ("https://example.vn/7", "resource", None, PAGE, {"Content-Type": "text/html"}),
    ("https://example.vn/8", "response", ["200 OK", HTML], PAGE[:60], {"WARC-Truncated": "length"}),
    ("https://example.vn/9", "metadata", None, b"x", {"Content-Type": "text/plain"}),
    ("https://example.vn/10", "response", ["200 OK", HTML], b"", {}),
]


@pytest.mark.parametrize("form", ["a.warc", "a.warc.gz", "whole/a.warc.gz", "b.zip"])
def test_the_pages_of_a_crawl_are_read(tmp_path, form):
    path = warc_of(tmp_path / "a.warc.gz", RECORDS)
    name = "a.warc.gz"
    if form == "a.warc":
        path, name = write(tmp_path / form, gzip.decompress(path.read_bytes())), form
    elif form == "whole/a.warc.gz":  # packed by hand: not one part a record
        path = write(tmp_path / form, gzip.compress(gzip.decompress(path.read_bytes())))
    elif form == "b.zip":
        path = zip_of(tmp_path / form, {"crawl/a.warc.gz": path.read_bytes()})
        name = "b.zip!crawl/a.warc.gz"
    reading = Reading(path)
    assert [(d.source, d.url) for d in reading.list] == [
        (f"{name}#{n}", f"https://example.vn/{n}") for n in (1, 4, 5, 7, 8)
    ]
    contents = [d.content for d in reading.list]
    assert contents == [PAGE, PAGE, PAGE, PAGE, PAGE[:60]]
    assert reading.list[0].media_type == "text/html; charset=UTF-8"
    assert reading.list[3].media_type == "text/html"
    assert reading.ignored == [f"{name}#{n}" for n in (2, 3, 6)]
    assert reading.errors == {f"{name}#10": "empty"}


def test_a_crawl_that_was_not_copied_whole_gives_its_first_pages(tmp_path):
    path = warc_of(tmp_path / "a.warc", [RECORDS[0]] * 3)
    path.write_bytes(path.read_bytes()[:-60])
    reading = Reading(path)
    assert reading.sources == ["a.warc#1", "a.warc#2"]
    assert "cut off" in reading.errors["a.warc#3"]


def numbered(path: Path, count: int) -> tuple[Path, list[int]]:
    """A crawl of so many pages, packed record by record, and where each record ends."""
    ends = []
    content = b""
    for n in range(1, count + 1):
        record = (f"https://example.vn/{n}", "response", ["200 OK", HTML], PAGE, {})
        content += warc_of(path, [record]).read_bytes()
        ends.append(len(content))
    return write(path, content), ends


@pytest.mark.parametrize("whole", [0, 1, 30])
@pytest.mark.parametrize("more", [10, 100])
def test_of_a_packed_crawl_that_was_cut_every_whole_page_is_read(tmp_path, whole, more):
    path, ends = numbered(tmp_path / "a.warc.gz", whole + 1)
    path.write_bytes(path.read_bytes()[: ([0, *ends][whole]) + more])
    reading = Reading(path)
    assert reading.sources == [f"a.warc.gz#{n}" for n in range(1, whole + 1)]
    assert list(reading.errors) == ["a.warc.gz"] or list(reading.errors) == [
        f"a.warc.gz#{whole + 1}"
    ]


@pytest.mark.parametrize("damaged", [1, 7, 20])
def test_a_damaged_record_of_a_packed_crawl_costs_no_other(tmp_path, damaged):
    path, ends = numbered(tmp_path / "a.warc.gz", 20)
    content = bytearray(path.read_bytes())
    at = ([0, *ends][damaged - 1] + ends[damaged - 1]) // 2
    content[at : at + 20] = b"\xff" * 20
    path.write_bytes(content)
    reading = Reading(path)
    urls = {document.url for document in reading.list}
    others = {f"https://example.vn/{n}" for n in range(1, 21) if n != damaged}
    assert urls >= others
    assert reading.errors


def test_bombs_in_a_crawl_are_bounded(tmp_path):
    bomb = gzip.compress(b"\0" * 30_000_000)
    body = (
        "https://example.vn/1",
        "response",
        ["200 OK", HTML, "Content-Encoding: gzip"],
        bomb,
        {},
    )
    assert set(Reading(warc_of(tmp_path / "a.warc.gz", [body, RECORDS[0]])).errors) == {
        "a.warc.gz#1"
    }
    head = write(tmp_path / "b.warc.gz", gzip.compress(b"WARC/1.0\r\nX: " + b"a" * 30_000_000))
    assert "too long" in Reading(head).errors["b.warc.gz"]


@given(
    content=st.binary(max_size=300),
    name=st.sampled_from(["a.html", "a.txt", "a.jsonl", "a.json", "a.zip", "a.tar", "a.warc"]),
    packing=st.sampled_from(["", ".gz", ".bz2", ".xz"]),
    well_packed=st.booleans(),
)
def test_no_file_stops_the_run(tmp_path_factory, content, name, packing, well_packed):
    pack = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
    if packing and well_packed:
        content = pack[packing](content)
    folder = tmp_path_factory.mktemp("any")
    write(folder / (name + packing), content)
    write(folder / "z.html")
    assert "z.html" in Reading(folder).sources


# --------------------------------------------------------------------------------------- mirrors


@pytest.mark.parametrize(
    ("content", "path", "url"),
    [
        (
            b"<html><!-- Mirrored from example.vn/thoi-su/a-1.html by HTTrack Website -->",
            "x/a.html",
            "https://example.vn/thoi-su/a-1.html",
        ),
        (
            b"<!DOCTYPE html>\n<!-- saved from url=(0029)https://example.vn/thoi-su/a1 -->",
            "a.html",
            "https://example.vn/thoi-su/a1",
        ),
        (b"<!-- saved from url=(0014)about:internet -->", "a.html", ""),
        (PAGE, "example.vn/thoi-su/a.html", "https://example.vn/thoi-su/a.html"),
        (PAGE, "tuoi.example.com.vn/a/index.html", "https://tuoi.example.com.vn/a/"),
        (PAGE, "example.vn/view.php?id=3.html", "https://example.vn/view.php?id=3"),
        (PAGE, "example.vn/tin.aspx.html", "https://example.vn/tin.aspx"),
        (PAGE, "example.com:8080/a.html.gz", "https://example.com:8080/a.html"),
        (PAGE, "pages/a.html", ""),
        (PAGE, "site.html/a.html", ""),
        (PAGE, "data.json/a.html", ""),
        (PAGE, "v1.2/a.html", ""),
        (PAGE, "a.html", ""),
    ],
)
def test_a_mirrored_page_knows_its_address(content, path, url):
    assert mirrored_url(content, path=path) == url


def test_a_mirror_is_recognised_from_above_from_its_own_folder_and_in_an_archive(tmp_path):
    write(tmp_path / "example.vn" / "thoi-su" / "a.html")
    zip_of(tmp_path / "m.zip", {"example.vn/thoi-su/a.html": PAGE})
    (from_above,) = [d for d in Reading(tmp_path).list if d.source.startswith("example")]
    (from_inside,) = Reading(tmp_path / "example.vn").list
    (packed,) = Reading(tmp_path / "m.zip").list
    assert {from_above.url, from_inside.url, packed.url} == {"https://example.vn/thoi-su/a.html"}
