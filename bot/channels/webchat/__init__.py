"""The residents' chat page, as a channel."""
