"""The written language: projection, sentences, numerals, segmentation.

Second station on the way of the data: `documents` hands an article over, `find` reads what stands here.
"""
