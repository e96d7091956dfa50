"""How many requests can be served by things of which nobody knows whose they were: a largest matching."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def served(things: Sequence[np.ndarray]) -> int:
    """The most requests that can each be given one of the things that may have been its, none given twice.

    ``things``: for each request the numbers of those that may have been its. The answer is exact: a largest matching
    of the graph of requests and things (Hopcroft and Karp), so no other giving serves more.

    >>> served([np.array([1, 2]), np.array([1]), np.array([1])])
    2

    References
    ----------
    .. [1] J. E. Hopcroft, R. M. Karp, "An n^(5/2) algorithm for maximum matchings in bipartite graphs", SIAM J. Comput.
       2 (1973), 225-231.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    some = [each for each in things if len(each)]
    if len(some) < 2:
        return len(some)
    which, place = np.unique(np.concatenate(some), return_inverse=True)
    ends = np.concatenate([[0], np.cumsum([len(each) for each in some])])
    graph = csr_array((np.ones(len(place), np.int8), place, ends), shape=(len(some), len(which)))
    return int(np.sum(maximum_bipartite_matching(graph, perm_type="column") >= 0))
