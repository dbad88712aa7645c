"""What a password costs whoever tries them out: the other tests know a cheaper way."""

from argon2 import extract_parameters
from argon2.profiles import RFC_9106_LOW_MEMORY

from tests.conftest import SHIPPED


def test_passwords_are_hashed_as_the_standard_says():
    assert extract_parameters(SHIPPED.hash("sanshi-demo")) == RFC_9106_LOW_MEMORY
