"""The command ``serve``: a checkpoint behind the OpenAI-compatible chat API."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from typing import Annotated

import typer

from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import app, examples
from homophily.errors import UsageError

__all__ = ["serve"]


@app.command(
    epilog=examples(
        "homophily serve ./my-checkpoint",
        "homophily serve ./my-checkpoint --filter 0.5 --port 8080",
        "homophily serve ./my-checkpoint --host 0.0.0.0 --api-key-env SERVER_KEY",
    )
)
def serve(
    model: Annotated[
        str,
        typer.Argument(
            metavar="[MODEL]",
            help="A checkpoint's folder; the reference model that is shipped if left out.",
            show_default=False,
        ),
    ] = "",
    filter: Annotated[
        str, typer.Option(help="Token Filtering: a ratio, or settings such as ratio=0.5,rule=mean.")
    ] = "",
    name: Annotated[str, typer.Option(help="The model's name for clients; the folder's by default.")] = "",
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 for any free one.")] = 8000,
    api_key_env: Annotated[
        str, typer.Option(help="Environment variable with the key that clients must send.", metavar="NAME")
    ] = "",
    dtype: Annotated[str, typer.Option(help="auto, float64, float32, bfloat16 or float16.")] = "auto",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1, …")] = "auto",
    batch: Annotated[int, typer.Option(min=1, help="Texts written at the same time at most.")] = 64,
    memory: Annotated[
        int, typer.Option(min=1, help="MiB for keys and values of texts being written.")
    ] = 4096,
    prefixes: Annotated[int, typer.Option(min=0, help="MiB for beginnings kept to be shared.")] = 1024,
    waiting: Annotated[
        int, typer.Option(min=0, help="Requests that may wait before others get a 429; 0 for any number.")
    ] = 1024,
    grace: Annotated[int, typer.Option(min=0, help="Seconds for requests under way at the end.")] = 30,
    log: Annotated[bool, typer.Option("--log", help="Log every request on stderr.")] = False,
) -> None:
    """Serve a model to any client of the OpenAI chat API, with Token Filtering if wished."""
    from homophily.inference import EngineSettings
    from homophily.inference.settings import need_torch
    from homophily.web.serving import serve as run

    need_torch()
    folder = model or _reference()
    key = _key(api_key_env)
    if not key and not _loopback(host):
        output.say(f"note: anybody who reaches {host} may use this server; --api-key-env asks for a key.")
    settings = EngineSettings(
        model=folder,
        dtype=dtype,  # type: ignore[arg-type]  # checked by the settings themselves
        device=device,
        filter=EngineSettings.pairs(_filter(filter)),
        batch=batch,
        memory=memory,
        prefixes=prefixes,
        waiting=waiting,
    )
    shown = name or Path(folder).expanduser().resolve().name

    def ready(url: str) -> None:
        output.say(f"{shown} answers at {url} (Ctrl-C stops it)")

    totals = run(
        settings, name=shown, host=host, port=port, key=key, grace=grace, access_log=log, ready=ready
    )
    output.say(str(totals))


def _filter(text: str) -> float | dict[str, object] | None:
    if not text:
        return None
    if "=" in text:
        return options.settings(text.split(","))
    try:
        return float(text)
    except ValueError:
        raise UsageError(
            f"--filter {text!r}: give a ratio such as 0.5, or settings such as ratio=0.5,rule=mean."
        ) from None


def _key(name: str) -> str:
    if not name:
        return ""
    key = os.environ.get(name, "").strip()
    if not key:
        raise UsageError(f"the environment variable {name!r} holds no key: set it first (export {name}=…).")
    return key


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _reference() -> str:
    try:
        from homophily.filtering.reference import FOLDER
    except ModuleNotFoundError:
        raise UsageError("serve needs MODEL, the folder of a checkpoint.") from None
    return str(FOLDER)
