"""What happens to the five hundred events of the scripted month: who does what with each, and how much later."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final

DAY, HOUR = 24 * 60, 60


@dataclass(frozen=True)
class Team:
    """Who works in a community; `clerk` is of the property company, `far` of a unit of the street."""

    community: str
    buildings: tuple[str, ...]
    property: str
    worker: str
    director: str
    grid_worker: str
    clerk: str


TEAMS: Final = (
    Team(
        *("qinghe", ("qinghe-qh-5", "qinghe-qh-6"), "qinghe-property-qh"),
        *("liqing", "chenguifang", "wangxiaohe", "qiaoyun"),
    ),
    Team("guixiang", ("guixiang-gx-3",), "guixiang-property-gx", "wutong", "linguodong", "liuxiaoyu", "fanli"),
    Team("liuan", ("liuan-lx-9", "liuan-lx-20"), "liuan-property-lx", "xunuo", "fengyulan", "zhangxiaoliu", "luyang"),
)
DISPATCHER, LEADER = "tangliang", "songzhiyuan"
SANITATION, SWEEPER = "street-sanitation", "maoyulan"


@dataclass(frozen=True)
class Act:
    """One form sent: by whom, which deed (or chain), with what, so many minutes after the one before.

    Fields may say {task}, {other} and {review} for what is only known at that moment.
    """

    who: str
    deed: str
    fields: Mapping[str, str] = field(default_factory=dict)
    after: int = 20


@dataclass(frozen=True)
class Plan:
    """An event: who files it where (without a building, where the grid worker stands), and what is done with it."""

    team: Team
    filed_by: str
    leaf: str
    building: str
    at: int
    acts: tuple[Act, ...]


def plans(chance: Random, number: int) -> list[Plan]:
    """So many plans over 28 days, every kind of them often."""
    kinds = list(_KINDS)
    return [_plan(chance, kinds[index % len(kinds)]) for index in range(number)]


def _plan(chance: Random, kind: Callable[[Team, Random], Iterator[Act]]) -> Plan:
    team = chance.choice(TEAMS)
    acts = tuple(kind(team, chance))
    if chance.random() < 0.12:
        acts = acts[: chance.randrange(len(acts))]
    return Plan(
        team=team,
        filed_by=team.grid_worker if kind is on_the_spot else chance.choice((team.worker, team.director)),
        leaf=chance.choice(("0503", "0502", "0501")),
        building="" if kind is on_the_spot else chance.choice(team.buildings),
        at=chance.randrange(28) * DAY + 60 + chance.randrange(8 * HOUR),
        acts=acts,
    )


def _taken_in(team: Team) -> Iterator[Act]:
    yield Act(team.worker, "triage")
    yield Act(team.worker, "accept", {"words": "收到，马上安排"})


def _sent(team: Team, chance: Random) -> Iterator[Act]:
    yield Act(team.worker, "dispatch", {"party": team.property})
    yield Act(team.clerk, "sign", after=chance.choice((30, 3 * HOUR, 2 * DAY)))


def _handled(team: Team, chance: Random, completion: str = "substantive") -> Iterator[Act]:
    yield Act(team.worker, "contact", {"words": "电话里说好了时间"}, chance.choice((20, HOUR, 3 * DAY)))
    yield Act(team.clerk, "start", after=HOUR)
    yield _resolved(team, chance, completion)


def _resolved(team: Team, chance: Random, completion: str = "substantive") -> Act:
    words = {"completion": completion, "words": "师傅来过，弄好了"}
    return Act(team.clerk, "resolve", words, chance.choice((2 * HOUR, DAY, 9 * DAY)))


def _ended(team: Team, chance: Random, solved: str = "yes") -> Iterator[Act]:
    yield Act(team.worker, "verify", after=2 * HOUR)
    yield Act(team.director, "close", {"words": "去看过，没问题"})
    rating = chance.choice(("satisfied", "fair", "unsatisfied", "unrated"))
    said = {"reached": "yes", "solved": solved, "satisfaction": rating, "way": "phone", "words": "电话里说的"}
    yield Act(team.director, "call_back", said, DAY)


def usual(team: Team, chance: Random) -> Iterator[Act]:
    yield from _taken_in(team)
    yield from _sent(team, chance)
    yield from _handled(team, chance)
    yield from _ended(team, chance, chance.choice(("yes", "yes", "partly")))


def with_a_chain(team: Team, chance: Random) -> Iterator[Act]:
    yield Act(team.worker, "take-on", {"dispatches": "1"})
    yield Act(team.clerk, "sign")
    yield from _handled(team, chance, chance.choice(("procedural", "terminated")))
    yield from _ended(team, chance)


def on_the_spot(team: Team, chance: Random) -> Iterator[Act]:
    yield Act(team.grid_worker, "on-the-spot", {"met": "1", "words": "当场拧紧了"}, 5)
    yield from _ended(team, chance)


def passed_around(team: Team, chance: Random) -> Iterator[Act]:
    yield from _taken_in(team)
    yield Act(team.worker, "dispatch", {"party": team.property})
    yield Act(team.clerk, "return", {"words": "不是我们的管道"}, 30)
    yield Act(DISPATCHER, "dispatch", {"party": SANITATION})
    yield Act(SWEEPER, "sign")
    yield Act(SWEEPER, "return", {"words": "也不归环卫"}, 30)
    yield Act(DISPATCHER, "designate", {"party": team.property, "words": "由物业来办，街道定的"})
    yield Act(team.clerk, "sign")
    yield from _handled(team, chance)
    yield from _ended(team, chance)


def transferred(team: Team, chance: Random) -> Iterator[Act]:
    yield from _taken_in(team)
    yield Act(DISPATCHER, "dispatch", {"party": SANITATION})
    yield Act(DISPATCHER, "transfer", {"party": team.property, "words": "是小区里面的"}, 2 * HOUR)
    yield Act(team.clerk, "sign")
    yield from _handled(team, chance)
    yield from _ended(team, chance)


def delayed(team: Team, chance: Random) -> Iterator[Act]:
    yield from _taken_in(team)
    yield Act(team.worker, "dispatch", {"party": team.property}, 5)
    yield Act(team.clerk, "sign", after=5)
    yield Act(team.clerk, "ask_extension", {"amount": "1", "words": "配件要等"}, 5)
    decision = "grant_extension" if chance.random() < 0.6 else "deny_extension"
    yield Act(chance.choice((DISPATCHER, LEADER)), decision, {"words": "看过申请了"}, HOUR)
    yield from _handled(team, chance)
    yield from _ended(team, chance)


def on_hold(team: Team, chance: Random) -> Iterator[Act]:
    yield from _taken_in(team)
    yield from _sent(team, chance)
    yield Act(team.clerk, "start")
    yield Act(DISPATCHER, "suspend", {"review_on": "{review}", "words": "要等维修资金"}, HOUR)
    yield Act(LEADER, "review", {"review_on": "{review}", "words": "资金还在走手续"}, 5 * DAY)
    yield Act(DISPATCHER, "resume", {"words": "资金到了"}, 4 * DAY)
    yield Act(team.worker, "contact", {"words": "告诉居民接着办"})
    yield _resolved(team, chance)
    yield from _ended(team, chance)


def still_on_hold(team: Team, chance: Random) -> Iterator[Act]:
    yield from (*_taken_in(team), *_sent(team, chance))
    yield Act(team.clerk, "start")
    yield Act(LEADER, "suspend", {"review_on": "{review}", "words": "一时拆不掉"}, HOUR)


def done_twice(team: Team, chance: Random) -> Iterator[Act]:
    yield from _taken_in(team)
    yield from _sent(team, chance)
    yield from _handled(team, chance)
    yield Act(team.worker, "reject", {"words": "灯还是不亮"}, HOUR)
    yield Act(team.clerk, "start")
    yield _resolved(team, chance)
    yield from _ended(team, chance)


def not_solved(team: Team, chance: Random) -> Iterator[Act]:
    yield from _taken_in(team)
    yield from _sent(team, chance)
    yield from _handled(team, chance)
    yield from _ended(team, chance, "no")
    yield from _sent(team, chance)
    yield from _handled(team, chance)
    yield from _ended(team, chance)


def opened_again_by_staff(team: Team, chance: Random) -> Iterator[Act]:
    yield from _taken_in(team)
    yield from _sent(team, chance)
    yield from _handled(team, chance)
    yield Act(team.worker, "verify", after=HOUR)
    yield Act(team.director, "close")
    yield Act(team.director, "call_back", {"reached": "no", "way": "phone"}, HOUR)
    yield Act(team.director, "reopen", {"words": "邻居说又坏了"}, DAY)
    yield from _sent(team, chance)
    yield from _handled(team, chance)
    yield from _ended(team, chance)


def refused(team: Team, _chance: Random) -> Iterator[Act]:
    yield Act(team.worker, "triage")
    about = {"disposition": "outside_government", "words": "这是商家的事，可以打消费热线"}
    yield Act(team.worker, "propose_refusal", about)
    yield Act(team.director, "refuse", about, HOUR)


def called_off(team: Team, chance: Random) -> Iterator[Act]:
    yield from _taken_in(team)
    yield Act(team.worker, "withdraw", {"words": "居民说自己修好了"}, chance.choice((HOUR, 9 * DAY)))


def double(team: Team, _chance: Random) -> Iterator[Act]:
    yield Act(team.worker, "triage")
    yield Act(team.worker, "merge", {"into": "{other}", "words": "是同一件事"})


def watched(team: Team, chance: Random) -> Iterator[Act]:
    yield Act(team.worker, "correct", {"leaf": "0504", "urgency": "P1", "words": "老人摔过"})
    yield Act(DISPATCHER, "supervise", {"supervision": "yellow", "words": "盯紧一点"}, 5)
    yield Act(LEADER, "lift", {"words": "已经有人管了"}, 5)
    yield from _taken_in(team)
    yield from _sent(team, chance)
    yield Act(team.clerk, "note", {"words": "已经约了师傅"})
    yield Act(team.worker, "urge", {"words": "居民又来问"}, DAY)
    yield Act(DISPATCHER, "add_task", {"party": SANITATION, "words": "把杂物先拉走"}, HOUR)
    if chance.random() < 0.5:
        yield Act(DISPATCHER, "drop_task", {"task": "{task}", "words": "居民自己拉走了"}, HOUR)
    else:
        yield Act(SWEEPER, "sign_task", {"task": "{task}"}, HOUR)
        yield Act(SWEEPER, "finish_task", {"task": "{task}", "words": "拉走了"}, HOUR)
    yield from _handled(team, chance)
    yield from _ended(team, chance)


_KINDS: Final = (
    *(usual, usual, with_a_chain, on_the_spot, passed_around, transferred, delayed, delayed, on_hold, still_on_hold),
    *(done_twice, not_solved, opened_again_by_staff, refused, called_off, double, watched),
)
