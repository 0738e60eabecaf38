"""Steps of a month and of one event: cut rightly, and as events the classical conditional logit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import log

import numpy as np
import pytest

from chancellery.model.estimate import fit
from chancellery.model.fit import fit_choice
from chancellery.model.replay import make_steps, walk
from model_toys import toy_problem
from toy_case import toy

DAY = np.timedelta64(1, "D")


def days(*numbers: int) -> np.ndarray:
    return np.datetime64("2020-01-01") + np.array(numbers) * DAY


def test_months_are_those_of_the_calendar_cut_to_the_segment():
    steps = make_steps(days(0, 20, 35, 90), [(date(2020, 1, 15), date(2020, 3, 10))], "month")
    assert [(s.first, s.last) for s in steps] == [
        (date(2020, 1, 15), date(2020, 1, 31)),
        (date(2020, 2, 1), date(2020, 2, 29)),
        (date(2020, 3, 1), date(2020, 3, 10)),
    ]
    assert [s.events for s in steps] == [slice(1, 2), slice(2, 3), slice(3, 3)]


def test_every_event_is_a_step_and_the_covered_time_is_shared_out():
    covered = [(date(2020, 1, 1), date(2020, 1, 10)), (date(2020, 1, 21), date(2020, 1, 22))]
    steps = make_steps(days(1, 1, 4, 20), covered, "event")
    assert [s.events.stop - s.events.start for s in steps] == [1, 1, 1, 0, 1, 0]
    assert [s.days for s in steps] == [1.0, 1.0, 3.0, 5.0, 1.0, 1.0]
    assert [s.gap for s in steps] == [0, 0, 0, 0, 10.0, 0]
    assert [s.first.day for s in steps] == [2, 2, 5, 10, 21, 22]
    assert all(s.instant and s.last == s.first for s in steps)
    for number, (first, last) in enumerate(covered):
        assert sum(s.days for s in steps if s.segment == number) == (last - first).days + 1


@pytest.mark.parametrize("step", ["day", "week", "month", "event"])
def test_memory_at_the_end_does_not_lose_covered_time(step):
    """However it is cut, nothing but fading within a step differs: with a long half-life the sums agree."""
    problem = toy_problem(step=step, half_lives=(1e6, 2e6))
    s = problem.fresh()
    for _ in walk(problem.stream, s):
        pass
    assert s.cover[0] == pytest.approx(420, rel=1e-3)
    assert s.W[0].sum() == pytest.approx(len(problem.stream.i), rel=1e-3)


def plain_design(problem, events: int) -> tuple[np.ndarray, np.ndarray]:
    """Columns (events, alternatives, D) and which alternative was chosen, event after event from the list."""
    stream, n, klass = problem.stream, problem.n, problem.layout.klass
    half, K = problem.spec.half_lives, len(problem.layout.klass)
    block, time, past, rows, chosen = 2 * len(half), 0.0, [], [], []
    for step in problem.stream.steps[:events]:
        time += step.gap + step.days
        at = step.events.start
        i, k, j = int(stream.i[at]), int(stream.k[at]), int(stream.j[at])
        z = np.zeros((K, n, 4 * block + K))
        for h, days_ in enumerate(half):
            faded = [(0.5 ** ((time - t) / days_), c, a, b) for t, c, a, b in past]
            sent = sum(f for f, _, a, _ in faded if a == i)
            world = sum(f for f, *_ in faded) + 0.2 * 4 * n
            for c in range(4):
                for b in (x for x in range(n) if x != i):
                    news = (sum(f for f, cc, _, y in faded if (cc, y) == (c, b)) + 0.2) / world
                    own = sum(f for f, cc, a, y in faded if (cc, a, y) == (c, i, b))
                    back = sum(f for f, cc, a, y in faded if (cc, a, y) == (c, b, i))
                    any_back = sum(f for f, _, a, y in faded if (a, y) == (b, i))
                    for kk in np.flatnonzero(klass == c):
                        z[kk, b, c * block + h] = log((own + 8.0 * news) / (sent + 8.0))
                        z[kk, b, c * block + len(half) + h] = log(
                            (back + 0.1 + 0.05 * any_back) / (sent + 8.0)
                        )
        z[np.arange(K), :, 4 * block + np.arange(K)] = 1.0
        targets = [b for b in range(n) if b != i]
        rows.append(z[:, targets].reshape(K * (n - 1), -1))
        chosen.append(k * (n - 1) + targets.index(j))
        past.append((time, int(klass[k]), i, j))
    return np.array(rows), np.array(chosen)


def plain_fit(Z: np.ndarray, chosen: np.ndarray, precision: np.ndarray) -> tuple[np.ndarray, float]:
    """Conditional logit by plain Newton with independent normal priors of mean 0."""
    theta = np.zeros(Z.shape[2])
    for _ in range(40):
        u = Z @ theta
        p = np.exp(u - u.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        mean = np.einsum("ea,ead->ed", p, Z)
        score = (Z[np.arange(len(Z)), chosen] - mean).sum(axis=0) - precision * theta
        info = np.einsum("ea,ead,eaf->df", p, Z, Z) - mean.T @ mean + np.diag(precision)
        theta = theta + np.linalg.solve(info, score)
    return theta, float(np.log(p[np.arange(len(Z)), chosen]).sum())


def test_steps_of_one_event_are_the_classical_conditional_logit(monkeypatch):
    monkeypatch.setattr("chancellery.model.foresight.TOLERANCE", 1e-14)
    many = 120
    problem = toy_problem(step="event", since=None, choice=("own-share", "returned-share"), dyad_sd=0.0)
    stream = replace(problem.stream, steps=problem.stream.steps[:many])
    problem.stream = stream
    fitted = fit_choice(problem)
    _, precision = problem.prior()
    theta, loglik = plain_fit(*plain_design(problem, many), precision)
    assert fitted.events == fitted.steps == many
    assert fitted.loglik == pytest.approx(loglik, rel=1e-8)
    np.testing.assert_allclose(fitted.theta, theta, atol=1e-5)


def test_a_record_is_fitted_by_months_and_rates_are_a_day():
    made, record, weekly = toy()
    spec = made.model.model_copy(update={"step": "month"})
    monthly = fit(spec, record, ties=made.ties, attributes=made.attributes)
    assert monthly.choice.steps in (11, 12)
    assert abs(monthly.choice.events - weekly.choice.events) < 0.05 * weekly.choice.events
    busy = weekly.rate.actor + weekly.rate.volume[0]
    np.testing.assert_allclose(monthly.rate.actor + monthly.rate.volume[0], busy, atol=1.5)
    assert monthly.until - weekly.until < timedelta(days=31)


def test_a_new_state_gets_its_ties_also_where_an_old_one_stood():
    problem, held = toy_problem(), set()
    for _ in range(6):
        for _, s, _ in walk(problem.stream, problem.fresh()):
            held.add(float(s.tie.sum()))
            break
    assert len(held) == 1
    assert held.pop() > 0
