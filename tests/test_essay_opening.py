"""Opening essays: forms, encodings, clutter, places in the file, and what is refused in one sentence."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chancellery.errors import EssayError
from chancellery.essays import opening
from chancellery.essays.findings import read
from chancellery.essays.opening import open_essay
from chancellery.essays.text import fold

ESSAYS = Path(__file__).parent / "essays"
PROSE = (
    "Kenya’s trade with Uganda will probably grow. If the border closes, Nairobi would lose its best market. "
    * 3
)


def saved(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def refused(path: Path) -> str:
    with pytest.raises(EssayError) as error:
        open_essay(path)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("encoding", "told"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"),
     ("utf-16-be", "utf-16-be"), ("utf-32", "utf-32"), ("cp1252", "cp1252")],
)  # fmt: skip
def test_the_same_sentences_in_every_encoding(tmp_path, encoding, told):
    essay = open_essay(saved(tmp_path, "a.txt", PROSE.encode(encoding)))
    assert essay.encoding == told
    assert essay.sentences[0].text == "Kenya’s trade with Uganda will probably grow."


def test_a_page_says_its_own_encoding(tmp_path):
    page = f"<html><head><meta charset='iso-8859-2'></head><body><p>Łódź and Poland. {PROSE.replace('’', '')}</p></body></html>"
    essay = open_essay(saved(tmp_path, "a.html", page.encode("iso-8859-2")))
    assert essay.encoding == "iso-8859-2"
    assert essay.text.startswith("Łódź")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \n\t" * 50, "empty"),
        (b"\xff\xfe", "empty|no text"),
        (bytes(range(32)) * 50, "not text"),
        (b"PK\x03\x04" + b"x" * 100, "Word"),
        (b"\x89PNG" + b"x" * 100, "picture"),
        (b"China.", "too few"),
        ("Les sanctions des États-Unis contre la Russie ont été levées et la Chine est dans une situation "
         "que les pays du Sud ne peuvent pas ignorer.", "French"),
        ("Die Sanktionen der USA gegen Russland werden nicht aufgehoben, und das ist für die Ukraine und auch für "
         "Polen ein Zeichen.", "German"),
        ("Санкции США против России остаются, и Китай не будет менять свою политику в этом году.", "Cyrillic"),
        ("中国和俄罗斯的关系对美国来说是一个问题。" * 5, "Chinese"),
        ("zxcv qwer asdf China hjkl poiu vbnm tyui ghjk " * 5, "English"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_in_one_sentence(tmp_path, data, says):
    assert re.search(says, refused(saved(tmp_path, "a.txt", data)))


def test_missing_folders_and_sizes(tmp_path, monkeypatch):
    assert "is not there" in refused(tmp_path / "no.txt")
    assert "folder" in refused(tmp_path)
    path = saved(tmp_path, "a.txt", PROSE)
    monkeypatch.setattr(opening, "LARGEST", 100)
    assert "MB" in refused(path)
    monkeypatch.setattr(opening, "LARGEST", 10**6)
    monkeypatch.setattr(opening, "LONGEST", 100)
    assert "characters" in refused(path)


@pytest.mark.parametrize(
    "page",
    ["<html>" + "<!--" * 50_000, "<html><a " + 'x="' * 50_000, "<html><p>" + "&" * 50_000, "<html>" + "<script>" * 20_000,
     "<html>" + "<" * 50_000, "<html>" + "<b>" * 200_001 + "China", "<html><body>" + "<div>" * 100_000],
)  # fmt: skip
def test_bombs_in_html_are_refused_or_read_without_harm(tmp_path, page):
    refused(saved(tmp_path, "a.html", page))


def test_deep_nesting_hides_nothing(tmp_path):
    essay = open_essay(saved(tmp_path, "a.html", "<html><body>" + "<div>" * 50_000 + PROSE))
    assert essay.sentences[0].text.startswith("Kenya")


def test_a_pages_clutter_is_set_aside(tmp_path):
    page = (
        "<html><head><title>t</title><style>p{}</style></head><body><nav><a>Home</a> <a>World news of the day.</a></nav>"
        f"<article><h1>A river</h1><p>{PROSE}</p><figure><img><figcaption>Ships near Mombasa last year.</figcaption></figure>"
        "<blockquote class='pullquote'>Nairobi would lose its best market.</blockquote>"
        "<div class='related'><p>Ten recipes that you should try this summer at home.</p></div>"
        "<p hidden>Invisible words about China and the United States.</p>"
        "<script>var x = 'China < India';</script></article><footer>All rights reserved.</footer></body></html>"
    )
    essay = open_essay(saved(tmp_path, "a.html", page))
    words = " ".join(s.text for s in essay.sentences)
    assert words == fold(PROSE)
    aside = essay.aside()
    assert aside["caption"] == 1
    assert aside["pull-quote"] == 1
    assert aside["chrome"] >= 4


@pytest.mark.parametrize("bare", [False, True])
@pytest.mark.parametrize(
    ("page", "read", "never"),
    [
        (
            "press.html",
            7,
            [
                "partners",
                "store",
                "Estonia",
                "Berbera",
                "Bob",
                "sheep",
                "Nigeria",
                "Iran",
                "Chad",
                "Vietnam",
                "Japan",
                "readers",
                "fellow",
            ],
        ),
        (
            "bare.html",
            6,
            [
                "partners",
                "Germany",
                "free",
                "Subscribe",
                "Turkey",
                "Greece",
                "Poland",
                "Ukraine",
                "newsletter",
            ],
        ),
        ("saved.txt", 5, ["cookies", "Pole", "Iran", "Israel", "newsletter", "Advertisement"]),
    ],
)
def test_whole_pages_of_sites_keep_the_essay_alone(page, read, never, bare, monkeypatch):
    if bare:
        monkeypatch.setitem(sys.modules, "trafilatura", None)
    sentences = [s.text for s in open_essay(ESSAYS / "pages" / page).sentences]
    assert len(sentences) == read
    assert not [word for word in never if any(word in text for text in sentences)]


def test_control_characters_are_blanks_and_never_reach_a_terminal(tmp_path):
    essay = open_essay(saved(tmp_path, "a.txt", PROSE.replace(" ", " \x1b[31m", 1) + "\u202e"))
    assert not any(char in s.text for s in essay.sentences for char in "\x1b\u202e")


def test_an_essay_in_capitals_is_refused(tmp_path):
    with pytest.raises(EssayError, match="capitals throughout"):
        open_essay(saved(tmp_path, "a.txt", PROSE.upper()))


def test_repeats_notes_and_pull_quotes_of_a_plain_text():
    essay = open_essay(ESSAYS / "strait.txt")
    aside = essay.aside()
    assert (aside["footnote"], aside["pull-quote"]) == (1, 1)
    texts = [s.text for s in essay.sentences]
    assert (
        texts[0]
        == "Vietnam and the Philippines have long disagreed about reefs, yet both fear the same neighbour."
    )
    assert sum("refused to accept the ruling" in text for text in texts) == 1
    assert not any("beaches" in text or "Invented Studies" in text for text in texts)
    assert all("[1]" not in text for text in texts)


def test_a_paragraph_that_stands_twice_is_read_once(tmp_path):
    essay = open_essay(saved(tmp_path, "a.txt", f"{PROSE}\n\n{PROSE}\n"))
    assert essay.aside() == {"duplicate": 1}


def test_markdown_marks_are_no_words():
    essay = open_essay(ESSAYS / "river.md")
    assert essay.sentences[1].text.startswith("Ethiopia's dam on the Nile alarms Egypt, which")
    assert essay.aside()["footnote"] == 1


@pytest.mark.parametrize("name", ["strait.txt", "river.md"])
def test_places_lead_back_into_the_file(name):
    raw = (ESSAYS / name).read_text(encoding="utf-8")
    essay = open_essay(ESSAYS / name)
    for sentence in essay.sentences:
        start, end = essay.place(sentence)
        words = raw[start:end].replace("**", "").replace("*", "").split()
        assert words[0].lstrip("[") == sentence.text.split()[0]
        assert words[-1].split("[")[0].rstrip("]") == sentence.text.split()[-1]


def test_places_in_a_page_with_entities_and_other_line_ends(tmp_path):
    page = (
        "<html><body>\r\n<p>Kenya &amp; Uganda will trade more, and the\r\nborder is open.</p>\r\n"
        "<p>It is the best market of the region.</p></body></html>"
    )
    essay = open_essay(saved(tmp_path, "a.html", page))
    first, second = essay.sentences
    assert first.text == "Kenya & Uganda will trade more, and the border is open."
    assert (
        page[slice(*essay.place(first))] == "Kenya &amp; Uganda will trade more, and the\r\nborder is open."
    )
    assert page[slice(*essay.place(second))] == "It is the best market of the region."


@pytest.mark.parametrize(
    ("body", "sentences"),
    [
        ("Dr. A. B. Smith met the U.S. envoy on Jan. 5. He left.", 2),
        ("It cost $3.5 billion.But it failed. “Really?” Yes.", 4),
        ("He spoke to the U.S. The talks failed.", 2),
        ("… and then nothing. It ended!", 2),
    ],
)
def test_where_sentences_end(body, sentences):
    from chancellery.essays.sentences import spans

    assert len(spans(body)) == sentences, [body[a:b] for a, b in spans(body)]


def pdf(text: str) -> bytes:
    """A PDF of one page, by hand."""
    lines = "".join(f"({line}) Tj T* " for line in text.splitlines())
    stream = f"BT /F1 12 Tf 14 TL 40 700 Td {lines}ET" if text else ""
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    return (
        out
        + f"xref\n0 6\n0000000000 65535 f \n{table}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    ).encode()


def test_a_pdf_and_a_scan(tmp_path):
    pytest.importorskip("pypdf", reason="the optional part 'essays' is not installed")
    essay = open_essay(
        saved(
            tmp_path,
            "a.pdf",
            pdf(
                "Kenya and Uganda will probably trade more in the\nlong run. It is a bargain for the region."
            ),
        )
    )
    assert [s.text for s in essay.sentences] == [
        "Kenya and Uganda will probably trade more in the long run.", "It is a bargain for the region.",
    ]  # fmt: skip
    assert "scan" in refused(saved(tmp_path, "b.pdf", pdf("")))
    assert "damaged" in refused(saved(tmp_path, "c.pdf", b"%PDF-1.4\nnothing"))


def test_without_the_optional_part_a_pdf_is_told_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdf", None)
    assert "pip install 'chancellery[essays]'" in refused(saved(tmp_path, "a.pdf", pdf("Kenya")))


def test_without_trafilatura_the_plain_reader_does(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    essay = open_essay(saved(tmp_path, "a.html", f"<html><body><nav>Home</nav><p>{PROSE}</p></body></html>"))
    assert essay.sentences[0].text.startswith("Kenya")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400), st.sampled_from([".txt", ".md", ".html"]))
def test_nothing_crashes_the_reader(tmp_path_factory, words, suffix):
    path = tmp_path_factory.mktemp("any") / f"a{suffix}"
    path.write_text(
        f"<p>{PROSE} {words}</p>" if suffix == ".html" else f"{PROSE}\n\n{words}",
        encoding="utf-8",
        errors="replace",
        newline="",
    )
    try:
        found = read(path)
    except EssayError:
        return
    raw = path.read_bytes().decode("utf-8")
    for claim in found.claims:
        start, end = found.essay.place(claim.sentence)
        assert 0 <= start < end <= len(raw)
        assert found.essay.holds(claim.quote)
