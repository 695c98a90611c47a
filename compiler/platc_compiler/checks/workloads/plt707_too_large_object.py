"""A ConfigMap holds more than 1 MiB, or the annotations of an object more than 256 KiB.

Why: the API server refuses it (etcd keeps no larger values).

Bad:
```yaml
services:
  web: { files: { /etc/shop/catalogue.json: "{}" } }
```
```jinja template=kubernetes/configmap.yaml.j2
apiVersion: v1
kind: ConfigMap
metadata: { name: web-files, namespace: shop }
data: {{ {"etc.shop.catalogue.json": "0" * 1048577} }}
```

Good:
```yaml
services:
  web: { files: { /etc/shop/catalogue.json: "{}" } }
```

Fix: put large files into the image or onto a volume, and large configurations into several files of
several services.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from platc_compiler.checks.patched import blamed
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import Manifest

CODE = "PLT707"

_LARGEST_DATA = 1 << 20
"""Bytes of all values: MaxSecretSize of k8s.io/api/core/v1, which holds for ConfigMaps too."""
_LARGEST_ANNOTATIONS = 256 << 10
"""Bytes of keys and values: TotalAnnotationSizeLimitB of k8s.io/apimachinery."""


def check_objects(manifests: Sequence[Manifest], platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each object that is too large."""
    for manifest in manifests:
        message = too_large(manifest)
        if message:
            yield error(CODE, message, blamed(manifest, platform))


def too_large(manifest: Manifest) -> str:
    """Return how an object is too large, empty if it is not."""
    if manifest.kind == "ConfigMap":
        size = _bytes(manifest.body.get("data"), keys=False)
        # Four characters of Base64 are three bytes.
        size += _bytes(manifest.body.get("binaryData"), keys=False) * 3 // 4
        if size > _LARGEST_DATA:
            return f"ConfigMap '{manifest.name}' holds {size} bytes, of {_LARGEST_DATA} at most"
    size = _bytes(manifest.body["metadata"].get("annotations"), keys=True)
    if size > _LARGEST_ANNOTATIONS:
        what = f"the annotations of {manifest.kind} '{manifest.name}'"
        return f"{what} hold {size} bytes, of {_LARGEST_ANNOTATIONS} at most"
    return ""


def _bytes(texts: Any, *, keys: bool) -> int:  # noqa: ANN401
    if not isinstance(texts, dict):
        return 0
    counted = [*texts.values(), *(texts if keys else ())]
    return sum(len(text.encode("utf-8", "replace")) for text in counted if isinstance(text, str))
