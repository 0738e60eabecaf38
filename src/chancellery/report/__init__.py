"""Answers → pages: tables, charts, and one self-contained page that needs no network."""
