"""The pages in a real browser, where one is installed: nothing loaded, nothing complained of, nothing cut off.

A page is put into a frame of a phone's and of a desktop's width; a script outside the frame measures it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

import rival_worlds
from chancellery.cases import case
from chancellery.report.docket_page import docket_page
from chancellery.report.fit_page import fit_page
from chancellery.report.rivals_page import rivals_page
from chancellery.report.track_page import track_page
from chancellery.report.track_parts import parts
from test_report import toy_page
from test_report_fit import summary
from toy_docket import docket
from track_toys import track_record

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH: apt-get install chromium")
MEASURE = """
const frame = document.getElementById("frame");
frame.onload = () => {
  const page = frame.contentDocument, root = page.documentElement, wide = [], cut = [];
  for (const d of page.querySelectorAll("details")) d.open = true;
  for (const e of page.querySelectorAll("body *")) {
    if (e.closest(".scroll, .hidden, .cards thead") || e.closest("svg")) continue;
    if (e.getBoundingClientRect().right > WIDTH + 1) wide.push(e.tagName + ": " + e.textContent.slice(0, 40));
  }
  for (const t of page.querySelectorAll("svg text")) {
    const a = t.getBoundingClientRect(), b = t.closest("svg").getBoundingClientRect();
    if (a.left < b.left - 2 || a.right > b.right + 2 || a.top < b.top - 2 || a.bottom > b.bottom + 2) cut.push(t.textContent);
  }
  document.body.dataset.seen = JSON.stringify({
    width: root.scrollWidth, height: root.scrollHeight, wide, cut, charts: page.querySelectorAll("svg").length,
    loaded: frame.contentWindow.performance.getEntriesByType("resource").map(r => r.name),
    font: Math.min(...[...page.querySelectorAll("svg text")].map(t => t.getBoundingClientRect().height)),
  });
};
frame.srcdoc = PAGE;
"""


def look(page: str, width: int, folder: Path) -> dict:
    """What a browser says of a page in a frame of this width, and what it writes to its console."""
    script = MEASURE.replace("WIDTH", str(width)).replace("PAGE", json.dumps(page).replace("</", "<\\/"))
    outside = folder / "outside.html"
    outside.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><body style="margin:0"><iframe id="frame" style="border:0;width:{width}px;'
        f'height:2000px"></iframe><script>{script}</script>',
        encoding="utf-8",
    )
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
        "--disable-background-networking",
        f"--user-data-dir={folder / 'profile'}", f"--window-size={max(width, 600)},2100",
        "--virtual-time-budget=8000", "--enable-logging=stderr", "--dump-dom", outside.as_uri(),
    ]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    seen = json.loads(unescape(re.search(r'data-seen="([^"]*)"', ran.stdout).group(1)))
    seen["console"] = [line for line in ran.stderr.splitlines() if "CONSOLE" in line]
    return seen


@needs_browser
def test_the_browser_sees_what_is_wrong_with_a_page(tmp_path: Path):
    page = '<div style="width:900px">too wide</div><img src="http://127.0.0.1:9/x.png"><script>console.log("said")</script>'
    seen = look(page, 390, tmp_path)
    assert seen["width"] > 390
    assert seen["wide"]
    assert seen["loaded"]
    assert seen["console"]


@needs_browser
@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("name", ["whatif", "fit", "docket", "rivals", "track"])
def test_a_page_loads_nothing_says_nothing_and_fits(name: str, width: int, tmp_path: Path):
    made = {
        "whatif": toy_page,
        "fit": lambda: fit_page(summary()),
        "docket": lambda: docket_page(docket().as_dict()),
        "rivals": lambda: rivals_page(rival_worlds.contest().as_dict()),
        "track": lambda: track_page(track_record(), parts(case("great-powers").track)),
    }
    page = made[name]()
    # Without its policy, which would hide a request by forbidding it, and then with it.
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    assert bare != page
    seen = look(bare, width, tmp_path)
    assert seen["loaded"] == []
    assert seen["charts"] > 3
    assert (seen["width"], seen["wide"], seen["cut"]) == (width, [], [])
    assert seen["font"] > 8
    assert look(page, width, tmp_path)["console"] == []


SIFT = """
const frame = document.getElementById("frame");
frame.onload = () => {
  const page = frame.contentDocument, form = page.getElementById("filter"), told = [];
  const set = (name, value) => {
    form.elements[name].value = value;
    form.elements[name].dispatchEvent(new Event("input"));
    told.push([page.getElementById("shown").textContent,
               [...page.querySelectorAll("article.claim")].filter(c => c.getClientRects().length).map(c => c.id)]);
  };
  set("verdict", "supported"); set("essay", "T0"); set("words", "a6 russia"); set("kind", "belief");
  document.body.dataset.seen = JSON.stringify({told, empty: !page.getElementById("empty").hidden});
};
frame.srcdoc = PAGE;
"""


@needs_browser
def test_claims_are_filtered_and_searched_under_the_policy_of_the_page(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("test_report_browser.MEASURE", SIFT)
    seen = look(docket_page(docket().as_dict()), 390, tmp_path)
    assert seen["console"] == []
    assert seen["told"] == [
        ["3 of 8 claims", ["A1", "A4", "A6"]],
        ["3 of 8 claims", ["A1", "A4", "A6"]],
        ["1 of 8 claims", ["A6"]],
        ["0 of 8 claims", []],
    ]
    assert seen["empty"]
