"""Files of arrays: what was written comes back, and damage is told."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.columnar.container import MAGIC, Sections, SectionWriter
from indexer.columnar.files import Files
from indexer.errors import IndexCorruptError


def written(path, arrays):
    with SectionWriter(path, Files(), {}) as out:
        for name, array in arrays.items():
            out.add_packed(name, array)
    return Sections(path)


@given(
    numbers=st.lists(st.integers(0, (1 << 64) - 1), max_size=300),
    kind=st.sampled_from(["u1", "u2", "u4", "u8"]),
    ascending=st.booleans(),
)
def test_packed_arrays_come_back(tmp_path_factory, numbers, kind, ascending):
    array = np.array(numbers, dtype=np.uint64).astype(kind)
    if ascending:
        array.sort()
    path = tmp_path_factory.mktemp("packed") / "a.tin"
    found = written(path, {"first": array, "second": array[:1]})
    assert found.array("first").dtype == array.dtype
    assert found.array("first").tolist() == array.tolist()
    assert found.array("second").tolist() == array[:1].tolist()


def test_places_take_a_byte_or_less_when_packed(tmp_path):
    places = np.cumsum(np.arange(10_000) % 7).astype(np.uint32)
    file = written(tmp_path / "a.tin", {"at": places})
    assert file.place_of("at")[1] < 1000
    assert file.array("at") is file.array("at")


def test_packed_arrays_are_checked(tmp_path):
    path = tmp_path / "a.tin"
    file = written(path, {"at": np.arange(1000, dtype=np.uint32) ** 2})
    start, size = file.place_of("at")
    data = bytearray(path.read_bytes())
    data[start + size // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexCorruptError, match="at"):
        Sections(path).array("at")


def test_files_of_the_format_before_are_read(tmp_path):
    path = tmp_path / "a.tin"
    with SectionWriter(path, Files(), {}) as out:
        out.add("numbers", np.arange(5, dtype=np.uint16))
    path.write_bytes(path.read_bytes().replace(MAGIC, b"timtin\x01\n"))
    assert Sections(path).array("numbers").tolist() == [0, 1, 2, 3, 4]
