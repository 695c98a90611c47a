"""The kinds of inputs, in the order in which a campaign tries them."""

from __future__ import annotations

from tests.fuzz.kind import Kind
from tests.fuzz.kinds.go_templates import GO_TEMPLATES
from tests.fuzz.kinds.loading import LOADING
from tests.fuzz.kinds.own_templates import OWN_TEMPLATES
from tests.fuzz.kinds.patches import PATCHES
from tests.fuzz.kinds.platforms import PLATFORMS
from tests.fuzz.kinds.promql import PROMQL
from tests.fuzz.kinds.seals import SEALS

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (PLATFORMS, SEALS, PROMQL, PATCHES, OWN_TEMPLATES, GO_TEMPLATES, LOADING)
}
