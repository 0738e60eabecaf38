"""Numbers that compiled code uses for names: kinds of statistic, readers, transformations, rows of a timeline."""

from __future__ import annotations

# Statistics of pairs that follow a network ("planes"), kept up to date change by change.
TIE, RECIP, TRANS, CYCLE, COMMON_SENDER, COMMON_RECEIVER, FOUR = range(7)
# Statistics of actors that follow a network ("vectors").
INDEGREE, OUTDEGREE, TOTAL_DEGREE, NODE_TRANS = range(4)
# How two weights on a path are joined.
PRODUCT, MINIMUM = range(2)
# How the attributes of neighbours are joined.
MEAN, SUM, LOWEST, HIGHEST = range(4)
# How an effect reads its value of (i, j).
(
    NOTHING, ONE, PLANE, EGO_VECTOR, ALTER_VECTOR, EGO, ALTER, SAME, DIFFERENCE, SIMILARITY, EGO_ALTER,
    EGO_TERTIUS, ALTER_TERTIUS, TERTIUS_DIFFERENCE, SHIFT, PRODUCT_OF, OWN,
) = range(17)  # fmt: skip
# Transformations of a count.
IDENTITY, LOG1P, SQUARE_ROOT, SQUARE, POSITIVE = range(5)
# Participation shifts: last event A→B, now i→j.
AB_BA, AB_BY, AB_XA, AB_XB, AB_XY, AB_AY, AB_AB = range(7)
# Rows of a timeline, in the order they take effect at one time.
PRESENCE, EVENT, INTERVAL, NETWORK, ATTRIBUTE = range(5)
# What depends on a layer.
ON_PLANE, ON_VECTOR, ON_AGGREGATE = range(3)
