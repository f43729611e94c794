"""Replies in WeChat's words: what a page draws as a card is said in lines here."""

from bot.store.tables import Message


def lines_of(message: Message, page: str = "") -> list[str]:
    """The bubble and its card, line by line; `page` is where the resident can open the chat page, if they can."""
    drawn = [line for line in _card(message.card or {}, page) if line not in message.text]
    return [*([message.text] if message.text else []), *drawn]


def _card(card: dict[str, object], page: str) -> list[str]:
    if card.get("kind") == "file":
        return [_file(str(card["what"]), page)]
    if card.get("kind") == "emergency":
        numbers = card.get("numbers")
        return [f"{label}：{number}" for label, number in numbers] if isinstance(numbers, list) else []
    if card.get("kind") == "progress":
        return _progress(card)
    return []


def _file(what: str, page: str) -> str:
    """What a worker sends is shown on the page alone: its bytes are not handed to the platform."""
    if page:
        return f"有一份{what}给您，点这里看：{page}"
    return f"有一份{what}给您，在这里打不开，请打社区电话问工作人员。"


def _progress(card: dict[str, object]) -> list[str]:
    lines = [f"{card['title']}：{card['plain']}", f"编号 {card['number']}"]
    if card.get("who"):
        lines.append(f"谁来办：{card['who']}")
    if card.get("due"):
        lines.append(f"什么时候：{card['due']}前")
    return lines
