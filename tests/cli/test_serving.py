"""The command ``serve``, as a shell runs it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import openai
import pytest

from tests.cli.conftest import environment
from tests.inference.models import checkpoint


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("models") / "tiny")


def test_it_serves_until_it_is_stopped_and_says_what_it_did(folder):
    command = [sys.executable, "-m", "homophily", "serve", str(folder), "--port", "0", "--filter", "0.3"]
    server = subprocess.Popen(
        [*command, "--api-key-env", "SERVER_KEY"],
        stderr=subprocess.PIPE,
        text=True,
        env=environment(SERVER_KEY="open sesame"),
    )
    try:
        line = server.stderr.readline()
        url = re.search(r"tiny answers at (http://127\.0\.0\.1:\d+/v1)", line).group(1)
        with openai.OpenAI(base_url=url, api_key="open sesame") as client:
            asked = [{"role": "user", "content": "Hello?"}]
            said = client.chat.completions.create(model="tiny", messages=asked, max_tokens=5)
            assert said.usage.completion_tokens <= 5
        server.send_signal(signal.SIGINT)
        _, rest = server.communicate(timeout=60)
    finally:
        server.kill()
    assert server.returncode == 0
    assert rest.startswith("1 requests: ")
    assert "Traceback" not in rest


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "'nowhere' is no checkpoint"),
        (["{folder}", "--filter", "lots"], "--filter 'lots'"),
        (["{folder}", "--filter", "ratio=2"], "ratio must be in"),
        (["{folder}", "--dtype", "int3"], "dtype must be one of"),
        (["{folder}", "--api-key-env", "NO_SUCH_KEY"], "NO_SUCH_KEY"),
        (["{folder}", "--host", "203.0.113.1"], "cannot listen on 203.0.113.1:8000"),
    ],
)
def test_a_wrong_word_is_one_line(call, folder, arguments, said):
    done = call("serve", *(each.format(folder=folder) for each in arguments))
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.splitlines()[-1].startswith("error: ")
