"""The model's server: away, cut off, hung, overloaded, or talking nonsense."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.faults._harness import Lab, Model, Rows, ended, environment, seeds, shown, told, until
from tests.tools.faults import FAULTS, Reaction, honest, http
from tests.tools.postgres import _free_port

#: By the name in the page; each is what the server does from the sixth request on.
EACH: dict[str, Callable[[dict[str, Any]], Reaction]] = {
    "the model's server answers 429": FAULTS["429"],
    "it answers 429 and asks for a moment": lambda _: Reaction(http(429, "busy", "Retry-After: 0.2")),
    "it answers 429 and asks for a day": lambda _: Reaction(http(429, "come back", "Retry-After: 86400")),
    "it answers 500": FAULTS["500"],
    "it answers 503 and asks for a moment": lambda _: Reaction(http(503, "busy", "Retry-After: 0.2")),
    "it cuts the connection before a reply": FAULTS["no-bytes"],
    "it cuts the connection within a reply": FAULTS["cut-in-body"],
    "it hangs": FAULTS["slow"],
    "it sends half a JSON document": FAULTS["broken-json"],
    "it sends a web page": FAULTS["html-with-200"],
}


def test_every_fault_of_a_server_is_told_and_outlived(
    tmp_path: Path, model: Model, undisturbed: Rows
) -> None:
    """One run meets all of them, each in a command of its own."""
    model.latency = 0.0
    lab = Lab(tmp_path / "study", model.url, settings=["attempts=1", "timeout=0.5"])
    held: set[int] = set()
    for name, fault in EACH.items():
        before = len(model.bodies)
        model.react = lambda body, nth, fault=fault, first=before + 5: (
            fault(body) if len(model.bodies) >= first else honest(body)
        )
        done = lab.call(*lab.play)
        assert done.code == 4, done.stderr
        shown(name, done.line, lab)
        assert seeds(lab) >= held
        assert not held & set(model.seeds[before:])
        held = seeds(lab)
    assert len(held) >= 5 * len(EACH) - 10
    model.react = lambda body, nth: honest(body)
    done = lab.call(*lab.play)
    assert done.code == 0, done.stderr
    assert told(lab) == undisturbed


@contextmanager
def served(port: int) -> Iterator[subprocess.Popen[str]]:
    """A model's server in a process of its own."""
    command = [sys.executable, "-m", "tests.tools.chat_server", "--port", str(port), "--latency", "0.02"]
    server = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        assert server.stdout.readline().startswith("http")
        yield server
    finally:
        server.kill()
        server.communicate()


def test_a_server_that_disappears_and_comes_back_is_waited_for(tmp_path: Path, undisturbed: Rows) -> None:
    port = _free_port()
    lab = Lab(tmp_path / "study", f"http://127.0.0.1:{port}/v1")
    with served(port):
        runner = lab.start(*lab.play)
        until(lambda: len(told(lab)) >= 40, runner)
    time.sleep(1)
    with served(port):
        done = ended(runner)
        assert done.code == 0, done.stderr
    assert told(lab) == undisturbed
    shown("the model's server disappears and comes back", "", lab)


@contextmanager
def listening(greet: Callable[[socket.socket], object]) -> Iterator[int]:
    """The port of a server that does one thing with whoever connects."""
    taken = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = taken.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                connection.settimeout(2)
                connection.recv(1, socket.MSG_PEEK)
                greet(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield int(taken.getsockname()[1])
    finally:
        taken.shutdown(socket.SHUT_RDWR)
        taken.close()
        thread.join()


def test_a_server_that_is_not_there_when_a_run_begins(tmp_path: Path) -> None:
    lab = Lab(tmp_path / "study", f"http://127.0.0.1:{_free_port()}/v1")
    done = lab.call(*lab.play)
    assert done.code == 4
    shown("the model's server is not there", done.line, lab)


def test_a_url_that_speaks_no_tls(tmp_path: Path) -> None:
    with listening(lambda connection: connection.sendall(http(400, "this is http"))) as port:
        lab = Lab(tmp_path / "study", f"https://127.0.0.1:{port}/v1")
        done = lab.call(*lab.play)
    assert done.code == 4
    shown("https is asked of a server that speaks http", done.line, lab)


def test_a_certificate_that_nobody_signed(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: a certificate that nobody signed is NOT tried")
    key, certificate = tmp_path / "key", tmp_path / "certificate"
    subject = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
    making = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *subject]
    subprocess.run([*making, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    with listening(lambda connection: context.wrap_socket(connection, server_side=True).close()) as port:
        lab = Lab(tmp_path / "study", f"https://127.0.0.1:{port}/v1")
        done = lab.call(*lab.play)
        lab.environment["SSL_CERT_FILE"] = str(certificate)
        trusting = lab.call(*lab.play)
    assert done.code == trusting.code == 4
    assert "CERTIFICATE" not in trusting.line  # it came as far as to be told nothing
    shown("the server's certificate is signed by nobody", done.line, lab)
