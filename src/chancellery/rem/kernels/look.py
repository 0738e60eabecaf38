"""Look at the events of a timeline without scoring them: what their own statistics were."""

from __future__ import annotations

import numpy as np
from numba import njit

from chancellery.rem.kernels import codes as c
from chancellery.rem.kernels.holding import Holding
from chancellery.rem.kernels.reading import read_pair, read_senders, scales
from chancellery.rem.kernels.rows import Rows, take_effect


@njit(cache=True)
def count_nonzero(h: Holding, rows: Rows, by_sender: bool, out: np.ndarray) -> None:
    """For each effect (p,), add the scored events whose own statistic is not zero; ``h`` is changed."""
    p, types, effects = out.shape[0], h.effect.shape[0], h.effect.shape[1]
    scale, one = np.ones((types, effects)), np.zeros(effects)
    all_senders = np.zeros((effects, h.present.shape[0] if by_sender else 0))
    for r in range(rows.code.shape[0]):
        if rows.code[r] == c.EVENT and rows.mark[r]:
            scales(h, rows.time[r], scale)
            if by_sender:
                read_senders(h, scale, all_senders)
                one[:] = all_senders[:, rows.a[r]]
            else:
                read_pair(h, rows.x[r], scale, rows.a[r], rows.b[r], one)
            for e in range(p):
                out[e] += one[e] != 0.0
        take_effect(h, rows, r)
