"""A rulebook made ready for a day and a set of tables: one graph of plain steps, two back ends.

`plan` says what goes in and comes out, `python_rows` makes a function for one row, `sql` a query for
many. Nothing here reads a file, a clock or a database; `registry.bulk.scoring` runs it on engines.
"""
