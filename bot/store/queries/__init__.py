"""Plain functions of a session, one module a subject, named for what they return."""
