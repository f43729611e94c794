"""Import Rasa where TensorFlow is not installed.

Rasa 3.6 imports TensorFlow at module level although a pipeline of linear models never calls it.
Stand-ins satisfy those imports and are withdrawn again, so that libraries which look for
TensorFlow in `sys.modules` (matplotlib does) find none. With the `tensorflow` extra installed
nothing here has any effect and DIET and TED work as in stock Rasa.
"""

import importlib
import importlib.util
import sys
from collections.abc import Iterator, MutableSequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

STANDS_FOR = ("tensorflow", "tensorflow_text", "tensorflow_hub", "tensorflow_addons", "keras")
# Every Rasa module that imports TensorFlow is reached from these. A model names its training components
# too, so loading one needs them all.
IMPORTERS = (
    "rasa.engine.recipes.default_recipe",
    "rasa.engine.recipes.default_components",
    "rasa.graph_components.validators.default_recipe_validator",
    "rasa.utils.tensorflow.environment",
)


class _AbsentType(type):
    """A name of TensorFlow: good as a base class, an annotation or a decorator, for nothing else."""

    def __getattr__(cls, name: str) -> "_AbsentType":
        if name.startswith("__"):
            raise AttributeError(name)
        return cls

    def __getitem__(cls, _: object) -> "_AbsentType":
        return cls

    def __call__(cls, *args: Any, **_: Any) -> Any:
        if cls is Absent and len(args) == 1 and callable(args[0]):
            return args[0]
        raise ImportError(
            f"{cls.__name__} needs TensorFlow: run `make tensorflow`, or use the components of config.yml"
        )


class Absent(metaclass=_AbsentType):
    """Stands for anything of TensorFlow at import time."""


class _StandIn(ModuleType):
    __path__: MutableSequence[str] = []  # noqa: RUF012 - what makes a module a package

    def __getattr__(self, name: str) -> _AbsentType:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent


class _Finder(MetaPathFinder, Loader):
    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        if name.partition(".")[0] in STANDS_FOR:
            return ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run: the stand-in answers by itself."""


@contextmanager
def _stand_ins() -> Iterator[None]:
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in [n for n, m in sys.modules.items() if isinstance(m, _StandIn)]:
            del sys.modules[name]


def is_installed() -> bool:
    return importlib.util.find_spec("tensorflow") is not None


def import_rasa() -> None:
    """Make every Rasa module importable; call once, before the first import of rasa."""
    if is_installed() or all(name in sys.modules for name in IMPORTERS):
        return
    with _stand_ins():
        for name in IMPORTERS:
            importlib.import_module(name)
