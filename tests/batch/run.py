#!/usr/bin/env python3
"""Folder runs through the test driver. The cases are in the modules that are imported below.

Usage: run.py BUILD_DIR [CASE...]. One line a case, then "N passed, M failed, K skipped"; exit status 1 if any failed.
Cases of pages that kill their worker need a build with -Dtest_hooks=true.
"""


import concurrent.futures
import os
import signal
import subprocess
import sys

import by_others  # noqa: F401
import collected  # noqa: F401
import containers  # noqa: F401
import doubles  # noqa: F401
import faults
import folders  # noqa: F401  (a module adds its cases when it is imported)
import going_on  # noqa: F401
import place
import sites  # noqa: F401


def attempt(function):
    try:
        function()
        return "ok", ""
    except place.Skip as why:
        return "skipped", str(why)
    except (AssertionError, OSError, KeyError, ValueError, subprocess.SubprocessError) as why:
        return "FAILED", f"{type(why).__name__}: {why}"


def main():
    # Who started this may ignore SIGINT, as shells do for what they run in the background: children shall not.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    place.driver = os.path.abspath(os.path.join(sys.argv[1], "tests", "batch", "folder_driver"))
    chosen = [c for c in place.CASES + [faults.page_that_sleeps] if len(sys.argv) == 2 or c.__name__ in sys.argv[2:]]
    counts = {"ok": 0, "FAILED": 0, "skipped": 0}
    with concurrent.futures.ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(attempt, faults.page_that_sleeps) if faults.page_that_sleeps in chosen else None
        for c in chosen:
            verdict, why = waiting.result() if c is faults.page_that_sleeps else attempt(c)
            counts[verdict] += 1
            print(f"{verdict:8} {c.__name__.replace('_', ' ')}" + (f": {why}" if why else ""), flush=True)
    print(f"{counts['ok']} passed, {counts['FAILED']} failed, {counts['skipped']} skipped")
    sys.exit(1 if counts["FAILED"] else 0)


if __name__ == "__main__":
    main()
