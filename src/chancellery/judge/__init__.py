"""Is it true: claims put to the record, free-running checks, and what the record says of the chronology."""
