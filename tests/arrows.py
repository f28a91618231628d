#!/usr/bin/env python3
"""Checks the habits of the source tree that a compiler does not.

usage: arrows.py ROOT

- No include against the arrows of ARCHITECTURE.md; libraries only in the folder that they belong to.
- Functions of src/ have at most 60 lines, files at most 700, generated tables (*_table.c) excepted.
- No function that writes or reads past what it was given (strcpy and the like); strlen in the library only where a
  comment on the same line, or on the three above, says why the string ends in NUL.
- The library does not print, exit, or read the environment or the clock; longjmp stands in src/page/tree.c only.
- No file names a path of somebody's machine.
- Every header compiles alone.

Prints a line for each fault. Exit status 1 if there are any. arrows_test.py breaks each rule once."""
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

FUNCTION_LINES = 60
FILE_LINES = 700

# Folder: what it may use, besides itself and dehusk.h. "." is what lies in src/ itself: the pipeline.
ARROWS = {
    "base": [],
    "input": ["base"],
    "page": ["base"],
    "judge": ["page", "base"],
    "facts": ["judge", "page", "base"],
    "rules": ["judge", "page", "base"],
    "write": ["facts", "judge", "page", "base"],
    ".": ["input", "page", "judge", "facts", "rules", "write", "base"],
    "batch": ["input", "base"],
    "cli": ["batch", "base"],
    "fetch": ["base"],
}
LIBRARY = ("base", "input", "page", "judge", "facts", "rules", "write", ".")
# Of base, what only the programs compile: argv, file names and messages, which end in NUL.
PROGRAMS_BASE = ("src/base/options.c", "src/base/printable.c", "src/base/progress.c")

# Headers of libraries, and the folders of src/ that may include them.
LIBRARIES = [
    (r"gumbo\.h", ["page"]),
    (r"jsmn\.h", ["page"]),
    (r"cld2/.*", ["facts"]),
    (r"dlfcn\.h", ["batch", "facts", "fetch"]),
    (r"archive.*\.h", ["batch"]),
    (r"libxml/.*", ["fetch"]),
    (r"curl/.*", ["fetch"]),
    (r"openssl/.*|sqlite3\.h", ["fetch"]),
    (r"check\.h", []),
    (r"libpsl\.h", ["base"]),
    (r"sha2\.h|seccomp\.h|linux/landlock\.h", ["batch"]),
    (r"zlib\.h", ["input", "fetch"]),
    (r"uchardet/.*|iconv\.h|zstd.*\.h|brotli/.*|lzma\.h|bzlib\.h", ["input"]),
]

BANNED = ("strcpy", "strcat", "strncpy", "strncat", "sprintf", "vsprintf", "gets", "atoi", "atol", "atoll", "atof",
          "strtok", "sscanf", "alloca")
LIBRARY_BANNED = ("printf", "vprintf", "fprintf", "vfprintf", "puts", "fputs", "putchar", "perror", "exit", "_exit",
                  "abort", "getenv", "setenv", "setlocale", "time", "clock", "clock_gettime", "gettimeofday", "socket",
                  "connect", "rand", "random", "srand", "fork", "system", "popen")

# In pieces, so that this file does not name them itself.
PATHS = re.compile("|".join(["/wo" "rk/", "/ho" "me/[a-z]", "/Us" "ers/[A-Za-z]"]))
# Pages and phrases are other people's words.
FOREIGN = ("fixtures/", "data/phrases.tsv")


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def listed(root):
    """The files of the tree: what git knows or would add; all of them where there is no git."""
    command = ["git", "-C", root, "ls-files", "-co", "--exclude-standard", "-z"]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode == 0:
        names = sorted(set(done.stdout.decode().split("\0")) - {""})
    else:
        names = sorted(os.path.relpath(os.path.join(folder, name), root)
                       for folder, _, files in os.walk(root) for name in files)
    return [name for name in names if os.path.isfile(os.path.join(root, name))]


