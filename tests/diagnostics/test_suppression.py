from __future__ import annotations

import pytest

from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.beside import InMemory
from platc_compiler.source.source import Source
from platc_compiler.write import inventory

PLATFORM = """\
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8GB, cpu: 4 } } }
namespaces: { shop: {} }
services:
  web:
    kind: workload
    image: example.com/shop/web:latest%s
    ports: { http: 8080 }%s
    probes: { readiness: { http: / }, liveness: { http: / } }
"""


def codes(on_image: str = "", on_ports: str = "") -> list[str]:
    result = compile_platform(Source(PLATFORM % (on_image, on_ports)))
    return [f"{found.line} {found.code}" for found in result.diagnostics]


def test_without_a_comment_every_warning_is_given() -> None:
    assert codes() == ["8 PLT501", "10 PLT708"]


def test_a_comment_with_a_reason_silences_the_warning_of_its_line() -> None:
    assert codes("  # platc: allow PLT501 because this is a test cluster") == ["10 PLT708"]


@pytest.mark.parametrize(
    "comment",
    [
        "# platc: allow PLT501",
        "# platc: allow PLT501 because",
        "# platc: allow because the tag moves",
        "# platc: deny PLT501 because the tag moves",
        "# platc:",
    ],
)
def test_a_comment_that_gives_no_reason_or_no_code_silences_nothing(comment: str) -> None:
    assert codes(f"  {comment}") == ["8 PLT501", "8 PLT009", "10 PLT708"]


def test_a_comment_silences_neither_another_code_nor_another_line() -> None:
    assert codes("  # platc: allow PLT708 because of this") == ["8 PLT501", "8 PLT009", "10 PLT708"]
    assert codes("", "  # platc: allow PLT501 because of that") == [
        "8 PLT501",
        "9 PLT009",
        "10 PLT708",
    ]


def test_an_error_cannot_be_silenced() -> None:
    text = PLATFORM % ("", "") + "    replica: 2  # platc: allow PLT004 because I say so\n"
    found = compile_platform(Source(text)).diagnostics
    assert [d.code for d in found] == ["PLT004", "PLT009"]


DATABASE = """\
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8GB, cpu: 4 } } }
namespaces: { shop: {} }
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    version: %s
    storage: 1Gi
    superuser_password: pg/superuser
"""


def test_a_comment_with_a_reason_consents_to_data_left_behind() -> None:
    before = compile_platform(Source(DATABASE % 17)).files
    out = InMemory({**before, inventory.NAME: inventory.text("shop", before)})

    def after(version: str) -> Result:
        return compile_platform(Source(DATABASE % version, earlier=out))

    assert after("18").failed
    assert not after("18").files
    assert after("18  # platc: allow PLT741").failed
    allowed = after("18  # platc: allow PLT741 because the dump is restored")
    assert [found.code for found in allowed.diagnostics] == ["PLT505"]
    assert allowed.files


def test_a_comment_may_say_that_what_seems_a_credential_is_none() -> None:
    text = (
        PLATFORM.replace("%s", "") + '    args: ["--pass-phrase-of=x", "--x", "token=abc-123-def"]'
    )
    assert compile_platform(Source(text)).failed
    reason = "  # platc: allow PLT503 because it is printed on every invoice"
    allowed = compile_platform(Source(text + reason))
    assert not [found.code for found in allowed.diagnostics if found.code in ("PLT503", "PLT009")]
    assert allowed.files


def test_no_comment_allows_what_a_name_tells() -> None:
    text = PLATFORM.replace("%s", "") + "    env: { TOKEN: abc }"
    assert compile_platform(Source(text + "  # platc: allow PLT503 because of it")).failed


def test_an_earlier_build_of_another_platform_or_environment_says_nothing() -> None:
    before = compile_platform(Source(DATABASE % 17)).files
    for mark in (inventory.text("other", before), inventory.text("shop", before, "test")):
        out = InMemory({**before, inventory.NAME: mark})
        assert not compile_platform(Source(DATABASE % 18, earlier=out)).failed


def test_other_comments_are_left_alone() -> None:
    assert codes("  # see the manual of platc: it is long") == ["8 PLT501", "10 PLT708"]


def test_while_an_error_keeps_later_checks_from_running_no_comment_is_called_unused() -> None:
    text = PLATFORM % ("  # platc: allow PLT501 because of this", "") + "    depends_on: [nobody]\n"
    assert [d.code for d in compile_platform(Source(text)).diagnostics] == ["PLT101"]


IN_ENVIRONMENTS = """\
environments:
  test:
    # Comments between them count with what is above.
    services: { web: { image: "example.com/shop/web:latest" } }  # platc: allow PLT501 because of it
  "live":
    services: { web: { image: "example.com/shop/web:1.0.0" } }  # platc: allow PLT501 because of it
"""


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        (None, ["10 PLT708"]),
        ("test", ["10 PLT708"]),
        ("live", ["10 PLT708", "16 PLT009"]),
    ],
)
def test_a_comment_counts_where_its_line_does(environment: str | None, expected: list[str]) -> None:
    base = "  # platc: allow PLT501 because the tag moves"
    text = PLATFORM % (base, "") + IN_ENVIRONMENTS
    result = compile_platform(Source(text, environment=environment))
    assert [f"{found.line} {found.code}" for found in result.diagnostics] == expected
