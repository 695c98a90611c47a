"""The own configuration of a server of Prometheus is not checked for this version.

platc knows what one version of each server reads: the default of ``version``. Another one may know
other keys, so only the types of the keys that it knows are checked.

Why: without this note, a build without a word would seem to say that the server accepts it.

Bad:
```yaml
services:
  alertmanager: { version: 0.30.0, config: { global: { resolve_timeout: 10m } } }
```

Good:
```yaml
services:
  alertmanager: { config: { global: { resolve_timeout: 10m } } }
```

Fix: check ``out/`` with ``amtool check-config``, ``promtool check config`` or ``blackbox_exporter
--config.check`` of your version, or take the version that platc knows.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, note
from platc_compiler.lower.kind import Context
from platc_compiler.servers.own import owns
from platc_compiler.servers.schema import schema

CODE = "PLT420"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a note for each such configuration."""
    for own in owns(context.spec):
        if not own.exact:
            release = schema(own.kind).release
            message = f"values and unknown keys are not checked for {own.title} {own.version}"
            hint = f"platc knows version {release}"
            yield note(CODE, message, own.place, hint, on_key=True)
