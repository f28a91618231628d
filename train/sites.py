"""Sites and their folds. Sites are registrable domains, roughly; folds.tsv gives each a fold, the same for all sets, so that no
site stands in training and evaluation at once."""
import os
import zlib
from urllib.parse import urlparse

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDS = 5
SECOND_LEVEL = {"co", "com", "org", "net", "ac", "gov", "edu", "or", "ne", "go", "gob", "gouv"}


def site_of(url, fallback):
    host = ((urlparse(url).hostname if url else None) or fallback or "none").lower().strip(".")
    parts = host.removeprefix("www.").split(".")
    own = 3 if len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in SECOND_LEVEL else 2
    return ".".join(parts[-own:])


def read_folds():
    with open(os.path.join(HERE, "folds.tsv"), encoding="utf-8") as f:
        return {site: int(fold) for site, fold in (line.rstrip("\n").split("\t") for line in f)}


def fold_of(folds, site):
    """The fold of any site: that of the table, or what the table would have."""
    return folds.get(site, zlib.crc32(site.encode()) % FOLDS)
