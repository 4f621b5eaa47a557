"""A disk that fills up under the store and under everything that is written of a run."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults._disk import disk
from tests.faults._harness import Lab, Model, Rows, ended, modelled, seeds, shown, told


def test_a_run_on_a_full_disk_goes_on_once_there_is_room(model: Model, undisturbed: Rows) -> None:
    with disk("330k") as small:
        lab = Lab(small.folder / "study", model.url)
        done = lab.call(*lab.play)
        assert done.code == 3, done.stderr
        shown("the disk of the store is full", done.line, lab)
        held = seeds(lab)
        assert held
        before = len(model.seeds)
        small.grow("16m")
        done = lab.call(*lab.play)
        assert done.code == 0, done.stderr
        assert not held & set(model.seeds[before:])
        assert told(lab) == undisturbed


def test_a_disk_that_fills_up_in_mid_run(model: Model, undisturbed: Rows) -> None:
    with disk("8m") as small:
        lab = Lab(small.folder / "study", model.url)
        runner = lab.start(*lab.play)
        model.wait(60, runner)
        small.fill()
        done = ended(runner)
        assert done.code == 3, done.stderr
        shown("the disk of the store is full", done.line, lab)
        status = lab.call("status")
        assert status.code == 0, status.stderr
        small.free()
        assert lab.call(*lab.play).code == 0
        assert told(lab) == undisturbed


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A run that is finished."""
    with modelled() as server:
        lab = Lab(tmp_path_factory.mktemp("played"), server.url, pairs=10)
        assert lab.call(*lab.play).code == 0
        yield lab


def files(folder: Path) -> dict[str, bytes]:
    """All there is in a folder."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != "filler"
    }


OUTPUTS = {
    "a report on a full disk": ("report", "RUN", "--output", "OUT/report.html"),
    "an export on a full disk": ("export", "RUN", "--output", "OUT"),
    "an archive on a full disk": ("archive", "RUN", "--output", "OUT/talk.zip"),
    "a plan on a full disk": ("plan", "talk.py", "--set=pairs=40", "--output", "OUT/plan.json"),
}


@pytest.mark.parametrize(
    ("name", "room"), [*zip(OUTPUTS, (12, 20, 8, 0), strict=True), ("an archive on a full disk", 200)]
)
def test_nothing_half_written_is_left(played: Lab, name: str, room: int) -> None:
    """With so many kilobytes of room: for a part of the file, or of what goes into it."""
    with disk("4m") as small:
        kept = small.folder / "out"
        kept.mkdir()
        target = kept / Path(OUTPUTS[name][-1]).name
        if target.suffix and target.suffix != ".json":
            target.write_bytes(b"an older one")
        (small.folder / "spare").write_bytes(bytes(room * 1024))
        small.fill()
        (small.folder / "spare").unlink()
        before = files(kept)
        command = [word.replace("RUN", str(played.run)).replace("OUT", str(kept)) for word in OUTPUTS[name]]
        done = played.call(*command)
        assert done.code == 2, done.stderr
        shown(name, done.line.replace(str(kept), "/study/out"), played)
        assert files(kept) == before
        assert [path.name for path in kept.iterdir()] == list(before)
        if room == 200:
            small.free()
            done = played.call(*command)
            assert done.code == 0, done.stderr
            assert zipfile.is_zipfile(kept / "talk.zip")
