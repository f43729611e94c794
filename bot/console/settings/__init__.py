"""The pages on which administrators change what the service goes by: parse, call, render."""
