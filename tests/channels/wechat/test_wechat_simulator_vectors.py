"""The simulator's own signing, opening and reading against the conformance cases, which it shares with nobody."""

from datetime import UTC, datetime

import pytest

from bot.channels.wechat.accounts import Mode, aes_key
from bot.channels.wechat.simulator.casting import account_for
from bot.channels.wechat.simulator.passive import read_answer
from bot.channels.wechat.simulator.registered import Registered
from bot.channels.wechat.simulator.sealing import decrypt, encrypt, fingerprint
from tests.channels.wechat.vectors import Case, cases, needs_vectors

pytestmark = needs_vectors
KINDS = {"transfer_customer_service": None}


@pytest.mark.parametrize("case", cases("signature", "msg_signature"))
def test_the_simulator_signs_as_the_platform_does(case: Case) -> None:
    parts = [case.text(name) for name in ("token", "timestamp", "nonce", "encrypt") if name in case.given]
    assert fingerprint(*parts) == case.outcome("signature")


@pytest.mark.parametrize("case", cases("decrypt"))
def test_the_simulator_opens_what_the_platform_sealed(case: Case) -> None:
    key = aes_key(case.text("encoding_aes_key"))
    assert decrypt(key, case.text("encrypt"), case.text("appid")) == case.outcome("plaintext")


@pytest.mark.parametrize("case", cases("encrypt"))
def test_the_simulator_opens_what_it_sealed_itself(case: Case) -> None:
    key, receiver, words = aes_key(case.text("encoding_aes_key")), case.text("appid"), case.text("plaintext")
    sealed = encrypt(key, words, receiver)
    assert decrypt(key, sealed, receiver) == words
    assert len(sealed) == len(case.outcome("encrypt"))


@pytest.mark.parametrize("case", cases("passive_reply_xml"))
def test_the_simulator_shows_every_kind_of_answer(case: Case) -> None:
    reply = case.tree()
    account = account_for("http://127.0.0.1:1", "qinghe", Mode.PLAINTEXT)
    registered, now = Registered(account, str(reply["FromUserName"])), datetime.now(UTC)
    shown = read_answer(registered, str(reply["ToUserName"]), case.outcome("xml").encode(), now)
    kind = str(reply["MsgType"])
    assert (shown.kind if shown else None) == KINDS.get(kind, kind)
