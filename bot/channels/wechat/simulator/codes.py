"""The numbers WeChat's interfaces refuse with, and the words that come with them."""

from typing import Final

MESSAGES: Final = {
    -1: "system error",
    10003: "redirect_uri is not the domain set at the platform",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40023: "invalid sub button size",
    40025: "invalid sub button name size",
    40029: "invalid code",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40035: "invalid parameter",
    40037: "invalid template_id",
    40058: "invalid content size",
    40125: "invalid appsecret",
    40163: "code been used",
    40164: "invalid ip, not in whitelist",
    40200: "invalid account type",
    41001: "access_token missing",
    42001: "access_token expired",
    43004: "require subscribe",
    43101: "user refuse to accept the msg",
    43117: "not support this kind of template message",
    44002: "empty post data",
    44004: "empty content",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45072: "invalid command",
    45080: "no message within 30 seconds, cannot show the input status",
    45081: "already in the input status",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid",
    48001: "api unauthorized",
    48006: "api forbidden for irreversible clear quota",
    93000: "invalid webhook url, hint: the key is not known",
}


class Rejected(Exception):
    """A call the platform turns down with HTTP 200 and this number."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def refusal(code: int) -> dict[str, object]:
    """Write the answer of a refused call."""
    return {"errcode": code, "errmsg": MESSAGES.get(code, "unknown error")}
