"""How good is the lexicon judge? Measured on messages labelled by hand, beside baselines.

python -m benchmarks.judge_quality > benchmarks/results/judge_quality.md

The messages and their labels were written by the authors of the lexicon, so that all figures are upper
bounds. Three sets differ in how. *model style*: arguments in the register of language models, written and
labelled after the lexicon was finished, which was not changed since: the test. *reworded*: as late, each
value voiced by what happened and not by its usual words: the hard case. *seen*: short arguments and others in
the register of models, whose faults were read while the lexicon was made: how far it fits, and no test. A
fourth source are the sentences by which the synthetic panel voices values, one value each, written by others
who did not know the lexicon. The lexicon's authors had seen which of them it missed before they widened it
once more; they did so from the set *seen*.
"""

from __future__ import annotations

import asyncio
import json
import platform
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from homophily.analysis._estimators.setwise import grouped_jaccard, jaccard, members
from homophily.asks import Ask, Message
from homophily.items import chosen
from homophily.respondents.lexicon import LexiconJudge
from homophily.studies._judging import question
from homophily.values.taxonomy import taxonomy

DATA = Path(__file__).parent / "data" / "judge_messages.jsonl"
CODES = taxonomy().codes
GROUPS = [list(taxonomy().groups).index(entry.group) for entry in taxonomy().values]
DRAWS = 2000
SETS = ("model style", "reworded", "seen")

Bools = Any


def main() -> None:
    """Print the tables."""
    rows = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    print(f"# How good the lexicon judge is\n\n{' '.join((__doc__ or '').split('.md', 1)[1].split())}\n")
    print(
        f"Python {platform.python_version()}. Intervals: bootstrap over messages, {DRAWS:,} draws. Named "
        "is a value whose cues weigh 2 or more, the default, unless a threshold is given.\n"
    )
    for kind in SETS:
        print(f"## {kind}\n")
        print(
            "| language | messages | judge | precision | recall | F1 | Jaccard | Jaccard, ½ within a group |"
        )
        print("| --- | ---: | --- | --- | --- | --- | --- | --- |")
        for language in ("en", "ja"):
            part = [row for row in rows if row["language"] == language and row["set"] == kind]
            others = [row for row in rows if row["language"] == language and row["set"] != kind]
            gold = members([row["values"] for row in part], CODES)
            for judge, given in judges(part, others, language):
                print(f"| {language} | {len(part)} | {judge} | {' | '.join(cells(gold, given))} |")
        print()
    print("## Sentences of the synthetic panel, one value each\n")
    print("| language | sentences | value found | other values found beside it, per sentence |")
    print("| --- | ---: | ---: | ---: |")
    for language in ("en", "ja"):
        print(panel(language))
    print(
        "\nFor comparison: the judge of the published study, a large language model without a closed list, "
        "reached a Jaccard of .533 with one human on 100 messages, and of .547 with another model."
    )


def judges(
    part: Sequence[dict[str, Any]], others: Sequence[dict[str, Any]], language: str
) -> Iterator[tuple[str, Bools]]:
    """The lexicon at three thresholds, and two baselines that know how frequent labels are elsewhere."""
    texts = [row["text"] for row in part]
    for threshold in (2.0, 1.0, 3.0):
        name = "lexicon" if threshold == 2 else f"lexicon, threshold {threshold:g}"
        yield name, members(asyncio.run(judged(texts, language, threshold)), CODES)
    counts = Counter(code for row in others for code in row["values"])
    rates = np.array([counts[code] / len(others) for code in CODES])
    rng = np.random.default_rng(1)
    yield "random, at base rates", rng.random((len(part), len(CODES))) < rates
    common = [code for code, _ in counts.most_common(2)]
    yield "always the two most frequent", members([common] * len(part), CODES)


async def judged(texts: Sequence[str], language: str, threshold: float) -> list[tuple[str, ...]]:
    """The lexicon's values for each text, asked as a study asks."""
    judge, item = LexiconJudge(threshold=threshold), question(taxonomy(), language)
    asks = [
        Ask(session="s", seat="judge", path="p", item=item, history=(Message("author", "Message", text),))
        for text in texts
    ]
    return [chosen(str((await judge.answer(ask)).value)) for ask in asks]


def cells(gold: Bools, given: Bools) -> list[str]:
    """Precision, recall, F1 and both Jaccards with intervals."""
    rng = np.random.default_rng(1)
    drawn = rng.integers(len(gold), size=(DRAWS, len(gold)))
    hits, found, true = (each.sum(axis=1) for each in (gold & given, given, gold))
    plain, soft = jaccard(gold, given), grouped_jaccard(gold, given, GROUPS, 0.5)

    def ratio(top: Any, bottom: Any) -> str:
        with np.errstate(invalid="ignore", divide="ignore"):
            return told(top.sum() / bottom.sum(), top[drawn].sum(axis=1) / bottom[drawn].sum(axis=1))

    return [
        ratio(hits, found),
        ratio(hits, true),
        ratio(2 * hits, found + true),
        told(plain.mean(), plain[drawn].mean(axis=1)),
        told(soft.mean(), soft[drawn].mean(axis=1)),
    ]


def told(estimate: float, values: Any) -> str:
    """An estimate with its interval."""
    low, high = np.nanquantile(values, (0.025, 0.975))
    return f"{estimate:.2f} [{low:.2f}, {high:.2f}]".replace("0.", ".")


def panel(language: str) -> str:
    """How many of the panel's sentences the lexicon reads as the value they voice."""
    path = files("homophily.respondents._panel") / "phrases" / f"{language}.toml"
    phrases = tomllib.loads(path.read_text(encoding="utf-8"))["values"]
    pairs = [(code, text) for code, texts in phrases.items() for text in texts]
    named = asyncio.run(judged([text for _, text in pairs], language, 2.0))
    hit = sum(code in found for (code, _), found in zip(pairs, named, strict=True))
    beside = sum(len(set(found) - {code}) for (code, _), found in zip(pairs, named, strict=True))
    return f"| {language} | {len(pairs)} | {hit / len(pairs):.2f} | {beside / len(pairs):.2f} |"


if __name__ == "__main__":
    main()
