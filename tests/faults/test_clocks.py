"""The wall clock set by hours and years, during a run and between its parts."""

from __future__ import annotations

import csv
import time
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path

from tests.faults._clock import Clock
from tests.faults._harness import Lab, Model, Rows, ended, killed, shown, told
from tests.tools.faults import Reaction, honest, http

JUMPS = ("+6h", "-5y", "+3y", "-1h", "+0d")


def test_jumps_while_a_run_is_played_change_nothing(
    lab: Lab, model: Model, tmp_path: Path, undisturbed: Rows
) -> None:
    clock = Clock(tmp_path / "clock")
    lab.environment = clock.environment
    lab.design += ["--set=respondents.model.requests_per_minute=60000", "--set=respondents.model.timeout=20"]
    runner = lab.start(*(word for word in lab.play if word != "--quiet"))
    for number, jump in enumerate(JUMPS, start=1):
        model.wait(50 * number, runner)
        clock.set(jump)
    done = ended(runner)
    assert done.code == 0, done.stderr
    assert told(lab) == undisturbed
    assert len(model.seeds) == len(undisturbed)  # no timeout ran out
    assert all(0 <= seconds < 20 for (seconds,) in told(lab, "seconds"))
    years = {datetime.fromtimestamp(at, UTC).year - datetime.now(UTC).year for (at,) in told(lab, "time")}
    assert min(years) <= -4  # the clock was really set
    assert max(years) >= 2
    shown("the clock is set by hours and years while a run is played", "", lab)


def test_jumps_between_the_parts_of_a_run_change_nothing(
    lab: Lab, model: Model, tmp_path: Path, undisturbed: Rows
) -> None:
    clock = Clock(tmp_path / "clock")
    lab.environment = clock.environment
    clock.set("+10y")
    runner = lab.start(*lab.play)
    model.wait(80, runner)
    killed(runner)
    clock.set("-10y")
    assert lab.call(*lab.play).code == 0
    assert told(lab) == undisturbed
    assert lab.call("export", lab.run, "--format", "csv", "--output", "out").code == 0
    with (lab.folder / "out/answers.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(undisturbed)
    this = datetime.now(UTC).year
    assert {abs(datetime.fromisoformat(row["time"]).year - this) for row in rows} <= {9, 10, 11}
    ordered = [(row["session"], row["seat"], row["path"]) for row in rows]
    with_places = sorted((row[0], row[3], row[1], row[2]) for row in undisturbed)
    assert ordered == [(session, seat, path) for session, _, seat, path in with_places]
    shown("the clock is set by years between the parts of a run", "", lab)


def test_a_date_to_retry_at_is_read_by_the_clock_of_the_server(
    lab: Lab, model: Model, tmp_path: Path, undisturbed: Rows
) -> None:
    """This machine is ten years behind: by its own clock it would have to wait that long."""
    clock = Clock(tmp_path / "clock")
    lab.environment = clock.environment
    clock.set("-10y")

    def later(body: dict[str, object], nth: int) -> Reaction:
        if nth or len(model.bodies) % 100 != 40:
            return honest(body)
        now = time.time()
        dates = f"Date: {formatdate(now, usegmt=True)}", f"Retry-After: {formatdate(now + 1, usegmt=True)}"
        return Reaction(http(429, "busy", *dates))

    model.react = later
    done = lab.call(*lab.play)
    assert done.code == 0, done.stderr
    assert told(lab) == undisturbed
    assert len(model.bodies) > len(undisturbed)
    shown("the clock is wrong by years, and the model's server names a date to come back", "", lab)
