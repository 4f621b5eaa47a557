"""The GPU benchmark runs end to end without one, and says so where it needs one."""

import subprocess
import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="SKIPPED LOUDLY: torch is not installed (extra `local`)")
pytest.importorskip("transformers", reason="SKIPPED LOUDLY: transformers is not installed (extra `local`)")

ROOT = Path(__file__).parents[3]


def bench(*options: str) -> subprocess.CompletedProcess[str]:
    code = f"import sys; sys.path.insert(0, {str(ROOT / 'src')!r}); sys.argv[1:] = {list(options)!r}; "
    code += f"import runpy; runpy.run_path({str(ROOT / 'benchmarks/filter_gpu.py')!r}, run_name='__main__')"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_every_arm_has_a_row_of_figures() -> None:
    ran = bench("--tiny", "--device", "cpu")
    assert ran.returncode == 0, ran.stderr
    rows = [line for line in ran.stdout.splitlines() if line.startswith("| tiny")]
    assert len(rows) == 10
    assert "not run" not in ran.stdout
    filtered = [float(row.split("|")[-2]) for row in rows if "filtered" in row]
    assert all(0.1 < rate < 0.6 for rate in filtered)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_without_a_gpu_it_says_so_in_one_line() -> None:
    ran = bench()
    assert ran.returncode != 0
    assert len(ran.stderr.splitlines()) == 1
    assert "no GPU" in ran.stderr
