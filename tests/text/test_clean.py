"""Characters: what replaces what, and where it was."""

import pytest

from tts.text.normalize.clean import clean


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("plain", "plain"),
        ("it’s “so”", 'it\'s "so"'),
        ("cafe\u0301", "café"),
        ("e\u0301\u0323x", "ex"),
        ("Ångström", "Ångström"),
        ("ẞ ß æ œ ø ł đ", "SS ss ae oe o l d"),
        ("ﬁne", "fine"),
        ("ｆｕｌｌ１２", "full12"),
        ("٣٤", "34"),
        ("a\u200bb\u00adc", "abc"),
        ("a\u00a0b\u2003c", "a b c"),
        ("x\u2212y", "x-y"),
        ("①", " 1 "),
        ("Ⅷ", "VIII"),
        ("⅕", " 1/5 "),
        ("½²", "½²"),
        ("a\x00b\x07c", "a b c"),
        ("\ud800x", " x"),
        ("你好a", "  a"),
        ("Việt Nam", "Viet Nam"),
        ("\u0301a", "a"),
        ("a\r\nb", "a \nb"),
    ],
)
def test_characters(raw: str, plain: str) -> None:
    assert clean(raw).text == plain


@pytest.mark.parametrize("raw", ["plain", "cafe\u0301 ﬁne", "a\u200bb", "你ß½", "\ud800"])
def test_every_character_keeps_its_place(raw: str) -> None:
    cleaned = clean(raw)
    assert len(cleaned.text) == len(cleaned.starts) == len(cleaned.ends)
    assert all(0 <= start < end <= len(raw) for start, end in zip(cleaned.starts, cleaned.ends, strict=True))
    assert list(cleaned.starts) == sorted(cleaned.starts)


def test_places_of_a_composed_letter() -> None:
    cleaned = clean("xe\u0301y")
    assert cleaned.text == "xéy"
    assert (list(cleaned.starts), list(cleaned.ends)) == ([0, 1, 3], [1, 3, 4])


@pytest.mark.parametrize(
    ("raw", "warning"),
    [
        ("你", "Chinese"),
        ("か", "Japanese"),
        ("한", "Korean"),
        ("مرحبا", "Arabic"),
        ("ש", "Hebrew"),
        ("я", "Cyrillic"),
        ("ไทย", "Thai"),
        ("हिन्दी", "Devanagari"),
        ("\ud800", "surrogate"),
        ("\x00", "U+0000"),
    ],
)
def test_warnings_name_what_was_left_out(raw: str, warning: str) -> None:
    (only,) = clean(f"a {raw} b").warnings
    assert warning in only


def test_latin_text_warns_of_nothing() -> None:
    assert clean("Ça va, naïve “Zoë” — 5 €, ½ kg… 😀").warnings == ()
