"""The evaluation as one HTML page with drawings, for trainers: opened from disk, nothing is loaded from elsewhere."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.settings import ROOT

if TYPE_CHECKING:
    from bot.dialogue.evaluation.curves import Bin, Point
    from bot.dialogue.evaluation.report import Report

WIDTH, HEIGHT, EDGE = 360, 280, 44
NAMES: Final = {
    "messages": "句数",
    "intent": "意图读对",
    "intent_macro": "意图读对(各意图平均)",
    "urgency": "急缓读对",
    "leaf": "事项读对",
    "leaf_macro": "事项读对(各事项平均)",
    "leaf_top3": "事项在前三里",
    "class": "大类读对",
    "filed_unreviewed": "不经人看就立案",
    "filed_wrong": "其中立错的",
    "reviewed": "要人先看的",
    "elderly_recall": "老人信号找到的",
    "elderly_precision": "老人信号说对的",
    "address_f1": "地址 F1",
    "emergency_recall": "紧急情况找到的",
    "false_alarms": "误报紧急",
    "calibration_error": "把握与实际的平均差距",
}


def page(reports: Sequence["Report"]) -> str:
    """All reports one below the other."""
    loader = FileSystemLoader(ROOT / "bot" / "web" / "templates")
    environment = Environment(loader=loader, undefined=StrictUndefined, autoescape=True)
    environment.globals.update(names=NAMES, x_of=x_of, y_of=y_of, line=_line, width=WIDTH, height=HEIGHT, edge=EDGE)
    environment.globals.update(span=_span, bin_points=_bin_points)
    return environment.get_template("evaluation.html").render(reports=reports)


def x_of(share: float, most: float = 1.0) -> float:
    """Where a share stands across the drawing, in its units."""
    return round(EDGE + share / most * (WIDTH - 2 * EDGE), 1)


def y_of(share: float, most: float = 1.0) -> float:
    """Where a share stands up the drawing."""
    return round(HEIGHT - EDGE - share / most * (HEIGHT - 2 * EDGE), 1)


def _bin_points(bins: Sequence["Bin"]) -> str:
    return " ".join(f"{x_of(found.confidence)},{y_of(found.right)}" for found in bins)


def _span(points: Sequence["Point"]) -> float:
    """The top of the risk axis: the greatest risk, at least a tenth."""
    return max(0.1, *(point.risk for point in points)) if points else 0.1


def _line(points: Sequence["Point"], most: float) -> str:
    return " ".join(f"{x_of(point.coverage)},{y_of(point.risk, most)}" for point in points)
