"""A file of the output folder put in place in one step."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from qualityextract.corrections import CORRECTIONS, Mark, marks_csv
from qualityextract.errors import ConfigurationError


def write_whole(target: Path, data: bytes) -> Path:
    """Put a file in place in one step: temporary name, flush to disk, rename.

    Raises:
        ConfigurationError: the file can't be written; what was there is unchanged.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=".qualityextract-", dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            # A temporary file is for its owner alone; what is put in place has the rights of any new file.
            Path(name).chmod(0o666 & ~_umask())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigurationError(f"can't write {target}: {error.strerror or error}") from error
    return target


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_marks(out: Path, marks: Sequence[Mark]) -> Path:
    """Write `corrections.csv` into the output folder in one step.

    Raises:
        ConfigurationError: the file can't be written; what was there is unchanged.
    """
    return write_whole(out / CORRECTIONS, marks_csv(marks))
