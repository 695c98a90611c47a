"""Credentials planted into platforms, which no message may show."""

from __future__ import annotations

import string
from random import Random

from tests.fuzz.originals import Tree
from tests.fuzz.trees import at, paths

_LETTERS = string.ascii_letters + string.digits
_KEYS = ("PASSWORD", "password", "DB_PASSWORD", "API_TOKEN", "secret_key", "AWS_SECRET_ACCESS_KEY")


def plant(dice: Random, tree: Tree) -> str:
    """Put a credential into a platform, and return what must not be shown of it."""
    random = "".join(dice.choices(_LETTERS, k=36))
    where = dice.choice(paths(tree))
    above, step = at(tree, where[:-1]), where[-1]
    match dice.randrange(6):
        case 0:
            above[step] = f"ghp_{random}"
        case 1:
            above[step] = f"postgresql://shop:{random}@db.example.com:5432/shop"
        case 2:
            above[step] = f"PASSWORD={random}"
        case 3:
            above[step] = {dice.choice(_KEYS): random}
        case 4 if isinstance(above, dict):
            above[dice.choice(_KEYS)] = random
        case _:
            services = tree.get("services")
            names = (
                [n for n, s in services.items() if isinstance(s, dict)]
                if isinstance(services, dict)
                else []
            )
            if not names:
                return ""
            service = services[dice.choice(names)]
            env = service.setdefault("env", {})
            if not isinstance(env, dict):
                return ""
            env[dice.choice(_KEYS)] = random
    return random
