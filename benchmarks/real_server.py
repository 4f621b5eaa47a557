"""A dyad study through a chat server not written here: Hugging Face's `transformers serve`.

    make real-server

    python -m benchmarks.real_server [--python PYTHON] [--pairs 1]

PYTHON is an interpreter with `transformers[serving]` and torch. It makes a tiny model on the spot
(`benchmarks/tiny_model.py`) and serves it; the study is played against it in both languages, and the books
are compared with the server's own log: every request it answered must be counted once, and every ask must end
in a value or in a reason for none.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from homophily import wire
from homophily.errors import RespondentError
from homophily.lab import runs, tidy
from homophily.lab.loading import load_design
from homophily.lab.runner import play

DESIGN = """
study = "dyads"
languages = ["en", "ja"]
agents = 6
pairs.n = {pairs}
dialogue.topics = ["weekend"]
dialogue.utterances = 4
ratings.temperature = 1.0

[respondents.tiny]
kind = "chat"
model = "{model}"
url = "{url}"
concurrency = 4
price = {{ input = 1.0, output = 2.0 }}
"""


def serve(python: str, model: Path, log: Path, port: int) -> subprocess.Popen[bytes]:
    """The server, answering."""
    command = [python, "-m", "transformers.cli.transformers", "serve", str(model), "--device", "cpu"]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(model.parent / "hub")}
    (model.parent / "hub" / "hub").mkdir(parents=True)
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, "--port", str(port)], stdout=out, stderr=subprocess.STDOUT, env=environment
        )
    return server


async def ready(url: str, model: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the model answers, and show what it can do."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and server.poll() is None:
        try:
            print(await wire.probe(url, model))
            return
        except RespondentError:
            await asyncio.sleep(1)
    raise SystemExit(f"the server did not come up; its log ends:\n{log.read_text(errors='replace')[-2000:]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--python", default=".venv-serve/bin/python")
    parser.add_argument("--pairs", type=int, default=1)
    given = parser.parse_args()
    found = subprocess.run([given.python, "-c", "import torch, transformers, fastapi"], check=False)
    if found.returncode:
        raise SystemExit(f"{given.python} has no torch and transformers[serving]: see `make real-server`.")
    with tempfile.TemporaryDirectory() as scratch, socket.socket() as free:
        folder = Path(scratch)
        model, log = folder / "tiny", folder / "server.log"
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        subprocess.run([given.python, "-m", "benchmarks.tiny_model", str(model)], check=True)
        server = serve(given.python, model, log, port)
        try:
            url = f"http://localhost:{port}/v1"
            asyncio.run(ready(url, str(model), server, log))
            before = answered(log)
            study(folder, url, model, given.pairs, log, before)
        finally:
            server.terminate()
            server.wait()


def study(folder: Path, url: str, model: Path, pairs: int, log: Path, before: int) -> None:
    """Play the study, print what came of it, and compare the books."""
    design_file = folder / "design.toml"
    design_file.write_text(DESIGN.format(url=url, model=model, pairs=pairs), encoding="utf-8")
    kind, design = load_design(design_file)
    run = runs.create(kind, design, root=folder / "runs")
    began = time.perf_counter()
    status = asyncio.run(play(run, kind, design, concurrency=8))
    seconds = time.perf_counter() - began
    answers = tidy.answers(run)
    print(f"{status.finished} sessions finished; {len(answers)} asks in {seconds:.0f} s")
    print(answers.groupby(["language", "kind", answers["missing"].fillna("a value")]).size().to_string())
    print(answers[["prompt_tokens", "completion_tokens", "cost", "requests"]].sum().to_string())
    served = answered(log) - before
    if served != answers["requests"].sum():
        raise SystemExit(
            f"the server answered {served} requests, the run counted {answers['requests'].sum()}"
        )
    if (answers["value"].isna() != answers["missing"].notna()).any():
        raise SystemExit("an ask ended in neither a value nor a reason, or in both")
    print(f"the books agree: {served} requests answered by the server, {served} counted by the run")


def answered(log: Path) -> int:
    """Chat completions in the server's log."""
    return log.read_text(errors="replace").count('POST /v1/chat/completions HTTP/1.1" 200')


if __name__ == "__main__":
    sys.exit(main())
