import pytest

from bot.errors import InvalidInput
from bot.services import guesses
from bot.services.desk import Desk
from bot.services.readings import reading_of

REPORT: dict[str, object] = {
    "intent": "report_event",
    "confidence": 0.8,
    "leaf": "0503",
    "leaf_top3": ["0503", "0603", "0501"],
    "ranking": [["report_event", 0.8], ["consult_policy", 0.1]],
}


def codes(desk: Desk, kept: dict[str, object]) -> list[str]:
    return [choice.code for choice in guesses.top_guesses(desk.catalogue, reading_of(kept))]


def test_the_leaves_of_a_report_are_under_the_first_keys(desk: Desk) -> None:
    assert codes(desk, REPORT) == ["report_event/0503", "report_event/0603", "report_event/0501"]


def test_what_a_form_would_refuse_is_not_offered(desk: Desk) -> None:
    kept = {**REPORT, "intent": "propose_agenda_item", "leaf": "0101", "leaf_top3": ["0101", "0503"]}

    assert codes(desk, kept)[0] == "propose_agenda_item/0503"


def test_other_intents_come_with_their_kind_and_then_the_next_likely_ones(desk: Desk) -> None:
    kept: dict[str, object] = {
        "intent": "chitchat",
        "kind": "thanks",
        "confidence": 0.6,
        "ranking": [["chitchat", 0.6], ["report_event", 0.2], ["track_progress", 0.1]],
        "leaf_top3": ["0503"],
    }

    assert codes(desk, kept) == ["chitchat/thanks", "report_event/0503", "track_progress"]


def test_without_a_reading_there_is_nothing_to_guess(desk: Desk) -> None:
    assert guesses.top_guesses(desk.catalogue, None) == ()
    assert codes(desk, {"intent": "nlu_fallback"}) == []
    assert guesses.understood(desk.catalogue, reading_of({"intent": "nlu_fallback"})) is None


@pytest.mark.parametrize("code", ["report_event/0503", "chitchat/thanks", "track_progress"])
def test_a_button_says_what_it_stands_for(desk: Desk, code: str) -> None:
    assert guesses.choice_of(desk.catalogue, code).code == code


@pytest.mark.parametrize("code", ["", "report_event", "report_event/9999", "nonsense", "a/b/c", "chitchat"])
def test_a_button_of_our_page_says_nothing_else(desk: Desk, code: str) -> None:
    with pytest.raises(InvalidInput):
        guesses.choice_of(desk.catalogue, code)
