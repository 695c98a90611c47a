import pytest

from tests.seal.controller import Controller, make_controller


@pytest.fixture(scope="session")
def controller() -> Controller:
    return make_controller()


@pytest.fixture(scope="session")
def other_controller() -> Controller:
    return make_controller(3072)
