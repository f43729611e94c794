"""Stock Rasa's own command line in this environment."""

import asyncio
import sys
import warnings
from collections.abc import Sequence

import rasa.__main__


def run_rasa(arguments: Sequence[str]) -> int:
    """Run `rasa ARGUMENTS` and return its exit code; the first argument is the program's name."""
    before = sys.argv
    sys.argv = list(arguments)
    warnings.simplefilter("ignore", DeprecationWarning)
    asyncio.set_event_loop(asyncio.new_event_loop())  # Rasa 3.6 asks for the current loop before it runs one
    try:
        rasa.__main__.main()
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else int(left.code is not None)
    finally:
        sys.argv = before
    return 0
