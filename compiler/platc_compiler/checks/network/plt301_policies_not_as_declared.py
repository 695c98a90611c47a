"""The emitted network policies do not allow exactly the declared and derived connections.

Why: a wrong policy fails silently, whether it allows too much or too little. platc computes what
the emitted objects allow, after all patches and your own templates. It compares this with
``depends_on`` and with the connections that follow from the rest of the file (scrapes, DNS, the API
server). Both must be equal.

Bad:
```yaml
patches:
  - target: { kind: NetworkPolicy, name: default-deny, namespace: shop }
    merge: { spec: { ingress: [{}] } }
```

Good:
```yaml
patches:
  - target: { kind: NetworkPolicy, name: default-deny, namespace: shop }
    merge: { metadata: { annotations: { owner: team } } }
```

Fix: declare the connection under ``depends_on`` instead of adding it by a patch. Remove the patch
or the template of your own that changes the policies or the labels of the pods.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from platc_compiler.checks.patched import patch_of
from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.ir.platform import Platform
from platc_compiler.network.verdict import Difference, differences
from platc_compiler.objects.manifest import Manifest

CODE = "PLT301"
_MOST = 200
"""The number of differences that are examined: open policies have very many."""
_SHOWN = 5


def check_objects(manifests: Sequence[Manifest], platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each missing edge, and for each set of policies that allows more."""
    extra: dict[tuple[int, ...], list[Difference]] = {}
    for found in islice(differences([m.body for m in manifests], platform), _MOST):
        if found.kind == "missing":
            yield _cut(found)
        else:
            extra.setdefault(found.manifests, []).append(found)
    for numbers, several in extra.items():
        ends = {number for difference in several for number in difference.ends}
        named = [manifests[i] for i in numbers] or _patched_policies(manifests, platform)
        yield _opened(named, [manifests[i] for i in sorted(ends)], several, platform)


def _patched_policies(manifests: Sequence[Manifest], platform: Platform) -> list[Manifest]:
    """Return the policies that patches change: one of them selects other pods than before."""
    return [m for m in manifests if m.kind == "NetworkPolicy" and patch_of(m, platform)]


def _cut(found: Difference) -> Diagnostic:
    reasons = " and ".join(sorted({edge.reason for edge in found.edges}))
    message = f"{found.source} cannot reach {found.target} on {found.ports}, for {reasons}"
    place = next((edge.origin for edge in found.edges if edge.origin), ())
    return error(CODE, message, place, "policies or labels were changed")


def _opened(
    named: list[Manifest], ends: list[Manifest], several: list[Difference], platform: Platform
) -> Diagnostic:
    policies = [m for m in named if m.kind == "NetworkPolicy"]
    names = " and ".join(f"'{m.namespace}/{m.name}'" for m in policies or named) or "nothing"
    message = (
        f"the policies {names} let through what nothing declares"
        if policies
        else f"no policy keeps from {names} what nothing declares"
    )
    shown = [f"{d.source} can reach {d.target} on {d.ports}" for d in several[:_SHOWN]]
    if len(several) > _SHOWN:
        shown.append(f"and {len(several) - _SHOWN} more")
    included = {each.origin for each in platform.included if each.body["kind"] == "NetworkPolicy"}
    foreign = [m for m in policies if m.origin in included]
    place = _place([*foreign, *(policies or named), *ends], platform)
    hint = "declare it under depends_on"
    if foreign:
        hint = "remove the policy: platc makes those of what is declared"
    return Diagnostic(CODE, "error", message, place, hint, tuple(shown))


def _place(objects: list[Manifest], platform: Platform) -> Origin:
    """Return the patch that changes one of the objects, otherwise the first object's origin."""
    patches = (patch_of(manifest, platform) for manifest in objects)
    return next(filter(None, patches), objects[0].origin if objects else ())
