#!/usr/bin/env python3
"""What libdehusk gives away, against what its header says.

usage: symbols.py BUILD_DIR

- The shared library exports dh_ symbols only: those that dehusk.h declares, and all of them. Those of symbols.txt, which releases had,
  are among them, each with its version (src/dehusk.map).
- Right above each prototype of the header stands a comment.
- The library has no mutable globals: no object of the static one has anything in .data or .bss.
- The example of this folder prints the text of a page."""
import os
import re
import subprocess
import sys

RELEASED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "symbols.txt")
HEADER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "include", "dehusk.h")
PROTOTYPE = re.compile(r"^DH_API [^;]*?\b(dh_\w+)\(", re.M)


def output(*command, **more):
    return subprocess.run(command, check=True, capture_output=True, text=True, **more).stdout


def exported(library):
    """Name and type of each defined dynamic symbol; the sanitizers' own are not the library's."""
    lines = output("nm", "-D", "--defined-only", library).splitlines()
    lines = [line.split() for line in lines if "asan" not in line and "ubsan" not in line]
    return {fields[-1].split("@")[0]: fields[-2] for fields in lines if fields[-2] != "A"}  # A: the version itself


def check_symbols(library, header):
    symbols, declared = exported(library), set(PROTOTYPE.findall(header))
    for name, kind in sorted(symbols.items()):
        if not name.startswith("dh_"):
            yield f"exports {name}, which does not begin with dh_"
        elif name not in declared:
            yield f"exports {name}, which dehusk.h does not declare"
        elif kind != "T":
            yield f"exports {name}, which is no function ({kind})"
    for name in sorted(declared - set(symbols)):
        yield f"dehusk.h declares {name}, which is not exported"
    if not declared:
        yield "no prototype was found in dehusk.h"
    bare = set(re.findall(r"^(?!DH_API|typedef|#|\s|/?\*)\w[^;{]*\b(dh_\w+)\(", header, re.M))
    for name in sorted(bare):
        yield f"dehusk.h declares {name} without DH_API"


def check_released(library):
    with open(RELEASED, encoding="utf-8") as file:
        names = [line.strip() for line in file if not line.startswith("#")]
    versioned = set(re.findall(r"\b(dh_\w+)@@DEHUSK_0$", output("nm", "-D", "--defined-only", library), re.M))
    for name in names:
        if name not in versioned:
            yield f"does not export {name} in version DEHUSK_0, as a release did"
    if not names:
        yield "symbols.txt is empty"


def check_comments(header):
    lines = header.split("\n")
    for match in PROTOTYPE.finditer(header):
        above = lines[header.count("\n", 0, match.start()) - 1].rstrip()
        if not above.endswith("*/"):
            yield f"{match.group(1)} has no comment right above it"


def check_globals(archive):
    """Sections .data and .bss of each object; .data.rel.ro is constant once loaded, DW.ref is the
    C++ compiler's own."""
    if "asan" in output("nm", archive):
        print("symbols: skipped: sanitizers add data of their own")
        return
    member = "?"
    for line in output("objdump", "-h", archive, env={**os.environ, "LC_ALL": "C"}).splitlines():
        if ": " in line and "file format" in line:
            member = line.split(":")[0]
        fields = line.split()
        if len(fields) < 3 or not re.fullmatch(r"\.t?(data|bss)(\..*)?", fields[1]):
            continue
        if int(fields[2], 16) and not re.search(r"\.rel\.ro|\.DW\.ref\.", fields[1]):
            yield f"{member} has {int(fields[2], 16)} bytes of mutable {fields[1]}"


def check_example(build):
    page = "<title>T</title><p>Hello, world.</p><script>no</script>"
    text = output(os.path.join(build, "tests", "api", "example"), input=page)
    if text != "Hello, world.\n":
        yield f"the example prints {text!r}"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    build = sys.argv[1]
    with open(HEADER, encoding="utf-8") as file:
        header = file.read()
    library = os.path.join(build, "src", "libdehusk.so")
    faults = [*check_symbols(library, header), *check_released(library), *check_comments(header),
              *check_globals(os.path.join(build, "src", "libdehusk.a")), *check_example(build)]
    for fault in faults:
        print("symbols:", fault)
    print(f"symbols: {len(PROTOTYPE.findall(header))} prototypes, {len(faults)} faults")
    sys.exit(bool(faults))


main()
