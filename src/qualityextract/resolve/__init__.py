"""Whose figure it is, when it holds, and what kind of statement it makes.

Fifth station: from bound figures to resolved figures. Everything here looks at the article as context and gives up
rather than guesses; what can't be known stays null.
"""
