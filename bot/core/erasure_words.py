"""Hearing that somebody wants what is kept about them deleted (PIPL art. 47), in the words people use."""

import re
from typing import Final

_MINE: Final = r"(?:我|本人|自己|俺)(?:的|之前的|留的|登记的|填的|在你们这里的|这个人的)?"
_DATA: Final = (
    r"(?:所有|全部|一切|个人|隐私|聊天|对话|登记|联系)?(?:的)?(?:个人)?"
    r"(?:信息|资料|数据|记录|隐私|手机号|电话号码|电话|联系方式|账号|档案)"
)
_AWAY: Final = r"(?:都|全|全部|统统|彻底|一并|给我|帮我|麻烦|请)*(?:删|清除|清空|清掉|抹|注销|销毁)"
_ASKS: Final = re.compile(
    rf"(?:删除?|清除|清空|抹掉|抹去|注销|销毁)(?:掉|了)?(?:一下|所有|全部|关于)?{_MINE}{_DATA}"
    rf"|(?:把|将){_MINE}(?:一切|所有|全部)?{_DATA}{_AWAY}|{_MINE}{_DATA}{_AWAY}|不要(?:再)?(?:保存|留着|存着){_MINE}{_DATA}"
)
_OTHERWISE: Final = re.compile(
    r"(?:谁|为什么|为啥|是不是|有没有).{0,12}(?:删|清|注销)|被.{0,6}(?:删|清)|误删|别(?:再)?删|不要(?:再)?删|不想删"
)


def asks_erasure(text: str) -> bool:
    """Whether the words ask to delete what is kept about their speaker; who fears it or tells of it does not."""
    plain = re.sub(r"[\s\W_]+", "", text)
    return _ASKS.search(plain) is not None and _OTHERWISE.search(plain) is None
