"""Handling grid events: every deed goes through `doing.do`, every line of their logs through `steps.log`."""
