"""Resemblance: who is like whom, by places in a small space and by the company kept lately.

Every entity has a place as a subject and one as a candidate (two vectors of ``rank`` numbers). Its views are its own
place, the mean place of its partners of the last week, of the last two months, and of those partners' partners.
The utility of o for (s, r, ?) is the inner product of the views of s, each scaled for the relation, and the
views of o. All is linear in the past, so a utility can be taken apart into the partners behind it.

Sources: a temporal, linear graph convolution after He et al. 2020, LightGCN, SIGIR; relation scales after
Yang et al. 2015, Embedding entities and relations (DistMult), ICLR.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from chancellery.judge.links.memory import Memory, memory
from chancellery.judge.links.stream import Stream

HALF_LIVES = (7.0, 60.0)
VIEWS = (
    "its own place",
    "its partners of the last week",
    "its partners of the last months",
    "their partners",
)
PRIOR = 0.5  # added to an entity's total of events, so that one event does not place it


@dataclass
class Places:
    """Parameters: subject and candidate places (N, d), relation shift (R, d), view scales (R, V, d) and (V, d)."""

    subject: np.ndarray
    candidate: np.ndarray
    shift: np.ndarray
    scale: np.ndarray
    view: np.ndarray

    def all(self) -> list[np.ndarray]:
        """The arrays, in a fixed order."""
        return [self.subject, self.candidate, self.shift, self.scale, self.view]


def scatter(entities: int, relations: int, rank: int, rng: np.random.Generator) -> Places:
    """Draw places to start from."""
    f = np.float32
    subject = rng.standard_normal((entities, rank)).astype(f) * f(0.1)
    candidate = rng.standard_normal((entities, rank)).astype(f) * f(0.1)
    scale = (rng.standard_normal((relations, len(VIEWS), rank)) * 0.3 + 0.5).astype(f)
    view = np.full((len(VIEWS), rank), 0.5, f)
    view[0] = 1
    return Places(subject, candidate, np.zeros((relations, rank), f), scale, view)


@dataclass
class Company:
    """Who met whom: shares of every entity's partners, fading; a matrix (N, N) for every half-life."""

    memory: Memory
    day: int = -1
    met: list[sparse.csr_matrix] = field(default_factory=list)
    back: list[sparse.csr_matrix] = field(default_factory=list)

    def morning(self, day: int) -> None:
        """Work out the shares as they stand on the morning of ``day``."""
        if self.day == day:
            return
        self.day, m, n = day, self.memory, len(self.memory.start) - 1
        seen = m.last >= 0
        fade = m.fade[np.where(seen, day - m.last, 0)] * seen[:, None]
        total = m.total * m.fade[np.where(m.total_last >= 0, day - m.total_last, 0)] + PRIOR
        width = np.diff(m.start)
        self.met, self.back = [], []
        for k in range(len(m.half_lives)):
            share = m.count[:, k] * fade[:, k] / np.repeat(total[:, k], width)
            layout = (share.astype(np.float32), m.value, m.start)  # copied: zeros are cut out in place
            matrix = sparse.csr_matrix(layout, shape=(n, n), copy=True)
            matrix.eliminate_zeros()
            self.met.append(matrix)
            self.back.append(matrix.T.tocsr())

    def views(self, places: np.ndarray) -> list[np.ndarray]:
        """See places (N, d) through the company kept: one array (N, d) a view."""
        near = [met @ places for met in self.met]
        return [places, *near, self.met[-1] @ near[-1]]

    def pull(self, gradients: list[np.ndarray]) -> np.ndarray:
        """Bring the gradients of the views back to the places: the transpose of :meth:`views`."""
        total = gradients[0].copy()
        for k, back in enumerate(self.back):
            total += back @ gradients[1 + k]
        return total + self.back[-1] @ (self.back[-1] @ gradients[-1])


def company(s: Stream) -> Company:
    """Lay out the memory of who met whom, all unseen."""
    return Company(memory(s.subject, s.object, s.day, len(s.entities), HALF_LIVES))


@dataclass
class Sight:
    """The views of a morning: ``subject`` and ``candidate`` lists (N, d), and the candidates' sum (N, d)."""

    subject: list[np.ndarray]
    candidate: list[np.ndarray]
    seen: np.ndarray

    def asks(self, places: Places, subject: np.ndarray, relation: np.ndarray) -> np.ndarray:
        """Give what questions look for: (Q, d)."""
        wanted = places.shift[relation].copy()
        for v, view in enumerate(self.subject):
            wanted += view[subject] * places.scale[relation, v]
        return wanted


def look(company: Company, places: Places) -> Sight:
    """See everybody's places as they stand, through the company of the morning."""
    candidate = company.views(places.candidate)
    seen = sum(view * scale for view, scale in zip(candidate, places.view, strict=True))
    return Sight(company.views(places.subject), candidate, np.ascontiguousarray(seen, np.float32))


def gradients(
    company: Company,
    places: Places,
    sight: Sight,
    subject: np.ndarray,
    relation: np.ndarray,
    wanted: np.ndarray,
    seen: np.ndarray,
) -> list[np.ndarray]:
    """Bring the gradients of what is ``wanted`` (Q, d) and ``seen`` (N, d) back to the parameters."""
    to_relation = _sums(relation, len(places.shift))
    to_subject = _sums(subject, len(places.subject))
    shift = to_relation @ wanted
    scale = np.stack([to_relation @ (wanted * view[subject]) for view in sight.subject], axis=1)
    view = np.stack([(seen * v).sum(0) for v in sight.candidate])
    of_subject = [to_subject @ (wanted * places.scale[relation, v]) for v in range(len(VIEWS))]
    of_candidate = [seen * scale_of for scale_of in places.view]
    return [company.pull(of_subject), company.pull(of_candidate), shift, scale, view]


def _sums(place: np.ndarray, size: int) -> sparse.csr_matrix:
    """Matrix (size, Q) that sums rows by their ``place``."""
    one = np.ones(len(place), np.float32)
    return sparse.csr_matrix((one, (place, np.arange(len(place)))), shape=(size, len(place)))
