"""The three kinds of failure: the user can mend it, the environment must, or it is a defect.

A defect is any other exception. Messages are English msgids marked with ``N_`` and are translated
where they are shown, so that a service never needs to know the user's language.
"""

from __future__ import annotations


class CrmError(Exception):
    """A failure with one sentence of what happened and one of what to do.

    ``message`` and ``advice`` are msgids with ``%(name)s`` places filled from ``params``.
    """

    def __init__(self, message: str, advice: str = "", **params: object) -> None:
        super().__init__(message % params if params else message)
        self.message = message
        self.advice = advice
        self.params = params


class UserError(CrmError):
    """Something the user typed or chose cannot be done; ``field`` names the form field at fault."""

    def __init__(self, message: str, advice: str = "", *, field: str = "", **params: object) -> None:
        super().__init__(message, advice, **params)
        self.field = field


class EnvironmentFault(CrmError):
    """The disk, the file, a lock or another program stands in the way."""


class NeedsConfirmation(CrmError):
    """A warning the user may overrule: ask, then call again with ``key`` among the confirmed ones."""

    def __init__(self, key: str, message: str, advice: str = "", **params: object) -> None:
        super().__init__(message, advice, **params)
        self.key = key
