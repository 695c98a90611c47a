import os
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platc_compiler.seal import files, store
from platc_compiler.seal.errors import SealError


def test_a_file_is_replaced_in_one_step_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "sealed-secrets.yaml"
    assert files.write(path, "a\n")
    assert files.write(path, "b\n")
    assert path.read_bytes() == b"b\n"
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [path]


def test_what_fails_halfway_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Path, __: int) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "sealed-secrets.yaml"
    files.write(path, "a\n")
    monkeypatch.setattr(Path, "chmod", full)
    with pytest.raises(SealError, match="No space left"):
        files.write(path, "b\n")
    assert path.read_text() == "a\n"
    assert list(tmp_path.iterdir()) == [path]


def test_an_unchanged_file_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "sealed-secrets.yaml"
    files.write(path, "a\n")
    os.utime(path, (1, 1))
    assert not files.write(path, "a\n")
    assert path.stat().st_mtime == 1


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(SealError, match=r"cannot write .*: No such file"):
        files.write(tmp_path / "no" / "x.yaml", "a")


def test_a_sealed_file_that_does_not_exist_yet_is_none(tmp_path: Path) -> None:
    assert files.read_sealed(tmp_path / "x.yaml") is None
    (tmp_path / "x.yaml").write_bytes(b"\xef\xbb\xbfa\r\n")
    assert files.read_sealed(tmp_path / "x.yaml") == "a\r\n"


def test_a_folder_or_nothing_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SealError, match=r"cannot read .*: Is a directory"):
        files.read_sealed(tmp_path)
    with pytest.raises(SealError, match=r"cannot read .*: No such file"):
        files.read_certificate(tmp_path / "cert.pem")


def test_too_long_a_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_BYTES", 3)
    (tmp_path / "x").write_bytes(b"1234")
    with pytest.raises(SealError, match="is longer than 3 bytes"):
        files.read_sealed(tmp_path / "x")


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o640, False), (0o644, True)])
def test_values_that_everybody_can_read_are_warned_of(
    tmp_path: Path, mode: int, *, warned: bool
) -> None:
    path = tmp_path / "values.yaml"
    path.write_text("db: {user: etl}")
    path.chmod(mode)
    values, warning = files.read_values(path)
    assert values["db"]["user"].reveal() == b"etl"
    assert (warning is not None) is warned


def test_values_that_are_not_utf_8_are_refused_without_being_shown(tmp_path: Path) -> None:
    path = tmp_path / "values.yaml"
    path.write_bytes(b"db: {user: hunter2\xff}")
    with pytest.raises(SealError, match="not UTF-8") as caught:
        files.read_values(path)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None


@given(raw=st.binary() | st.text().map(str.encode))
def test_decoding_agrees_with_python(raw: bytes) -> None:
    try:
        expected = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        with pytest.raises(SealError, match="x is not UTF-8"):
            files.decode(raw, "x")
    else:
        assert files.decode(raw, "x") == expected
