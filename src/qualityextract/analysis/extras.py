"""Libraries that only some users need; the extra `analysis` installs them."""

from __future__ import annotations

import importlib
from typing import Any

from qualityextract.errors import ConfigurationError


def import_extra(name: str) -> Any:
    """The module, or an error that says how to get it.

    Raises:
        ConfigurationError: it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        package = name.partition(".")[0]
        raise ConfigurationError(
            f"{package} is not installed; it comes with the extra `analysis`: pip install 'qualityextract[analysis]'"
        ) from error
