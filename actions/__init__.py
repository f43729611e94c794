"""Rasa custom actions and form validators: thin, they call services.

Run in the process of `python -m bot run`, or served by a stock `python -m rasa_sdk --actions actions`.
"""
