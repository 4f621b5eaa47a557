"""Comparing two large checkpoints as a stream, beside reading them alone and beside loading them.

    python -m benchmarks.lineage_stream                      two bfloat16 models of 7B's shape, 2 × 13.5 GB
    python -m benchmarks.lineage_stream --scale 0.1          a tenth of the layers, while the machine is busy
    python -m benchmarks.lineage_stream --out benchmarks/results/lineage_stream.md

The pair is written into a folder of its own and deleted afterwards, also on Ctrl-C. Every way runs in a
process of its own, so that its peak memory is its own; before each the pages of both files are dropped from
memory, so that all read from disk alike (``--warm`` leaves them). ``safe_open`` and the whole-model load
compute the cosine alone, at a size they can hold (``--beside``).
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks._large_pair import BLOCK, LAYERS, shapes, write_pair


def files_of(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Shards of a and b side by side."""
    for path in sorted((folder / "a").glob("*.safetensors")):
        yield path, folder / "b" / path.name


def read_alone(folder: Path) -> float:
    """Both models read by two threads into buffers of 8 MB, and nothing else."""

    def run(path: Path) -> None:
        buffer = bytearray(BLOCK)
        with path.open("rb", buffering=0) as file:
            while file.readinto(buffer):
                pass

    for side in ("a", "b"):
        threads = [
            threading.Thread(target=run, args=(p,)) for p in sorted((folder / side).glob("*.safetensors"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return float("nan")


def ours(folder: Path) -> float:
    """Every measure, as ``homophily lineage compare``."""
    from homophily.lineage.checkpoints import open_checkpoint
    from homophily.lineage.similarity import compare

    with open_checkpoint(folder / "a") as a, open_checkpoint(folder / "b") as b:
        return compare(a, b).cosine


def safe_open(folder: Path) -> float:
    """The cosine by ``safe_open`` and torch, tensor by tensor."""
    import torch
    from safetensors import safe_open as opened

    sums = torch.zeros(3, dtype=torch.float64)
    for one, other in files_of(folder):
        with opened(one, "pt") as a, opened(other, "pt") as b:
            for name in a.keys():  # noqa: SIM118 - no mapping
                sums += _sums(a.get_tensor(name), b.get_tensor(name))
    return float(sums[2] / (sums[0] * sums[1]).sqrt())


def whole_load(folder: Path) -> float:
    """The cosine with both models loaded whole."""
    import torch
    from safetensors.torch import load_file

    models: list[dict[str, Any]] = [{}, {}]
    for pair in files_of(folder):
        for model, path in zip(models, pair, strict=True):
            model.update(load_file(path))
    sums = torch.zeros(3, dtype=torch.float64)
    for name, tensor in models[0].items():
        sums += _sums(tensor, models[1][name])
    return float(sums[2] / (sums[0] * sums[1]).sqrt())


def _sums(a: Any, b: Any) -> Any:
    import torch

    if a.ndim != 2:
        return torch.zeros(3, dtype=torch.float64)
    x, y = a.float().reshape(-1), b.float().reshape(-1)
    return torch.stack([x.dot(x), y.dot(y), x.dot(y)]).double()


WAYS = {
    "read": ("reading alone", read_alone),
    "ours": ("homophily, every measure", ours),
    "safe_open": ("safe_open and torch, cosine alone", safe_open),
    "whole": ("whole models by torch, cosine alone", whole_load),
}


def drop(folder: Path) -> None:
    """Drop the files' pages from the system's memory."""
    for pair in files_of(folder):
        for path in pair:
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)


def child(way: str, folder: Path) -> None:
    """One way, timed: printed as JSON."""
    began, cpu = time.perf_counter(), time.process_time()
    cosine = WAYS[way][1](folder)
    told = {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu,
        "peak": peak(),
        "cosine": cosine,
    }
    print(json.dumps(told))


def peak() -> float:
    """This process's own peak of memory in MB, without that of the process it was forked from."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return float("nan")


def measured(way: str, folder: Path, *, warm: bool) -> dict[str, float]:
    if not warm:
        drop(folder)
    command = [sys.executable, "-m", "benchmarks.lineage_stream", "--child", way, "--folder", str(folder)]
    # One thread a call: ours runs two threads of its own, and torch is left to choose.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    if way == "ours":
        environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    else:
        environment.pop("OMP_NUM_THREADS", None)
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise SystemExit(f"{way} failed: {done.stderr[-400:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def table(folder: Path, ways: list[str], repeats: int, *, warm: bool) -> list[str]:
    """A Markdown table of one pair, the ways taking turns; medians."""
    size = sum(path.stat().st_size for pair in files_of(folder) for path in pair)
    rounds = [{way: measured(way, folder, warm=warm) for way in ways} for _ in range(repeats)]
    lines = [
        f"2 × {size / 2e9:.1f} GB of bfloat16, {repeats} {'round' if repeats == 1 else 'rounds'}:",
        "",
        "| way | seconds | GB/s | of reading alone (range) | CPU s | peak memory, MB | cosine |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for way in ways:
        runs = [each[way] for each in rounds]
        seconds = float(np.median([run["seconds"] for run in runs]))
        ratios = [each["read"]["seconds"] / each[way]["seconds"] for each in rounds]
        spread = f" ({min(ratios):.2f}–{max(ratios):.2f})" if repeats > 1 else ""
        cosine = f"{runs[0]['cosine']:.7f}" if runs[0]["cosine"] == runs[0]["cosine"] else "–"
        cells = (
            WAYS[way][0],
            f"{seconds:.1f}",
            f"{size / 1e9 / seconds:.2f}",
            f"{np.median(ratios):.2f}{spread}",
            f"{np.median([run['cpu'] for run in runs]):.1f}",
            f"{max(run['peak'] for run in runs):,.0f}",
            cosine,
        )
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, ""]


def about() -> str:
    versions = ", ".join(
        f"{name} {importlib.metadata.version(name)}" for name in ("numpy", "torch", "safetensors")
    )
    load = os.getloadavg()[0]
    return (
        f"Python {platform.python_version()}, {versions}; {os.cpu_count()} cores; load of the machine "
        f"at the start {load:.1f}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scale", type=float, default=1.0, help="share of 7B's 32 layers")
    parser.add_argument(
        "--beside", type=float, default=0.1, help="share for all ways side by side; 0 for none"
    )
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--warm", action="store_true", help="leave the files in the system's memory")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()), help="room for the pair")
    parser.add_argument("--out", type=Path, help="keep the table in this file")
    parser.add_argument("--child", choices=WAYS, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.child:
        child(told.child, told.folder)
        return
    # A kill ends as Ctrl-C does: with the pair deleted.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    command = " ".join(["python -m benchmarks.lineage_stream", *sys.argv[1:]])
    lines = [
        "# Two checkpoints as a stream",
        "",
        f"`{command}`. {about()}",
        "",
    ]
    sizes = [(told.scale, ["read", "ours"])] + ([(told.beside, list(WAYS))] if told.beside else [])
    for share, ways in sizes:
        layers = max(1, round(LAYERS * share))
        need = 4 * sum(int(np.prod(shape)) for shape in shapes(layers).values())
        if shutil.disk_usage(told.folder).free < need + (2 << 30):
            raise SystemExit(
                f"{told.folder}: {need / 1e9:.0f} GB and some room are needed; --scale takes less."
            )
        folder = Path(tempfile.mkdtemp(prefix="lineage-stream-", dir=told.folder))
        try:
            print(f"writing 2 × {need / 2e9:.1f} GB into {folder}", file=sys.stderr)
            write_pair(folder, layers)
            found = table(folder, ways, told.repeats, warm=told.warm)
            print("\n".join(found))
            lines += found
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    if told.out:
        told.out.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
