"""Makes the stores of each schema that lie here, by the versions that wrote them.

    python -m tests.faults.data.make 47fc2a6~1 schema-1
    python -m tests.faults.data.make 55252ff~1 schema-2
    python -m tests.faults.data.make ffd3fa5 schema-3

Whoever raises the schema keeps a store of the one before. The commit's source is unpacked aside, its command
line plays the study `tests/faults/talk.py` against a model's server, and is stopped by SIGTERM on the way.
What machine it was is left out of ``environment.json``.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.faults._harness import ROOT, Lab, ended, modelled

PAIRS = 6


def main(commit: str, name: str) -> None:
    """Play with the code of a commit, and keep the run's folder under a name."""
    target = Path(__file__).with_name(name)
    with tempfile.TemporaryDirectory() as folder, modelled(0.02) as model:
        packed = subprocess.run(["git", "archive", commit, "src"], cwd=ROOT, check=True, capture_output=True)
        subprocess.run(["tar", "-x", "-C", folder], input=packed.stdout, check=True)
        lab = Lab(Path(folder) / "study", model.url, pairs=PAIRS)
        lab.few = ["--concurrency=2"]
        lab.environment = {"PYTHONPATH": str(Path(folder) / "src")}
        runner = lab.start(*lab.play)
        model.wait(20, runner)
        runner.send_signal(signal.SIGTERM)
        assert ended(runner).code == 130
        environment = json.loads((lab.run / "environment.json").read_text())
        environment |= {"source": "talk.py", "platform": "Linux"}
        target.mkdir(exist_ok=True)
        (target / "environment.json").write_text(json.dumps(environment, indent=2) + "\n")
        for file in ("design.json", "answers.db"):
            shutil.copyfile(lab.run / file, target / file)


if __name__ == "__main__":
    main(*sys.argv[1:])
