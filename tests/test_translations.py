"""The catalogue has every sentence of the pages, translated, and no other; the gatherer sees what it must."""

import ast
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from docs import translations


def test_every_sentence_is_translated_and_nothing_else_is() -> None:
    problems = translations.lacking(translations.stored(), translations.sentences())
    assert problems == [], "run: python -m docs.translations, and translate what is empty"


def test_sentences_of_every_kind_are_gathered() -> None:
    said = translations.sentences()
    assert "templates/pages/base.html" in said["Đăng xuất"]
    assert said["Tên đăng nhập hoặc mật khẩu không đúng."] == ["engine/access/signing_in.py"]
    assert "web/labels.py" in said["Đang xem xét"]
    assert "rules/fields.py" in said["Xếp loại 2024"]
    assert "campaigns/bang-khen-2021-2025.yaml" in said["Tập thể"]
    assert said["“{value}” không phải là số nguyên."] == ["web/forms.py"]
    assert not any("Bearer" in sentence for sentence in said)


def test_a_value_in_a_sentence_has_a_name_and_a_docstring_is_no_sentence() -> None:
    source = '''"""Chuỗi mô tả."""
def f(thing):
    """Cũng là mô tả."""
    say(f"Đã nhập {thing.count} hồ sơ của {names[thing]}, {names[thing]}, {len(thing):,}.", "plain", f"{thing}")
    return "Được" "không"
'''
    assert list(translations.texts_in(ast.parse(source))) == [
        "Đã nhập {count} hồ sơ của {thing}, {thing_}, {thing__}.",
        "Đượckhông",
    ]


@pytest.mark.parametrize(
    ("translated", "told"),
    [
        ("", "not translated"),
        ("Working days left", "other values"),
        ("Working days: {day}, {number}, {number}", "other values"),
        ("Còn {number} until {day}", "still Vietnamese"),
    ],
)
def test_what_is_wrong_with_a_translation_is_told(translated: str, told: str) -> None:
    sentence = "Còn {number} ngày đến {day}"
    catalogue = Catalog(locale="en")
    catalogue.add(sentence, translated)
    (problem,) = translations.lacking(catalogue, [sentence])
    assert problem.startswith(told)


def test_a_doubtful_translation_and_one_of_nothing_are_told() -> None:
    sentence, catalogue = "Còn {number} ngày đến {day}", Catalog(locale="en")
    catalogue.add(sentence, "“Còn” {number}, {day}", flags=["fuzzy"])
    catalogue.add("Không ai nói", "Nobody says it")
    told_of = [problem.split(":")[0] for problem in translations.lacking(catalogue, [sentence])]
    assert told_of == ["not sure", "said nowhere"]


def test_an_update_keeps_what_is_translated_and_drops_what_nobody_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, catalogue = tmp_path / "templates" / "pages" / "x.html", tmp_path / translations.CATALOGUE
    page.parent.mkdir(parents=True)
    (tmp_path / "web").mkdir()
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    monkeypatch.setattr(translations, "of_vocabularies", list)
    page.write_text("{{ _('Một') }} {{ _('Hai') if x else _('Ba') }}", encoding="utf-8")
    assert translations.main([]) == 1
    assert capsys.readouterr().out == "not translated: Một\nnot translated: Hai\nnot translated: Ba\n"
    filled = catalogue.read_text(encoding="utf-8").replace('msgid "Một"\nmsgstr ""', 'msgid "Một"\nmsgstr "One"')
    catalogue.write_text(filled, encoding="utf-8")
    page.write_text("{{ _('Một') }}", encoding="utf-8")
    assert translations.main(["--check"]) == 1
    assert translations.main([]) == 0
    assert translations.main(["--check"]) == 0
    assert 'msgstr "One"' in catalogue.read_text(encoding="utf-8")
    assert "Hai" not in catalogue.read_text(encoding="utf-8")
