"""The file of a backup: what goes in comes out, in pieces of any size; what is touched does not open."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvis.web.operations.backup import container
from openvis.web.operations.backup.container import DamagedError, KeyFileError, Reader, Writer

KEY = bytes(range(32))


def written(parts: dict[str, list[bytes]], key: bytes = KEY) -> bytes:
    file = io.BytesIO()
    writer = Writer(file, key)
    for name, pieces in parts.items():
        with writer.part(name) as sink:
            for piece in pieces:
                sink(piece)
    writer.close()
    return file.getvalue()


def read(data: bytes, key: bytes = KEY) -> dict[str, bytes]:
    return {name: b"".join(pieces) for name, pieces in Reader(io.BytesIO(data), key).parts()}


@given(st.dictionaries(st.text(min_size=1, max_size=20), st.lists(st.binary(max_size=50), max_size=4), max_size=4))
def test_what_goes_in_comes_out(parts):
    assert read(written(parts)) == {name: b"".join(pieces) for name, pieces in parts.items()}


def test_large_parts_go_in_pieces():
    data = bytes(range(256)) * 12_000
    file = written({"a": [data[:100], data[100:]], "b": [b""]})
    assert len(data) > 2 * container.FRAME
    pieces = [len(piece) for _, found in Reader(io.BytesIO(file), KEY).parts() for piece in found]
    assert max(pieces) == container.FRAME
    assert read(file) == {"a": data, "b": b""}


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_any_changed_byte_is_found(place, change):
    data = bytearray(written({"a": [b"x" * 300], "b": [b"y" * 300]}))
    data[place % len(data)] ^= change
    with pytest.raises((DamagedError, KeyFileError)):
        read(bytes(data))


@given(st.integers(min_value=0))
def test_a_file_that_stops_anywhere_is_found(place):
    data = written({"a": [b"x" * 300], "b": [b"y" * 300]})
    with pytest.raises((DamagedError, KeyFileError)):
        read(data[: place % len(data)])


def test_parts_cannot_be_moved_between_files_of_one_key():
    one, other = written({"a": [b"1" * 100]}), written({"a": [b"2" * 100]})
    head = len(container.MAGIC) + 24
    with pytest.raises(DamagedError):
        read(one[:head] + other[head:])


def test_the_same_never_looks_the_same():
    assert written({"a": [b"x"]}) != written({"a": [b"x"]})


def test_keys(tmp_path):
    container.make_key(tmp_path / "key")
    assert len(container.read_key(tmp_path / "key")) == 32
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0
    with pytest.raises(KeyFileError, match="never replaced"):
        container.make_key(tmp_path / "key")
    (tmp_path / "short").write_text("c2hvcnQ=")
    for name, said in (("short", "expected 32"), ("absent", "cannot be read")):
        with pytest.raises(KeyFileError, match=said):
            container.read_key(tmp_path / name)
    with pytest.raises(KeyFileError, match="not the one"):
        read(written({"a": [b"x"]}), bytes(32))
