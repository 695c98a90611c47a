"""Try many inputs of every kind: ``python -m tests.fuzz --count 20000 --seed 1``."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import click

from tests.fuzz.campaign import Figures, chunks, run
from tests.fuzz.kind import dice
from tests.fuzz.kinds import KINDS
from tests.fuzz.worker import tried


@click.command()
@click.option("--count", default=20_000, show_default=True, help="How many inputs.")
@click.option("--seed", default=1, show_default=True, help="Of which they are made.")
@click.option("--first", default=0, help="The number of the first one of each kind.")
@click.option("--chunk", default=20_000, show_default=True, help="Inputs of one round.")
@click.option("--only", multiple=True, type=click.Choice(list(KINDS)), help="A kind; repeatable.")
@click.option("--log", type=click.Path(path_type=Path), help="Append the figures to a file.")
@click.option("--show", type=int, help="Print the input of this number of the only kind.")
def main(  # noqa: PLR0913, PLR0917 - the options of a command
    count: int,
    seed: int,
    first: int,
    chunk: int,
    only: tuple[str, ...],
    log: Path | None,
    show: int | None,
) -> None:
    """Try inputs, and say what was found; end with 1 if anything was."""
    names = only or tuple(KINDS)
    if show is not None:
        _show(names[0], seed, show)
        return

    def tell(name: str, numbers: range, figures: Figures) -> None:
        line = _line(name, figures)
        print(line, flush=True)
        if log is not None:
            stamp = time.strftime("%H:%M:%S")
            with log.open("a") as file:
                file.write(f"{stamp} seed {seed} up to {numbers.stop} {line}\n")
                for each in figures.findings:
                    file.write(f"  {each.kind} {each.seed} {each.number}: {each.what}\n")

    found = run(seed, chunks(count, names, chunk, first), tell)
    print("\nall of them:")
    for name, figures in found.items():
        print(_line(name, figures))
    findings = [finding for figures in found.values() for finding in figures.findings]
    for each in findings:
        print(f"{each.kind} {each.seed} {each.number}: {each.what}")
    sys.exit(bool(findings))


def _line(name: str, figures: Figures) -> str:
    outcomes = ", ".join(f"{count} {what}" for what, count in sorted(figures.outcomes.items()))
    slowest, most = figures.slowest, figures.mebibytes
    return (
        f"{name}: {figures.tried} ({outcomes}); slowest {slowest[0]} s ({slowest[1]}),"
        f" most {most[0]} MiB ({most[1]}), {len(figures.findings)} findings"
    )


def _show(name: str, seed: int, number: int) -> None:
    texts = KINDS[name].make(dice(seed, name, number))
    print(json.dumps({"kind": name, "texts": texts}, indent=1))
    print(tried(KINDS[name], texts), file=sys.stderr)


if __name__ == "__main__":
    main()
