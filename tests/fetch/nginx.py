#!/usr/bin/env python3
"""Runs dehusk-fetch against nginx, a server that is not ours, on loopback only: HTTP/2, certificates of a local authority, and what its
access log says of our manners.

Usage: nginx.py BUILD_DIR. One line a case, then "N passed, M failed"; exit status 1 if any failed. Skipped where nginx or openssl is missing.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from run import Runner, check_failure, read_record, same  # noqa: E402
from server import ARTICLE  # noqa: E402

NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
HOSTS = ["127.0.0.1", "127.0.0.2"]
NAMES = ["good", "old", "other", "foreign"]  # certificates: one that holds, an expired one, one of another host, one of another authority

CONF = """
daemon off; master_process off; worker_rlimit_nofile 512; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 128; }}
http {{
    log_format times '$msec $request_time $server_addr $server_protocol $status $body_bytes_sent $request_uri';
    access_log {folder}/access.log times;
    types {{ text/html html; text/plain txt; }}
    default_type text/html;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3; uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    server {{ listen 127.0.0.1:{plain}; listen 127.0.0.2:{plain}; root {folder}/pages; }}
    {secure}
}}
"""
SECURE = """server {{ listen 127.0.0.1:{port} ssl http2; root {folder}/pages; ssl_certificate {folder}/{name}.pem; ssl_certificate_key {folder}/{name}.key; }}
"""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=folder)


def make_certificates(folder):
    for ca in ("ca", "ca2"):
        openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{ca}.key", "-out", f"{ca}.pem", "-days", "2", "-subj", f"/CN={ca}")
    for name in NAMES:
        host = "DNS:other.invalid" if name == "other" else "IP:127.0.0.1"
        with open(os.path.join(folder, "ext"), "w") as f:
            f.write(f"subjectAltName={host}\n")
        ca = "ca2" if name == "foreign" else "ca"
        openssl(folder, "req", "-newkey", "rsa:2048", "-nodes", "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key", "-CAcreateserial", "-days",
                "-1" if name == "old" else "2", "-extfile", "ext", "-out", f"{name}.pem")


class Nginx:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="dehusk-nginx-test-")
        os.mkdir(os.path.join(self.folder, "pages"))
        make_certificates(self.folder)
        for i in range(4):
            self.put(f"page{i}.html", ARTICLE + str(i).encode())
        self.plain, self.ports = free_port(), {name: free_port() for name in NAMES}
        conf = CONF.format(folder=self.folder, plain=self.plain,
                           secure="".join(SECURE.format(port=port, folder=self.folder, name=name) for name, port in self.ports.items()))
        with open(os.path.join(self.folder, "conf"), "w") as f:
            f.write(conf)
        self.process = subprocess.Popen([NGINX, "-p", self.folder, "-c", os.path.join(self.folder, "conf")], stderr=subprocess.PIPE)
        self.wait()

    def wait(self):
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.plain), 1).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise AssertionError(f"nginx: {self.process.stderr.read().decode()}") from None
                time.sleep(0.05)
        raise AssertionError("nginx does not listen")

    def put(self, name, body):
        with open(os.path.join(self.folder, "pages", name), "wb") as f:
            f.write(body)

    def log(self):
        """(start, end, host, protocol, status, bytes of the body, path) of each request, in the order of their starts."""
        with open(os.path.join(self.folder, "access.log")) as f:
            rows = [line.split() for line in f]
        return sorted((float(end) - float(took), float(end), host, protocol, int(status), int(size), path)
                      for end, took, host, protocol, status, size, path in rows)

    def clear_log(self):
        open(os.path.join(self.folder, "access.log"), "w").close()  # nginx appends

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        self.process.stderr.close()
        shutil.rmtree(self.folder, ignore_errors=True)


# ---- cases

def http2(r, nginx):
    nginx.clear_log()
    done = r.run("--ca", os.path.join(nginx.folder, "ca.pem"), f"https://127.0.0.1:{nginx.ports['good']}/page0.html")
    same((done.returncode, done.stderr), (0, b""), "exit status and stderr")
    _, status, _, body = read_record(done.stdout)
    same((status.startswith("HTTP/1.1 200"), body), (True, ARTICLE + b"0"), "status line and body of the record")
    same([row[3] for row in nginx.log()], ["HTTP/2.0"], "protocol")


def bad_certificate(name, ca, message):
    def case(r, nginx):
        address = f"https://127.0.0.1:{nginx.ports[name]}/page0.html"
        check_failure(r.run("--ca", os.path.join(nginx.folder, ca), address), address, f"certificate problem: {message}")
    return case


def manners(r, nginx):
    """On each host never two requests at once, and a second from start to start; what robots.txt forbids is not asked for; the second run is
    sent no page again."""
    nginx.put("robots.txt", b"User-agent: dehusk\nDisallow: /page3\n")
    nginx.clear_log()
    cache = os.path.join(r.folder, "manners")
    addresses = [f"http://{host}:{nginx.plain}/page{i}.html" for i in range(4) for host in HOSTS]
    command = ["--allow-private", "-q", "--cache", cache, *addresses]
    for run in range(2):
        before = len(nginx.log())
        done = r.run(*command)
        same((done.returncode, done.stdout.count(b"WARC-Type: response")), (1, 6), "exit status and pages")
        same(done.stderr.decode().count("robots.txt forbids it"), 2, "what was forbidden")
        rows = nginx.log()[before:]
        same(sorted(row[6] for row in rows), sorted(["/robots.txt", "/page0.html", "/page1.html", "/page2.html"] * 2), "requests")
        for host in HOSTS:
            own = [row for row in rows if row[2] == host]
            for a, b in zip(own, own[1:]):
                same(b[0] >= a[1] - 0.002, True, f"{host}: one at a time: {a} {b}")
                same(b[0] - a[0] >= 0.95, True, f"{host}: {b[0] - a[0]:.3f} s from start to start")
        if run:
            same({(row[4], row[5]) for row in rows if "robots" not in row[6]}, {(304, 0)}, "statuses and bytes of the second run")


CASES = [http2, ("expired certificate", bad_certificate("old", "ca.pem", "certificate has expired")),
         ("certificate of another host", bad_certificate("other", "ca.pem", "no alternative certificate subject name matches target host name '127.0.0.1'")),
         ("certificate of another authority", bad_certificate("foreign", "ca.pem", "unable to get local issuer certificate")), manners]


def main():
    if len(sys.argv) != 2:
        print("usage: nginx.py BUILD_DIR", file=sys.stderr)
        return 2
    r = Runner(sys.argv[1])
    if not r.fetch or not NGINX or not shutil.which("openssl"):
        print("skipped all: dehusk-fetch is not built, or nginx or openssl is not installed")
        shutil.rmtree(r.folder, ignore_errors=True)
        return 0
    nginx = Nginx()
    try:
        for case in CASES:
            name, function = case if isinstance(case, tuple) else (case.__name__, case)
            r.case(name, function, r, nginx)
    finally:
        nginx.close()
        shutil.rmtree(r.folder, ignore_errors=True)
    print(f"{r.passed} passed, {r.failed} failed")
    return 1 if r.failed else 0


if __name__ == "__main__":
    sys.exit(main())
