"""Relational event models."""
