"""The record of what was indexed from where."""

from indexer.manifest import Entry, Manifest


def test_an_article_is_released_when_its_last_source_goes():
    manifest = Manifest()
    manifest.set("/r", "a.html", Entry("1", "url"))
    manifest.set("/r", "copy.html", Entry("1", "url"))
    assert manifest.drop("/r", "a.html") == ""
    assert manifest.drop("/r", "copy.html") == "url"


def test_a_document_that_becomes_another_article_releases_the_old_one():
    manifest = Manifest()
    manifest.set("/r", "a.html", Entry("1", "old"))
    assert manifest.set("/r", "a.html", Entry("2", "new")) == "old"
    assert manifest.set("/r", "a.html", Entry("3", "new")) == ""


def test_roots_are_kept_apart():
    manifest = Manifest()
    manifest.set("/r", "a.html", Entry("1", "x"))
    assert manifest.get("/s", "a.html") is None
    assert list(manifest.sources("/s")) == []


def test_it_survives_being_stored():
    manifest = Manifest()
    manifest.set("/r", "a.html", Entry("1", "x"))
    manifest.set("/r", "home.html", Entry("2", "", "a home page"))
    again = Manifest.from_bytes(manifest.to_bytes())
    assert again.get("/r", "home.html") == Entry("2", "", "a home page")
    assert again.drop("/r", "a.html") == "x"
