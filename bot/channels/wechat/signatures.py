"""The signatures of callbacks: who knows the token sent this."""

import hashlib
import hmac


def signature(token: str, timestamp: str, nonce: str, encrypt: str | None = None) -> str:
    """Sign as the platform does: with `encrypt` it is the msg_signature, without it says nothing about a body."""
    signed = [token, timestamp, nonce] if encrypt is None else [token, timestamp, nonce, encrypt]
    return sha1("".join(sorted(signed)))


def is_signed(given: str, token: str, timestamp: str, nonce: str, encrypt: str | None = None) -> bool:
    """Compare in constant time; whatever characters a caller sends, this answers and never raises."""
    expected = signature(token, timestamp, nonce, encrypt)
    return hmac.compare_digest(expected.encode(), given.encode(errors="surrogatepass"))


def sha1(text: str) -> str:
    """Digest as Tencent prescribes: the platform offers nothing stronger."""
    return hashlib.sha1(text.encode(errors="surrogatepass"), usedforsecurity=False).hexdigest()
