"""Measuring a model: figures on labelled messages, cross-validation, and the curves drawn of them."""
