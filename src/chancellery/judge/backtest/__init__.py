"""The track record: forecasts made at many origins from what was known then, frozen, and scored later.

Read in this order: ``known`` (what may be seen at an origin, and the guard), ``kinds`` (what is asked),
``history`` (events as memory), ``origins`` (when), ``foresee`` (one origin: the model's rates and futures),
``columns`` and ``layer`` (rates and memory joined, learnt on windows that have ended), ``baselines``,
``freeze`` (files and their hashes), ``run`` (all origins, in processes), ``score`` and ``result``.
"""
