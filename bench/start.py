"""How soon the command line answers: ``python bench/start.py [RUNS]`` prints seconds, best and middle of the runs.

The aims on an idle machine: help within 0.3 s of the wall clock, the package within 0.05 s beyond Python.
"""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from time import perf_counter

RUNS = 7
COMMANDS = {
    "python alone": ("-c", "pass"),
    "import chancellery": ("-c", "import chancellery"),
    "chancellery --help": ("-m", "chancellery", "--help"),
    "chancellery --version": ("-m", "chancellery", "--version"),
    **{
        f"chancellery {verb} --help": ("-m", "chancellery", verb, "--help")
        for verb in ("whatif", "init", "add", "show", "fit", "simulate", "report", "doctor")
    },
    "chancellery show acts": ("-m", "chancellery", "show", "acts"),
}


def seconds(arguments: tuple[str, ...]) -> float:
    """Wall-clock time of one run of Python."""
    began = perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - began


def main() -> None:
    """Print a table, one line a command."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    print(f"{'command':<32}{'best':>8}{'middle':>8}")
    for name, arguments in COMMANDS.items():
        times = [seconds(arguments) for _ in range(runs)]
        print(f"{name:<32}{min(times):>8.3f}{median(times):>8.3f}")


if __name__ == "__main__":
    main()
