"""The commands of `python -m bot`, one module each: `add` describes it, `run` does it and returns the exit code."""
