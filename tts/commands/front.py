"""`tts normalize` and `tts phonemize`: what will be spoken, with offsets into the text that was typed."""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from tts.commands.source import open_source

if TYPE_CHECKING:
    from tts.text.types import Segment, Token


def run(args: argparse.Namespace) -> int:
    """Print one segment a line, as soon as it is ready; JSON too is one object a line.

    Raises:
        TtsError: as the options and the text give cause.
    """
    source = open_source(args)
    from tts.text.front import FrontEnd

    front = FrontEnd()
    describe = DESCRIBE[args.show]
    for segment in front.segments(source.text, lang=args.lang):
        if args.json:
            print(json.dumps(describe(segment), ensure_ascii=False))
        elif line := segment.phones if args.show == "phonemize" else words_line(segment):
            print(line)
    for warning in front.warnings:
        print(f"tts: warning: {warning}", file=sys.stderr)
    return 0


def words_line(segment: "Segment") -> str:
    """The words and marks of a segment as one would write them."""
    line = ""
    for token in segment.tokens:
        text = " ".join(token.text.upper()) if token.spell else token.text
        if token.kind == "mark":
            line += text if text != "(" else " ("
        elif token.kind == "word":
            gap = "" if not line or line.endswith("(") or text.startswith("'") else "-" if token.joined else " "
            line += gap + text
    return line.strip()


def _words(segment: "Segment") -> dict[str, Any]:
    return {"text": words_line(segment), "tokens": [_token(token) for token in segment.tokens]}


def _phones(segment: "Segment") -> dict[str, Any]:
    spans = zip(segment.tokens, segment.spans, strict=True)
    words = [{**_token(token), "phones": segment.phones[slice(*span)]} for token, span in spans if token.kind == "word"]
    return {"phones": segment.phones, "words": words}


def _token(token: "Token") -> dict[str, Any]:
    facts: dict[str, Any] = {"text": token.text, "kind": token.kind, "char": [token.start, token.end]}
    if token.kind == "word":
        facts["lang"] = token.lang
    if token.kind == "break":
        facts["pause_s"] = token.pause_s
    return facts


DESCRIBE = {"normalize": _words, "phonemize": _phones}
