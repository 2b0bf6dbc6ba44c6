"""The signature of a text, by which near copies are found: MinHash over its runs of five characters.

Two texts have about as large a share of equal numbers as of common runs. Only letters and digits count, in simplified
script, so that other line breaks, spaces and marks change nothing.
"""

from __future__ import annotations

import re
from typing import Any

NUMBERS = 64
"""How many numbers a signature has, each of 16 bits."""
_RUN = 5
_SHORTEST = 60
"""Characters below which a text has too few runs to be told from others by them."""
_SEED = 20
_OTHER = re.compile(r"[\W_]+")


def signature(text: str) -> str | None:
    """The signature of a simplified text as 256 hex digits; None for a text too short for one."""
    from rensa import RMinHash

    plain = _OTHER.sub("", text)
    if len(plain) < _SHORTEST:
        return None
    hasher = RMinHash(NUMBERS, _SEED)
    hasher.update([plain[at : at + _RUN] for at in range(len(plain) - _RUN + 1)])
    return "".join(f"{number & 0xFFFF:04x}" for number in hasher.digest())


def from_hex(text: str) -> Any:
    """The numbers of a signature, a NumPy array of shape `(64,)` and type `uint16`."""
    import numpy as np

    return np.frombuffer(bytes.fromhex(text), ">u2").astype(np.uint16)
