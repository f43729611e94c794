"""`user add|list|change|password|disable|totp-reset`: the accounts of workers and trainers."""

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

from bot.core.staff import Role
from bot.errors import InvalidInput
from bot.settings import Settings

if TYPE_CHECKING:
    from argparse import _SubParsersAction


def add(parsers: "_SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = parsers.add_parser("user", help="工作人员和训练师的账号")
    actions = parser.add_subparsers(title="动作", required=True, metavar="add|list|change|password|disable|totp-reset")
    adding = actions.add_parser("add", help="新建账号；密码从终端或标准输入读取")
    adding.add_argument("username", help="登录名")
    adding.add_argument("--name", help="姓名，居民会看到；缺省同登录名")
    adding.add_argument("--role", choices=[r.value for r in Role], default=Role.WORKER.value, help="角色")
    adding.add_argument("--community", help="所在社区的 ID；缺省是默认社区，街道和训练师没有社区")
    adding.add_argument("--party", help="承办单位经办人所在单位的 ID，例如 street-urban")
    adding.set_defaults(run=_add)
    actions.add_parser("list", help="列出账号").set_defaults(run=_list)
    moving = actions.add_parser("change", help="换角色、社区或网格；原来的登录都会退出，没有写的不变")
    moving.add_argument("username")
    moving.add_argument("--role", choices=[r.value for r in Role], help="角色")
    moving.add_argument("--community", help="所在社区的 ID；写 '' 是不属于哪个社区")
    moving.add_argument("--grids", help="负责的网格的 ID，用逗号分开；写 '' 是没有")
    moving.add_argument("--party", help="承办单位经办人所在单位的 ID；换成别的角色就不再属于单位")
    moving.set_defaults(run=_change_rights)
    changing = actions.add_parser("password", help="换密码；原来的登录都会退出")
    changing.add_argument("username")
    changing.set_defaults(run=_change)
    disabling = actions.add_parser("disable", help="停用账号")
    disabling.add_argument("username")
    disabling.set_defaults(run=_disable)
    resetting = actions.add_parser("totp-reset", help="手机丢了：关掉两步验证；原来的登录都会退出")
    resetting.add_argument("username")
    resetting.set_defaults(run=_reset_code)


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("密码：")
    if first != getpass.getpass("再输一遍："):
        raise InvalidInput("两次密码不一样")
    return first


def _add(args: argparse.Namespace) -> int:
    from bot.services import staff
    from bot.services.desk import open_desk

    settings = Settings.from_environment()
    desk = open_desk(settings)
    role, password = Role(args.role), _password()
    community = args.community or (None if role in staff.STREET_ROLES else settings.default_community)
    with desk.transaction() as session:
        newcomer = staff.Newcomer(args.username, password, role, args.name or "", community, party_id=args.party)
        added = staff.add_user(session, newcomer, desk.clock())
        print(f"可以登录了：{added.username}（{added.name}，{added.role.plain}）")
    return 0


def _change_rights(args: argparse.Namespace) -> int:
    from bot.services import staff
    from bot.services.desk import open_desk

    if {args.role, args.community, args.grids, args.party} == {None}:
        raise InvalidInput("没有说要改什么", "请写 --role、--community、--grids 或 --party")
    role = Role(args.role) if args.role else None
    grids = None if args.grids is None else [one.strip() for one in args.grids.split(",") if one.strip()]
    desk = open_desk(Settings.from_environment())
    with desk.transaction() as session:
        changed = staff.change_rights(
            session,
            args.username,
            desk.clock(),
            role=role,
            community_id=args.community,
            grid_ids=grids,
            party_id=args.party,
        )
        where = "\t".join([changed.community_id or "-", ",".join(changed.grid_ids) or "-"])
        print(f"现在是\t{changed.username}\t{changed.role}\t{where}")
    return 0


def _change(args: argparse.Namespace) -> int:
    from bot.services import staff
    from bot.services.desk import open_desk

    desk = open_desk(Settings.from_environment())
    with desk.transaction() as session:
        staff.set_password(session, args.username, _password(), desk.clock())
    print(f"已换密码 {args.username}")
    return 0


def _list(_: argparse.Namespace) -> int:
    from bot.services import staff
    from bot.services.desk import open_desk

    desk = open_desk(Settings.from_environment())
    with desk.transaction() as session:
        for one in staff.everybody(session):
            state = "已停用" if one.disabled_at else ("可登录" if staff.can_sign_in(one) else "未设密码")
            print("\t".join([one.username, one.name, str(one.role), one.community_id or "-", state]))
    return 0


def _disable(args: argparse.Namespace) -> int:
    from bot.services import staff
    from bot.services.desk import open_desk

    desk = open_desk(Settings.from_environment())
    with desk.transaction() as session:
        staff.disable(session, args.username, desk.clock())
    print(f"已停用 {args.username}")
    return 0


def _reset_code(args: argparse.Namespace) -> int:
    from bot.services import second_step
    from bot.services.desk import open_desk

    desk = open_desk(Settings.from_environment())
    with desk.transaction() as session:
        second_step.reset(session, args.username, desk.clock())
    print(f"已关掉 {args.username} 的两步验证，可以只用密码登录")
    return 0
