"""Write gitleaks' rules, as Python's regular expressions, to the file of forms of credentials.

The rules are those of ``config/gitleaks.toml`` in the Go module
``github.com/zricethezav/gitleaks/v8`` (MIT). Run it when a newer release is wanted: change
``RELEASE``, then ``.venv/bin/python tools/credential_forms.py``.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "compiler/platc_compiler/diagnostics/data"
MODULE = "github.com/zricethezav/gitleaks/v8"
RELEASE = "v8.30.1"

LEFT_OUT = {
    "curl-auth-header": "its pattern takes quadratic time in Python; platc has its own",
    "curl-auth-user": "its pattern takes quadratic time in Python; platc has its own",
    "facebook-access-token": "any number, a bar and a word",
    "generic-api-key": "names are judged by platc itself",
    "hashicorp-tf-password": "names are judged by platc itself",
    "private-key": "its pattern takes quadratic time in Python; platc has its own",
}
"""Rules that are not taken, and why."""
_PUBLIC = re.compile(r"client-id|access-id|public-key|pub-key|user-api-id")
"""Rules for what may be known: names of clients and public keys."""
_ANY_PREFIX = re.compile(r"^(\(\?i\))?\[\\w\.-\]\{0,50\}\?")


def module_folder() -> Path:
    """Return the folder of the module, which Go downloads if it is not there."""
    with tempfile.TemporaryDirectory() as anywhere:
        answer = subprocess.run(
            ["go", "mod", "download", "-json", f"{MODULE}@{RELEASE}"],
            cwd=anywhere, check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
    return Path(json.loads(answer)["Dir"])


def translated(pattern: str) -> str:
    r"""Return a pattern of Go's RE2 as one of Python's.

    Python wants flags in the middle of a pattern to have a group of their own, writes ``\Z`` for
    the end, and has no classes such as ``[[:alnum:]]``. The words that may stand before a name add
    nothing to what is found, and cost fifty steps for each character.
    """
    pattern = _ANY_PREFIX.sub(lambda match: match[1] or "", pattern)
    pattern = pattern.replace(r"\z", r"\Z").replace("[[:alnum:]]", "[0-9A-Za-z]")
    start = 4 if pattern.startswith("(?i)") else 0
    while (place := pattern.find("(?i)", start)) != -1:
        end = _end_of_group(pattern, place + 4)
        pattern = f"{pattern[:place]}(?i:{pattern[place + 4 : end]}){pattern[end:]}"
    re.compile(pattern)
    return pattern


def _end_of_group(pattern: str, start: int) -> int:
    """Return where the group that ``start`` lies in is closed, or the end of the pattern."""
    depth, in_class, place = 0, False, start
    while place < len(pattern):
        char = pattern[place]
        if char == "\\":
            place += 1
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char == "(":
            depth += 1
        elif char == ")":
            if depth == 0:
                return place
            depth -= 1
        place += 1
    return place


def rules(stated: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rules that are of use for values in a platform."""
    return [
        {
            "id": rule["id"],
            "keywords": rule["keywords"],
            "pattern": translated(rule["regex"]),
            "entropy": rule.get("entropy", 0),
            "group": rule.get("secretGroup", 0),
        }
        for rule in stated["rules"]
        if "path" not in rule and rule["id"] not in LEFT_OUT and not _PUBLIC.search(rule["id"])
    ]


def main() -> None:
    """Write the rules and the licence that they are under."""
    folder = module_folder()
    stated = tomllib.loads((folder / "config/gitleaks.toml").read_text("utf-8"))
    found = {"source": MODULE, "version": RELEASE, "licence": "MIT", "rules": rules(stated)}
    (DATA / "gitleaks.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    licence = (folder / "LICENSE").read_text("utf-8").strip()
    notice = (
        f"`gitleaks.json` holds rules of gitleaks {RELEASE} (`config/gitleaks.toml` of the Go"
        f" module\n`{MODULE}`), written as Python's regular expressions by\n"
        "`tools/credential_forms.py`."
        f" Their licence:\n\n{licence}\n"
    )
    (DATA / "NOTICE.md").write_text(notice, "utf-8")
    print(len(found["rules"]), "rules")


if __name__ == "__main__":
    main()
