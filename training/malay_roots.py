"""Makes the list of plain Malay roots that tells affixes from look-alikes, from the word lists of malaya (MIT).

    python -m training.malay_roots --lists DIR_OF_malaya/dictionary/bahasa --frequent words.txt
"""

import argparse
import re
import runpy
import zlib
from pathlib import Path

from tts.text.lexicon import data_dir
from tts.text.malay_words import splits

_LISTS = ("kamus_dewan", "dbp", "words", "cambridge_words")


def roots(vocabulary: set[str], frequent: list[str]) -> set[str]:
    """Frequent words of the vocabulary that are not built from another word of it."""
    kept: set[str] = set()
    for word in sorted((w for w in frequent if w in vocabulary), key=len):
        if re.fullmatch("[a-z]{3,}", word) and not any(split.root in kept for split in splits(word)):
            kept.add(word)
    return kept


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lists", type=Path, required=True)
    parser.add_argument("--frequent", type=Path, required=True, help="words to keep, one a line")
    parser.add_argument("--out", type=Path, default=data_dir() / "ms_roots.txt.z")
    args = parser.parse_args()
    vocabulary: set[str] = set()
    for name in _LISTS:
        vocabulary |= set(runpy.run_path(str(args.lists / f"{name}.py"))["words"])
    chosen = sorted(roots(vocabulary, args.frequent.read_text("utf-8").split()))
    args.out.write_bytes(zlib.compress("\n".join(chosen).encode(), 9))
    print(f"{len(chosen)} roots, {args.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
