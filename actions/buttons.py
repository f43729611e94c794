"""Buttons under a bubble: numbered choices on channels that cannot draw them."""


def button(title: str, payload: str | None = None) -> dict[str, str]:
    """`payload` is what tapping means: plain words, or `/intent`; without one the title itself is said."""
    return {"title": title, "payload": payload or title}
