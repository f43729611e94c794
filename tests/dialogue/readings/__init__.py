"""Hand-written messages with what they mean, by topic: the reader is measured on them and never trained.

In the text files a line `# intent/leaf` names what the messages below it mean.
"""

from pathlib import Path

FOLDER = Path(__file__).parent


def labelled_messages() -> list[dict[str, str | None]]:
    """All messages as `python -m bot evaluate` wants them."""
    return [row for path in sorted(FOLDER.glob("*.txt")) for row in _rows(path)]


def _rows(path: Path) -> list[dict[str, str | None]]:
    rows: list[dict[str, str | None]] = []
    intent, leaf = "", None
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            intent, _, kind = line[2:].strip().partition("/")
            leaf = kind if kind.isdigit() else None
        elif line.strip():
            rows.append({"text": line.strip(), "intent": intent, "leaf": leaf})
    return rows
