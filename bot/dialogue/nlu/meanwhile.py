"""Two things at once while training: one in this process, one in a copy of it."""

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def meanwhile(task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Iterator[Callable[[], T]]:
    """Give a function that waits for the task's result and raises what it raised.

    Where a process cannot be copied, or has one processor, the task runs when it is asked for.
    """
    if "fork" not in multiprocessing.get_all_start_methods() or (os.cpu_count() or 1) == 1:
        yield lambda: task(*args, **kwargs)
        return
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("fork")) as pool:
        yield pool.submit(task, *args, **kwargs).result
