"""Futures → answers: a sentence with a number, its interval, and what it is compared with."""
