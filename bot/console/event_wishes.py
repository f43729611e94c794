"""What a form on the page of a grid event asks for, typed; what makes no sense is refused in Chinese."""

from enum import Enum
from typing import Final, TypeVar

from bot.console import form_fields
from bot.console.form_fields import Fields
from bot.core.catalogue import Catalogue
from bot.core.deeds import Deed
from bot.core.grid_events import Completion, Disposition, Satisfaction, Solved, Supervision
from bot.core.places import Gazetteer, Place
from bot.core.urgency import Urgency
from bot.errors import InvalidInput, NotFound
from bot.services import intents
from bot.services.cases import LONGEST_NOTE
from bot.services.events.correcting import Correction
from bot.services.events.doing import EFFECTS
from bot.services.events.wishes import Wish
from bot.services.record_source import LONGEST_SPOT, LONGEST_UNIT, chosen
from bot.store.tables import CallBackWay

Pick = TypeVar("Pick", bound=Enum)
REACHED: Final = {"yes": True, "no": False}


def deed_at(slug: str) -> Deed:
    """The deed an address names, if it is one staff may wish; raises NotFound."""
    try:
        deed = Deed(slug)
    except ValueError:
        raise NotFound("没有这个操作") from None
    if deed not in EFFECTS:
        raise NotFound("没有这个操作")
    return deed


def wish(number: str, deed: Deed, fields: Fields) -> Wish:
    """What the form of this deed says; raises InvalidInput."""
    reached = fields.get("reached", "yes")
    if reached not in REACHED:
        raise InvalidInput("请选联系上了没有", "联系上了，或者没联系上")
    return Wish(
        number=number,
        deed=deed,
        version=form_fields.version(fields),
        words=fields.get("words", "").strip(),
        party_id=fields.get("party") or None,
        amount=_whole(fields, "amount", "请填延长多少"),
        review_on=form_fields.day(fields, "review_on"),
        completion=_pick(fields, "completion", Completion, "请选是怎么办完的"),
        supervision=_pick(fields, "supervision", Supervision, "请选督办的级别"),
        disposition=_pick(fields, "disposition", Disposition, "请选不受理的理由"),
        task_id=_whole(fields, "task", "没有这项协办"),
        is_reached=REACHED[reached],
        solved=_pick(fields, "solved", Solved, "请选解决了没有"),
        satisfaction=_pick(fields, "satisfaction", Satisfaction, "请选满意不满意") or Satisfaction.UNRATED,
        way=_pick(fields, "way", CallBackWay, "请选怎么联系的") or CallBackWay.PHONE,
    )


def chain(number: str, deed: Deed, fields: Fields) -> Wish:
    """What the form of a chain says: the version that was seen, and words; raises InvalidInput."""
    words = fields.get("words", "").strip()
    if len(words) > LONGEST_NOTE:
        raise InvalidInput(f"说明不能超过{LONGEST_NOTE}个字")
    return Wish(number, deed, form_fields.version(fields), words)


def correction(fields: Fields, catalogue: Catalogue, gazetteer: Gazetteer) -> Correction:
    """What is right instead; fields left empty stay as they are. Raises InvalidInput."""
    words = fields.get("words", "").strip()
    if len(words) > LONGEST_NOTE:
        raise InvalidInput(f"说明不能超过{LONGEST_NOTE}个字")
    return Correction(
        leaf=leaf(fields, catalogue),
        place=place(fields, gazetteer),
        urgency=_pick(fields, "urgency", Urgency, "请选紧急程度"),
        words=words,
    )


def leaf(fields: Fields, catalogue: Catalogue) -> str | None:
    """The leaf typed or picked from the list, None where the field is empty; raises InvalidInput for no leaf."""
    given = fields.get("leaf", "").strip()
    code = intents.code_in(given)
    if given and code not in catalogue.leaves:
        raise InvalidInput("请选一个分类", "输入几个字，在列表里选一项")
    return code if given else None


def place(fields: Fields, gazetteer: Gazetteer) -> Place | None:
    """The place a form names, None where it names none; raises InvalidInput."""
    building_id, unit, words = (fields.get(name, "").strip() for name in ("building", "unit", "place"))
    if len(unit) > LONGEST_UNIT or len(words) > LONGEST_SPOT:
        raise InvalidInput(f"地点写得太长，单元最多{LONGEST_UNIT}个字，位置最多{LONGEST_SPOT}个字")
    if not building_id:
        if unit and not words:
            raise InvalidInput("只写了单元，不知道是哪一栋", "请选一栋楼")
        return Place(words, None, None, None, None, None, None, words) if words else None
    building = next((one for one in gazetteer.buildings if one.id == building_id), None)
    if building is None:
        raise InvalidInput("没有这栋楼", "请在列表里选一栋，或者只写位置")
    return Place(words, building.community_id, building.grid_id, building, unit or None, None, None, words or None)


def _pick(fields: Fields, name: str, choices: type[Pick], problem: str) -> Pick | None:
    given = fields.get(name, "")
    return chosen(choices, given, problem) if given else None


def _whole(fields: Fields, name: str, problem: str) -> int | None:
    given = fields.get(name, "").strip()
    if not given:
        return None
    found = form_fields.whole(given)
    if found is None:
        raise InvalidInput(problem, "请填数字")
    return found
