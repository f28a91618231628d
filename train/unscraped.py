#!/usr/bin/env python3
"""Texts that no scraper has made, from the packages of this system: the judge must leave such alone.

usage: unscraped.py OUT     OUT, which must be new, gets labelled texts in the form of the other sets, all their lines kept

Licences, manual pages, read-me files, change logs, code, tables and configuration. Which there are depends on the system. A quarter of
them, by a hash of the path, is left to bench/clean_texts.py and trains nothing."""
import glob
import gzip
import os
import subprocess
import sys

from labelled import Writer, digest, label

SIZES = (400, 200_000)
MOST = 150  # of a kind
KINDS = {
    "licences": ["/usr/share/common-licenses/*", "/usr/share/doc/*/copyright"],
    "manual pages": ["/usr/share/man/man[1-8]/*.gz"],
    "read-me files": ["/usr/share/doc/*/README*", "/usr/share/doc/*/NEWS*", "/usr/share/doc/*/AUTHORS*", "/usr/share/doc/*/TODO*",
                      "/usr/share/doc/*/*.txt*", "/usr/share/doc/*/*/*.txt*", "/usr/share/perl/*/pod/*.pod", "/usr/lib/python3*/**/README*"],
    "change logs": ["/usr/share/doc/*/changelog*.gz"],
    "Python": ["/usr/lib/python3*/*.py", "/usr/lib/python3*/*/*.py", "/usr/lib/python3/dist-packages/*/*.py"],
    "C": ["/usr/include/*.h", "/usr/include/*/*.h"],
    "Perl and shell": ["/usr/share/perl/*/*.pm", "/usr/share/perl/*/*/*.pm", "/usr/share/perl5/*/*.pm", "/usr/bin/*", "/usr/sbin/*",
                       "/usr/lib/*/*.sh", "/usr/share/bash-completion/completions/*", "/var/lib/dpkg/info/*inst"],
    "tables": ["/usr/share/zoneinfo/*.tab", "/usr/share/misc/*", "/usr/share/i18n/charmaps/*.gz", "/etc/protocols", "/etc/services",
               "/usr/share/**/*.csv", "/usr/share/**/*.tsv", "/var/lib/dpkg/info/*.list", "/var/lib/dpkg/info/*.md5sums"],
    "configuration": ["/etc/*.conf", "/etc/*/*.conf", "/usr/share/**/*.conf", "/usr/lib/systemd/system/*.service", "/usr/share/**/*.json",
                      "/usr/share/**/*.xml", "/etc/init.d/*", "/usr/lib/x86_64-linux-gnu/pkgconfig/*.pc"],
}


def read(path):
    try:
        with (gzip.open if path.endswith(".gz") else open)(path, "rb") as f:
            return f.read(SIZES[1] + 1)
    except OSError:
        return b""


def manual(path):
    done = subprocess.run(["man", "-l", "-P", "cat", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          env={**os.environ, "MANWIDTH": "78", "LC_ALL": "C.UTF-8", "MAN_KEEP_FORMATTING": ""})
    return subprocess.run(["col", "-bx"], input=done.stdout, stdout=subprocess.PIPE).stdout


def is_text(text):
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return SIZES[0] <= len(text) <= SIZES[1] and b"\0" not in text and b"\r" not in text


def texts(kind, held_out, most):
    """Path and bytes of texts of a kind: those that train, or those that are held out."""
    paths = {os.path.realpath(p) for pattern in KINDS[kind] for p in glob.glob(pattern, recursive=True) if os.path.isfile(p)}
    for path in sorted(paths, key=digest):
        if not most:
            return
        if (digest(path) // 2**32 % 4 == 0) != held_out:
            continue
        text = manual(path) if kind == "manual pages" else read(path)
        if is_text(text):
            most -= 1
            yield path, text


def main():
    with Writer(sys.argv[1]) as made:
        for kind in KINDS:
            for path, text in texts(kind, False, MOST):
                made.add(text, {"id": f"{digest(path):016x}", "set": "unscraped", "scraper": "none", "type": kind, "lang": None,
                                "labels": label(text.decode().rstrip("\n").split("\n"), "k")},
                         {"url": None, "site": os.path.dirname(path), "text": None})


if __name__ == "__main__":
    main()
