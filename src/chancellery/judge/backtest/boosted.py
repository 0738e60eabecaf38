"""Boosted trees as a baseline for questions: one model over all kinds, told apart by a column.

Optional (``pip install 'chancellery[trees]'``): a library that others tuned is the stranger this house should
measure itself against. The settings are ordinary and were not searched for.
"""

from __future__ import annotations

import numpy as np

ROWS = 60_000  # at most so many are learnt from, drawn at random
OPTIONS = {
    "max_iter": 100, "learning_rate": 0.06, "max_leaf_nodes": 15, "min_samples_leaf": 40, "l2_regularization": 1.0,
    "random_state": 7, "early_stopping": False,
}  # fmt: skip


class Trees:
    """Gradient boosting of chances on memory columns and the number of the kind.

    Parameters
    ----------
    X, which, y
        (rows, F) memory columns, (rows,) number of the kind, (rows,) 0 or 1, of windows that have ended.
    """

    def __init__(self, X: np.ndarray, which: np.ndarray, y: np.ndarray) -> None:
        from sklearn.ensemble import HistGradientBoostingClassifier

        kept = np.random.default_rng(7).permutation(len(y))[:ROWS]
        self.constant, self.known = float(y.mean()), np.unique(y[kept]).size > 1
        self.model = HistGradientBoostingClassifier(**OPTIONS, categorical_features=[X.shape[1]])
        if self.known:
            self.model.fit(np.column_stack([X[kept], which[kept]]).astype(np.float32), y[kept])

    def foretell(self, X: np.ndarray, which: int) -> np.ndarray:
        """Chances (rows,)."""
        if not self.known:
            return np.full(len(X), self.constant)
        data = np.column_stack([X, np.full(len(X), which)]).astype(np.float32)
        return self.model.predict_proba(data)[:, 1]
