"""What the figures divide by what, what they leave out, and what they find remarkable."""

from datetime import UTC, date, datetime

import pytest

from bot.core.cells import harmless, printable
from bot.core.charts import LEFT, WIDTH, Measure, bar_chart, line_chart
from bot.core.figures import AGE_BANDS, COUNTED, Counts, Part, Rate, findings, is_hollow, total
from bot.core.periods import Period, Span, between, period_of
from bot.core.shares import Share
from bot.errors import InvalidInput

FULL = Counts(
    accepted=23,
    to_contact=20,
    responded=18,
    dealt_with=19,
    resolved=16,
    in_time=15,
    overdue_open=2,
    judged=18,
    calls_reached=10,
    calls_solved=9,
    ratings=8,
    ratings_content=6,
    sent_back=2,
    returned=1,
)


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (Rate.RESPONSE, "90.0%"),
        (Rate.HANDLING, "82.6%"),
        (Rate.SOLVING, "90.0%"),
        (Rate.SATISFACTION, "75.0%"),
        (Rate.PUNCTUALITY, "83.3%"),
        (Rate.REWORK, "12.5%"),
        (Rate.RETURN, "4.3%"),
    ],
)
def test_every_figure_divides_what_it_says(rate: Rate, said: str) -> None:
    assert rate.of(FULL).plain == said


@pytest.mark.parametrize("rate", list(Rate))
def test_nothing_is_divided_by_nothing(rate: Rate) -> None:
    assert rate.of(Counts()).plain == "—"
    assert rate.of(Counts()).value is None


@pytest.mark.parametrize("rate", list(Rate))
def test_every_figure_explains_itself(rate: Rate) -> None:
    assert "÷" in rate.definition
    assert rate.plain.endswith("率")


def test_counts_are_added_part_by_part() -> None:
    twice = total([FULL, FULL])

    assert [twice.of(part) for part in COUNTED] == [2 * FULL.of(part) for part in COUNTED]
    assert total([]) == Counts()


def test_the_age_bands_leave_no_day_out() -> None:
    assert [(band.least, band.most) for band in AGE_BANDS] == [(0, 7), (8, 15), (16, 30), (31, None)]


def test_all_dealt_with_and_little_solved_is_a_finding() -> None:
    counts = Counts(accepted=20, dealt_with=20, resolved=20, judged=20, in_time=20, calls_reached=10, calls_solved=6)

    (found,) = findings(counts)

    assert is_hollow(counts)
    assert found.words.startswith("处置率有100.0%，回访10次，居民说解决了的只有60.0%。")
    assert found.part is Part.UNSOLVED


def test_good_figures_are_no_finding() -> None:
    counts = Counts(accepted=20, dealt_with=20, resolved=20, judged=20, in_time=20, calls_reached=10, calls_solved=9)

    assert findings(counts) == ()
    assert findings(Counts()) == ()


def test_other_findings_say_their_numbers() -> None:
    counts = Counts(accepted=10, dealt_with=5, resolved=5, overdue_open=3, judged=8, sent_back=2, returned=4)

    words = [one.words for one in findings(counts)]

    assert len(words) == 4
    for said in ("还没有一件回访联系上", "有3件超过了期限", "返工或重办过2件，占40.0%", "被退回过4件，占40.0%"):
        assert any(said in one for one in words)


def test_a_share_of_something_is_between_nothing_and_all() -> None:
    assert (Share(0, 4).plain, Share(4, 4).plain) == ("0.0%", "100.0%")


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (1999, 2000, "99.9%"),
        (1, 2001, "0.1%"),
        (9994, 10_000, "99.9%"),
        (6, 10_000, "0.1%"),
        (1, 16, "6.3%"),
        (2, 3, "66.7%"),
        (0, 0, "—"),
    ],
)
def test_a_share_is_never_rounded_to_all_or_to_nothing(part: int, whole: int, said: str) -> None:
    assert Share(part, whole).plain == said


