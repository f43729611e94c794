"""What trainers are shown of what the bot misread, and how their word reaches the training data."""

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.core.masking import mask_phone
from bot.core.staff import Role
from bot.errors import BrokenFile, Conflict, InvalidInput, NotFound
from bot.services import learning, residents
from bot.services.desk import Desk
from bot.services.handover import hand_over
from bot.services.intents import Choice
from bot.services.learning import Correction, Why
from bot.store.queries.learning import note_correction
from bot.store.tables import Audit, HandoverKind, Label, LabelStatus, Message, Staff
from tests.services import stage

PHONE = "19900000088"
LAMPS = Choice("report_event", "0603")
NLU = """version: "3.1"
nlu:
- intent: report_event/0603
  examples: |
    - 路灯坏了
- intent: report_event/0604
  examples: |
    - 下水道堵了
"""


@pytest.fixture
def trainer(session: Session) -> Staff:
    person = Staff(username="xulin", password_hash="none", name="许林", role=Role.TRAINER, grid_ids=[], dialects=[])
    session.add(person)
    session.flush()
    return person


@pytest.fixture
def nlu(tmp_path: Path) -> Path:
    """A folder of training data."""
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "06.yml").write_text(NLU, "utf-8")
    return tmp_path


def said(session: Session, desk: Desk, text: str, **reading: object) -> int:
    """Somebody says something; with a reading, this is how the bot understood it."""
    message = stage.says(session, desk, stage.someone(session, desk), text)
    if reading:
        session.get_one(Message, message).reading = {"intent": "report_event", "confidence": 0.9, **reading}
        session.flush()
    return message


def texts(session: Session, why: Why | None = None) -> list[str]:
    return [one.text for one in learning.misread(session, why).rows]


def unsure(session: Session, desk: Desk, text: str) -> int:
    return said(session, desk, text, confidence=0.3)


def test_a_sure_report_of_an_unsure_matter_is_looked_at(session: Session, desk: Desk) -> None:
    said(session, desk, "那个东西坏了", leaf="0503", leaf_confidence=0.05)
    said(session, desk, "楼道灯坏了", leaf="0503", leaf_confidence=0.9)
    assert texts(session, Why.UNSURE) == ["那个东西坏了"]


def test_each_reason_brings_its_own_messages(session: Session, desk: Desk) -> None:
    said(session, desk, "听懂了的", leaf="0603")
    said(session, desk, "没听懂", intent="nlu_fallback")
    unsure(session, desk, "没把握")
    handed_over = said(session, desk, "找人", leaf="0603")
    conversation = residents.conversation_with(session, desk, stage.someone(session, desk))
    hand_over(session, conversation, handed_over, HandoverKind.PERSON, "要找人", desk.clock())
    corrected = said(session, desk, "改过的", leaf="0603")
    worker = stage.staff(session, stage.WORKER)
    learning.suggest(session, desk, worker, corrected, Correction(LAMPS))

    assert texts(session, Why.UNREAD) == ["没听懂"]
    assert texts(session, Why.UNSURE) == ["没把握"]
    assert texts(session, Why.HANDED_OVER) == ["找人"]
    assert texts(session, Why.CORRECTED) == ["改过的"]
    assert texts(session) == ["改过的", "找人", "没把握", "没听懂"]


def test_what_was_handed_over_as_misunderstood_counts_as_unread(session: Session, desk: Desk) -> None:
    conversation = residents.conversation_with(session, desk, stage.someone(session, desk))
    for words, kind in (("说不清", HandoverKind.MISUNDERSTOOD), ("投诉", HandoverKind.COMPLAINT)):
        hand_over(session, conversation, said(session, desk, words), kind, words, desk.clock())

    assert texts(session, Why.UNREAD) == ["说不清"]


def test_an_event_sorted_anew_by_a_worker_is_shown_with_its_right_leaf(session: Session, desk: Desk) -> None:
    resident = stage.someone(session, desk)
    event = stage.report(session, desk, resident, stage.at(desk, stage.BUILDING))
    note_correction(session, event, "0603")
    session.flush()

    (found,) = learning.misread(session, Why.CORRECTED).rows

    assert found.suggestion
    assert found.suggestion.leaf == "0603"


