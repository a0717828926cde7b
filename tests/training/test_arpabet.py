"""Conventions are learnt from examples; the sounds that CMU means are kept."""

from training.arpabet import Converter, Example
from training.espeak import corpus_symbols
from training.trees import Growth

EXAMPLES = [
    Example(word, tuple(sounds.split()), phones)
    for word, sounds, phones in (
        ("city", "S IH1 T IY0", "sˈɪTi"), ("pity", "P IH1 T IY0", "pˈɪTi"), ("kitty", "K IH1 T IY0", "kˈɪTi"),
        ("tin", "T IH1 N", "tˈɪn"), ("sit", "S IH1 T", "sˈɪt"), ("pit", "P IH1 T", "pˈɪt"), ("tip", "T IH1 P", "tˈɪp"),
        ("kit", "K IH1 T", "kˈɪt"), ("nit", "N IH1 T", "nˈɪt"), ("nip", "N IH1 P", "nˈɪp"),
    )
] * 8  # fmt: skip


def test_flap_is_learnt_from_context() -> None:
    convert = Converter(EXAMPLES, Growth(2, 1.0))
    assert convert("nitty", ("N", "IH1", "T", "IY0")) == "nˈɪTi"
    assert convert("tit", ("T", "IH1", "T")) == "tˈɪt"


def test_another_pronunciation_is_not_a_convention() -> None:
    convert = Converter([*EXAMPLES, *[Example("tip", ("T", "IH1", "P"), "tˈup")] * 40], Growth(2, 1.0))
    assert convert("tip", ("T", "IH1", "P")) == "tˈɪp"


def test_there_is_one_primary_stress_where_cmu_has_it() -> None:
    convert = Converter(EXAMPLES, Growth(2, 1.0))
    assert convert("city", ("S", "IH0", "T", "IY1")).count("ˈ") == 1


def test_corpus_symbols() -> None:
    assert corpus_symbols("h\u0259l\u02c8o\u200d\u028a", "en") == "həlˈO"
    assert corpus_symbols("k\u0259t\u200d\u0283\u02c8\u0259l", "ms") == "kəʧəl"
