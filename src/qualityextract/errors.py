"""Every error that this package raises on purpose; each names a file, a rule or a document.

Three failures, three treatments: a `ConfigurationError` stops before work starts, a `DocumentError`
makes one document a reject and the run goes on, and anything else is a bug and propagates.
"""

from __future__ import annotations


class QualityExtractError(Exception):
    """Root of the errors raised on purpose."""


class ConfigurationError(QualityExtractError):
    """Rules, options or folders are wrong; nothing has been read or written yet."""


class RuleError(ConfigurationError):
    """A rule file holds a bad rule; the message names the file, the rule and the field."""


class DocumentError(QualityExtractError):
    """One input can't be read as an article; it becomes a row of `rejects`.

    Args:
        path: the input's path as the user gave it.
        reason: what is wrong, in plain English.
        hint: what the user can do about it.
    """

    def __init__(self, path: str, reason: str, hint: str = "") -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason
        self.hint = hint
