"""Trackers: what the next turn needs and no more."""

import json
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.core.open_forms import open_form
from bot.dialogue.trackers import ResidentTrackers, resumption

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(str(ROOT / "domain.yml"))


def talked(domain: Domain, turns: int) -> DialogueStateTracker:
    tracker = DialogueStateTracker("r1", domain.slots)
    for turn in range(turns):
        tracker.update(UserUttered(f"第{turn}句", {"name": "chitchat", "confidence": 1.0}, []), domain)
        tracker.update(ActionExecuted("action_small_talk"), domain)
        tracker.update(ActionExecuted("action_listen"), domain)
    return tracker


def in_form(domain: Domain) -> DialogueStateTracker:
    tracker = talked(domain, 20)
    for event in (
        ActiveLoop("report_form"),
        SlotSet("report", {"items": [1]}),
        SlotSet("report_leaf", "known"),
        SlotSet("requested_slot", "report_place"),
        ActionExecuted("action_listen"),
    ):
        tracker.update(event, domain)
    return tracker


def test_a_long_talk_resumes_from_as_few_events_as_a_short_one(domain: Domain) -> None:
    assert len(resumption(talked(domain, 500))) == len(resumption(talked(domain, 1)))


async def test_a_form_goes_on_where_it_was(domain: Domain) -> None:
    shelf: dict[str, str] = {}
    trackers = ResidentTrackers(domain, shelf.get)
    before = in_form(domain)
    await trackers.save(before)
    saved = trackers.taken("r1")
    assert saved is not None
    shelf["r1"] = saved.data
    after = await trackers.retrieve("r1")
    assert after is not None
    assert after.current_slot_values() == before.current_slot_values()
    assert (after.active_loop_name, after.latest_action_name) == ("report_form", "action_listen")
    assert (saved.form, saved.asked, open_form(saved.data)) == ("report_form", "report_place", "report_form")


async def test_policies_see_the_same_state_before_and_after(domain: Domain) -> None:
    before = in_form(domain)
    after = DialogueStateTracker.from_events("r1", resumption(before), domain.slots, domain=domain)
    for tracker in (before, after):
        tracker.update(UserUttered("3号楼", {"name": "inform", "confidence": 1.0}, []), domain)
    assert after.past_states(domain)[-1] == before.past_states(domain)[-1]


async def test_a_saved_tracker_is_handed_over_once(domain: Domain) -> None:
    trackers = ResidentTrackers(domain, lambda _: None)
    await trackers.save(talked(domain, 1))
    assert trackers.taken("r1") is not None
    assert trackers.taken("r1") is None


async def test_a_newcomer_has_no_tracker(domain: Domain) -> None:
    assert await ResidentTrackers(domain, lambda _: None).retrieve("r9") is None


def test_no_form_is_open_in_a_tracker_at_rest(domain: Domain) -> None:
    events = [event.as_dict() for event in resumption(talked(domain, 3))]
    assert open_form(json.dumps(events)) is None
