"""Use cases: plain functions of a session, one implementation for pages, channels and actions."""