def blanked(text):
    """The text with comments, strings and characters blanked out; lines stay where they were."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))
    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', blank, text, flags=re.S)


def folder_of(name):
    """The folder of src/ that a file lies in."""
    return name.split("/")[1] if name.count("/") > 1 else "."


# ---- includes ----

def target(root, name, quoted):
    """The folder of src/ that an include in quotes leads to; None if there is no such file."""
    beside = os.path.join(os.path.dirname(name), quoted)
    for path in (os.path.normpath(beside), "src/" + quoted):
        if path.startswith("src/") and os.path.isfile(os.path.join(root, path)):
            return folder_of(path)
    return None


def includes(root, name, text):
    own = folder_of(name)
    if own not in ARROWS:
        yield f"{name}: src/{own}/ is not in the table of arrows (tests/arrows.py, ARCHITECTURE.md)"
        return
    for number, line in enumerate(text.splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', line)
        if not match:
            continue
        quoted, system = match.groups()
        if quoted:
            to = target(root, name, quoted)
            if to is None:
                yield f'{name}:{number}: "{quoted}" is no file of src/'
            elif to != own and to not in ARROWS[own]:
                yield f'{name}:{number}: "{quoted}" is against the arrows: src/{own} may not use src/{to}'
        for pattern, folders in LIBRARIES if system else []:
            if re.fullmatch(pattern, system) and own not in folders:
                allowed = " and ".join("src/" + folder for folder in folders) or "tests/"
                yield f"{name}:{number}: <{system}> belongs in {allowed}"


# ---- lengths ----

def functions(code):
    """Name, first line and last line of each function of blanked code."""
    depth = start = 0
    head = ""  # what stands before a '{' at the outermost level
    line = head_line = 1
    named = None
    for char in re.sub(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", lambda m: re.sub(r"[^\n]", " ", m.group(0)), code, flags=re.M):
        if char == "{":
            if depth == 0 and not re.search(r'\bextern\s*$', head):  # extern "C" is no function, but a level less
                match = re.search(r"(\w+)\s*\([^{}=]*\)[^=()]*$", head, re.S)
                named, start = (match.group(1), head_line) if match else (None, 0)
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                if named:
                    yield named, start, line
                head, named = "", None
        elif depth == 0:
            if char == ";":
                head = ""
            else:
                if not head.strip():
                    head, head_line = "", line
                head += char
        line += char == "\n"


def lengths(name, text, code):
    count = text.count("\n")
    if count > FILE_LINES:
        yield f"{name}: {count} lines, at most {FILE_LINES}"
    for function, first, last in functions(code):
        if last - first + 1 > FUNCTION_LINES:
            yield f"{name}:{first}: {function}() has {last - first + 1} lines, at most {FUNCTION_LINES}"


# ---- calls ----

def calls(code, names):
    """Line number and name of each call of one of the names; a member of that name is another thing."""
    pattern = re.compile(r"(?<![\w.>])(" + "|".join(map(re.escape, names)) + r")\s*\(")
    for match in pattern.finditer(code):
        yield code.count("\n", 0, match.start()) + 1, match.group(1)


def says_nul(lines, number):
    """True if the line or one of the three above it mentions a NUL."""
    return any(re.search(r"\bNULs?\b", line) for line in lines[max(0, number - 4):number])


def banned(name, text, code):
    own, lines = folder_of(name), text.splitlines()
    for number, call in calls(code, BANNED):
        yield f"{name}:{number}: {call}() is not used here"
    if own not in LIBRARY or name in PROGRAMS_BASE:
        return
    for number, call in calls(code, LIBRARY_BANNED):
        yield f"{name}:{number}: the library does not call {call}()"
    for number, _ in calls(code, ("strlen", "std::strlen")):
        if not says_nul(lines, number):
            yield f"{name}:{number}: strlen() without a comment that says why its string ends in NUL"
    for number, call in calls(code, ("longjmp", "siglongjmp")):
        if name != "src/page/tree.c":
            yield f"{name}:{number}: {call}() stands in src/page/tree.c only"


# ---- words and headers ----

def paths(root, names):
    for name in names:
        if name.startswith(FOREIGN):
            continue
        for number, line in enumerate(read(os.path.join(root, name)).splitlines(), 1):
            if PATHS.search(line):
                yield f"{name}:{number}: names a path of a machine: {line.strip()[:60]}"


def compile_header(root, name):
    done = subprocess.run(["gcc", "-fsyntax-only", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror", "-std=gnu11",
                           "-D_GNU_SOURCE", "-Iinclude", "-Isrc", "-Itests", "-x", "c", "-"],
                          input=f'#include "{name}"\n', cwd=root, capture_output=True, text=True, check=False)
    first = next((line for line in done.stderr.splitlines() if "error" in line), "")
    return f"{name}: does not compile alone: {first}" if done.returncode else None


def headers(root, names):
    alone = [name for name in names if name.endswith(".h") and name.startswith(("include/", "src/", "tests/"))]
    with ThreadPoolExecutor(max_workers=2) as pool:
        yield from filter(None, pool.map(lambda name: compile_header(root, name), alone))


def faults(root):
    names = listed(root)
    for name in names:
        if not name.startswith("src/") or not name.endswith((".c", ".cc", ".h")):
            continue
        text = read(os.path.join(root, name))
        yield from includes(root, name, text)
        if name.endswith("_table.c"):
            continue
        code = blanked(text)
        yield from lengths(name, text, code)
        yield from banned(name, text, code)
    yield from paths(root, names)
    yield from headers(root, names)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    found = list(faults(sys.argv[1]))
    print("\n".join(found) if found else "arrows: no fault")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
