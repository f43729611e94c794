"""The Rasa agent: the only package that imports rasa.

Importing it sets what must be set before the first import of rasa: no telemetry, no crash reports,
and stand-ins where TensorFlow is not installed.
"""

import logging
import os
import warnings

from bot.dialogue.tensorflow_free import import_rasa

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
# Only single characters are ever asked for; the phrases would take 50 MB.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

# Deprecations inside Rasa's dependencies of 2022, none of them ours; recording keeps them off the screen
# even where a library resets the filters.
with warnings.catch_warnings(record=True):
    warnings.simplefilter("ignore")
    import_rasa()
    import rasa.core.tracker_store
    import rasa.engine.caching  # noqa: F401
    from rasa.utils.log_utils import configure_structlog

configure_structlog(logging.ERROR)
logging.getLogger("rasa").setLevel(logging.ERROR)
