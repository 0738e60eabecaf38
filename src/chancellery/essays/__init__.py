"""An essay in; sentences with their places, and proposed actors, events, ties and claims out.

What was said is kept as claims with a test each, disagreements, errors and words of doubt. Nothing here needs a
network or model weights: dictionaries in ``data/``, patterns and a small grammar. The one exception,
`chancellery.essays.llm`, runs only when it is asked for by naming an endpoint.
"""
