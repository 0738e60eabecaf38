"""Compiled arithmetic of the classical models: what holds, how it changes, what an event adds to the likelihood."""
