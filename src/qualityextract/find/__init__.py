"""Mentions: what stands in a text that a figure can be made of.

Third station: from a projected text to typed chunks, sentence by sentence. Nothing is decided here about which
number counts which thing; that is `grammar`.
"""
