"""Values in the runbook: whatever they hold, the shell and Markdown take them for values."""

from __future__ import annotations

import subprocess
from itertools import product
from pathlib import Path

import pytest

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source
from platc_compiler.templating.markdown import filled, mark
from platc_compiler.templating.templates import Templates
from tests.checks.examples import merged

EVIL = [
    "eu; touch hacked #", "$(touch hacked)", "`touch hacked`", "a\ntouch hacked\n", "a b",
    "'; touch hacked; '", '"; touch hacked; "', "a && touch hacked", "a | tee hacked", "> hacked",
    "$HOME", "${IFS}", "\\", "\\'", "*", "~", "#no comment", "'\"'\"'", "$(", "`",
    "a\r\ntouch hacked", "-n", "é日本",
]  # fmt: skip
PLACES = {
    "bare": ("printf '%s\\n' X", "{}"),
    "joined": ("printf '%s\\n' a/X/b", "a/{}/b"),
    "double": ("printf '%s\\n' \"a/X-$ONE\"", "a/{}-1"),
    "single": ("printf '%s\\n' '{\"a\":\"X\"}'", '{{"a":"{}"}}'),
    "substituted": ('printf "%s\\n" "$(printf %s X)"', "{}"),
    "quoted-in-substituted": ('printf "%s\\n" "$(printf %s "X")"', "{}"),
    "behind-quotes": ("true '# \"' && printf '%s\\n' X", "{}"),
    "behind-comment": ("true # it's \"\nprintf '%s\\n' X", "{}"),
    "behind-backslash": ("true 'a\\' \\\" # \\\nprintf '%s\\n' X", "{}"),
    "in-function": ("f() { printf '%s\\n' \"$1\" X; }; f X | tail -n +2", "{}"),
}


@pytest.mark.parametrize(("value", "place"), list(product(EVIL, PLACES)))
def test_a_shell_reads_a_value_back_as_it_is(value: str, place: str, tmp_path: Path) -> None:
    command, expected = PLACES[place]
    text = filled(f"```bash\nONE=1\n{command.replace('X', mark(0))}\n```\n", [value])
    script = text.removeprefix("```bash\n").removesuffix("```\n")
    done = subprocess.run(
        ["/bin/bash", "-c", script], cwd=tmp_path, capture_output=True, check=True
    )
    answer = done.stdout.decode().removesuffix("\n")
    wanted = expected.replace("{}", "\0").replace("{{", "{").replace("}}", "}").replace("\0", value)
    if place == "in-function":
        lines = value.count("\n")
        wanted = "\n".join([*value.split("\n")[1:], value]) if lines else value
    if "$(" in command:
        wanted = wanted.rstrip("\n")
    assert answer == wanted
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", EVIL)
def test_a_comment_ends_with_its_line(value: str, tmp_path: Path) -> None:
    text = filled(f"```bash\ntrue   # {mark(0)}\n```\n", [value])
    script = text.removeprefix("```bash\n").removesuffix("```\n")
    subprocess.run(["/bin/bash", "-c", script], cwd=tmp_path, check=True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "value",
    ["a\n```bash\nrm -rf /\n```", "a\n\n# Heading", "a | b", "`code`", "[x](http://e)", "<b>"],
)
def test_a_value_in_prose_stays_in_its_line_and_is_no_markup(value: str) -> None:
    assert filled(f"Call {mark(0)} now.\n", [value]).count("\n") == 1
    row = filled(f"| {mark(0)} | b |\n", [value])
    assert row.count("\n") == 1
    assert row.replace("\\|", "").count("|") == 3
    code = filled(f"Say `{mark(0)}`.\n", [value])
    assert code.count("`") == 2


def test_the_runbook_holds_no_command_of_a_value() -> None:
    """Through the whole compiler, in every field of free words."""
    words = "x\n```\n```bash\ntouch hacked # `touch hacked` | <b>"
    step = {"title": words, "deploy": "platform"}
    recovery = {
        "rto": "1h", "rpo": "1h", "contacts": [words],
        "procedures": {words: {"when": words, "steps": [step]}},
    }  # fmt: skip
    result = compile_platform(Source(merged(yaml_text({"recovery": recovery}))))
    text = result.files["runbook/RECOVERY.md"]
    assert not [line for line in text.splitlines() if line.startswith(("touch", "```bash touch"))]
    assert text.count("```bash") == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("region", "eu; touch x #"), ("region", "$(touch x)"), ("region", ""),
        ("endpoint", "https://s3;touch${IFS}x"), ("endpoint", "https://u:p@s3.example.com"),
        ("endpoint", "https://s3.example.com/a"), ("endpoint", "https://`id`"),
        ("bucket", "s3://a$(id)/b"), ("bucket", "s3://abc/d;e"),
    ],
)  # fmt: skip
def test_a_place_of_dumps_is_of_a_form(field: str, value: str) -> None:
    backup = {"schedule": "0 2 * * *", "to": "s3", "bucket": "s3://abc/d", field: value}
    over = {
        "services": {
            "s3": {
                "kind": "external",
                "address": {"host": "s3.example.com", "ports": {"https": 443}},
            },
            "db": {"kind": "postgres", "backup": backup},
        }
    }
    found = compile_platform(Source(merged(yaml_text(over)))).diagnostics
    assert f"services.db.backup.{field}" in {d.path for d in found if d.code == "PLT005"}


def test_a_template_of_the_user_is_written_alike() -> None:
    own = {"runbook/steps/run.md.j2": "```bash\necho {{ commands[0] }}\n```\n"}
    text = Templates(own).text("runbook/steps/run.md.j2", commands=("a; b",))
    assert text == "```bash\necho 'a; b'\n```\n"


def test_what_looks_like_the_mark_of_a_value_is_none() -> None:
    assert filled(f"`{mark(0)}` {mark(9)}\n", [f"a{mark(0)}b"]) == "`ab` \n"


def test_what_steers_a_terminal_is_written_as_an_escape_in_prose_and_code() -> None:
    values = ["a\x01b", "\x1b[31mred", "\u202eabc", "d\x9b"]
    text = filled(f"{mark(0)} `{mark(1)}`\n```text\n{mark(2)}\n```\n| {mark(3)} |\n", values)
    assert text == "a\\\\x01b `\\x1b[31mred`\n```text\n\\u202eabc\n```\n| d\\\\x9b |\n"
    assert text.replace("\n", "").isprintable()
