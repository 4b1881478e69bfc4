"""File names as people's machines give them, and what is kept of them."""

import unicodedata

import pytest

from engine.files.content import Media
from engine.files.names import clean_name


@pytest.mark.parametrize(
    ("typed", "media", "kept"),
    [
        ("Tờ trình 14.pdf", Media.PDF, "Tờ trình 14.pdf"),
        (unicodedata.normalize("NFD", "Biên bản họp xét.pdf"), Media.PDF, "Biên bản họp xét.pdf"),
        ("SCAN.PDF", Media.PDF, "SCAN.pdf"),
        ("ảnh.jpeg", Media.JPEG, "ảnh.jpeg"),
        ("ảnh.png", Media.JPEG, "ảnh.png.jpg"),
        ("C:\\Users\\văn thư\\Desktop\\báo cáo.docx", Media.DOCX, "báo cáo.docx"),
        ("../../etc/passwd", Media.PDF, "passwd.pdf"),
        ("hóa đơn.html", Media.PDF, "hóa đơn.html.pdf"),
        ("chạy.exe", Media.PNG, "chạy.exe.png"),
        ("báo cáo\u202efdp.exe", Media.PDF, "báo cáofdp.exe.pdf"),
        ("a\u200bb\u0000c\r\nSet-Cookie: x=1.pdf", Media.PDF, "abc Set-Cookie_ x=1.pdf"),
        ('a"b<c>d|e?f*g:h;i%j.pdf', Media.PDF, "a_b_c_d_e_f_g_h_i_j.pdf"),
        ("  . .bí mật .  .pdf", Media.PDF, "bí mật.pdf"),
        ("a\u2028b\ue000c.pdf", Media.PDF, "a b c.pdf"),
        (".pdf", Media.PDF, "tai-lieu.pdf"),
        ("", Media.DOCX, "tai-lieu.docx"),
        ("...", Media.PNG, "tai-lieu.png"),
        ("a/", Media.PDF, "tai-lieu.pdf"),
        ("\ud800.pdf", Media.PDF, "tai-lieu.pdf"),
    ],
)
def test_a_name_is_kept_as_far_as_it_can_be_shown_and_saved(typed: str, media: Media, kept: str) -> None:
    assert clean_name(typed, media) == kept


def test_a_long_name_is_cut_between_characters_and_keeps_its_end() -> None:
    kept = clean_name("ượ" * 200 + ".pdf", Media.PDF)
    assert kept.startswith("ượượ")
    assert kept.endswith(("ợ.pdf", "ư.pdf"))
    assert len(kept.encode()) <= 180
    assert unicodedata.is_normalized("NFC", kept)


def test_a_clean_name_stays_as_it_is() -> None:
    once = clean_name("..\\a:b\u202e c.exe", Media.PDF)
    assert clean_name(once, Media.PDF) == once
