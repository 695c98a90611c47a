import gc

import pytest
from hypothesis import settings

from tests import tools
from tests.depth import examples

settings.register_profile("platc", examples(40))
settings.load_profile("platc")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Say before the fixtures of a test run whether it may use what only ``make e2e`` builds."""
    tools.of_test(e2e=item.get_closest_marker("e2e") is not None)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Free what tests leave: the command, which many import, switches the collector off."""
    gc.enable()
