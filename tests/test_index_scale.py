"""What a small commit to a large index leaves to a later one is not lost."""

from indexer import Article, open_index
from indexer.index import COMPLETIONS
from indexer.suggest import Suggester


def titled(start, count, phrase):
    return [
        Article(id=f"{phrase}-{n}", title=f"{phrase} {n}", body=f"tin số {n} của {phrase}")
        for n in range(start, start + count)
    ]


def titles_read(index):
    return index.attached(COMPLETIONS, Suggester.from_bytes, Suggester.empty).titles


def test_titles_are_read_when_there_are_enough_new_ones(tmp_path):
    index = open_index(tmp_path / "index", create=True)
    index.add(titled(0, 100, "đại hội đảng bộ"))
    assert titles_read(index) == 100
    index.add(titled(0, 3, "mưa lũ miền trung"))
    assert titles_read(index) == 100
    assert index.suggest("mua lu")[0].count == 3  # texts are read at once
    index.add(titled(3, 3, "mưa lũ miền trung"))
    assert titles_read(index) == 106
    assert index.suggest("mua lu")[0].text == "mưa lũ miền trung"
    assert index.suggest("mua lu")[0].count == 6


def test_near_copies_are_found_across_commits_however_they_are_kept(tmp_path):
    def story(number):
        words = " ".join(f"chuyện{number}x{i} kể" for i in range(40))
        return Article(id=f"s{number}", title="Tin", body=words)

    index = open_index(tmp_path / "index", create=True)
    index.add(map(story, range(80)))
    for number in range(5):
        copy = story(number)
        index.add([Article(id=f"c{number}", title="Tin khác", body=copy.body)])
    index.remove(["s1"])
    index.add([Article(id="d1", title="Lại tin", body=story(1).body)])
    for number in (0, 2, 3, 4):
        assert [hit.article.id for hit in index.duplicates(f"c{number}")] == [f"s{number}"]
    assert [hit.article.id for hit in index.duplicates("c1")] == ["d1"]
    assert index.grouper().duplicate_count == 5
