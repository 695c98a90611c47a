"""Generated DAGs, in a folder that they share with hand-written ones and other platforms' ones.

Each file is replaced in one step. A build that is killed leaves some of them old: the next build
writes the rest, since what is written follows from platform.yaml alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from platc_compiler.disk.alone import alone_in, without_signals
from platc_compiler.disk.replace import clear_files, replace_file
from platc_compiler.write import Changes, NotOurs, compare
from platc_compiler.write.dag_mark import Mark, mark_of, marked
from platc_compiler.write.held import refuse_file

_PART_OF = '"app.kubernetes.io/part-of": "{}"'
"""How a DAG of an earlier release, which has no mark, tells whose it is: by its pods' label."""


def refuse_foreign_dags(folder: Path, files: Mapping[str, str], platform: str) -> None:
    """Refuse to write a DAG over a file of the same name that is not ours as it stands.

    Raises:
        NotOurs: there is such a file, or one in the place of the folder.
        OSError: the system does not let it be read.
    """
    if files:
        refuse_file(folder)
    for name, text in files.items():
        path = folder / name
        if path.is_symlink() or path.is_dir():
            raise NotOurs(f"{path} is no file of platc's; rename it or the pipeline")
        if path.exists():
            there = _text(path)
            if there != marked(name, text, platform):
                _refuse(path, there, platform)


def _refuse(path: Path, there: str, platform: str) -> None:
    mark = mark_of(path.name, there)
    if mark is None:
        raise NotOurs(f"{path} is hand-written; rename it or the pipeline")
    if mark.platform == platform and not mark.intact:
        raise NotOurs(
            f"{path} was changed by hand after platc had written it; make the change in"
            " platform.yaml, or in a template of your own, and remove the file"
        )
    if mark.platform not in {"", platform}:
        raise NotOurs(
            f"{path} was written for the platform '{mark.platform}', and this one is"
            f" '{platform}'; rename the pipeline, name another folder with --dags, or remove the"
            " file if the platform was renamed"
        )
    if not mark.platform and not _is_of(there, platform):
        raise NotOurs(
            f"{path} was written by an earlier release of platc, perhaps for another platform;"
            " remove it if it was this one, else rename the pipeline"
        )


def write_dags(folder: Path, files: Mapping[str, str], platform: str) -> Changes:
    """Write generated DAGs beside other files, and remove those of ours that are stale.

    Args:
        folder: made if there is none and something to write.
        files: the DAGs by name, without marks.
        platform: the platform's name.

    Raises:
        NotOurs: something stands in the place of a DAG that is not ours to replace.
        OSError: the disk does not take it.
    """
    if not files and not folder.is_dir():
        return compare({}, {})
    refuse_file(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with alone_in(folder) as alone, without_signals():
        refuse_foreign_dags(folder, files, platform)
        new = {name: marked(name, text, platform).encode() for name, text in files.items()}
        generated = dict(_generated(folder, platform))
        ours = {
            path.name: path.read_bytes()
            for path, mark in generated.items()
            if path.name in new or mark.intact
        }
        changes = compare(ours, new, tuple(_remarks(generated, ours, platform)))
        for name in (*changes.added, *changes.changed):
            replace_file(folder / name, new[name])
        for name in changes.removed:
            (folder / name).unlink()
        if alone:
            clear_files(folder)
        return changes


def _generated(folder: Path, platform: str) -> Iterator[tuple[Path, Mark]]:
    """Yield the files that say that they were generated for a platform."""
    for path in sorted(folder.glob("*.py")):
        if path.is_file() and not path.is_symlink():
            text = _text(path)
            mark = mark_of(path.name, text)
            if mark is None:
                continue
            if mark.platform == platform or (not mark.platform and _is_of(text, platform)):
                yield path, mark


def _remarks(
    generated: Mapping[Path, Mark], ours: Mapping[str, bytes], platform: str
) -> Iterator[str]:
    for path, mark in generated.items():
        if path.name in ours:
            continue
        why = (
            "was changed by hand" if mark.platform else "was written by an earlier release of platc"
        )
        yield f"{path} is of no pipeline of '{platform}', but {why}; it stays: remove it if need be"


def _is_of(text: str, platform: str) -> bool:
    return _PART_OF.format(platform) in text


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogateescape")
