"""Folder runs that go well, or of which files fail: names, what is read, outputs, many files."""
import bz2
import glob
import gzip
import lzma
import os
import re
import resource
import shutil
import signal
import socket
import subprocess

from place import (FULL, GOOD, MANIFEST, TOP, Place, Result, Skip, alone, as_nobody, case, check, is_sanitized,
                   need_hooks, need_root, wait_for, workers_of)

# ---- names ----------------------------------------------------------------------------------------------------------


@case
def mirrored_names():
    with Place() as p:
        for n in ["a.html", "b.txt", "c", "sub/d.HTM", "sub/deep/e.xhtml", "page.php?id=3", "sub/.hidden"]:
            p.write("in/" + n)
        p.run("jobs=2").expect(0, total=7, done=7, failed=0)
        want = [b"a.txt", b"b.txt", b"c.txt", b"page.php?id=3.txt", b"sub/.hidden.txt", b"sub/d.txt", b"sub/deep/e.txt"]
        check(p.names() == want, p.names())
        check(set(p.files().values()) == {alone(p.path("in/c"))}, p.files())
        check(alone(p.path("in/c")).startswith(GOOD[:20]), alone(p.path("in/c")))


@case
def colliding_names_are_kept_whole():
    with Place() as p:
        for n in ["a.htm", "a.html", "a", "b.html", "b.txt/c"]:
            p.write("in/" + n, GOOD + n.encode() + b" is the name of this page, and it is a name as good as any.\n")
        p.run().expect(0, done=5)
        check(p.names() == [b"a.htm.txt", b"a.html.txt", b"a.txt", b"b.html.txt", b"b.txt/c.txt"], p.names())
        check(b"a.htm is" in p.files()[b"a.htm.txt"] and b"a is" in p.files()[b"a.txt"], p.files())


@case
def several_inputs_lie_under_their_names():
    with Place() as p:
        for n in ["x/a.html", "y/a.html", "z/a.html"]:
            p.write(n)
        p.run(inputs=["x", "y/", "z/a.html"]).expect(0, done=3)
        check(p.names() == [b"a.txt", b"x/a.txt", b"y/a.txt"], p.names())
        result = p.run(inputs=["x/a.html", "y/a.html", "none"], out="other").expect(1, total=3, done=1, failed=2)
        check(result.fails == {"y/a.html": "another input's output has its name", "none": "No such file or directory"},
              result.fails)


@case
def compressed_pages():
    with Place() as p:
        p.write("in/gz.html.gz", gzip.compress(GOOD))
        p.write("in/bz2.html.bz2", bz2.compress(GOOD))
        p.write("in/xz.txt.xz", lzma.compress(GOOD))
        count = 3
        for tool, options, ending in [("zstd", ["-q", "-c"], "zst"), ("brotli", ["-c"], "br")]:
            if shutil.which(tool):
                packed = subprocess.run([tool, *options], input=GOOD, stdout=subprocess.PIPE, check=True).stdout
                p.write(f"in/{ending}.html.{ending}", packed)
                count += 1
        p.write("in/cut.html.gz", gzip.compress(GOOD)[:-20])
        result = p.run().expect(1, done=count, failed=1)
        check(list(result.fails) == ["in/cut.html.gz"], result.fails)
        p.write("in/plain.txt")
        check(set(p.files().values()) == {alone(p.path("in/plain.txt"))}, p.files())
        check(b"gz.txt" in p.names() and b"cut.txt" not in p.names(), p.names())


