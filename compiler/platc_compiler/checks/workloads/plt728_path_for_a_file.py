"""A file is given the path of a file where its text is wanted.

Why: ``files`` holds texts, not paths. The program finds a file that holds nothing but the path.

Bad:
```yaml
services: { web: { files: { /etc/app/settings.yaml: config/settings.yaml } } }
```

Good:
```yaml
services:
  web:
    files:
      /etc/app/settings.yaml: |
        workers: 4
```

Fix: write ``{ file: PATH }``, or the text of the file as a block after ``|``. A path that is meant
as the text ends with a line feed, as the lines of a file do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.lower.kind import Context
from platc_spec.kinds.workload import Workload

CODE = "PLT728"
_PATH = re.compile(r"(\.{0,2}/)?[\w.-]{1,255}(/[\w.-]{1,255}){0,32}", re.ASCII)
_ENDING = re.compile(
    r"\.(cfg|cnf|conf|config|crt|env|ini|js|json|pem|properties|py|sh|sql|toml|txt|xml|ya?ml)"
)
_LONGEST = 1024


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each text that is a path."""
    for name, service in context.spec.services.items():
        if isinstance(service, Workload):
            for path, text in service.files.items():
                if isinstance(text, str) and _is_path(text, path):
                    message = f"the file will hold these {len(text)} characters: files take texts"
                    place = ("services", name, "files", path)
                    yield warning(
                        CODE,
                        message,
                        place,
                        f"write {{ file: {text} }}, or the text of the file after |",
                    )


def _is_path(text: str, mounted: str) -> bool:
    """Return whether a text is the path of a file: by its ending, beginning or last part."""
    if len(text) > _LONGEST or _PATH.fullmatch(text) is None:
        return False
    last = basename(text)
    if "/" not in text:
        return _ENDING.search(last) is not None and last == basename(mounted)
    begins = text.startswith(("./", "../", "config/", "files/"))
    return begins or last == basename(mounted) or _ENDING.search(last) is not None
