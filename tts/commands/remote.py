"""`tts say --server URL`: as `tts say`, but a server speaks; no model is loaded here."""

import argparse
import json
import sys
from typing import TYPE_CHECKING, cast

from tts.commands.say import open_output, speak
from tts.commands.source import open_source

if TYPE_CHECKING:
    from tts.synthesizer import Synthesizer


def run(args: argparse.Namespace) -> int:
    """Speak.

    Raises:
        TtsError: as the options, the text, the server or the output give cause.
    """
    from streaming.client import Client

    source = open_source(args)
    with open_output(args) as output, Client(args.server, args.api_key) as client:
        report = speak(args, source, cast("Synthesizer", client), output)  # a client streams as a synthesizer does
    if args.json:
        print(json.dumps(report, ensure_ascii=False), file=sys.stderr if args.output == "-" else sys.stdout)
    return 0