def test_trainers_see_no_phone_numbers(session: Session, desk: Desk) -> None:
    unsure(session, desk, f"灯坏了打{PHONE}")

    assert texts(session) == [f"灯坏了打{mask_phone(PHONE)}"]


def test_a_workers_word_is_what_the_trainer_is_offered_first(session: Session, desk: Desk) -> None:
    message = unsure(session, desk, "又黑了")
    correction = Correction(LAMPS, f"打{PHONE}问过")
    learning.suggest(session, desk, stage.staff(session, stage.WORKER), message, correction)

    found = learning.sample(session, message)

    assert (found.suggestion, found.said_by, found.note) == (LAMPS, "社区工作者", f"打{mask_phone(PHONE)}问过")


def test_without_a_workers_word_the_models_guess_is_offered(session: Session, desk: Desk) -> None:
    message = said(session, desk, "又黑了", confidence=0.3, leaf="0503", leaf_top3=["0503", "0603"])

    assert learning.sample(session, message).suggestion == Choice("report_event", "0503")


def test_a_labelled_message_is_not_shown_again(session: Session, desk: Desk, trainer: Staff) -> None:
    message = unsure(session, desk, "又黑了")

    learning.label(session, desk, trainer, message, Correction(LAMPS))

    assert texts(session) == []
    assert [one.text for one in learning.unwritten(session)] == ["又黑了"]


def test_what_the_bot_understood_well_is_no_sample(session: Session, desk: Desk, trainer: Staff) -> None:
    message = said(session, desk, "隐私的话", leaf="0603")

    with pytest.raises(NotFound):
        learning.sample(session, message)
    with pytest.raises(NotFound):
        learning.label(session, desk, trainer, message, Correction(LAMPS))


def test_the_trainer_may_shorten_the_text_but_not_unmask_it(session: Session, desk: Desk, trainer: Staff) -> None:
    message = unsure(session, desk, "一楼张家的人说路灯又黑了")

    given = learning.label(session, desk, trainer, message, Correction(LAMPS, text=f"路灯又黑了{PHONE}"))

    assert given.text == f"路灯又黑了{mask_phone(PHONE)}"


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b", "///", "长" * 121])
def test_what_cannot_be_an_example_is_refused(session: Session, desk: Desk, trainer: Staff, text: str) -> None:
    message = unsure(session, desk, "又黑了")

    with pytest.raises(InvalidInput):
        learning.label(session, desk, trainer, message, Correction(LAMPS, text=text))


def test_a_trainer_may_think_again_until_it_is_written(session: Session, desk: Desk, trainer: Staff, nlu: Path) -> None:
    message = unsure(session, desk, "又黑了")
    learning.label(session, desk, trainer, message, Correction(Choice("skip", None)))
    learning.label(session, desk, trainer, message, Correction(LAMPS))
    learning.write_labels(session, desk, trainer, nlu)

    with pytest.raises(Conflict):
        learning.label(session, desk, trainer, message, Correction(Choice("skip", None)))
    session.expire_all()
    kept = session.scalars(select(Label)).one()
    assert (kept.intent, kept.status) == ("report_event", LabelStatus.WRITTEN)


def test_writing_adds_exactly_one_line(session: Session, desk: Desk, trainer: Staff, nlu: Path) -> None:
    message = unsure(session, desk, f"东门的灯又黑了 打{PHONE}")
    learning.label(session, desk, trainer, message, Correction(LAMPS))

    added = learning.write_labels(session, desk, trainer, nlu)

    after = (nlu / "report" / "06.yml").read_text("utf-8")
    line = f"    - 东门的灯又黑了 打{mask_phone(PHONE)}\n"
    assert after == NLU.replace("    - 路灯坏了\n", f"    - 路灯坏了\n{line}")
    assert (added.added, added.paths) == (1, (nlu / "report" / "06.yml",))


