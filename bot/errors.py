"""What can go wrong, in the product's own words; each layer translates foreign exceptions into these."""


class LinliError(Exception):
    """A failure that can be told to a person: `message` says what, `hint` says what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class NotFound(LinliError):
    """The named thing does not exist, or not for the one who asks."""


class Conflict(LinliError):
    """The thing is no longer in a state that allows this."""


class InvalidInput(LinliError):
    """What was sent cannot be understood or is not permitted as a value."""


class NotAllowed(LinliError):
    """The person is known, but may not do this."""


class Unavailable(LinliError):
    """Something this needs (model, database, remote service) does not answer now; later it may."""


class BrokenFile(LinliError):
    """A file of ours cannot be used; `line` is 1-based, 0 where no line can be named."""

    def __init__(self, file: str, line: int, field: str, problem: str) -> None:
        where = f"{file}:{line}" if line else file
        super().__init__(f"{where}: {field}: {problem}" if field else f"{where}: {problem}")
        self.file = file
        self.line = line
        self.field = field
        self.problem = problem
