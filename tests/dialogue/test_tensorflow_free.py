"""Rasa without TensorFlow: what stands in, what does not linger, and that the need is still there."""

import subprocess
import sys

import pytest

from bot.dialogue import tensorflow_free

pytestmark = pytest.mark.skipif(tensorflow_free.is_installed(), reason="TensorFlow is installed: nothing stands in")


def test_rasa_still_imports_tensorflow_by_itself() -> None:
    stock = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", "import rasa.engine.recipes.default_recipe"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "No module named 'tensorflow'" in stock.stderr, "the departure is not needed any more: take it out"


def test_no_stand_in_is_left_for_libraries_that_look_for_tensorflow() -> None:
    assert not [name for name in sys.modules if name.partition(".")[0] in tensorflow_free.STANDS_FOR]


def test_a_component_that_needs_tensorflow_says_how_to_get_it() -> None:
    from rasa.utils.tensorflow.models import RasaModel

    with pytest.raises(ImportError, match="make tensorflow"):
        RasaModel()


def test_a_stand_in_serves_as_decorator_base_class_and_annotation() -> None:
    absent = tensorflow_free.Absent

    @absent.function
    def kept() -> str:
        return "kept"

    class Layer(absent.keras.layers.Layer):  # type: ignore[name-defined]
        pass

    assert kept() == "kept"
    assert issubclass(Layer, absent)
    assert absent[int].Tensor is absent
