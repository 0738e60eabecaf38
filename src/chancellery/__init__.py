"""Chancellery: foreign-policy arguments made executable."""

__version__ = "0.1.0"
