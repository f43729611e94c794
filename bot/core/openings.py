"""Openings that only announce a request: "我要报修" says neither what nor where."""

import re

_SAYS_NOTHING = re.compile(
    r"(?:[\W_]|您好|你好|喂|在吗|有人吗|我们?|你们|要|想|来|再|先|能不能|能|可以|帮忙?|给|跟|向|一下|[一几]?[个件点些]"
    r"|有|这里|这儿|上报|报修|报告|报|反映|反应|投诉|举报|说|提|问题|毛病|事情|事儿?|情况|东西|坏了|扰民|或者?|吗|啊|呢|吧|的|了)*"
)
_ANNOUNCES = re.compile(r"报修|上报|报告|报个?[事案]|反[映应]|举报|(?:问题|事情?|情况|东西|毛病).{0,2}(?:说|坏|报|$)")


def says_nothing(text: str) -> bool:
    """Whether a report of these words would be empty."""
    return _SAYS_NOTHING.fullmatch(text) is not None


def announces_report(text: str) -> bool:
    """Whether somebody says that they want to report, and nothing else."""
    return says_nothing(text) and _ANNOUNCES.search(text) is not None
