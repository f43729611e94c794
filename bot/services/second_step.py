"""The second step of signing in: a code from the phone, for those who have switched it on."""

import secrets
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.core import totp
from bot.errors import Conflict, InvalidInput
from bot.services import logins
from bot.services import staff as accounts
from bot.store.queries import sign_ins
from bot.store.queries.audit import append_audit
from bot.store.tables import Staff

KEY_BYTES: Final = 20
REFUSED: Final = "验证码不对"
REFUSED_OFF: Final = "密码或验证码不对"
NEXT_CODE: Final = "请等手机上换了新的验证码再试"


def is_on(staff: Staff) -> bool:
    """Whether signing in takes a code: not before the first code was right."""
    return staff.totp_secret is not None and staff.totp_last_step is not None


def offer(session: Session, staff_id: int) -> str:
    """Return a new secret that the phone is to be given; raises Conflict if the second step is on."""
    staff = session.get_one(Staff, staff_id)
    if is_on(staff):
        raise Conflict("两步验证已经打开了", "换手机请先关闭再打开")
    staff.totp_secret, staff.totp_last_step = totp.secret_of(secrets.token_bytes(KEY_BYTES)), None
    return staff.totp_secret


def switch_on(session: Session, staff_id: int, code: str, token: str, now: datetime) -> None:
    """Ask for codes from now on, and end the person's logins other than the one with this token.

    Raises Conflict (is on, or was never offered), InvalidInput (wrong code).
    """
    staff = session.get_one(Staff, staff_id)
    if is_on(staff):
        raise Conflict("两步验证已经打开了")
    if staff.totp_secret is None:
        raise Conflict("还没有密钥", "请先点“打开两步验证”")
    if not accepts(session, staff, code, now):
        raise InvalidInput(REFUSED, NEXT_CODE)
    logins.end_others(session, staff_id, token, now)
    append_audit(session, now, staff_id, "staff:code_on", f"staff:{staff_id}")


def switch_off(session: Session, staff_id: int, password: str, code: str, now: datetime) -> None:
    """Ask for codes no more; raises Conflict (is off), InvalidInput, in the same words whatever is wrong."""
    staff = session.get_one(Staff, staff_id)
    if not is_on(staff):
        raise Conflict("两步验证没有打开")
    if not (accounts.is_password_of(staff, password) and accepts(session, staff, code, now)):
        raise InvalidInput(REFUSED_OFF, NEXT_CODE)
    _forget(staff)
    append_audit(session, now, staff_id, "staff:code_off", f"staff:{staff_id}")


def reset(session: Session, username: str, now: datetime, by: int | None = None) -> Staff:
    """Switch it off for somebody whose phone is lost, and end all of their logins; raises NotFound, Conflict."""
    staff = accounts.by_username(session, username)
    if not is_on(staff):
        raise Conflict(f"{username} 没有打开两步验证")
    _forget(staff)
    logins.end_all(session, staff.id)
    append_audit(session, now, by, "staff:code_reset", f"staff:{staff.id}")
    return staff


def accepts(session: Session, staff: Staff, code: str, now: datetime) -> bool:
    """Whether this is the person's code of now; it never counts again."""
    if staff.totp_secret is None:
        return False
    step = totp.step_of(staff.totp_secret, "".join(code.split()), now, staff.totp_last_step)
    return step is not None and sign_ins.use_step(session, staff.id, staff.totp_secret, step)


def _forget(staff: Staff) -> None:
    staff.totp_secret = staff.totp_last_step = None
