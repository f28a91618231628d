#!/usr/bin/env python3
"""Runs the examples of the README, the guide and the manual pages, and follows their links within the tree: each `$ command` of a console block (in a manual page: of a block
that begins with one) must print what stands below it, and the C example must compile and run.

usage: readme.py BUILD_DIR [FILE...]"""
import glob
import os
import re
import subprocess
import sys
import tempfile

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
SECONDS = 60
# Fewer examples than this in a file mean that they are not found any more.
LEAST = {"README.md": 6, "man/dehusk.1.scd": 4}


def cases(name, text):
    block = r"```\n(?=\$ )(.*?)```" if name.endswith(".scd") else r"```console\n(.*?)```"
    for found in re.findall(block, text, re.S):
        if name.endswith(".scd"):
            found = found.replace("\\\\", "\\")
        for part in re.split(r"^\$ ", found, flags=re.M)[1:]:
            command, _, expected = part.partition("\n")
            yield command, expected.rstrip("\n")


def check_file(name, build, folder):
    """Number of examples, and what is wrong with some of them."""
    env = dict(os.environ, PATH=build + os.pathsep + os.environ["PATH"], TMP=folder)
    with open(name, encoding="utf-8") as f:
        text = f.read()
    count, faults = 0, list(dead_links(name, text)) if name.endswith(".md") else []
    for command, expected in cases(name, text):
        count += 1
        out = subprocess.run(command, shell=True, capture_output=True, text=True, env=env, timeout=SECONDS, check=False).stdout.rstrip("\n")
        if out != expected:
            faults.append(f"{name}: $ {command}\n  expected: {expected!r}\n  printed:  {out!r}")
    if count < LEAST.get(name, 0):
        faults.append(f"{name}: only {count} examples were found")
    return count, faults


def dead_links(name, text):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.S)):
        if "://" not in target and not os.path.exists(os.path.join(os.path.dirname(name), target)):
            yield f"{name}: links to {target}, which is not there"


def c_example(build, text):
    source = re.search(r"```c\n(.*?)```", text, re.S).group(1)
    with tempfile.TemporaryDirectory() as tmp:
        with open(os.path.join(tmp, "e.c"), "w", encoding="utf-8") as f:
            f.write(source)
        program = os.path.join(tmp, "e")
        subprocess.run(["gcc", "-Wall", "-Werror", f"-I{TOP}/include", "-o", program, f.name, f"-L{build}/src", "-ldehusk"], check=True)
        env = dict(os.environ, LD_LIBRARY_PATH=os.path.join(build, "src"))
        out = subprocess.run([program], capture_output=True, text=True, env=env).stdout
    return out == "Hello, world.\n"


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    build = os.path.abspath(sys.argv[1])
    os.chdir(TOP)
    names = sys.argv[2:] or ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", *sorted(glob.glob("docs/*.md")), *sorted(glob.glob("man/*.scd"))]
    total, faults = 0, []
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            count, wrong = check_file(name, build, folder)
            total += count
            faults += wrong
    with open("README.md", encoding="utf-8") as f:
        if not c_example(build, f.read()):
            faults.append("README: the C example does not print what it should")
    print("\n".join(faults + [f"{total + 1} examples, {len(faults)} failed"]))
    sys.exit(bool(faults))


main()
