"""What WeChat's interfaces refuse with, in one table: what happened, and what this program or an operator does."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bot.errors import LinliError, Unavailable


class Handling(StrEnum):
    """What to do about a fault; TRY_AGAIN for a limited number of times only.

    REFUSED: this message can never go in this form. NOT_REACHABLE: this resident cannot be reached here at all.
    """

    TRY_AGAIN = "try_again"
    WAIT_MINUTE = "wait_minute"
    WAIT_DAY = "wait_day"
    RENEW_TOKEN = "renew_token"  # noqa: S105
    WINDOW_OVER = "window_over"
    OVER_QUOTA = "over_quota"
    NOT_REACHABLE = "not_reachable"
    REFUSED = "refused"
    MISCONFIGURED = "misconfigured"
    IGNORE = "ignore"


@dataclass(frozen=True)
class Fault:
    """An error code; `meaning` is told to workers and operators, never to residents."""

    code: int
    handling: Handling
    meaning: str


class WechatFault(LinliError):
    """WeChat understood the request and refused it."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"微信返回错误码{fault.code}：{fault.meaning}")
        self.fault = fault


class WechatUnreachable(Unavailable):
    """No answer, or none that makes sense.

    `may_have_arrived`: WeChat may have done what was asked, so that asking again may do it twice.
    """

    def __init__(self, *, may_have_arrived: bool) -> None:
        super().__init__("微信没有回应", "请检查服务器的网络；恢复后会自动接着发")
        self.may_have_arrived = may_have_arrived


# The codes and what they stand for: developers.weixin.qq.com, the list of global return codes and the page of each
# interface used here. 40200 is explained in its forum only, 43117 nowhere: it is seen with notices.
_ROWS: Final = (
    Fault(-1, Handling.TRY_AGAIN, "微信那边忙，程序过一会儿自己重试，不用处理"),
    Fault(
        40001,
        Handling.RENEW_TOKEN,
        "令牌失效，程序自己换一次；一直出现就核对 AppSecret，看有没有别的系统在抢同一个号的令牌",
    ),
    Fault(40002, Handling.MISCONFIGURED, "换令牌的请求类型不对，请核对 api 地址，再联系开发人员"),
    Fault(40003, Handling.NOT_REACHABLE, "没有这位关注者，多半已取消关注，或是别的公众号的用户；请改用电话联系"),
    Fault(40007, Handling.REFUSED, "图片、语音或视频在微信那边已过期（只留3天）或不存在，请居民重新发一次"),
    Fault(40013, Handling.MISCONFIGURED, "AppID 不对，请核对配置里的 app_id"),
    Fault(40014, Handling.RENEW_TOKEN, "令牌不对，程序自己换一次；一直出现就核对 app_id 和 secret 是不是同一个号的"),
    Fault(40029, Handling.REFUSED, "网页登录的一次性凭证无效，请居民从公众号菜单重新打开网页"),
    Fault(40033, Handling.REFUSED, "内容里有微信不收的字符，这条发不出去，请工作人员换个说法再发"),
    Fault(40037, Handling.MISCONFIGURED, "模板编号不对，请到公众平台核对配置里的 notice"),
    Fault(40125, Handling.MISCONFIGURED, "AppSecret 不对或已重置，请到公众平台核对后改配置里的 secret"),
    Fault(40163, Handling.REFUSED, "网页登录的一次性凭证已用过，请居民从公众号菜单重新打开网页"),
    Fault(40164, Handling.MISCONFIGURED, "本机的公网地址不在白名单里，请到公众平台把它加进 IP 白名单"),
    Fault(40200, Handling.REFUSED, "这类公众号（订阅号、测试号）不能发可点的菜单消息，请改发带编号的文字"),
    Fault(40243, Handling.MISCONFIGURED, "AppSecret 已被冻结，请到公众平台解冻"),
    Fault(41001, Handling.RENEW_TOKEN, "请求里没有令牌，程序自己换一次；一直出现请联系开发人员"),
    Fault(42001, Handling.RENEW_TOKEN, "令牌到期，程序自己换一次，不用处理"),
    Fault(42003, Handling.REFUSED, "网页登录的一次性凭证已过期，请居民从公众号菜单重新打开网页"),
    Fault(43004, Handling.NOT_REACHABLE, "对方没有关注公众号，发不出去；请改用电话联系"),
    Fault(43019, Handling.NOT_REACHABLE, "对方在公众号的黑名单里，发不出去；要发就先到公众平台移出黑名单"),
    Fault(43101, Handling.REFUSED, "居民没有订阅或关掉了这类通知；请改用电话，或等居民下次来说话"),
    Fault(43117, Handling.REFUSED, "微信不让给这位居民发这类通知；请改用电话，并到公众平台看看通知的设置"),
    Fault(45002, Handling.REFUSED, "这条消息太长，请工作人员分成几条再发"),
    Fault(45008, Handling.REFUSED, "图文消息的篇数太多，只能放1篇"),
    Fault(45009, Handling.WAIT_DAY, "今天调用接口的次数用完了，明天自动恢复；急的请打电话，或到公众平台清零"),
    Fault(45011, Handling.WAIT_MINUTE, "发得太快，程序等一分钟再发，不用处理"),
    Fault(45015, Handling.WINDOW_OVER, "居民超过48小时没来说话，微信不让再发；改发通知，或打电话"),
    Fault(45047, Handling.OVER_QUOTA, "居民说一次话只能回5条，已发满；等居民再说话，或打电话"),
    Fault(45072, Handling.IGNORE, "“正在输入”的命令不对，不影响回话，请告诉开发人员"),
    Fault(45080, Handling.IGNORE, "离居民上次说话超过30秒，不能显示“正在输入”，不影响回话"),
    Fault(45081, Handling.IGNORE, "已经显示着“正在输入”，不用处理"),
    Fault(47003, Handling.MISCONFIGURED, "通知的内容和模板的格子对不上，请到公众平台核对模板的字段"),
    Fault(48001, Handling.MISCONFIGURED, "这个公众号没有这项接口权限，请到公众平台认证或开通"),
    Fault(48004, Handling.MISCONFIGURED, "这项接口被微信封禁，请到公众平台看通知并申诉"),
    Fault(48006, Handling.WAIT_DAY, "清零次数这个月用完了，只能等明天调用次数自动恢复"),
    Fault(50002, Handling.NOT_REACHABLE, "对方的微信账号受限或已注销；请改用电话联系"),
)
FAULTS: Final[Mapping[int, Fault]] = MappingProxyType({row.code: row for row in _ROWS})
UNKNOWN: Final = "微信返回了没有见过的错误码"


def fault(code: int) -> Fault:
    """Look a code up; one that is not in the table may pass, so it is tried again."""
    return FAULTS.get(code) or Fault(code, Handling.TRY_AGAIN, UNKNOWN)
