import io

from homophily.asks import Answer, Usage
from homophily.errors import RespondentError
from homophily.lab.events import (
    Answered,
    Event,
    RunStarted,
    SessionFailed,
    SessionFinished,
    Staffed,
    WorkerLost,
)
from homophily.lab.progress import Progress, shown

USAGE = Usage(prompt_tokens=90, completion_tokens=10, cost=0.25, requests=1)
EVENTS: list[Event] = [
    RunStarted("small-1", 10, 4),
    Answered("s", "ann", "a", Answer(value=1, usage=USAGE)),
    Answered("s", "ann", "b", Answer(missing="refusal", usage=USAGE)),
    Answered("s", "ann", "c", Answer(value=1, usage=USAGE, cached=True)),
    Answered("s", "ann", "d", Answer(value=1, usage=USAGE), recorded=True),
    SessionFinished("s"),
    SessionFailed("t", RespondentError("nobody there.")),
]


def test_a_cluster_tells_its_workers_and_their_losses() -> None:
    stream = io.StringIO()
    with shown(stream=stream, every=0.0) as observe:
        for event in (RunStarted("small-1", 10, 4), Staffed(0), Staffed(1), Staffed(2)):
            observe(event)
        observe(WorkerLost("10.0.0.7, process 12", "was not heard of for 60 s", 16))
        observe(Staffed(1))
    lines = stream.getvalue().splitlines()
    assert [line.rsplit(" · ", 1)[1] for line in lines[1:4]] == ["0 workers", "1 worker", "2 workers"]
    assert lines[4] == (
        "a worker on 10.0.0.7, process 12 was lost (was not heard of for 60 s); its 16 sessions go to others"
    )
    assert "1 worker · 1 lost" in lines[-1]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_everything_is_counted_once() -> None:
    progress = Progress()
    for event in EVENTS:
        progress(event)
    line = progress.line()
    for part in ("5/10 sessions", "3 asks", "200 tokens", "0.5000 USD", "1 cached", "1 missing", "1 failed"):
        assert part in line
    assert progress.left() is not None


def test_a_log_gets_lines_and_a_last_word() -> None:
    stream = io.StringIO()
    with shown(stream=stream, every=0.0) as observe:
        for event in EVENTS:
            observe(event)
    lines = stream.getvalue().splitlines()
    assert "session t failed: nobody there." in lines
    assert lines[-1].startswith("5/10 sessions")


def test_a_terminal_gets_a_live_display() -> None:
    stream = Terminal()
    with shown(stream=stream) as observe:
        for event in EVENTS:
            observe(event)
    assert "small-1" in stream.getvalue()
    assert "5/10 sessions" in stream.getvalue()


def test_quiet_is_silent() -> None:
    stream = Terminal()
    with shown(quiet=True, stream=stream) as observe:
        for event in EVENTS:
            observe(event)
    assert stream.getvalue() == ""
