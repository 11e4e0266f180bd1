import json

import pytest

from indexer.columnar.writer import IndexWriter, create_index
from indexer.engines import language
from indexer.engines.language import LANGUAGE, STATE, update_language
from indexer.models import Article


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(language, "_SMALL", 10)
    create_index(tmp_path)
    return tmp_path


def add(folder, start, count):
    """Commit some articles; what the model has read, what waits, whether it was made anew."""
    with IndexWriter(folder) as writer:
        old = writer.attachment(LANGUAGE)
        for i in range(start, start + count):
            writer.add(Article(id=str(i), title=f"Tin số {i}", body="đại hội ở Hà Nội"))
        writer.flush()
        update_language(writer)
        writer.commit()
        state = json.loads(writer.attachment(STATE))
        return state["read"], state["waiting"], writer.attachment(LANGUAGE) != old


def test_the_first_commit_is_read(folder):
    assert add(folder, 0, 40) == (40, 0, True)


def test_a_small_commit_waits_and_a_large_one_does_not(folder):
    add(folder, 0, 40)
    assert add(folder, 40, 2) == (40, 2, False)
    assert add(folder, 42, 15) == (55, 2, True)


def test_when_much_waits_everything_is_read_again(folder):
    add(folder, 0, 40)
    for i in range(10):
        assert add(folder, 40 + 2 * i, 2) == (40, 2 * i + 2, False)
    assert add(folder, 60, 2) == (62, 0, True)


def test_a_small_index_is_always_read(folder):
    assert add(folder, 0, 2) == (2, 0, True)
    assert add(folder, 2, 1) == (3, 0, True)
