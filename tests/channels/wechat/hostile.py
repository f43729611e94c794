"""Requests nobody means well with: noise, spoilt deliveries, and signed ones that say absurd things."""

import gzip
import json
from collections.abc import Callable, Mapping
from hashlib import sha256
from urllib.parse import quote, quote_from_bytes

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from bot.channels.wechat.bodies import BODY_LIMIT, ILLEGAL
from bot.channels.wechat.signatures import signature
from tests.channels.wechat import sent
from tests.channels.wechat.wire import Wire

ACCOUNTS = ("plain", "safe", "compatible")
ODD_ACCOUNTS = ("", "nobody", "PLAIN", "%70lain", "plain%20", "..%2fplain", "%ff", "%00", "%0a", "a" * 500, "plain;x=1")
PAGES = ("plain/enter", "plain/return", "plain/signature", "plain/", "plain/x")
KINDS = (
    *("text", "image", "voice", "video", "shortvideo", "location", "link", "file", "event", "device_text", "", "TEXT"),
    *("mini program", "event ", "text "),
)
EVENTS = (
    *("subscribe", "unsubscribe", "SCAN", "LOCATION", "CLICK", "VIEW", "TEMPLATESENDJOBFINISH", "location_select"),
    *("masssendjobfinish", "subscribe_msg_popup_event", "", "x" * 100),
)
REQUIRED = ("ToUserName", "FromUserName", "CreateTime", "MsgType", "MsgId", "Encrypt")
OPTIONAL = (
    *("Content", "MsgID", "MediaId", "PicUrl", "Format", "Recognition", "ThumbMediaId", "Location_X", "Location_Y"),
    *("Scale", "Label", "Title", "Url", "Description", "Event", "EventKey", "Ticket", "Latitude", "Longitude"),
    *("Precision", "Status", "bizmsgmenuid", "AgentID"),
)
PLACE = {"Location_X": "30.5", "Location_Y": "-116.25", "Latitude": "90", "Longitude": "-180"}
ABSURD = (
    *("", " ", "\n\t", "0", "-1", "1e309", "NaN", "91", "-180.0000001", "1.", "١٢٣", "１２", "9" * 12, "9" * 127),
    *(
        "9" * 500,
        "true",
        "null",
        "]]>",
        "<b>",
        "&lt;",
        "&#0;",
        "&#xd800;",
        "';DROP TABLE messages;--",
        '"',
        "\\",
        "%s%n",
    ),
    *(
        "qrscene_",
        "qrscene_qinghe-1",
        "numbers",
        "report",
        "o openid",
        "o😀",
        "o'\"",
        "\u202e\u200d",
        "\ufeff",
        "é" * 64,
    ),
    *(
        "\0",
        "\x0b",
        "\x7f",
        "\uffff",
        "👨‍👩‍👧" * 40,
        "着火了" * 30,
        "k" * 10_240,
        "字" * 20_000,
        "a" * 60_000,
        "。" * 3000,
    ),
)
METHODS = ("POST",) * 12 + ("GET",) * 4 + ("HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "post", "MKCOL")
HEADERS = (
    *(("Content-Type", kind) for kind in ("text/xml", "application/json", "multipart/form-data", "", "\xff", "a/b; c")),
    *(("Sec-Fetch-Site", site) for site in ("same-origin", "none", "cross-site", "same-site", "\xe9")),
    *(("Accept", kind) for kind in ("text/html", "*/*", "\xff")),
    *(("Content-Encoding", coding) for coding in ("gzip", "deflate", "identity", "br", "zstd", "gzip, gzip", "x")),
    *(("Origin", origin) for origin in ("null", "http://linli.example", "https://evil.example", "http://[", "")),
    *(("Cookie", cookie) for cookie in ("linli_wechat_state=a", "linli_wechat_state=\xff", "a", "=;=;", "linli=\xe9")),
    *(
        ("X-Forwarded-For", "1.2.3.4, x"),
        ("Expect", "bananas"),
        ("Transfer-Encoding", "chunked"),
        ("Range", "bytes=9-"),
    ),
)
SPOILT = ("\ufeff{}", "{}\0", "<!DOCTYPE xml>{}", "<?xml version='1.0' encoding='utf-7'?>{}", "<!--{}", "{}{}", " {}")

words = st.one_of(st.sampled_from(ABSURD), st.text(max_size=60))
# What both formats can say.
legal = words.map(lambda text: ILLEGAL.sub("", text))
xml_words = legal.map(lambda text: f"<![CDATA[{text.replace(']]>', '')}]]>")
json_values = st.recursive(
    st.one_of(words, st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(), max_size=5)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=8,
)


@st.composite
def messages(draw: st.DrawFn, values: st.SearchStrategy[object]) -> dict[str, object]:
    """A message of any kind in which some fields are absurd; now and then one that every message has."""
    fields: dict[str, object] = {**sent.FIELDS, "MsgId": str(draw(st.integers(1, 10**17))), **PLACE}
    fields["MsgType"] = draw(st.sampled_from(KINDS))
    if fields["MsgType"] == "event":
        fields["Event"] = draw(st.sampled_from(EVENTS))
        del fields["MsgId"]
    fields |= draw(st.dictionaries(st.sampled_from(OPTIONAL), values, max_size=4))
    if draw(st.integers(0, 3)) == 3:
        fields |= draw(st.dictionaries(st.sampled_from(REQUIRED), values, max_size=2))
        fields.pop(draw(st.sampled_from((*REQUIRED, "Content"))), None)
    return fields


@st.composite
def xml_bodies(draw: st.DrawFn, values: st.SearchStrategy[str] = xml_words) -> bytes:
    fields = [f"<{name}>{value}</{name}>" for name, value in draw(messages(values)).items()]
    if draw(st.integers(0, 5)) == 5:
        fields.append(draw(st.sampled_from(fields)))
        fields.append("<SendLocationInfo>{}{}</SendLocationInfo>".format(*(draw(values) for _ in range(2))))
    return encoded(f"<xml>{''.join(fields)}</xml>")


@st.composite
def json_bodies(draw: st.DrawFn, values: st.SearchStrategy[object] = legal) -> bytes:
    return encoded(json.dumps(draw(messages(values)), ensure_ascii=draw(st.booleans())))


@st.composite
def spoilt(draw: st.DrawFn, bodies: st.SearchStrategy[bytes]) -> bytes:
    """A body cut, doubled, wrapped, written in another encoding or blown up to just around the limit."""
    body = draw(bodies)
    start, end = sorted(draw(st.integers(0, len(body))) for _ in range(2))
    text = body.decode(errors="replace")
    ways: list[Callable[[], bytes]] = [
        lambda: body[:start] + body[end:],
        lambda: body[:end] + body[start:],
        lambda: body[:start] + draw(st.binary(max_size=20)) + body[end:],
        lambda: encoded(draw(st.sampled_from(SPOILT)).replace("{}", text)),
        lambda: text.encode(draw(st.sampled_from(("utf-16", "utf-16-le", "utf-32", "gb18030", "utf-7")))),
        lambda: body + b" " * max(0, BODY_LIMIT + draw(st.integers(-2, 2)) - len(body)),
        lambda: b"<xml>" + b"<a>" * start + body + b"</a>" * start + b"</xml>",
        lambda: b'{"a":' + b"[" * draw(st.sampled_from((7, 8, 9, 900, 60_000))),
        lambda: gzip.compress(body),
    ]
    return draw(st.sampled_from(ways))()


bodies = st.one_of(
    *(xml_bodies(), xml_bodies(), json_bodies(), xml_bodies(words), json_bodies(json_values)),
    *(spoilt(xml_bodies()), spoilt(json_bodies()), st.binary(max_size=300)),
)


@st.composite
def deliveries(draw: st.DrawFn) -> Wire:
    """Signed, and sealed where the account asks for it: what is inside gets past the door."""
    account, body = draw(st.sampled_from(ACCOUNTS)), draw(bodies)
    # The same body comes again under the same signature, another under another.
    nonce = draw(st.sampled_from((sha256(body).hexdigest()[:12],) * len(ABSURD) + ABSURD))[:100]
    signed = {"timestamp": sent.SECONDS, "nonce": nonce, "openid": "oLinli", "signature": "x"}
    if account == "plain":
        signed["signature"] = signature(sent.TOKEN, sent.SECONDS, nonce)
    else:
        encrypt = sent.sealed(body)
        signed |= {"encrypt_type": "aes", "msg_signature": signature(sent.TOKEN, sent.SECONDS, nonce, encrypt)}
        body = draw(st.sampled_from((sent.safe_body, sent.compatible_body, json_envelope)))(encrypt)
    return Wire("POST", target(account, signed), draw(headers), body)


@st.composite
def noise(draw: st.DrawFn) -> Wire:
    """A request with anything wrong about it."""
    wire = draw(deliveries())
    account = draw(st.sampled_from((*ACCOUNTS, *ODD_ACCOUNTS, *PAGES)))
    query = draw(st.sampled_from([wire.target.partition(b"?")[2], b""])) + draw(odd_queries)
    body = draw(st.one_of(st.just(wire.body), bodies, spoilt(st.just(wire.body))))
    return Wire(draw(st.sampled_from(METHODS)), f"/wechat/{account}?".encode() + query, draw(headers), body)


@st.composite
def questions(draw: st.DrawFn) -> Wire:
    """The platform's first question, signed, with an absurd echo."""
    nonce, echo = draw(words)[:100], draw(words)[:2000]
    signed = {"signature": signature(sent.TOKEN, sent.SECONDS, nonce), "timestamp": sent.SECONDS, "nonce": nonce}
    return Wire("GET", target(draw(st.sampled_from(ACCOUNTS)), signed | {"echostr": echo}))


headers = st.lists(st.sampled_from(HEADERS), max_size=2).map(tuple)
odd_queries = st.one_of(
    st.just(b""),
    st.sampled_from(
        (b"&nonce=1&nonce=2", b"&signature", b"&timestamp=%", b"&%ff=%ff&=", b"&nonce=%ed%a0%80", b";#?&&=")
    ),
    st.binary(max_size=40).map(lambda data: b"&nonce=" + quote_from_bytes(data).encode()),
    st.sampled_from(("signature", "timestamp", "nonce", "echostr", "msg_signature", "code", "state", "url")).map(
        lambda name: f"&{name}=a&{name}=".encode()
    ),
)
requests = st.one_of(deliveries(), deliveries(), questions(), noise())


def siege(attack: Callable[[Wire], None], examples: int, number: int) -> None:
    """Send that many requests, one after the other; the same number means the same requests."""

    @seed(number)
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(requests)
    def attacked(wire: Wire) -> None:
        attack(wire)

    attacked()


def target(account: str, query: Mapping[str, str]) -> bytes:
    pairs = "&".join(f"{name}={quote(text, safe='', errors='surrogatepass')}" for name, text in query.items())
    return f"/wechat/{account}?{pairs}".encode()


def json_envelope(encrypt: str) -> bytes:
    return json.dumps({"ToUserName": sent.FIELDS["ToUserName"], "Encrypt": encrypt}).encode()


def encoded(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
