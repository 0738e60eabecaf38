"""Named reasons to act: one function an effect, one list of them all."""
