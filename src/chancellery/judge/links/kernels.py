"""The arithmetic of a utility: remembered rows times weights into the candidates, and the way back.

Every reason is linear in its weights, so the gradient is the same walk with the roles changed. Candidates whose
residual is below :data:`NEGLIGIBLE` are passed over on the way back: they are most of the candidates and none
of the gradient.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from chancellery.effects.arithmetic import quick_exp

NEGLIGIBLE = np.float32(1e-6)


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc"})
def spread(utility, row, weights, start, value, x):
    """Add ``x @ weights`` of the row of each question to the candidates that the row's entries name.

    ``utility`` (Q, N), ``row`` (Q,), ``weights`` (Q, columns), and the rows of a memory.
    """
    for q in range(len(row)):
        for e in range(start[row[q]], start[row[q] + 1]):
            total = np.float32(0)
            for j in range(x.shape[1]):
                total += weights[q, j] * x[e, j]
            utility[q, value[e]] += total


@njit(cache=True, nogil=True)
def collect(residual, row, relation, start, value, x, gradient):
    """Add to ``gradient`` (relations, columns) what the residuals (Q, N) say of the weights used by `spread`."""
    for q in range(len(row)):
        for e in range(start[row[q]], start[row[q] + 1]):
            g = residual[q, value[e]]
            if abs(g) > NEGLIGIBLE:
                for j in range(x.shape[1]):
                    gradient[relation[q], j] += g * x[e, j]


@njit(cache=True, nogil=True)
def spread_rules(utility, row, relation, start, value, by, x, weights):
    """As `spread`, with a weight for every relation asked for and relation seen ``by`` (E,)."""
    for q in range(len(row)):
        for e in range(start[row[q]], start[row[q] + 1]):
            total = np.float32(0)
            for j in range(x.shape[1]):
                total += weights[relation[q], by[e], j] * x[e, j]
            utility[q, value[e]] += total


@njit(cache=True, nogil=True)
def collect_rules(residual, row, relation, start, value, by, x, gradient):
    """Add to ``gradient`` (relations, relations, columns) what the residuals say of the rules."""
    for q in range(len(row)):
        for e in range(start[row[q]], start[row[q] + 1]):
            g = residual[q, value[e]]
            if abs(g) > NEGLIGIBLE:
                for j in range(x.shape[1]):
                    gradient[relation[q], by[e], j] += g * x[e, j]


@njit(cache=True, nogil=True)
def hand_out(utility, grouped, group, mate, same):
    """Give every candidate o the utility of its group: ``grouped[q, 2 group[o] + (mate[o] is same[q])]``."""
    for q in range(len(utility)):
        for o in range(utility.shape[1]):
            utility[q, o] += grouped[q, 2 * group[o] + (same[q] > 0 and mate[o] == same[q])]


@njit(cache=True, nogil=True)
def hand_in(residual, grouped, group, mate, same):
    """Sum the residuals of the candidates of every group into ``grouped``."""
    for q in range(len(residual)):
        for o in range(residual.shape[1]):
            grouped[q, 2 * group[o] + (same[q] > 0 and mate[o] == same[q])] += residual[q, o]


@njit(cache=True, nogil=True)
def add_rows(utility, base, which):
    """Add row ``which[q]`` of ``base`` to row q of ``utility``."""
    for q in range(len(which)):
        for o in range(utility.shape[1]):
            utility[q, o] += base[which[q], o]


@njit(cache=True, nogil=True)
def sum_by(rows, place, total):
    """Add row i of ``rows`` to row ``place[i]`` of ``total``."""
    for i in range(len(place)):
        for o in range(rows.shape[1]):
            total[place[i], o] += rows[i, o]


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc"})
def residuals(utility, first, answer):
    """Turn utilities (Q, N) into d loss / d utility, in place; the loss is the negative log likelihood of all answers.

    Each answer is one choice among itself and everything that is no answer of its question, which is how the
    filtered rank is scored.
    """
    loss = 0.0
    for q in range(len(utility)):
        u = utility[q]
        high = u[0]
        for o in range(len(u)):
            high = max(high, u[o])
        total = 0.0
        for o in range(len(u)):
            u[o] = np.float32(quick_exp(np.float64(u[o] - high)))
        for o in range(len(u)):
            total += np.float64(u[o])
        for a in range(first[q], first[q + 1]):
            total -= np.float64(u[answer[a]])
        others = max(total, 1e-30)
        factor = 0.0
        for a in range(first[q], first[q + 1]):
            factor += 1.0 / (others + np.float64(u[answer[a]]))
        own = u[answer[first[q] : first[q + 1]]]
        for o in range(len(u)):
            u[o] *= np.float32(factor)
        for i in range(len(own)):
            p = np.float64(own[i]) / (others + np.float64(own[i]))
            loss -= np.log(max(p, 1e-30))
            u[answer[first[q] + i]] = np.float32(p - 1.0)
    return loss


@njit(cache=True, nogil=True, error_model="numpy")
def adam(x, gradient, mean, square, rate, shrink, ahead, behind, damp):
    """Make one step of Adam (Kingma & Ba 2015) with decoupled shrinkage to 0, in place on flat arrays.

    ``damp`` is Adam's ε: a weight whose gradients are usually smaller takes steps in proportion to them, not full
    ones.
    """
    for i in range(len(x)):
        mean[i] += np.float32(0.1) * (gradient[i] - mean[i])
        square[i] += np.float32(0.01) * (gradient[i] * gradient[i] - square[i])
        x[i] -= rate * (mean[i] * ahead / (np.sqrt(square[i] * behind) + damp) + shrink * x[i])
