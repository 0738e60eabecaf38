"""Record × effects → parameters: specification, compilation, replay, likelihood, fit, posterior."""
