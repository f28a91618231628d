#!/usr/bin/env python3
"""Runs the README's examples: each `$ command` of a console block must print what stands below it, and the C example must
compile and run.

usage: readme.py BUILD_DIR"""
import os
import re
import subprocess
import sys
import tempfile

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def cases(text):
    for block in re.findall(r"```console\n(.*?)```", text, re.S):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, expected = part.partition("\n")
            yield command, expected.rstrip("\n")


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
    build = os.path.abspath(sys.argv[1])
    os.chdir(TOP)
    env = dict(os.environ, PATH=build + os.pathsep + os.environ["PATH"])
    with open("README.md", encoding="utf-8") as f:
        text = f.read()
    passed = failed = 0
    for command, expected in cases(text):
        out = subprocess.run(command, shell=True, capture_output=True, text=True, env=env).stdout.rstrip("\n")
        if out == expected:
            passed += 1
        else:
            failed += 1
            print(f"README: $ {command}\n  expected: {expected!r}\n  printed:  {out!r}")
    if c_example(build, text):
        passed += 1
    else:
        failed += 1
        print("README: the C example does not print what it should")
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
