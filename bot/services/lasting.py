"""What lives as long as the service (Rasa, the model, the catalogue) is left out of the search for garbage.

Python searches all that lives for cycles nobody refers to, and nothing else runs meanwhile: with a model loaded that
is a fifth of a second, again and again, in the middle of somebody's page.
"""

import gc


def keep() -> None:
    """Search once, and no longer among what is left; what went out of service since the last time is found, too."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
