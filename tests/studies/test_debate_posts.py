"""Real posts through both protocols with synthetic seats, from start to report."""

from pathlib import Path

import pytest
from benchmarks.posts import POSTS, settings

from homophily import library


@pytest.mark.slow
@pytest.mark.skipif(not POSTS.is_file(), reason=f"REAL POSTS NOT TESTED: there is no {POSTS}")
def test_every_post_goes_from_start_to_report(tmp_path: Path) -> None:
    played = library.run("debate", settings(POSTS, 0), folder=tmp_path, quiet=True)
    debates = played.tables["debates"]
    assert debates["dilemma"].nunique() == 847
    assert debates.groupby("protocol").size().to_dict() == {"round_robin": 847, "synchronous": 847}
    assert debates["human"].value_counts().to_dict() == {"YTA": 2 * 454, "NTA": 2 * 393}
    assert played.status.missing == 0
    assert len(played.tables["labels"]) > len(played.tables["verdicts"])
    page = played.report()
    assert page.stat().st_size < 15e6
    text = page.read_text(encoding="utf-8")
    assert "All 1,694 debates, on 847 dilemmas." in text
    assert "http://" not in text.split("<body>")[0]
