import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from homophily.lab import answers, create, status
from homophily.lab.signals import heard
from tests.lab.small import ASKS, ENVIRONMENT, Scripted, Small, study
from tests.lab.test_runner import played

PAIRS = 400


def stopped(root: Path, delay: float, *signals: signal.Signals) -> subprocess.CompletedProcess[str]:
    """A player that is sent signals after its twentieth answer."""
    program = [sys.executable, "-m", "tests.lab.player", str(root), str(PAIRS), str(delay)]
    player = subprocess.Popen(program, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
    log = root / "answered.tsv"
    while not log.exists() or log.read_bytes().count(b"\n") < 20:
        assert player.poll() is None, player.communicate()
        time.sleep(0.01)
    for each in signals:
        player.send_signal(each)
        time.sleep(0.2)
    _, said = player.communicate(timeout=60)
    return subprocess.CompletedProcess(program, player.returncode, "", said)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_keeps_every_answer_and_says_how_to_go_on(
    tmp_path: Path, number: signal.Signals
) -> None:
    done = stopped(tmp_path, 0.02, number)
    assert done.returncode == 130
    assert done.stderr.splitlines()[-1].startswith("stopped; all answers are kept. The same command goes on")
    assert "Traceback" not in done.stderr
    run = create(study, Small(pairs=PAIRS), root=tmp_path)
    answered = (tmp_path / "answered.tsv").read_text().splitlines()
    assert len(answers(run)) == len(answered) < PAIRS * ASKS  # those under way came home too
    rest = Scripted()
    assert played(run, Small(pairs=PAIRS), rest).complete
    assert len(rest.asked) == PAIRS * ASKS - len(answered)


def test_a_second_signal_gives_up_what_is_under_way(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "tests.lab.player", str(tmp_path), "4", "600"]
    player = subprocess.Popen(program, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
    run = create(study, Small(pairs=4), root=tmp_path)
    while asyncio.run(status(run)).begun < 4:
        assert player.poll() is None, player.communicate()
        time.sleep(0.05)
    for _ in range(2):
        player.send_signal(signal.SIGINT)
        time.sleep(0.3)
    player.communicate(timeout=25)  # the respondent would take minutes
    assert player.returncode == 130


def test_outside_the_main_thread_signals_are_left_alone() -> None:
    before = signal.getsignal(signal.SIGINT)

    async def listen() -> None:
        with heard(lambda: None):
            assert signal.getsignal(signal.SIGINT) is before

    thread = threading.Thread(target=lambda: asyncio.run(listen()))
    thread.start()
    thread.join()


def test_signals_are_given_back() -> None:
    calls: list[int] = []

    async def listen() -> None:
        with heard(lambda: calls.append(1)):
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(0.05)

    before = signal.getsignal(signal.SIGTERM)
    asyncio.run(listen())
    assert calls == [1]
    assert signal.getsignal(signal.SIGTERM) is before
