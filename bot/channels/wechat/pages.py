"""What pages opened inside WeChat need: the address that tells who opens them, and signatures for their scripts."""

from urllib.parse import quote

from bot.channels.wechat.signatures import sha1


def oauth_url(open_base: str, app_id: str, redirect_uri: str, state: str) -> str:
    """Address that names the resident to `redirect_uri` without asking them (snsapi_base).

    The platform compares the order of the parameters; an empty `state` is left out.
    """
    query = f"appid={app_id}&redirect_uri={quote(redirect_uri, safe='')}&response_type=code&scope=snsapi_base"
    if state:
        query += f"&state={quote(state, safe='')}"
    return f"{open_base}/connect/oauth2/authorize?{query}#wechat_redirect"


def jssdk_signature(ticket: str, nonce: str, timestamp: str, url: str) -> str:
    """Sign a page's address for wx.config: without its fragment, nothing escaped."""
    page = url.partition("#")[0]
    return sha1(f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={page}")


def rawdata_signature(raw_data: str, session_key: str) -> str:
    """Sign a mini program's rawData, exactly as its text arrived."""
    return sha1(raw_data + session_key)
