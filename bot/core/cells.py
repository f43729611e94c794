"""Words on their way into a cell of a spreadsheet, where some of them would be taken for a formula."""

import re
from typing import Final

# Full-width signs count too: a spreadsheet that is set to Chinese reads them as the plain ones.
_FORMULA: Final = tuple("=+-@\t\r\n＝＋－＠")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


def printable(text: str) -> str:
    """The text without what neither XML nor a printer can bear; lines and tabs stay."""
    return _CONTROL.sub("", text)


def harmless(text: str) -> str:
    """The text, with an apostrophe before whatever a spreadsheet would take for a formula (CWE-1236)."""
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text