@case
def names_that_are_no_text():
    with Place() as p:
        names = [b"new\nline.html", b"\xff\xfe.html", b"-dash.html", b" blank .html", b"\x1b[31mred", b"'\"$`\\.html",
                 "żółw.html".encode(), b"a" * 250 + b".html"]
        for n in names:
            p.write(b"in/" + n)
        p.write(b"in/" + b"b" * 255)
        p.write(b"in/x\ny\x1b[2J\xff", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n")
        result = p.run("jobs=2").expect(1, done=len(names), failed=2)
        check(sorted(p.names()) == sorted(n.replace(b".html", b"") + b".txt" for n in names), p.names())
        check(result.fail_lines == 2 and "\x1b" not in result.stdout, result.stdout)
        check("in/x\\ny\\x1b[2J\\xff" in result.stdout, result.stdout)
        check("its output cannot be written: File name too long" in result.stdout, result.stdout)


# ---- what is read, and what is not ----------------------------------------------------------------------------------


@case
def links_and_pipes_are_left_out():
    with Place() as p:
        p.write("in/a.html")
        p.write("real/b.html")
        os.symlink(b"../real", p.path("in/folder"))
        os.symlink(b"../real/b.html", p.path("in/file"))
        os.symlink(b"..", p.path("in/circle"))
        os.mkfifo(p.path("in/pipe"))
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(p.path("in/socket"))
            p.run().expect(0, total=1, done=1, left_out=5)
        check(p.names() == [b"a.txt"], p.names())
        p.run(inputs=["in/folder", "in/file"], out="named").expect(0, done=2)
        check(p.names("named") == [b"file.txt", b"folder/b.txt"], p.names("named"))


@case
def unreadable_files_and_folders():
    with Place() as p:
        become = as_nobody(p)
        for n in ["in/a", "in/secret", "in/locked/b", "in/sub/c"]:
            p.write(n)
        os.chmod(p.path("in/secret"), 0)
        os.chmod(p.path("in/locked"), 0)
        result = p.run("jobs=2", preexec_fn=become).expect(1, total=4, done=2, failed=2)
        check(result.fails == {"in/secret": "Permission denied", "in/locked": "Permission denied"}, result.fails)
        check(p.names() == [b"a.txt", b"sub/c.txt"], p.names())


@case
def files_that_change_while_it_runs():
    need_hooks()
    with Place() as p:
        p.write("in/0", b"DEHUSK-TEST-STALL\n")
        p.write("in/a")
        for n in ["gone", "link", "pipe"]:
            p.write("in/" + n)
        process = p.start("timeout=1")
        wait_for("a worker", lambda: workers_of(process.pid))
        for n in ["gone", "link", "pipe"]:
            os.unlink(p.path("in/" + n))
        os.symlink(b"a", p.path("in/link"))
        os.mkfifo(p.path("in/pipe"))
        result = Result(p, process).expect(1, done=1, failed=4, crashed=1)
        check(result.fails["in/gone"] == "No such file or directory", result.fails)
        check(result.fails["in/link"] == "is a symbolic link now", result.fails)
        check(result.fails["in/pipe"] == "is no regular file now", result.fails)


@case
def pages_that_are_none():
    with Place() as p:
        p.write("in/a")
        p.write("in/empty", b"")
        p.write("in/furniture.txt", b"Please wait...\n")
        p.write("in/pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" * 50)
        result = p.run("jobs=2").expect(1, total=4, done=3, failed=1, empty=2)
        check("PDF" in result.fails["in/pdf"], result.fails)
        check(p.files()[b"empty.txt"] == b"" and p.files()[b"furniture.txt"] == b"", p.files())
        check(b"pdf.txt" not in p.names(), p.names())


@case
def empty_folder():
    with Place() as p:
        os.makedirs(p.path("in/sub"))
        p.run("jobs=4", "progress").expect(0, total=0, done=0)
        check(sorted(os.listdir(p.path("out"))) == [b".dehusk", MANIFEST], os.listdir(p.path("out")))
        check(p.manifest() == [], p.manifest())


@case
def limit_of_memory():
    with Place() as p:
        p.write("in/big.html", b"<p>" + b"<b>word and word</b> " * 100000)
        p.write("in/small.html", b"<p>" + GOOD)
        result = p.run("memory=2000000").expect(1, done=1, failed=1, crashed=0)
        check("limit of 2000000 bytes" in result.fails["in/big.html"], result.fails)


# ---- the output folder ----------------------------------------------------------------------------------------------


@case
def output_below_the_input():
    with Place() as p:
        p.write("in/a.html")
        for earlier in range(2):
            p.run(out="in/deep/out").expect(0, total=1, done=1 - earlier, earlier=earlier)
        check(p.names("in") == [b"a.html", b"deep/out/a.txt"], p.names("in"))
        os.symlink(b"in/deep/out", p.path("link"))
        p.run("restart", out="link").expect(0, total=1, done=1)


@case
def input_is_the_output():
    with Place() as p:
        p.write("in/a.txt")
        result = p.run(out="in").expect(2, total=0)
        check(result.error == "usage: is the output folder and an input", result.error)
        result = p.run(out="in", inputs=["in/a.txt"]).expect(1, failed=1)
        check(result.fails == {"in/a.txt": "its output cannot be written: it would replace the page itself"}, result.fails)
        check(p.files("in") == {b"a.txt": GOOD}, p.files("in"))


@case
def outputs_are_replaced():
    with Place() as p:
        p.write("in/a")
        p.write("in/b")
        p.write("out/a.txt", b"old")
        p.write("out/b.txt", b"old")
        os.chmod(p.path("out/a.txt"), 0o640)
        p.write("in/b", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n" * 50)
        p.run().expect(1, done=1, failed=1)
        check(p.files() == {b"a.txt": alone(p.path("in/a")), b"b.txt": b"old"}, p.files())
        check(os.stat(p.path("out/a.txt")).st_mode & 0o777 == 0o640, "mode")


@case
def something_stands_in_the_way():
    with Place() as p:
        for n in ["a", "b/c", "d"]:
            p.write("in/" + n)
        os.makedirs(p.path("out/a.txt"))
        p.write("out/b", b"no folder")
        result = p.run().expect(1, done=1, failed=2)
        check(result.fails == {"in/a": "its output cannot be written: Is a directory",
                               "in/b/c": "its output cannot be written: Not a directory"}, result.fails)


@case
def output_that_cannot_be_made():
    with Place() as p:
        p.write("in/a")
        p.write("file")
        result = p.run(out="file/out").expect(2)
        check(result.error == "io: Not a directory", result.error)
        become = as_nobody(p)
        os.chown(p.path("out"), 0, 0)
        result = p.run(preexec_fn=become).expect(2)
        check(result.error == "io: Permission denied", result.error)
        result = p.run(out="none", preexec_fn=become).expect(2)
        check(result.error == "io: Permission denied", result.error)


@case
def full_disk():
    need_root()
    with Place() as p:
        for i in range(300):
            p.write(f"in/{i:03}", GOOD * 100)
        os.makedirs(p.path("out"))
        mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", p.path("out")]
        if subprocess.run(mount, stderr=subprocess.DEVNULL).returncode:
            raise Skip("cannot mount a small file system here")
        try:
            for jobs in ["jobs=1", "jobs=4"]:
                result = p.run(jobs).expect(2, failed=0, crashed=0)
                check(re.fullmatch("io: (dehusk-manifest.jsonl: )?No space left on device", result.error), result.error)
                check(0 < result.sum["done"] < 300, result.stdout)
                check(set(p.files().values()) == {alone(p.path("in/000"))}, "half an output")
                for n in p.names():
                    os.unlink(p.path("out", n))
        finally:
            subprocess.run(["umount", p.path("out")], check=True)


@case
def file_size_limit():
    """A page whose output may not be written fails alone."""
    with Place() as p:
        p.write("in/big", GOOD * 2000)
        p.write("in/small")

        def limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

        result = p.run(preexec_fn=limit, restore_signals=False).expect(1, done=1, failed=1)
        check(result.fails == {"in/big": "its output cannot be written: File too large"}, result.fails)
        check(p.names() == [b"small.txt"], p.names())


# ---- all together ---------------------------------------------------------------------------------------------------


@case
def equal_whatever_the_jobs():
    with Place() as p:
        pages = sorted(glob.glob(os.path.join(TOP, "fixtures", "*", "input.*")))
        check(len(pages) > 40, "no fixtures")
        for page in pages:
            ending = os.path.splitext(page)[1]
            shutil.copyfile(page, p.write("in/" + os.path.basename(os.path.dirname(page)) + ending))
        for jobs in ["1", "2", "4"]:
            p.run("jobs=" + jobs, out="out" + jobs).expect(0, total=len(pages), done=len(pages))
        check(p.files("out1") == p.files("out4") and p.files("out1") == p.files("out2"), "outputs differ")
        for name, content in p.files("out1").items():
            source = glob.glob(p.path(b"in/" + name[:-4] + b".*"))[0]
            check(content == alone(source), name, "is not what the filter gives")


@case
def renderer_of_the_caller():
    with Place() as p:
        p.write("in/a")
        p.run("shout").expect(0, done=1)
        check(p.files()[b"a.txt"] == alone(p.path("in/a")).replace(b"e", b"!"), p.files())


@case
def progress_ends_with_the_whole():
    with Place() as p:
        for i in range(30):
            p.write(f"in/{i}")
        result = p.run("jobs=2", "progress").expect(0, done=30)
        lines = re.findall(r"^PROGRESS (.*)$", result.stdout, re.M)
        size = 30 * len(GOOD)
        check(lines[0] == f"done=0 failed=0 total=30 bytes=0 of={size} last=0", lines)
        check(lines[-1] == f"done=30 failed=0 total=30 bytes={size} of={size} last=1", lines)
        again = re.findall(r"^PROGRESS (.*)$", p.run("jobs=2", "progress").stdout, re.M)
        check(again[0] == f"done=30 failed=0 total=30 bytes={size} of={size} last=0", again)


@case
def many_files_in_one_folder():
    count = 100000 if FULL or not is_sanitized() else 5000  # sanitized workers are slow, and see it in these as well
    with Place() as p:
        os.makedirs(p.path("in"))
        for i in range(count):
            with open(p.path(f"in/{i:06}.txt"), "wb") as f:
                f.write(b"Line %d of the author's.\n" % i)
        p.run("jobs=2").expect(0, total=count, done=count)
        for i in range(0, count, 997):
            with open(p.path(f"out/{i:06}.txt"), "rb") as f:
                check(f.read() == b"Line %d of the author's.\n" % i, i)
        check(len(p.names()) == len(p.manifest()) == count, "outputs")
