"""A password, a token or a key is written out in platform.yaml.

Why: whoever may read the repository, its history or a ConfigMap has the credential, for good. The
value is not shown in the diagnostic.

Bad:
```yaml
services:
  web: { env: { DATABASE_PASSWORD: correct-horse } }
```

Good:
```yaml
secrets: { database: { keys: [password] } }
services:
  web: { env: { DATABASE_PASSWORD: "${database/password}" } }
```

Fix: declare it under ``secrets:``, seal its value with ``platc seal``, and refer to it by
``${secret/key}``; in a component's own ``config:`` by the component's way of reading a file or a
variable. Then change the credential: it has been seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.language.references import variables
from platc_compiler.lower.kind import Context

CODE = "PLT503"

_SECRET = re.compile(
    r"password|passwd|passphrase"
    r"|(^|_)(secret|token|credentials?|api_?key|private_?key|fernet_?key)(?=$|_|[0-9])"
)
_HARMLESS_NAME = re.compile(
    r"(_|\b)(files?|path|dir|name|url|uri|ttl|expiry|expiration|lifetime|timeout|duration|length|policy"
    r"|mode|enabled|header|type|size|algorithm|rotation|provider|issuer|id|prefix|count|limit|class)$"
    r"|max_?tokens"
)
# A reference to something else, in the ways of the components: $VAR, ${VAR}, $(VAR), {{ }}, a path.
_HARMLESS_VALUE = re.compile(
    r"|(?i:true|false|null|none)|/\S*|\{\{.*\}\}|#\{.*\}|\$(\{.*\}|\(.*\)|__\w+\{.*\}|[A-Z_][A-Z0-9_]*)",
    re.DOTALL,
)
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/:@]*:(?P<password>[^\s/@]+)@")


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each value that is a credential by its name, or a URL that holds one."""
    spec = context.spec
    stated = [*variables(spec)]
    for name, service in spec.services.items():
        config = getattr(service, "config", None)
        if isinstance(config, Mapping):
            stated += _settings(config, ("services", name, "config"))
    for key, value, path in stated:
        if _is_credential(key, value):
            message = f"'{key}' is a credential, written out"
            hint = "declare it under secrets: and write ${secret/key}"
            yield replace(error(CODE, message, path, hint, on_key=True), hidden=True)


def _settings(config: object, path: Origin, key: str = "") -> Iterator[tuple[str, str, Origin]]:
    """Yield each text of a configuration with its own key and path; numbers are no credentials."""
    if isinstance(config, Mapping):
        for name, value in config.items():
            yield from _settings(value, (*path, name), str(name))
    elif isinstance(config, list):
        for index, value in enumerate(config):
            yield from _settings(value, (*path, index), key)
    elif isinstance(config, str):
        yield key, config, path


def _is_credential(key: str, value: str) -> bool:
    url = _URL.search(value)
    if url:
        return not _HARMLESS_VALUE.fullmatch(url["password"])
    name = _HUMP.sub("_", key.rpartition(".")[2].replace("-", "_")).lower()
    return (
        _SECRET.search(name) is not None
        and not _HARMLESS_NAME.search(name)
        and not _HARMLESS_VALUE.fullmatch(value.strip())
    )
