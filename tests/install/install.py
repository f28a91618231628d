#!/usr/bin/env python3
"""Installs a build into an empty folder and uses what is there: the programs, the library through pkg-config, the manual pages.

usage: install.py BUILD_DIR

What a tool that is missing would show is skipped with a word. A sanitized build is skipped: what links it must be sanitized, too."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SECONDS = 120
PAGE = b"<p>One &amp; two.</p><nav><a href=/>Home</a></nav>"


def run(*args, **more):
    more.setdefault("stdin", None if "input" in more else subprocess.DEVNULL)
    if "input" in more:
        del more["stdin"]
    return subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS, check=False, **more)


def same(got, want, what):
    if got != want:
        raise AssertionError(f"{what}: got {got!r:.600}, not {want!r:.600}")


def installed(folder):
    """Path in the tree of each file that was installed, by its name."""
    found = {}
    for where, _, names in os.walk(folder):
        found.update({name: os.path.join(where, name) for name in names})
    return found


def programs(files, folder):
    done = run(files["dehusk"], input=PAGE)
    same((done.returncode, done.stdout, done.stderr), (0, b"One & two.\n", b""), "the installed dehusk")
    if "dehusk-fetch" not in files:
        print("skipped: dehusk-fetch is not built")
        return
    same("/libexec/" in files["dehusk-fetch"], True, "dehusk-fetch is in libexec")
    done = run(files["dehusk"], "fetch", "--version", env={"PATH": "/nonexistent"})
    same((done.returncode, done.stdout[:13]), (0, b"dehusk-fetch "), "dehusk fetch of a tree that was moved")


def example(folder):
    """The program of the library's manual page."""
    with open(os.path.join(TOP, "man", "dehusk.3.scd"), encoding="utf-8") as f:
        source = re.search(r"```\n(#include <dehusk.*?)```", f.read(), re.S).group(1).replace("\\\\", "\\")
    path = os.path.join(folder, "example.c")
    with open(path, "w", encoding="utf-8") as f:
        f.write(source)
    return path


def library(files, folder):
    compiler = shutil.which("cc")
    if not compiler or not shutil.which("pkg-config"):
        print("skipped: no compiler or no pkg-config")
        return
    libs = os.path.dirname(files["libdehusk.so.0"])
    env = {**os.environ, "PKG_CONFIG_PATH": os.path.dirname(files["dehusk.pc"]), "PKG_CONFIG_SYSROOT_DIR": folder}
    flags = run("pkg-config", "--cflags", "--libs", "dehusk", env=env)
    same((flags.returncode, flags.stderr), (0, b""), "pkg-config")
    program = os.path.join(folder, "example")
    built = run(compiler, "-Wall", "-Wextra", "-Werror", "-o", program, example(folder), *flags.stdout.decode().split())
    same((built.returncode, built.stderr), (0, b""), "the compiler")
    done = run(program, env={**os.environ, "LD_LIBRARY_PATH": libs})
    same((done.returncode, done.stdout), (0, b"Hello, world.\n"), "the program that was compiled")
    needed = run("objdump", "-p", program).stdout
    same(b"libdehusk.so.0\n" in needed, True, "it needs the library by its version")
    # The same with the static library and all that it names.
    flags = run("pkg-config", "--cflags", "--libs", "--static", "dehusk", env=env).stdout.decode().split()
    flags = [flag.replace("-ldehusk", "-l:libdehusk.a") for flag in flags]
    built = run(compiler, "-o", program, example(folder), *flags)
    same((built.returncode, built.stderr), (0, b""), "the compiler, statically")
    same(run(program).stdout, b"Hello, world.\n", "the program with the static library")


def manuals(files, folder):
    if not shutil.which("scdoc"):
        print("skipped: no scdoc, so no manual pages")
        return
    pages = ["dehusk.1", "dehusk.3", "dehusk-rules.5"] + (["dehusk-fetch.1"] if "dehusk-fetch" in files else [])
    same([page for page in pages if page not in files and page + ".gz" not in files], [], "manual pages that are missing")
    with open(files["dehusk.1"], encoding="utf-8") as f:
        text = f.read()
    options = run(files["dehusk"], "--help").stdout.decode()
    for name in re.findall(r"--(?:\[no-\])?[a-z-]+", options.split("Input:")[1]):
        same(name in text, True, f"{name} in dehusk(1)")
    with open(files["dehusk.3"], encoding="utf-8") as f, open(files["dehusk.h"], encoding="utf-8") as h:
        text, header = f.read(), h.read()
    for name in re.findall(r"^DH_API [^;]*?\b(dh_\w+)\(", header, re.M):
        same(name + "(" in text, True, f"{name}() in dehusk(3)")
    if not shutil.which("man"):
        print("skipped: no man to show the pages")
        return
    for page in pages:
        done = run("man", "--warnings", "-l", files[page], env={**os.environ, "MANWIDTH": "80", "LC_ALL": "C.UTF-8"})
        same((done.returncode, done.stderr), (0, b""), f"man {page}")


def completions(files, folder):
    for name in ("dehusk.bash", "_dehusk", "dehusk.fish"):
        same(name in files, True, f"{name} is installed")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    build = os.path.abspath(sys.argv[1])
    with open(os.path.join(build, "dehusk"), "rb") as f:
        if b"__asan_init" in f.read():
            print("skipped: built with sanitizers")
            return 0
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        tree = os.path.join(folder, "tree")
        done = run("meson", "install", "-C", build, "--no-rebuild", "--destdir", tree)
        if done.returncode:
            print(f"FAILED  meson install: {done.stdout.decode()[-400:]}{done.stderr.decode()[-400:]}")
            return 1
        files = installed(tree)
        for part in (programs, library, manuals, completions):
            try:
                part(files, tree)
                passed += 1
            except Exception as why:  # the other parts go on
                failed += 1
                print(f"FAILED  {part.__name__}: {type(why).__name__}: {why}")
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


sys.exit(main())
