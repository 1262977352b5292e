"""Compress what sensors say, byte for byte, and read columns and rows out of the archives.

>>> import qres
>>> csv = b"time,temp\\n0,20.1\\n60,20.2\\n120,20.2\\n"
>>> archive = qres.compress(csv)
>>> qres.decompress(archive) == csv
True
"""

from qres._archive import Archive, Segment, open
from qres._codec import Bounds, compress, decompress
from qres._gene import Gene
from qres._qres import Error
from qres._tables import dataset, write
from qres._writer import Writer

__all__ = [
    "Archive",
    "Bounds",
    "Error",
    "Gene",
    "Segment",
    "Writer",
    "compress",
    "dataset",
    "decompress",
    "open",
    "write",
]
