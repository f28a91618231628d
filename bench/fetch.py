#!/usr/bin/env python3
"""Pages a second from addresses: dehusk --urls beside curl --parallel and beside dehusk on the same pages in a WARC file, from one nginx on this
machine; then from a server that takes 200 ms for each answer. The WARC file is cleaned with --no-profile, as a list is.

usage: fetch.py BUILD_DIR PAGES_DIR [COUNT [ROUNDS]]     10,000 addresses, 3 rounds

PAGES_DIR holds *.html.gz or *.html; each is served under several names until there are COUNT. Nothing is compressed on its way. All figures of a
round are taken one after the other while the same nginx runs, and the best of the rounds counts. Needs nginx and curl."""
import asyncio
import gzip
import json
import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
OWN = ["--allow-private", "--no-robots", "--delay=0", "--per-host=64", "-q"]
LATENCY_S = 0.2
LATENT_PAGES = 3000
CONF = """
daemon off; master_process off; worker_rlimit_nofile 1024; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; default_type "text/html";
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3; uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{ listen 127.0.0.1:{port}; location ~ ^/[0-9]+/(.*)$ {{ alias {folder}/pages/$1; }} }}
}}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("bench: the server does not listen")


def lay_out(pages, folder):
    """The pages as files below `folder`; (name, bytes) of each."""
    names = []
    os.mkdir(os.path.join(folder, "pages"))
    for name in sorted(os.listdir(pages)):
        if not name.endswith((".html", ".html.gz")):
            continue
        opener = gzip.open if name.endswith(".gz") else open
        with opener(os.path.join(pages, name), "rb") as f:
            data = f.read()
        name = name.removesuffix(".gz")
        with open(os.path.join(folder, "pages", name), "wb") as f:
            f.write(data)
        names.append((name, len(data)))
    if not names:
        sys.exit(f"bench: no pages in {pages}")
    return names


def measure(command, pages, **more):
    """(pages a second, seconds, seconds of processors) of a command that must do well."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, **more)
    took, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"bench: {' '.join(command)[:200]}: {done.stderr.decode()[-500:]}")
    return pages / took, took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


class Bench:
    def __init__(self, build, folder, count):
        self.build, self.folder, self.count = build, folder, count
        self.best, self.fresh = {}, 0

    def path(self, name):
        return os.path.join(self.folder, name)

    def new(self, name):
        """A folder or file that is not there yet; that of the time before goes."""
        shutil.rmtree(self.path(f"{name}{self.fresh}"), ignore_errors=True)
        self.fresh += 1
        return self.path(f"{name}{self.fresh}")

    def run(self, name, command):
        got = measure(command, self.count)
        print(f"  {name:34} {got[0]:8.0f} pages/s  {got[1]:7.2f} s  {got[2]:7.2f} s of processors", flush=True)
        self.best[name] = max(self.best.get(name, 0), got[0])

    def round(self):
        dehusk, fetch, urls = os.path.join(self.build, "dehusk"), os.path.join(self.build, "dehusk-fetch"), f"--urls={self.path('list')}"
        warc = self.path("pages.warc.gz")
        if os.path.exists(warc):
            os.remove(warc)
        self.run("curl --parallel", ["curl", "--silent", "--fail", "--parallel", "--parallel-max", "64", "--config", self.path("curl")])
        self.run("dehusk fetch --warc", [fetch, *OWN, urls, "--warc", warc, "--log", self.path("log")])
        for jobs in ("-j1", f"-j{os.cpu_count()}"):
            self.run(f"dehusk pages.warc.gz {jobs}", [dehusk, "-q", jobs, "--no-profile", warc, "-o", self.new("out") + "/"])
        for jobs in ("-j1", f"-j{os.cpu_count()}"):
            self.run(f"dehusk --urls {jobs}, no cache", [dehusk, *OWN, jobs, urls, "--cache=", "-o", self.new("out") + "/"])
        self.run("dehusk --urls", [dehusk, *OWN, urls, "-o", self.new("out") + "/"])

    def phases(self):
        """Mean milliseconds of each phase in the log of the last fetch."""
        sums, lines = {}, 0
        with open(self.path("log")) as f:
            for line in map(json.loads, f):
                lines += 1
                for phase, ms in line["ms"].items():
                    sums[phase] = sums.get(phase, 0) + ms
        print("ms of an address, from its start: " + ", ".join(f"{phase} {total / lines:.1f}" for phase, total in sums.items()))

    def tell(self):
        slower = min(self.best["curl --parallel"], self.best["dehusk pages.warc.gz -j1"])
        for name in self.best:
            if name.startswith("dehusk --urls"):
                print(f"{name}: {self.best[name]:.0f} pages/s, {100 * self.best[name] / slower:.0f} % of the slower of curl and dehusk -j1 ({slower:.0f})")


