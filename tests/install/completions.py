#!/usr/bin/env python3
"""Asks the shells that are installed what they complete to, with the completions that the build made.

usage: completions.py BUILD_DIR

A shell that is not installed is skipped with a word."""
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

SECONDS = 30
# Command line up to the cursor, words that are offered, words that are not.
CASES = [("dehusk --foc", ["--focus"], ["--from"]),
         ("dehusk --focus=r", ["recall"], ["balanced"]),
         ("dehusk --no-t", ["--no-title"], ["--no-focus"]),
         ("dehusk --hel", ["--help"], ["--header"]),
         ("dehusk pro", ["profile"], ["features"]),
         ("dehusk profile --outp", ["--output"], ["--warc"]),
         ("dehusk fetch --warc-l", ["--warc-level"], ["--focus"]),
         ("dehusk-fetch --warc-l", ["--warc-level"], ["--focus"]),
         ("dehusk --keep-removed some-f", ["some-file.txt"], []),
         ("dehusk some-f", ["some-file.txt"], [])]


def run(*args, folder):
    return subprocess.run(args, capture_output=True, text=True, timeout=SECONDS, cwd=folder, check=True).stdout


def bash(build, line, folder, _):
    words = re.findall(r"=|[^\s=]+", line)
    script = (f". {build}/man/dehusk.bash; COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; "
              "_dehusk \"${COMP_WORDS[0]}\"; printf '%s\\n' \"${COMPREPLY[@]}\"")
    return run("bash", "--norc", "-c", script, folder=folder)


def fish(build, line, folder, _):
    return run("fish", "--no-config", "-c", f"source {build}/man/dehusk.fish; complete -C '{line}'", folder=folder)


def zsh_until(main, words):
    """What the shell prints until all the words stood in it, or for so long."""
    text, end = b"", time.monotonic() + SECONDS
    while time.monotonic() < end and not all(word.encode() in text for word in words):
        if select.select([main], [], [], 1)[0]:
            try:
                text += os.read(main, 65536)
            except OSError:
                break
    return text.replace(b"\a", b"").decode(errors="replace")


def zsh(build, line, folder, offered):
    """What stands on the screen of an interactive shell after TAB."""
    lists = os.path.join(folder, "zsh")
    os.makedirs(lists, exist_ok=True)
    shutil.copy(f"{build}/man/_dehusk", lists)
    pid, main = pty.fork()
    if not pid:
        os.chdir(folder)
        os.environ.update(TERM="dumb", COLUMNS="200", LINES="60", HOME=folder)
        os.execvp("zsh", ["zsh", "-f", "-i"])
    try:
        os.write(main, f"fpath=({lists} $fpath); autoload -Uz compinit; compinit -u -D; PS1='rea''dy'; unsetopt zle_bracketed_paste\n".encode())
        zsh_until(main, ["ready"])
        os.write(main, line.encode())
        typed = zsh_until(main, [line])
        os.write(main, b"\t")
        return typed.rpartition("ready")[2] + zsh_until(main, [offered[0].removeprefix(line.split()[-1].split("=")[-1])])
    finally:
        os.close(main)
        os.waitpid(pid, 0)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    build = os.path.abspath(sys.argv[1])
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        open(os.path.join(folder, "some-file.txt"), "w", encoding="utf-8").close()
        for name, ask in (("bash", bash), ("zsh", zsh), ("fish", fish)):
            if not shutil.which(name):
                print(f"skipped: {name} is not installed")
                continue
            for line, offered, others in CASES:
                got = ask(build, line, folder, offered)
                if all(word in got for word in offered) and not any(word in got for word in others):
                    passed += 1
                else:
                    failed += 1
                    print(f"FAILED  {name}: {line!r} gives {got!r:.400}, not {offered}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
