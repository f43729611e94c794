"""What superiors and colleagues do beside the handling: urge, supervise, put right, note down."""

from bot.core import guards
from bot.core.grid_events import Supervision
from bot.errors import Conflict, InvalidInput
from bot.services.events.standing import standing_of
from bot.services.events.wishes import Effect, Scene


def urge(scene: Scene) -> Effect:
    """Ask the unit to hurry; again only after a while, so that it stays a signal."""
    event, pause = scene.event, scene.desk.handling.urge_every
    if event.urged_at is not None and scene.now - event.urged_at < pause:
        raise Conflict("刚催过一次", f"{pause.total_seconds() / 3600:.0f}小时内催一次就够了")
    event.urges += 1
    event.urged_at = scene.now
    return Effect({"urges": event.urges})


def supervise(scene: Scene) -> Effect:
    """Show a card; only ever a higher one."""
    wanted = scene.wish.supervision
    if wanted is None or wanted is Supervision.NONE:
        raise InvalidInput("请选督办的级别", "普通、黄牌或红牌")
    guards.check_supervision(wanted, standing_of(scene.session, scene.event))
    scene.event.supervision = wanted
    return Effect({"supervision": wanted.value}, words=f"{wanted.plain}：{scene.wish.words}")


def lift(scene: Scene) -> Effect:
    """Take the card back, with the reason."""
    was = scene.event.supervision
    scene.event.supervision = Supervision.NONE
    return Effect({"supervision": Supervision.NONE.value}, words=f"解除{was.plain}：{scene.wish.words}")


def note_down(_scene: Scene) -> Effect:
    """Only the words."""
    return Effect()


def withdraw(_scene: Scene) -> Effect:
    """The resident no longer wants it, and no unit has it yet."""
    return Effect(news="withdrawn")