def against_nginx(build, pages, folder, count, rounds):
    names = lay_out(pages, folder)
    port, at = free_port(), []
    for i in range(count):
        at.append((f"http://127.0.0.1:{port}/{i // len(names)}/{names[i % len(names)][0]}", names[i % len(names)][1]))
    with open(os.path.join(folder, "conf"), "w") as f:
        f.write(CONF.format(folder=folder, port=port))
    with open(os.path.join(folder, "list"), "w") as f:
        f.writelines(url + "\n" for url, _ in at)
    with open(os.path.join(folder, "curl"), "w") as f:
        f.writelines(f'url = "{url}"\noutput = "/dev/null"\n' for url, _ in at)
    bench = Bench(build, folder, count)
    with subprocess.Popen([NGINX, "-p", folder, "-c", os.path.join(folder, "conf")], stderr=subprocess.DEVNULL) as nginx:
        try:
            wait_for(port)
            print(f"{count} addresses, {sum(size for _, size in at) / 1e6:.0f} MB")
            for i in range(rounds):
                print(f"round {i + 1}")
                bench.round()
        finally:
            nginx.terminate()
    bench.phases()
    bench.tell()


# ---- a server far away

PAGE = b"<!doctype html><article><p>" + b"The mill at the lower bridge has stood empty since the flood. " * 40 + b"</p></article>"


async def answer(reader, writer):
    try:
        while (await reader.readuntil(b"\r\n\r\n")):
            await asyncio.sleep(LATENCY_S)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def far_away(build, folder, count):
    port = free_port()
    threading.Thread(target=lambda: asyncio.run(serve(port)), daemon=True).start()
    wait_for(port)
    with open(os.path.join(folder, "far"), "w") as f:
        f.writelines(f"http://127.0.0.1:{port}/{i}\n" for i in range(count))
    command = [os.path.join(build, "dehusk-fetch"), *OWN, f"--urls={os.path.join(folder, 'far')}"]
    rate, took, _ = measure(command, count)
    print(f"{count} addresses of a server that takes {LATENCY_S * 1000:.0f} ms, 64 transfers: {rate:.0f} pages/s ({took:.2f} s; at most {64 / LATENCY_S:.0f})")


async def serve(port):
    server = await asyncio.start_server(answer, "127.0.0.1", port, backlog=256)
    await server.serve_forever()


def main():
    if len(sys.argv) not in (3, 4, 5):
        sys.exit(__doc__.split("\n\n")[1])
    if not NGINX or not shutil.which("curl"):
        sys.exit("bench: nginx and curl are needed")
    build, pages = sys.argv[1:3]
    count, rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 10000, int(sys.argv[4]) if len(sys.argv) > 4 else 3
    folder = tempfile.mkdtemp(prefix="dehusk-bench-")
    os.chmod(folder, 0o755)  # nginx may be another user
    try:
        against_nginx(build, pages, folder, count, rounds)
        far_away(build, folder, min(count, LATENT_PAGES))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