@pytest.mark.parametrize(
    ("span", "today", "first", "last"),
    [
        (Span.THIS_MONTH, date(2026, 2, 11), date(2026, 2, 1), date(2026, 2, 28)),
        (Span.LAST_MONTH, date(2026, 1, 11), date(2025, 12, 1), date(2025, 12, 31)),
        (Span.LAST_MONTH, date(2028, 3, 31), date(2028, 2, 1), date(2028, 2, 29)),
        (Span.QUARTER, date(2026, 5, 30), date(2026, 4, 1), date(2026, 6, 30)),
        (Span.QUARTER, date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_whole_months(span: Span, today: date, first: date, last: date) -> None:
    assert period_of(span, today) == Period(first, last)


def test_a_period_begins_and_ends_at_midnight_in_shanghai() -> None:
    period = between("2026-03-01", "2026-03-12")

    assert period.start.astimezone(UTC) == datetime(2026, 2, 28, 16, 0, tzinfo=UTC)
    assert period.end.astimezone(UTC) == datetime(2026, 3, 12, 16, 0, tzinfo=UTC)
    assert len(period.days) == 12


@pytest.mark.parametrize(
    ("first", "last", "plain"),
    [
        ("2026-03-01", "2026-03-31", "2026年3月"),
        ("2026-03-01", "2026-03-12", "2026年3月1日至3月12日"),
        ("2025-12-20", "2026-01-05", "2025年12月20日至2026年1月5日"),
        ("2026-03-12", "2026-03-12", "2026年3月12日"),
    ],
)
def test_a_period_is_said_as_people_say_it(first: str, last: str, plain: str) -> None:
    assert between(first, last).plain == plain


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("", "2026-03-12", "请选从哪天到哪天"),
        ("2026-02-30", "2026-03-12", "没有这一天"),
        ("1026-02-03", "2026-03-12", "没有这一天"),
        ("2026-03-13", "2026-03-12", "开始的日子比结束的日子还晚"),
        ("2025-01-01", "2026-03-12", "一次最多看一年"),
    ],
)
def test_days_that_make_no_period_are_refused(first: str, last: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        between(first, last)


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+86", "-2", "@cmd", "\tx", "\r=1", "\n=1", "＝1＋1", "＋1", "－1", "＠x", "  =HYPERLINK(1)", "\u3000=1"],
)
def test_what_a_spreadsheet_would_run_is_made_words(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "楼道灯坏了", "5号楼=青禾苑", "138****1111", "—"])
def test_ordinary_words_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


def test_what_no_document_can_hold_is_left_out() -> None:
    assert printable("灯\x00坏\x0b了\ud800\n明天\t修") == "灯坏了\n明天\t修"


def test_bars_are_as_long_as_their_share_of_the_greatest() -> None:
    chart = bar_chart([("甲", [Measure(10, "10件")]), ("乙", [Measure(5, "5件"), Measure(None, "—")])])

    first, second = chart.rows
    assert first.bars[0].length == 2 * second.bars[0].length
    assert second.bars[1].length == 0
    assert first.bars[0].value_x < WIDTH
    assert second.bars[1].y + chart.thickness <= chart.height


def test_a_chart_of_nothing_draws_nothing_and_does_not_fail() -> None:
    assert bar_chart([]).height == 0
    assert line_chart(["3/1"], [("受理", [0])]).series[0].dots[0][0] > LEFT


@pytest.mark.parametrize("most", [0, 1, 4, 7, 23, 99, 1234])
def test_a_line_has_few_ticks_and_stays_below_the_highest(most: int) -> None:
    chart = line_chart([str(day) for day in range(31)], [("受理", [most] * 31), ("其中处置过的", [0] * 31)])

    assert 2 <= len(chart.rows) <= 6
    assert int(chart.rows[-1].label) >= most
    assert all(y >= chart.rows[-1].at for _, y in chart.series[0].dots)
    assert len(chart.columns) <= 6
