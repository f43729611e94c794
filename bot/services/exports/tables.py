"""What is taken out, as tables: the register of events and the figures, whatever file they end up in."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from bot.core.cells import printable
from bot.core.figures import COHORT, EXCLUDED, OVERDUE, PERCENT, STOCK, Counts, Part, Rate
from bot.core.homes import hide_rooms
from bot.core.masking import mask_name, mask_phone, redact
from bot.core.zone import SHANGHAI
from bot.services.figures import Group, Names, Overview
from bot.store.queries.outcomes import Line

Value = str | int
SAME_WORDS: Final = 4096
COUNT_HEADS: Final = (Part.ACCEPTED, Part.DEALT_WITH, Part.RESOLVED, Part.OVERDUE_OPEN, Part.CALLS_REACHED)
REGISTER_HEADS: Final = (
    *("编号", "社区", "网格", "地点", "事项大类", "事项", "标题", "紧急程度", "承办单位", "到哪一步"),
    *("上报时间", "受理时间", "联系期限", "联系居民时间", "按时联系", "办结期限", "处置时间", "超期"),
    *("挂账时间", "办结时间", "办结方式", "回访联系上", "是否解决", "满意度"),
    *("返工次数", "退回次数", "重办次数", "联系人"),
)


@dataclass(frozen=True)
class Table:
    """A heading, the heads of the columns, and rows that may be read once."""

    title: str
    heads: tuple[str, ...]
    rows: Iterable[Sequence[Value]]


def register_table(known: Names, lines: Iterable[Line]) -> Table:
    """The register; contacts are masked, rooms left out, and words redacted."""
    # Places and titles come back again and again. What was read is forgotten together with the table.
    words = lru_cache(maxsize=SAME_WORDS)(_words)
    return Table("事件台账", REGISTER_HEADS, (_line(known, line, words) for line in lines))


def figure_tables(found: Overview) -> tuple[Table, ...]:
    """The figures: in all, by community, grid, party and class, by day, on hold, left out; and what they mean."""
    return (
        Table("总体", _figure_heads("范围"), [_figures(found.place, found.total)]),
        *(group_table(group) for group in found.groups),
        day_table(found),
        held_table(found),
        excluded_table(found),
        Table("口径", ("项目", "说明"), list(definitions())),
    )


def group_table(group: Group) -> Table:
    """The figures by one kind of line."""
    rows = [_figures(line.name, line.counts) for line in group.lines]
    return Table(f"按{group.by.plain}", _figure_heads(group.by.plain), rows)


def rate_table(counts: Counts) -> Table:
    """Every figure with what was divided by what."""
    shares = [(rate, rate.of(counts)) for rate in Rate]
    rows = [(rate.plain, share.plain, share.part, share.whole) for rate, share in shares]
    return Table("各项指标", ("指标", "数值", "分子", "分母"), rows)


def day_table(found: Overview) -> Table:
    """What was accepted on each day, and how much of it has been resolved since."""
    rows = [(day.day.isoformat(), day.accepted, day.resolved) for day in found.days]
    return Table("按日", ("日期", "受理", "其中处置过的"), rows)


def held_table(found: Overview) -> Table:
    """What is on hold, by how long."""
    return Table("挂账", ("账龄", "件数"), [(held.band.plain, held.events) for held in found.held])


def excluded_table(found: Overview) -> Table:
    """What counts for nothing."""
    rows = [(status.plain, number) for status, number in found.excluded.items()]
    return Table("不计入", ("原因", "件数"), rows)


def definitions() -> Iterator[tuple[str, str]]:
    """What each figure means, in words."""
    yield "统计范围", COHORT
    yield from ((rate.plain, rate.definition) for rate in Rate)
    yield "超期还没处置", OVERDUE
    yield "不计入", EXCLUDED
    yield "挂账", STOCK
    yield "百分数", PERCENT


def moment(at: datetime | None) -> str:
    """2026-03-12 10:05 in Shanghai, nothing where there is none."""
    # Many times as fast as a format with %: a year of events has a million moments.
    return at.astimezone(SHANGHAI).isoformat(" ", "minutes").partition("+")[0] if at else ""


def _figure_heads(first: str) -> tuple[str, ...]:
    return (first, *(part.plain.removesuffix("的") for part in COUNT_HEADS), *(rate.plain for rate in Rate))


def _figures(name: str, counts: Counts) -> Sequence[Value]:
    return (name, *(counts.of(part) for part in COUNT_HEADS), *(rate.of(counts).plain for rate in Rate))


def _line(known: Names, line: Line, words: Callable[[str], str]) -> Sequence[Value]:
    return (
        line.number,
        known.communities.get(line.community_id, line.community_id),
        known.grids.get(line.grid_id or "", ""),
        words(line.place_text),
        known.tops.get(line.leaf[:2], ""),
        known.leaves.get(line.leaf, line.leaf),
        words(line.title),
        line.urgency.plain,
        known.parties.get(line.party_id or "", line.lead_name),
        line.status.plain,
        *_times(line),
        _yes(line.is_called_back),
        line.solved.plain if line.solved else "",
        line.satisfaction.plain if line.satisfaction else "",
        line.reworks,
        line.returns,
        line.reopenings,
        f"{mask_name(line.contact_name or '')} {mask_phone(line.contact_phone or '')}".strip(),
    )


def _times(line: Line) -> Sequence[str]:
    return (
        moment(line.reported_at),
        moment(line.accepted_at),
        moment(line.due_respond),
        moment(line.contacted_at),
        "" if line.responded is None else _yes(line.responded),
        moment(line.due_resolve),
        moment(line.resolved_at),
        _yes(line.is_overdue),
        moment(line.suspended_at),
        moment(line.closed_at),
        line.completion.plain if line.completion else "",
    )


def _yes(is_so: bool) -> str:  # noqa: FBT001 - the very thing it says in words
    return "是" if is_so else "否"


def _words(text: str) -> str:
    return printable(hide_rooms(redact(text)))
