"""A service names a file or a folder beside platform.yaml that cannot be read.

Why: platc reads files of at most 1 MiB each in the folder of platform.yaml and below, and follows
no link out of it. ``{ file: PATH }`` is a text in UTF-8, ``{ binary: PATH }`` need not be one.

Bad:
```yaml
services:
  web: { files: { /etc/web/web.conf: { file: conf/web.conf } } }
```

Good:
```yaml
services:
  web:
    files:
      /etc/web/web.conf: |
        workers: 4
```

Fix: correct the path; it is relative to the folder of platform.yaml.
"""

from __future__ import annotations

CODE = "PLT124"
