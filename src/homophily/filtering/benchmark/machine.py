"""The machine and its memory: what it is, and the most that was in use."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import torch

__all__ = ["machine", "peak_bytes", "reset_peak"]

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def machine(device: torch.device) -> dict[str, str]:
    """Processor, cores, memory, threads, device and system, as a table's heading needs them."""
    told = {
        "Processor": _processor(),
        "Cores": f"{os.cpu_count()}, {torch.get_num_threads()} used by torch",
        "System": f"{platform.system()} {platform.release()}, {platform.machine()}",
    }
    if device.type == "cuda":
        about = torch.cuda.get_device_properties(device)
        told["Accelerator"] = f"{about.name}, {about.total_memory / 2**30:.0f} GiB, CUDA {torch.version.cuda}"
    return told


def reset_peak(device: torch.device) -> None:
    """Forget the most memory in use so far, where the system lets us."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
        return
    try:
        _RESET.write_text("5")
    except OSError:
        return


def peak_bytes(device: torch.device) -> int | None:
    """The most memory in use since `reset_peak`, weights included: the device's, or the process's.

    None where the system does not tell.
    """
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    try:
        for line in _STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or "unknown"
