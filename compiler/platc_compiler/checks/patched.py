"""Which patch an object was changed by."""

from __future__ import annotations

from platc_compiler.diagnostics import Origin
from platc_compiler.documents import Manifest
from platc_compiler.ir.platform import Platform


def patch_of(document: Manifest, platform: Platform) -> Origin:
    """Return the path of the last patch that matches an object, empty if none does."""
    for index, patch in reversed(list(enumerate(platform.spec.patches))):
        target = patch.target
        if (target.kind, target.name) == (document.kind, document.name) and (
            target.namespace in {None, document.namespace}
        ):
            return ("patches", index)
    return ()


def blamed(document: Manifest, platform: Platform) -> Origin:
    """Return the place that a fault of an object is said of: a patch of it, or where it is from."""
    return patch_of(document, platform) or document.origin
