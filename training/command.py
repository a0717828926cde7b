"""How the tools of this package end: a user's mistake is one line on standard error and exit status 2."""

import sys
from collections.abc import Callable

from tts.errors import TtsError


def reported(tool: Callable[[], None]) -> int:
    """Run `tool`; returns the exit status."""
    try:
        tool()
    except TtsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0
