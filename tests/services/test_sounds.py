"""Names that sound alike are one name."""

import pytest

from bot.services.sounds import sound


@pytest.mark.parametrize(
    ("said", "meant"), [("桂相苑", "桂香苑"), ("清河原", "青荷苑"), ("锦秀花圆", "锦绣花园"), ("中心里", "宗兴里")]
)
def test_homophones_and_flat_tongues_sound_alike(said: str, meant: str) -> None:
    assert sound(said) == sound(meant)


def test_other_names_sound_otherwise() -> None:
    assert sound("桂香苑") != sound("桂花园")
