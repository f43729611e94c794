import pytest

from bot.core import phone_numbers
from bot.errors import InvalidInput


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("19900001234", "19900001234"),
        ("+86 199 0000 1234", "19900001234"),
        ("１９９００００１２３４", "19900001234"),
        ("0990-5550101", "0990-5550101"),
        ("（0990）-5550101", "0990-5550101"),
        ("010－55501010转8", "010-55501010-8"),
        ("400-820-0000", "400-820-0000"),
        ("110", "110"),
        ("12345", "12345"),
        ("96333", "96333"),
    ],
)
def test_every_way_a_number_is_written_is_understood(given: str, number: str) -> None:
    assert phone_numbers.checked(given) == number


@pytest.mark.parametrize(
    "given", ["", "5550101", "1990000123", "12900001234", "0990-555", "问居委会", "1", "999999999999"]
)
def test_what_nobody_could_dial_is_refused(given: str) -> None:
    with pytest.raises(InvalidInput, match="电话号码不对"):
        phone_numbers.checked(given)
