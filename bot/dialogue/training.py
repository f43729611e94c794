"""Train a model from config.yml, domain.yml and data/, with progress and cross-validated figures."""

import json
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import asdict, replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import rasa.model_training
from rasa.shared.exceptions import RasaException
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT

from bot.dialogue.evaluation.held_out import HeldOut, read_held_out
from bot.dialogue.evaluation.scoring import share
from bot.dialogue.figures import Figures, Progress, Score, figures_path, structure
from bot.dialogue.nlu.letters import Letters
from bot.dialogue.nlu.models import Example
from bot.dialogue.nlu.place_tagger import marked_lines
from bot.errors import BrokenFile


def train(root: Path, data: Path, target: Path, progress: Progress, *, cross_validate: bool) -> Figures:
    """Train into `target` (a .tar.gz) and write its figures beside it; raises BrokenFile for unusable data.

    `root` holds config.yml and domain.yml, `data` the folders nlu, rules and stories.
    """
    progress("读取训练数据", 0.05)
    marked_lines(data / "places")  # these two before Rasa runs, which would hide what is wrong with them
    read_letters(root)
    figures = Figures(target.name.removesuffix(".tar.gz"), _now(), counted(data), structure=structure(root, data))
    if cross_validate:
        figures = _validated(figures, root, data, lambda share: progress("交叉验证", 0.05 + share * 0.55))
    progress("训练模型(约一分钟)", 0.65)
    fresh = _trained(root, data, target)
    progress("保存模型", 0.95)
    told = json.dumps(asdict(figures), ensure_ascii=False, indent=1)
    figures_path(target).write_text(told, encoding="utf-8")
    fresh.replace(target)
    progress("完成", 1.0)
    return figures


def check(root: Path, data: Path, model: Path, progress: Progress) -> Figures:
    """Cross-validate the data of a model that was trained without, and write its figures beside it."""
    path = figures_path(model)
    figures = Figures(**json.loads(path.read_text(encoding="utf-8")))
    checked = _validated(figures, root, data, lambda share: progress("交叉验证", share))
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(asdict(checked), ensure_ascii=False, indent=1), encoding="utf-8")
    unfinished.replace(path)
    return checked


@contextmanager
def _inside(root: Path) -> Iterator[None]:
    """Paths in config.yml are relative to the project; what Rasa prints and warns of retrieval intents is kept back."""
    before = Path.cwd()
    os.chdir(root)
    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            warnings.simplefilter("ignore", UserWarning)
            yield
    finally:
        os.chdir(before)


def _trained(root: Path, data: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = f".{target.name.removesuffix('.tar.gz')}.unfinished"
    with _inside(root):
        try:
            outcome = rasa.model_training.train(
                domain="domain.yml",
                config="config.yml",
                training_files=[str(data / name) for name in ("nlu", "rules", "stories")],
                output=str(target.parent),
                fixed_model_name=unfinished,
                force_training=True,
            )
        except (RasaException, ValueError) as cause:
            raise BrokenFile("data/", 0, "", f"训练没有成功：{cause}") from cause
        if outcome.model is None or outcome.code != 0:
            raise BrokenFile("data/", 0, "", "训练没有成功")
        return Path(outcome.model).resolve()


def counted(data: Path) -> int:
    """How many example lines data/nlu holds, without the seconds Rasa takes to read them."""
    files = (data / "nlu").rglob("*.yml")
    return sum(line.startswith("    - ") for path in files for line in path.read_text(encoding="utf-8").splitlines())


def read_examples(root: Path, data: Path) -> list[Example]:
    with _inside(root):
        importer = TrainingDataImporter.load_from_config("config.yml", "domain.yml", [str(data / "nlu")])
        try:
            found_data = importer.get_nlu_data()
        except (RasaException, ValueError) as cause:
            raise BrokenFile("data/nlu", 0, "", str(cause)) from cause
    found = []
    for message in found_data.intent_examples:
        full = message.get(INTENT_RESPONSE_KEY)
        found.append(Example(message.get(TEXT), message.get(INTENT), full.partition("/")[2] if full else None))
    return found


def read_letters(root: Path) -> Letters:
    """Raises BrokenFile for a file that is none."""
    return Letters.read(root / "data" / "letters.yml")


def _validated(figures: Figures, root: Path, data: Path, progress: Callable[[float], None]) -> Figures:
    return validated(figures, read_held_out(read_examples(root, data), read_letters(root), progress))


def validated(figures: Figures, found: Sequence[HeldOut]) -> Figures:
    """The figures with what cross-validation found."""
    leaves = [h for h in found if h.example.leaf]
    pairs = [(h.example.intent, h.guess.intent) for h in found]
    in_three = [h.example.leaf in [leaf for leaf, _ in h.guess.leaves[:3]] for h in leaves]
    return replace(
        figures,
        intent_accuracy=share([h.is_intent_right for h in found]),
        leaf_accuracy=share([h.is_leaf_right for h in leaves]),
        leaf_top3=share(in_three),
        per_intent={name: _score(name, pairs) for name in sorted({a for a, _ in pairs})},
    )


def _score(name: str, pairs: Sequence[tuple[str, str]]) -> Score:
    hits = sum(a == b == name for a, b in pairs)
    predicted = sum(b == name for _, b in pairs)
    support = sum(a == name for a, _ in pairs)
    precision = hits / predicted if predicted else 0.0
    recall = hits / support if support else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return Score(round(precision, 4), round(recall, 4), round(f1, 4), support)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
