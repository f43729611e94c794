"""Notices: the few words that still reach a resident outside the 48 hours, in a form the platform approved."""

from typing import Final

from bot.channels.wechat.accounts import Account, Notice, NoticeField
from bot.core.bubbles import shortened
from bot.core.zone import SHANGHAI
from bot.services.desk import Desk
from bot.store.tables import Community

# A field of the kind "thing" holds no more; longer ones are refused as a whole (error 47003).
FIELD_LENGTH: Final = 20


def notice_fields(desk: Desk, account: Account, notice: Notice, words: str) -> dict[str, str]:
    """What stands in the fields of a notice; blocks."""
    with desk.store.transaction(read_only=True) as session:
        community = session.get_one(Community, account.community_id).name
    values = {
        NoticeField.NEWS: shortened(words, FIELD_LENGTH),
        NoticeField.TIME: f"{desk.clock().astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        NoticeField.COMMUNITY: shortened(community, FIELD_LENGTH),
    }
    return {name: values[field] for name, field in notice.fields.items()}
