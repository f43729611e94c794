"""Linli: residents' messages become grid events, agenda items and in-person help."""
