"""The verbs of the command line, one small file each; each is a few lines over the public functions.

Nothing heavy is imported at the top of these files: ``chancellery --help`` must answer at once, so a verb
imports what it needs when it runs.
"""
