"""Plays the small study as a command line would: ``python -m tests.lab.player ROOT PAIRS DELAY``."""

import asyncio
import sys
from pathlib import Path

from homophily.errors import HomophilyError
from homophily.lab.progress import shown
from homophily.lab.runner import play
from homophily.lab.runs import create
from tests.lab.small import Scripted, Small, study


def main(root: Path, pairs: int, delay: float) -> int:
    design = Small(pairs=pairs)
    run = create(study, design, root=root)
    respondents = {"synthetic": Scripted(delay=delay, log=root / "answered.tsv")}
    try:
        with shown(every=0.05) as progress:
            asyncio.run(
                play(run, study, design, respondents=respondents, observers=[progress], concurrency=8)
            )
    except HomophilyError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
