"""What a ``platc build`` costs, beside importing the libraries it stands on.

Every measured process is new, and all kinds are run in turn, so that a slow moment of the machine
meets all. ``cold`` is a build in a fresh copy of the platform as it is committed, with its output,
``first`` one without any output, ``thousand`` the first build of 1,000 services; none has a cache
of its own in the user's folder. Times are medians in milliseconds, by the wall clock and by what
all processors spent; memory is the peak resident set of the largest process in MiB. Processes left
behind are measured too.

``--against REVISION`` measures that revision as well, in the same rounds with the same libraries.
"""

import argparse
import contextlib
import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from checkouts import BUILD, Checkout, here, of_revision
from measure import Run, adopt, ratio, run, summary
from platforms import committed, thousand

IMPORTS = (sys.executable, "-c", "import pydantic, jinja2, click")
ROUNDS = 15
EACH = 5
"""1,000 services are built in each so many rounds: it takes a while."""
AIM = 3.0
"""A cold build may take this many times the imports."""

Runs = dict[str, list[Run]]


def kinds(checkout: Checkout) -> Mapping[str, Callable[[Path], Path]]:
    """Return what is built, by name: functions that write a platform into a folder."""
    return {
        "cold": lambda folder: committed(checkout.root, folder, with_output=True),
        "first": lambda folder: committed(checkout.root, folder, with_output=False),
        "thousand": thousand,
    }


def one_round(number: int, checkouts: Sequence[Checkout], scratch: Path) -> Runs:
    """Measure everything once, in new folders below SCRATCH."""
    scratch.mkdir()
    home = {"PATH": os.environ["PATH"], "HOME": str(scratch), "XDG_CACHE_HOME": str(scratch)}
    runs = {"imports": [run(IMPORTS, scratch, home)]}
    for kind in ("cold", "first", "thousand"):
        if kind == "thousand" and number % EACH:
            continue
        for checkout in checkouts:
            folder = kinds(checkout)[kind](scratch / f"{kind}-{checkout.name}")
            environment = {**home, **checkout.environment}
            runs[f"{kind} {checkout.name}"] = [run(BUILD, folder, environment)]
    return runs


def report(runs: Mapping[str, Sequence[Run]], against: Checkout | None) -> None:
    """Print the medians and what they are of each other."""
    print(f"{ROUNDS} rounds, interleaved, Python {sys.version.split()[0]}")
    for label, measured in runs.items():
        print(summary(label, measured))
    print(f"against the imports (aim for cold: at most {AIM:.1f} by the processor)")
    for label in list(runs)[1:]:
        print(f"  {label:<20}{ratio(runs[label], runs['imports'])}")
    if against is not None:
        print(f"here against {against.name}")
        for kind in ("cold", "first", "thousand"):
            measured = ratio(runs[f"{kind} here"], runs[f"{kind} {against.name}"])
            print(f"  {kind:<20}{measured}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure what a build costs.")
    parser.add_argument("--against", metavar="REVISION", help="measure this revision as well")
    revision = parser.parse_args().against
    adopt()
    with contextlib.ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="platc-bench-")))
        other = stack.enter_context(of_revision(revision, scratch)) if revision else None
        checkouts = [here(), *([other] if other else [])]
        one_round(0, checkouts, scratch / "warm")  # It fills the caches of bytecode and templates.
        runs: defaultdict[str, list[Run]] = defaultdict(list)
        for number in range(ROUNDS):
            for label, measured in one_round(number, checkouts, scratch / str(number)).items():
                runs[label] += measured
        report(runs, other)


if __name__ == "__main__":
    main()
