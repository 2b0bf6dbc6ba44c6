"""Which number counts which thing: constructions over the chunks of a sentence.

Fourth station: from typed chunks to bound figures. Whose figure it is and when it holds is decided by `resolve`.
"""
