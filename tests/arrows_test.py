#!/usr/bin/env python3
"""Breaks each rule of arrows.py once, in a tree made for it: every fault must be found, nothing where there is none.

usage: arrows_test.py"""
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import arrows  # pylint: disable=wrong-import-position

CLEAN = {
    "include/dehusk.h": "int dh_x(void);\n",
    "src/base/base.h": "#include <dehusk.h>\n",
    "src/base/options.c": '#include "base.h"\n#include <string.h>\nsize_t f(char *a) { return strlen(a); }\n',
    "src/page/page.h": '#include "base/base.h"\n',
    "src/page/tree.c": '#include "page/page.h"\n#include <gumbo.h>\nvoid f(void) { longjmp(x, 1); }\n',
    "src/judge/judge.h": '#include "page/page.h"\n',
    "src/dehusk.c": '#include "judge/judge.h"\n/* strcpy(a, b) */ const char *s = "sprintf(";\n',
    "src/judge/big_table.c": "int x;\n" * 900,
    "src/page/long.c": "int f(int a) {\n" + "a++;\n" * 58 + "}\n"
                       "static const int t[] = {\n" + "1,\n" * 100 + "};\n",
    "src/input/nul.c": "size_t f(const char *name) {\n    return strlen(name); /* ours, ends in NUL */\n}\n",
    "src/cli/main.c": '#include "base/base.h"\n#include <dehusk.h>\nint main(void) { printf("x"); exit(0); }\n',
    "fixtures/a/input.txt": "cd /wo" "rk/x\n",
}

# What is changed in the clean tree, and what the fault must say.
BROKEN = [
    ({"src/base/a.c": '#include "page/page.h"\n'}, "src/base/a.c:1: \"page/page.h\" is against the arrows"),
    ({"src/page/a.c": '#include "judge/judge.h"\n'}, "src/page may not use src/judge"),
    ({"src/page/a.c": '#  include "../judge/judge.h"\n'}, "src/page may not use src/judge"),
    ({"src/cli/a.c": '#include "judge/judge.h"\n'}, "src/cli may not use src/judge"),
    ({"src/fetch/a.c": '#include "page/page.h"\n'}, "src/fetch may not use src/page"),
    ({"src/pipeline.h": "", "src/judge/a.c": '#include "pipeline.h"\n'}, "src/judge may not use src/."),
    ({"src/page/a.c": '#include "gone.h"\n'}, '"gone.h" is no file'),
    ({"src/extra/a.c": "int x;\n"}, "src/extra/ is not in the table"),
    ({"src/judge/a.c": "#include <gumbo.h>\n"}, "<gumbo.h> belongs in src/page"),
    ({"src/cli/a.c": "#include <curl/curl.h>\n"}, "<curl/curl.h> belongs in src/fetch"),
    ({"src/base/a.c": "#include <check.h>\n"}, "<check.h> belongs in tests/"),
    ({"src/page/a.c": "#include <zlib.h>\n"}, "<zlib.h> belongs in src/input"),
    ({"src/page/a.c": "int f(int a) {\n" + "a++;\n" * 59 + "}\n"}, "src/page/a.c:1: f() has 61 lines"),
    ({"src/page/a.c": "#define X(a) (a)\n\nstatic int f(int a,\n  int b)\n{\n" + "a++;\n" * 70 + "}\n"},
     "a.c:3: f() has 74"),
    ({"src/page/a.c": "int x;\n" * 701}, "src/page/a.c: 701 lines"),
    ({"src/page/a.c": "void f(char *a) { strcpy(a, a); }\n"}, "strcpy() is not used"),
    ({"src/cli/a.c": "void f(char *a) {\n    sprintf (a, 0);\n}\n"}, "src/cli/a.c:2: sprintf() is not used"),
    ({"src/fetch/a.c": "int f(char *a) { return atoi(a); }\n"}, "atoi() is not used"),
    ({"src/page/a.c": "size_t f(char *a) { return a != NULL ? strlen(a) : 0; }\n"}, "strlen() without a comment"),
    ({"src/page/a.c": "void f(void) { printf(0); }\n"}, "the library does not call printf()"),
    ({"src/write/a.c": "void f(void) { getenv(0); }\n"}, "the library does not call getenv()"),
    ({"src/judge/a.c": "void f(void) { longjmp(0, 1); }\n"}, "longjmp() stands in src/page/tree.c only"),
    ({"docs/a.md": "see /wo" "rk/main\n"}, "docs/a.md:1: names a path of a machine"),
    ({"src/page/a.h": "size_t f(void);\n"}, "src/page/a.h: does not compile alone"),
    ({"src/page/a.h": "#include <stddef.h>\nstatic int f(void) { return size; }\n"}, "does not compile alone"),
]


def found_in(files):
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = os.path.join(root, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "arrows.py")
        done = subprocess.run([sys.executable, "-B", script, root], capture_output=True, text=True, check=False)
        return done.returncode, [line for line in done.stdout.splitlines() if line != "arrows: no fault"]


def main():
    failed = 0
    status, found = found_in(CLEAN)
    if status or found:
        failed += 1
        print("the clean tree:", *found, sep="\n  ")
    for changes, message in BROKEN:
        status, found = found_in({**CLEAN, **changes})
        if status != 1 or len(found) != 1 or message not in found[0]:
            failed += 1
            print(f"expected one fault, {message!r}; found:", *found, sep="\n  ")
    tricky = "int f(void) {\n  char c = '{', *s = \"}\\\"{\"; /* { */ // {\n}\nint g(void) { return 1; }\n"
    code = arrows.blanked(tricky)
    if [name for name, _, _ in arrows.functions(code)] != ["f", "g"]:
        failed += 1
        print("braces in strings and comments are taken for braces")
    print(f"arrows_test: {len(BROKEN) + 2 - failed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
