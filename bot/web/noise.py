"""Keeps the log readable: whatever is sent to an open port that is no HTTP costs a line, not a page of its own each."""

import logging
from typing import Final

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

SERVER: Final = "aiohttp.server"


class OneLine(logging.Filter):
    """Lets through the 1st, 10th, 100th … of what aiohttp could not read, without its traceback."""

    def __init__(self) -> None:
        super().__init__()
        self._times = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written; faults of our own always are, and in full."""
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, HttpProcessingError | web.RequestPayloadError):
            return True
        self._times += 1
        record.msg, record.args = "refused %d requests that are no HTTP: %s", (self._times, type(error).__name__)
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
        return str(self._times).strip("0") == "1"


def quieten() -> None:
    """Do so from now on, in this process."""
    logging.getLogger(SERVER).addFilter(OneLine())
