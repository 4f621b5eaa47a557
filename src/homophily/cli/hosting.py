"""The command ``host``: a study with people, who answer in a browser."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import app, examples
from homophily.errors import UsageError

if TYPE_CHECKING:
    from homophily.lab.design import Design
    from homophily.lab.study import Study
    from homophily.web.host import Host

__all__ = ["host", "seated"]

_RUNS = Path("runs")


@app.command(
    epilog=examples(
        "homophily host teammates",
        "homophily host teammates --participants 89 --language ja --port 8080",
        "homophily host design.toml --behind-proxy --contact lab@example.org",
        "homophily host teammates --return-url 'https://panel.example/done?cc={code}' --code C1A2B3",
        "homophily host teammates --preview",
    )
)
def host(
    source: options.Source,
    changes: options.Set = None,
    languages: Annotated[
        str | None,
        typer.Option("--languages", "--language", metavar="CODES", help="Languages, such as en,ja."),
    ] = None,
    seed: options.Seed = None,
    participants: Annotated[
        int | None, typer.Option(min=1, help="How many are to finish; as many as there are sessions.")
    ] = None,
    address: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 for any free one.")] = 8000,
    folder: options.Folder = _RUNS,
    store: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Keep answers in this database, not in the run's folder."),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start a new run beside those there are.")] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only look at the pages: nothing is kept or counted.")
    ] = False,
    title: Annotated[
        list[str] | None,
        typer.Option(metavar="LANGUAGE=TEXT", help="What participants are told the study is called."),
    ] = None,
    consent: Annotated[
        list[str] | None,
        typer.Option(metavar="LANGUAGE=FILE", help="Text of the consent, where the study asks for none."),
    ] = None,
    contact: Annotated[str, typer.Option(help="Whom participants can turn to.")] = "",
    pid: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Link parameter with the participant id (pid, PROLIFIC_PID)."),
    ] = None,
    need_pid: Annotated[bool, typer.Option("--need-pid", help="Turn away links without one.")] = False,
    takeover: Annotated[
        bool, typer.Option("--takeover", help="Let a link with a known id go on on another device.")
    ] = False,
    code: Annotated[str, typer.Option(help="One completion code for all; else each gets an own one.")] = "",
    return_url: Annotated[
        str, typer.Option(metavar="URL", help="Where to go at the end; {code} and {pid} are filled in.")
    ] = "",
    patience: Annotated[
        float, typer.Option(min=1, help="Minutes until a place is given to another, if nobody is seen.")
    ] = 60.0,
    arrivals: Annotated[
        int, typer.Option(min=0, help="Participants that may begin from one address in a minute; 0: any.")
    ] = 120,
    requests: Annotated[
        float, typer.Option(min=0, help="Requests a second from one participant; 0: any number.")
    ] = 20.0,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A reverse proxy on this machine passes requests on.")
    ] = False,
    token_env: Annotated[
        str, typer.Option(metavar="NAME", help="Environment variable with the researcher's token.")
    ] = "",
) -> None:
    """Let people take part in a study, in their browser. The same command goes on with the same run.

    Every answer is kept before its page goes on: closing the browser, the laptop or the server loses nothing.
    """
    from homophily.lab.runs import create
    from homophily.web.listening import need

    need("serve")
    from homophily.web.dashboard import routes
    from homophily.web.host.serving import serve
    from homophily.web.host.settings import Settings
    from homophily.web.tied import stop_with_parent

    stop_with_parent()
    study, design = seated(source, options.settings(changes, languages=languages, seed=seed))
    settings = Settings(
        title=_pairs(title, "--title", "en=Working with agents"),
        consent=_texts(consent),
        contact=contact,
        participants=participants,
        patience=patience,
        pid=tuple(pid) if pid else Settings().pid,
        need_pid=need_pid,
        takeover=takeover,
        code=code,
        return_url=return_url,
        behind_proxy=behind_proxy,
        arrivals=arrivals,
        requests=requests,
        preview=preview,
    )
    with ExitStack() as stack:
        if preview:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="homophily-preview-")))
        file = source if source.endswith(".py") else None
        run = create(study, design, root=folder, store=None if preview else store, fresh=fresh, source=file)

        def ready(hosted: Host, url: str) -> None:
            _welcome(hosted, url, preview)

        states = serve(
            run,
            study,
            design,
            settings,
            host=address,
            port=port,
            token=_token(token_env),
            researcher=routes,
            ready=ready,
        )
    if not preview:
        told = ", ".join(f"{count} {state}" for state, count in sorted(states.items())) or "nobody came"
        output.say(f"stopped; all answers are kept in {run.folder} ({told}). The same command goes on.")


def seated(source: str, changes: dict[str, Any]) -> tuple[Study, Design]:
    """A study and its design, with a person in the only seat where none is seated."""
    from homophily.lab.loading import load_design

    study, design = load_design(source, changes)
    if any(settings.get("kind") == "person" for settings in design.respondents.values()):
        return study, design
    if all(len(session.seats) == 1 for session in study.sessions(design)):
        return load_design(source, {**changes, "respondents": {"person": {"kind": "person"}}})
    raise UsageError(
        f"study {study.name!r} seats no person: add one to the design's respondents, such as --set "
        "respondents.me.kind=person, and give it a seat."
    )


def _welcome(hosted: Host, url: str, preview: bool) -> None:
    if not preview:
        output.say(f"run         {hosted.run.folder}")
        output.say(f"people      {url}/" + ("?pid=ID" if hosted.settings.need_pid else ""))
    output.say(f"test run    {url}/" + ("" if preview else f"?test=1&token={hosted.tester}"))
    output.say(f"researcher  {url}/researcher/ with the token {hosted.researcher}")
    output.say("Ctrl-C stops; the same command goes on.")


def _pairs(given: list[str] | None, option: str, such: str) -> dict[str, str]:
    pairs = {}
    for each in given or []:
        language, equals, text = each.partition("=")
        if not equals or not language.strip() or not text.strip():
            raise UsageError(f"{option} {each!r}: write it as LANGUAGE=…, such as {option} '{such}'.")
        pairs[language.strip()] = text.strip()
    return pairs


def _texts(given: list[str] | None) -> dict[str, str]:
    texts = {}
    for language, file in _pairs(given, "--consent", "en=consent.txt").items():
        try:
            texts[language] = Path(file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"the consent {file!r} cannot be read: {error}.") from error
    return texts


def _token(name: str) -> str:
    if not name:
        return ""
    token = os.environ.get(name, "").strip()
    if len(token) < 16:
        raise UsageError(f"the environment variable {name!r} holds no token of 16 characters or more.")
    return token
