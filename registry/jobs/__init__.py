"""Background work. The database's own state is the queue: every duty looks for rows that wait,
does one at a time, and may be killed or run twice without harm."""
