"""`tts voices`: who can speak, in which languages."""

import argparse
import json
from dataclasses import asdict


def run(args: argparse.Namespace) -> int:
    """Print one voice a line.

    Raises:
        CheckpointError: the embedded voices are missing or damaged.
    """
    from tts.synthesizer import Synthesizer

    voices = Synthesizer.load().voices
    if args.json:
        print(json.dumps([asdict(voice) for voice in voices], ensure_ascii=False))
        return 0
    width = max(len(voice.name) for voice in voices)
    for voice in voices:
        print(f"{voice.name:<{width}}  {' '.join(voice.languages):<6} {voice.description}")
    return 0
