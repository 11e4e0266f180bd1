"""Indexing a folder: what is new, changed, gone, broken."""

import json
import zipfile
import zlib
from pathlib import Path

import pytest

from indexer import Article, DocumentError, Index, IndexCorruptError, build, open_index
from indexer.build import Progress

BODY = (
    "Sáng nay, hội nghị bàn về việc trồng rừng trên các sườn đồi của huyện và giao cho từng xã "
    "chăm sóc những vạt cây mới trồng trong mùa mưa năm nay.\n\n"
    "Theo ban tổ chức, mỗi xã nhận hai nghìn cây giống, được tập huấn cách trồng, cách giữ ẩm và "
    "cách phòng cháy trong mùa khô, đồng thời cử người trông coi theo tổ.\n\n"
)


def dump(title: str, more: str = "") -> str:
    return f"{title}\n\n{BODY}{more}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    (folder / "sub").mkdir(parents=True)
    (folder / "one.txt").write_text(
        dump(
            "Hội nghị trồng rừng ở huyện miền núi", "Chủ tịch huyện nói lời khai mạc trước bà con."
        ),
        "utf-8",
    )
    (folder / "sub" / "two.txt").write_text(
        "Đội bóng xã thắng trận mở màn\n\nTrận đấu diễn ra chiều qua trên sân cỏ của xã với "
        "đông khán giả đến xem, và đội nhà ghi hai bàn ngay trong hiệp đầu tiên.\n\nSau giờ "
        "nghỉ, đội khách vùng lên nhưng không thể gỡ hòa dù có nhiều cơ hội trước khung.\n",
        "utf-8",
    )
    (folder / "picture.png").write_bytes(b"\x89PNG")
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return open_index(tmp_path / "index", create=True)


def titles(index: Index, query: str) -> set[str]:
    return {hit.article.title for hit in index.search(query).hits}


def test_a_folder_becomes_searchable(folder: Path, index: Index):
    report = build(folder, index)
    assert (report.added, report.ignored, report.failed) == (2, 1, ())
    assert titles(index, "trong rung") == {"Hội nghị trồng rừng ở huyện miền núi"}


def test_a_second_run_reads_only_what_changed(folder: Path, index: Index):
    build(folder, index)
    (folder / "one.txt").write_text(dump("Hội nghị trồng rừng kết thúc tốt đẹp"), "utf-8")
    report = build(folder, index)
    assert (report.added, report.updated, report.unchanged) == (0, 1, 1)
    assert titles(index, "trồng rừng") == {"Hội nghị trồng rừng kết thúc tốt đẹp"}


def test_a_file_and_then_its_folder_read_the_file_once(folder: Path, index: Index, tmp_path: Path):
    items = [
        json.dumps({"url": f"https://a.vn/{n}", "title": f"Tin số {n} về rừng", "text": BODY})
        for n in range(3)
    ]
    (folder / "items.jsonl").write_text("\n".join(items), "utf-8")
    assert build(folder / "items.jsonl", index).added == 3
    assert build(folder / "one.txt", index).added == 1
    whole = build(folder, index)
    assert (whole.added, whole.updated, whole.unchanged) == (1, 0, 4)
    around = build(tmp_path / "news" / "sub", index)  # its id is its path, here another one
    assert (around.added, around.unchanged) == (1, 0)
    assert build(folder / "items.jsonl", index).unchanged == 3


def test_articles_whose_files_are_gone_are_removed(folder: Path, index: Index):
    build(folder, index)
    (folder / "one.txt").unlink()
    assert build(folder, index, keep_missing=True).removed == 0
    assert len(index) == 2
    assert build(folder, index).removed == 1
    assert len(index) == 1


def test_another_folder_leaves_the_first_alone(folder: Path, index: Index, tmp_path: Path):
    build(folder, index)
    other = tmp_path / "other"
    other.mkdir()
    (other / "three.txt").write_text(dump("Chợ phiên vùng cao ngày cuối năm"), "utf-8")
    report = build(other, index)
    assert (report.added, report.removed) == (1, 0)
    assert len(index) == 3


def test_a_bad_document_is_named_and_the_rest_goes_on(folder: Path, index: Index):
    (folder / "bad.jsonl").write_text('{"title": "Tin", \n', "utf-8")
    report = build(folder, index)
    assert report.added == 2
    assert [failure.source for failure in report.failed] == ["bad.jsonl#1"]
    assert report.failed[0].reason


def test_an_article_that_cannot_be_read_any_more_is_kept(folder: Path, index: Index):
    line = '{"url": "https://a.vn/1.html", "title": "Tin về cây cầu mới", "text": "%s"}\n'
    (folder / "items.jsonl").write_text(line % BODY.replace("\n", " "), "utf-8")
    build(folder, index)
    (folder / "items.jsonl").write_text("{broken\n", "utf-8")
    build(folder, index)
    assert titles(index, "cây cầu mới") == {"Tin về cây cầu mới"}


def test_progress_counts_files(folder: Path, index: Index):
    seen: list[Progress] = []
    build(folder, index, on_progress=seen.append)
    assert seen[-1].done == seen[-1].total == 3


def test_a_folder_that_is_not_there_is_said_so(index: Index, tmp_path: Path):
    with pytest.raises(DocumentError, match="no such file"):
        build(tmp_path / "nowhere", index)


def test_an_interrupted_run_keeps_what_was_committed(folder: Path, index: Index):
    build(folder, index)
    (folder / "one.txt").write_text(dump("Hội nghị trồng rừng lần hai"), "utf-8")

    def interrupt(_: Progress) -> None:
        raise KeyboardInterrupt

    report = build(folder, index, on_progress=interrupt)
    assert report.interrupted
    assert report.stopped_at
    assert len(open_index(index.location)) == 2
    assert build(folder, index).failed == ()
    assert titles(index, "trồng rừng") == {"Hội nghị trồng rừng lần hai"}


def test_what_a_damaged_archive_held_is_kept(folder: Path, index: Index):
    with zipfile.ZipFile(folder / "pages.zip", "w") as archive:
        archive.writestr("cau.txt", dump("Cây cầu mới nối hai bờ sông"))
    build(folder, index)
    assert titles(index, "cây cầu") == {"Cây cầu mới nối hai bờ sông"}
    (folder / "pages.zip").write_bytes(b"PK damaged")
    report = build(folder, index)
    assert (report.removed, len(report.failed)) == (0, 1)
    assert titles(index, "cây cầu") == {"Cây cầu mới nối hai bờ sông"}


@pytest.mark.parametrize("name", ["manifest", "learned", "duplicates"])
@pytest.mark.parametrize("content", [b"garbage", b"{}", b"\x00" * 4000, zlib.compress(b"[1]")])
def test_a_damaged_attachment_is_named(folder: Path, index: Index, name: str, content: bytes):
    build(folder, index)
    with index.engine.writer() as writer:
        writer.attach(name, content)
    index.refresh()
    with pytest.raises(IndexCorruptError, match=name):
        build(folder, index)


def test_an_index_built_at_one_go_is_one_part_and_can_be_joined_later(tmp_path):
    index = open_index(tmp_path / "index", create=True)
    for name in "abc":
        index.add([Article(id=name, title=f"Lũ về làng {name}", body="Nước lên nhanh trong đêm.")])
    parts = index.engine.view().snapshot.parts
    index.optimize()
    joined = index.engine.view().snapshot.parts
    assert (len(parts), len(joined), len(index)) == (3, 1, 3)
    assert index.search("lũ về làng").total == 3
