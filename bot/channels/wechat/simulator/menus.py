"""The interfaces of an account's menu: at most three buttons with at most five below each."""

from typing import Final

from bot.channels.wechat.simulator.answers import OK, Answer
from bot.channels.wechat.simulator.asked import Asked, Tree, branches, text
from bot.channels.wechat.simulator.codes import Rejected
from bot.channels.wechat.simulator.platform import Platform

_BUTTONS: Final = 3
_BELOW: Final = 5
_NAME_BYTES: Final = 16
_NAME_BELOW_BYTES: Final = 60
_NEEDS: Final = {
    "click": ("key",),
    "view": ("url",),
    "miniprogram": ("url", "appid", "pagepath"),
    "location_select": ("key",),
    "scancode_push": ("key",),
    "scancode_waitmsg": ("key",),
    "pic_sysphoto": ("key",),
    "pic_photo_or_album": ("key",),
    "pic_weixin": ("key",),
}


def create(platform: Platform, asked: Asked) -> Answer:
    registered = platform.by_token(asked.token)
    if not registered.account.has_customer_service:
        raise Rejected(48001)
    buttons = branches(asked.body, "button")
    if len(buttons) > _BUTTONS:
        raise Rejected(40016)
    for button in buttons:
        _check(button)
    registered.menu = asked.body
    return OK


def shown(platform: Platform, asked: Asked) -> Answer:
    menu = platform.by_token(asked.token).menu
    if menu is None:
        raise Rejected(46003)
    return {"menu": dict(menu)}


def _check(button: Tree) -> None:
    if len(text(button, "name").encode()) > _NAME_BYTES:
        raise Rejected(40018)
    if not button.get("sub_button"):
        _check_leaf(button)
        return
    below = branches(button, "sub_button")
    if len(below) > _BELOW:
        raise Rejected(40023)
    for leaf in below:
        if len(text(leaf, "name").encode()) > _NAME_BELOW_BYTES:
            raise Rejected(40025)
        _check_leaf(leaf)


def _check_leaf(leaf: Tree) -> None:
    kind = text(leaf, "type")
    if kind not in _NEEDS:
        raise Rejected(40017)
    for name in _NEEDS[kind]:
        text(leaf, name)
