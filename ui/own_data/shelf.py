"""Long lists of points that do not fit into an address: kept by the server, found by a mark.

Measured: Chromium and this server take addresses of 70,000 characters (140,000 are refused), but a
proxy in front of it usually takes a line of 8,192 bytes, and messengers cut long links.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST: Final = 6000
"""Characters of an address's query that every program on its way takes."""
MOST: Final = 500
"""Lists kept, at most; the one that nobody has asked for longest goes first. Some 15 MB."""
FIELD: Final = "data.points"
MARK: Final = "kept-"

_kept: OrderedDict[str, str] = OrderedDict()
_lock = threading.Lock()


def shorten(query: Mapping[str, str]) -> dict[str, str]:
    """Return a query that fits into an address: long points stay here, their mark goes instead."""
    points = query.get(FIELD, "")
    if not points or len(urlencode(query)) <= LONGEST:
        return dict(query)
    mark = MARK + hashlib.sha256(points.encode()).hexdigest()[:20]
    with _lock:
        _kept[mark] = points
        _kept.move_to_end(mark)
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return {**query, FIELD: mark}


def lengthen(query: Mapping[str, str]) -> dict[str, str]:
    """Return a query with the points its mark stands for; if they are gone, without its data."""
    mark = query.get(FIELD, "")
    if not mark.startswith(MARK):
        return dict(query)
    with _lock:
        points = _kept.get(mark)
        if points is not None:
            _kept.move_to_end(mark)
            return {**query, FIELD: points}
    return {name: value for name, value in query.items() if name.partition(".")[0] != "data"}


def is_short(query: Mapping[str, str]) -> bool:
    """Return whether a query holds a mark instead of its points."""
    return query.get(FIELD, "").startswith(MARK)
