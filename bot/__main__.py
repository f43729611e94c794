"""The command line: `python -m bot COMMAND`."""

import argparse
import sys
from collections.abc import Sequence

from bot.commands import audit, bench, chat, evaluate, figures, parse, rasa, run, setup, train, user, wechat
from bot.errors import LinliError

COMMANDS = (run, setup, train, parse, chat, evaluate, bench, user, audit, figures, wechat, rasa)


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["rasa"]:
        return rasa.run(given[1:])
    parser = argparse.ArgumentParser(prog="python -m bot", description="邻里：社区居民小助手")
    parsers = parser.add_subparsers(title="命令", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(parsers)
    args = parser.parse_args(given)
    try:
        return int(args.run(args))
    except LinliError as problem:
        print(f"邻里 · {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 141


if __name__ == "__main__":
    sys.exit(main())
