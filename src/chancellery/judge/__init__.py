"""Is it true: free-running checks, and what the record says of the chronology."""
