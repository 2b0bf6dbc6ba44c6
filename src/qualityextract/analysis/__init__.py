"""What the tables are for: load them, say what may be compared, choose one figure per region and date, doubt it.

A later step over written tables: nothing here changes a run or reads an article. `load` gives typed frames,
`comparability` grades pairs and groups of rows, `panel` chooses cells and says why, `conflicts` and `coverage` show
where sources disagree and where there are none, `corrections` applies what a reader holds against a row.
"""
