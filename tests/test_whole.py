"""Files that are written whole or not at all."""

import errno
from pathlib import Path

import pytest

from homophily.errors import UsageError
from homophily.whole import unwritable, whole, write_whole


def test_a_file_is_written_with_its_folder(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "deep/er/a.txt", "愛\n")
    assert path.read_text(encoding="utf-8") == "愛\n"
    assert path.stat().st_mode & 0o777 == 0o644
    assert [each.name for each in path.parent.iterdir()] == ["a.txt"]


def test_a_secret_is_its_owner_s_alone(tmp_path: Path) -> None:
    assert write_whole(tmp_path / "key", b"x", mode=0o600).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("fault", [KeyError("a fault of ours"), OSError(errno.EIO, "the disk")])
def test_a_fault_on_the_way_leaves_the_older_file(tmp_path: Path, fault: Exception) -> None:
    path = write_whole(tmp_path / "a.svg", "older")

    def half() -> None:
        with whole(path) as part:
            assert part.suffix == ".svg"
            part.write_text("half")
            raise fault

    with pytest.raises(UsageError if isinstance(fault, OSError) else KeyError):
        half()
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("a.svg", "older")]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "x"), "(No space left on device): free some space there"),
        (OSError("IO Error: … No space left on device, errno 28"), "(No space left on device): free some"),
        (OSError("(sqlite3.OperationalError) database or disk is full"), "(No space left on device): free"),
        (OSError(errno.EROFS, "Read-only file system"), "(Read-only file system): check who may write there"),
        (OSError(errno.ENOTDIR, "Not a directory"), "(Not a directory): choose another place"),
    ],
)
def test_what_cannot_be_written_says_what_to_do(error: OSError, words: str) -> None:
    said = str(unwritable("out/report.html", error, "the report"))
    assert said.startswith(f"the report 'out/report.html' cannot be written {words}")
    assert "\n" not in said
