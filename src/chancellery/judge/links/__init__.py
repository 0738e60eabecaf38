"""Who is next: link prediction over all facts of a benchmark, by fading memories, rules and resemblance.

The public rankings of temporal knowledge graphs ask (s, r, ?) on every day. The model here is the conditional logit of
the rest of the house with a longer list of reasons; see docs/links.md for what it scores and how.
"""

from chancellery.judge.links.model import Links, fit_links, rank_days
from chancellery.judge.links.recurrency import recurrency
from chancellery.judge.links.scores import PROTOCOL, Score, score
from chancellery.judge.links.stream import Stream, stream
from chancellery.judge.links.track import TRACKS, Run, Track, chosen, run_track
from chancellery.judge.links.weights import Settings
from chancellery.judge.links.why import Why, why

__all__ = [
    "PROTOCOL",
    "TRACKS",
    "Links",
    "Run",
    "Score",
    "Settings",
    "Stream",
    "Track",
    "Why",
    "chosen",
    "fit_links",
    "rank_days",
    "recurrency",
    "run_track",
    "score",
    "stream",
    "why",
]
