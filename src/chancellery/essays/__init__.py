"""Essays: what was said, kept as claims with a test each, disagreements, errors and words of doubt."""
