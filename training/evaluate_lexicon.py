"""Figures of the pronouncer: agreement with the corpus, and letter-to-sound on words it never saw."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from training.corpus_words import Sentence, distance, sentences
from tts.text.letters import LetterRules
from tts.text.lexicon import PackedLexicon
from tts.text.pronounce import Pronouncer
from tts.text.types import Lang

_MARKS = re.compile(r"[ ,.;:!?()]")


def spoken(pronouncer: Pronouncer, sentence: Sentence) -> str:
    """What our front end says for the words of a sentence, without spaces and marks."""
    before = (None, *sentence.tokens)
    after = (*sentence.tokens[1:], None)
    words = (pronouncer.phones(*three) for three in zip(sentence.tokens, before, after, strict=False))
    return _MARKS.sub("", "".join(words))


def corpus_figures(corpus: Path, lang: Lang, splits: Sequence[str], fold: Callable[[str], str] = str) -> str:
    """Phone error rates against the corpus: all symbols, and without stress marks."""
    pronouncer = Pronouncer()
    errors = total = bare_errors = bare_total = 0
    for sentence in sentences(corpus, lang, splits):
        ours, theirs = fold(spoken(pronouncer, sentence)), fold(_MARKS.sub("", sentence.phonemes))
        errors, total = errors + distance(ours, theirs), total + len(theirs)
        ours, theirs = re.sub("[ˈˌ]", "", ours), re.sub("[ˈˌ]", "", theirs)
        bare_errors, bare_total = bare_errors + distance(ours, theirs), bare_total + len(theirs)
    name = f"{lang} corpus, {'+'.join(splits)}"
    return f"{name:24} phone error rate {errors / total:.2%}, without stress {bare_errors / bare_total:.2%}"


def letters_figures(rules: LetterRules, lexicon: Path, held_out: Callable[[str], bool]) -> str:
    """Phone and word error rates of the letter rules on the held-out words."""
    words = [item for item in PackedLexicon(lexicon).items() if held_out(item[0]) and re.fullmatch("[a-z]+", item[0])]
    errors = total = wrong = bare_errors = bare_total = 0
    for word, phones in words:
        guess = rules.phones(word)
        errors, total, wrong = errors + distance(guess, phones), total + len(phones), wrong + (guess != phones)
        guess, phones = re.sub("[ˈˌ]", "", guess), re.sub("[ˈˌ]", "", phones)
        bare_errors, bare_total = bare_errors + distance(guess, phones), bare_total + len(phones)
    return (
        f"letter rules, {len(words)} held-out words: phone error rate {errors / total:.2%}, "
        f"without stress {bare_errors / bare_total:.2%}; words wrong {wrong / len(words):.1%}"
    )
