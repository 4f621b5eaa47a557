"""Similarity measures between value profiles, one pure function a file.

Every measure takes profiles of shape (..., 10), raw or centred, and gives the same for both.
"""

from homophily.values.similarity.cosine import cosine
from homophily.values.similarity.distinctive import distinctive
from homophily.values.similarity.euclidean import euclidean
from homophily.values.similarity.kendall import kendall
from homophily.values.similarity.pearson import pearson
from homophily.values.similarity.spearman import spearman

__all__ = ["cosine", "distinctive", "euclidean", "kendall", "pearson", "spearman"]
