"""Boosted trees as a baseline: one model over all kinds of question, or over all acts, told apart by a column.

Optional (``pip install 'chancellery[trees]'``): a library that others tuned is the stranger this house should
measure itself against. The settings are ordinary and were not searched for.
"""

from __future__ import annotations

import numpy as np

ROWS = 120_000
OPTIONS = {
    "max_iter": 120, "learning_rate": 0.06, "max_leaf_nodes": 15, "min_samples_leaf": 60, "l2_regularization": 1.0,
    "random_state": 7, "early_stopping": False,
}  # fmt: skip


class Trees:
    """Gradient boosting of chances or counts on memory columns and the number of the series.

    Parameters
    ----------
    X, y
        (rows, F) memory columns and (rows,) outcomes of windows that have ended.
    which
        (rows,) number of the kind or act.
    counts
        Counts (Poisson loss) rather than chances (log loss).
    """

    def __init__(self, X: np.ndarray, which: np.ndarray, y: np.ndarray, counts: bool) -> None:
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

        self.counts, self.constant = counts, float(y.mean())
        data = np.column_stack([X, which]).astype(np.float32)
        if len(y) > ROWS:
            kept = np.random.default_rng(7).choice(len(y), ROWS, replace=False)
            data, y = data[kept], y[kept]
        options = OPTIONS | {"categorical_features": [X.shape[1]]}
        if counts:
            self.model = HistGradientBoostingRegressor(loss="poisson", **options)
        else:
            self.model = HistGradientBoostingClassifier(**options)
        self.known = np.unique(y).size > 1
        if self.known:
            self.model.fit(data, y)

    def foretell(self, X: np.ndarray, which: int) -> np.ndarray:
        """Chance, or mean count, (rows,)."""
        if not self.known:
            return np.full(len(X), self.constant)
        data = np.column_stack([X, np.full(len(X), which)]).astype(np.float32)
        return self.model.predict(data) if self.counts else self.model.predict_proba(data)[:, 1]
