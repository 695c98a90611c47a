from hypothesis import settings

from tests.depth import examples

settings.register_profile("platc", examples(40))
settings.load_profile("platc")