def test_writing_twice_adds_nothing_more(session: Session, desk: Desk, trainer: Staff, nlu: Path) -> None:
    learning.label(session, desk, trainer, unsure(session, desk, "又黑了"), Correction(LAMPS))
    learning.write_labels(session, desk, trainer, nlu)
    once = (nlu / "report" / "06.yml").read_text("utf-8")

    again = learning.write_labels(session, desk, trainer, nlu)

    assert (again.added, again.paths) == (0, ())
    assert (nlu / "report" / "06.yml").read_text("utf-8") == once


def test_a_sentence_that_stands_under_another_intent_stays_to_be_labelled(
    session: Session, desk: Desk, trainer: Staff, nlu: Path
) -> None:
    learning.label(session, desk, trainer, unsure(session, desk, "下水道堵了"), Correction(LAMPS))

    added = learning.write_labels(session, desk, trainer, nlu)

    session.expire_all()
    assert [clash.stands_under for clash in added.clashes] == ["report_event/0604"]
    assert [one.text for one in learning.unwritten(session)] == ["下水道堵了"]


def test_a_workers_word_is_written_once_a_trainer_agrees(
    session: Session, desk: Desk, trainer: Staff, nlu: Path
) -> None:
    message = unsure(session, desk, "又黑了")
    learning.suggest(session, desk, stage.staff(session, stage.WORKER), message, Correction(LAMPS))

    alone = learning.write_labels(session, desk, trainer, nlu)
    learning.label(session, desk, trainer, message, Correction(LAMPS))
    agreed = learning.write_labels(session, desk, trainer, nlu)

    assert (alone.added, agreed.added) == (0, 1)


def test_a_broken_file_leaves_labels_unwritten(session: Session, desk: Desk, trainer: Staff, nlu: Path) -> None:
    learning.label(session, desk, trainer, unsure(session, desk, "又黑了"), Correction(LAMPS))
    (nlu / "report" / "06.yml").write_text("nlu: [", "utf-8")

    with pytest.raises(BrokenFile):
        learning.write_labels(session, desk, trainer, nlu)

    assert len(learning.unwritten(session)) == 1


def test_the_audit_log_names_labels_without_their_words(
    session: Session, desk: Desk, trainer: Staff, nlu: Path
) -> None:
    message = unsure(session, desk, "又黑了")
    learning.label(session, desk, trainer, message, Correction(LAMPS))
    learning.write_labels(session, desk, trainer, nlu)

    rows = session.scalars(select(Audit).where(Audit.action.startswith("sample:"))).all()

    assert [(row.action, row.object, row.detail) for row in rows] == [
        ("sample:label", f"message:{message}", "report_event/0603"),
        ("sample:write", "data/nlu", "added=1 known=0 clashes=0"),
    ]


def test_long_lists_come_page_by_page(session: Session, desk: Desk) -> None:
    for number in range(25):
        unsure(session, desk, f"第{number}句")

    second = learning.misread(session, offset=20)

    assert (len(second.rows), second.total) == (5, 25)


def test_a_complaint_teaches_how_it_is_put_and_not_whom_it_is_about(session: Session, desk: Desk) -> None:
    unsure(session, desk, "网格员王小禾特别差，陈主任也不管，我叫罗小凤，住5号楼301室")

    assert texts(session, Why.UNSURE) == ["网格员某某特别差，某主任也不管，我叫罗**，住5号楼***室"]


def test_a_sentence_kept_before_names_were_hidden_is_shown_and_written_without_them(
    session: Session, desk: Desk, trainer: Staff, nlu: Path
) -> None:
    message_id = unsure(session, desk, "路灯坏了跟王小禾说过")
    learning.label(session, desk, trainer, message_id, Correction(LAMPS))
    kept = learning.label_of(session, message_id)
    assert kept is not None
    kept.text = "路灯坏了跟王小禾说过"

    shown = learning.sample(session, message_id).text
    learning.write_labels(session, desk, trainer, nlu)

    assert shown == "路灯坏了跟某某说过"
    written = (nlu / "report" / "06.yml").read_text("utf-8")
    assert ("路灯坏了跟某某说过" in written, "王小禾" in written) == (True, False)
