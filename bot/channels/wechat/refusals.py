"""Why a delivery is not taken: counted under its reason, never told to whoever sent it."""

from enum import StrEnum

from bot.errors import InvalidInput


class Reason(StrEnum):
    """What was wrong first, in the order things are checked."""

    ACCOUNT = "account"
    SIGNATURE = "signature"
    TIMESTAMP = "timestamp"
    MODE = "mode"
    SIZE = "size"
    ENCODING = "encoding"
    DOCTYPE = "doctype"
    DEPTH = "depth"
    BODY = "body"
    CIPHERTEXT = "ciphertext"
    PADDING = "padding"
    LENGTH = "length"
    APPID = "appid"
    FIELDS = "fields"
    REPLAY = "replay"


class Refused(InvalidInput):
    """Nothing that this account's platform would have sent; the words are the same for every reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__("这不是微信发来的消息")
        self.reason = reason
