#!/usr/bin/env python3
"""Addresses that must not be opened from a list, in a network namespace of its own whose loopback has all of them, with a
server behind each: with --allow-private every row connects, without it none does.

Usage: refused.py BUILD_DIR. One line a case, then "N passed, M failed"; exit status 1 if any failed. Skipped where no namespace
can be made.
"""

import os
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from run import Runner, in_namespace, same  # noqa: E402
from server import BEHAVIOURS, Server  # noqa: E402

INSIDE = "--in-namespace"
PUBLIC = ["93.184.215.14", "2600:1406::14"]  # on this loopback only
V4 = ["10.0.0.1", "10.255.255.255", "100.64.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.254", "192.0.0.1", "192.0.2.1",
      "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", *PUBLIC[:1]]
V6 = ["fd00::1", "fc00::1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:c0a8:101::1", "2001::1",
      "2001:db8::1", "fec0::1", "5f00::1", *PUBLIC[1:]]

# Host as it is spelled, what is said of it.
ROWS = [
    ("127.0.0.1", "127.0.0.1: loopback"),
    ("127.255.255.254", "127.255.255.254: loopback"),
    ("2130706433", "127.0.0.1: loopback"),
    ("0x7f000001", "127.0.0.1: loopback"),
    ("0x7F.1", "127.0.0.1: loopback"),
    ("0177.0.0.1", "127.0.0.1: loopback"),
    ("017700000001", "127.0.0.1: loopback"),
    ("127.1", "127.0.0.1: loopback"),
    ("127.0.1", "127.0.0.1: loopback"),
    ("%31%32%37.0.0.1", "127.0.0.1: loopback"),
    ("user:pass@127.0.0.1", "127.0.0.1: loopback"),
    ("localhost", ": loopback"),
    ("LOCALHOST", ": loopback"),
    ("0.0.0.0", "0.0.0.0: this host"),
    ("0", "0.0.0.0: this host"),
    ("10.0.0.1", "10.0.0.1: private"),
    ("10.255.255.255", "10.255.255.255: private"),
    ("0xa.1", "10.0.0.1: private"),
    ("012.0.0.1", "10.0.0.1: private"),
    ("100.64.0.1", "100.64.0.1: shared by providers"),
    ("169.254.169.254", "169.254.169.254: link-local"),
    ("2852039166", "169.254.169.254: link-local"),
    ("0xa9fea9fe", "169.254.169.254: link-local"),
    ("172.16.0.1", "172.16.0.1: private"),
    ("172.31.255.254", "172.31.255.254: private"),
    ("192.0.0.1", "192.0.0.1: reserved"),
    ("192.0.2.1", "192.0.2.1: documentation"),
    ("192.168.1.1", "192.168.1.1: private"),
    ("198.18.0.1", "198.18.0.1: benchmarks"),
    ("198.51.100.1", "198.51.100.1: documentation"),
    ("203.0.113.1", "203.0.113.1: documentation"),
    ("[::1]", "::1: loopback"),
    ("[0:0:0:0:0:0:0:1]", "::1: loopback"),
    ("[::]", ":: this host"),
    ("[::ffff:127.0.0.1]", "::ffff:127.0.0.1: loopback"),
    ("[::ffff:7f00:1]", "::ffff:127.0.0.1: loopback"),
    ("[::ffff:10.0.0.1]", "::ffff:10.0.0.1: private"),
    ("[64:ff9b::127.0.0.1]", "64:ff9b::7f00:1: loopback"),
    ("[64:ff9b::a00:1]", "64:ff9b::a00:1: private"),
    ("[2002:7f00:1::]", "2002:7f00:1::: loopback"),
    ("[2002:c0a8:101::1]", "2002:c0a8:101::1: private"),
    ("[2001::1]", "2001::1: reserved"),
    ("[2001:db8::1]", "2001:db8::1: documentation"),
    ("[fd00::1]", "fd00::1: private"),
    ("[fc00::1]", "fc00::1: private"),
    ("[fec0::1]", "fec0::1: site-local"),
    ("[5f00::1]", "5f00::1: reserved"),
]


def address(servers, host, path="/plain"):
    six = host.startswith("[") and "::ffff:" not in host  # what is mapped comes to the IPv4 server
    return f"http://{host}:{servers[six].port}{path}"


def connections(servers):
    return sum(s.connections for s in servers)


def refused(r, servers, host, words, url, options):
    """Without the option nothing connects where it should not, and the line says what was refused."""
    before = connections(servers)
    done = r.run("-q", *options, url)
    same((done.returncode, done.stdout), (1, b""), "exit status and stdout")
    line = done.stderr.decode()
    same(line.count("\n") == 1 and ": refused address " in line and words in line, True, f"line {line!r}")
    return connections(servers) - before


def check_row(r, servers, host, words):
    url = address(servers, host)
    same(refused(r, servers, host, words, url, ["--urls=/dev/null", "--tries=3"]), 0, "connections")
    before = connections(servers)
    done = r.run("-q", "--allow-private", "--no-robots", "--urls=/dev/null", url)
    same((done.returncode, done.stderr), (0, b""), "with --allow-private")
    same(connections(servers) - before, 1, "connections with --allow-private")


def check_redirect(r, servers, host, words):
    """From a public server: refused from a list and for a single address alike."""
    for s in servers:
        s.location = address(servers, host)
    for public in (PUBLIC[0], f"[{PUBLIC[1]}]"):
        url = address(servers, public, "/to-location")
        for options in (["--urls=/dev/null", "--no-robots"], []):
            same(refused(r, servers, host, words, url, options), 1, "connections, to the public server alone")
        before = connections(servers)
        same(r.run("-q", "--allow-private", url).returncode, 0, "exit status with --allow-private")
        same(connections(servers) - before > 0, True, "connects with --allow-private")


def check_robots(r, servers):
    """A robots.txt that redirects to where nothing may be opened: nothing is opened there, nor is the page asked for."""
    for s in servers:
        s.location = address(servers, "10.0.0.1")
        s.robots = BEHAVIOURS["/to-location"]
    try:
        for public in (PUBLIC[0], f"[{PUBLIC[1]}]"):
            url = address(servers, public)
            same(refused(r, servers, public, "10.0.0.1: private", url, ["--urls=/dev/null"]), 1, "connections, to the public server alone")
    finally:
        for s in servers:
            s.robots = None


def check_single(r, servers):
    """An address that a person names is that person's own act, and so is a redirect within what is private."""
    servers[0].location = address(servers, "10.0.0.1")
    for path in ("/plain", "/to-location"):
        done = r.run(address(servers, "192.168.1.1", path))
        same((done.returncode, done.stderr), (0, b""), path)
    # Out and in again: the connection that is still there must not be used for it.
    servers[0].location = address(servers, PUBLIC[0], "/to-home")
    servers[0].home = address(servers, "10.0.0.1")
    url = address(servers, "10.0.0.1", "/to-location")
    refused(r, servers, "10.0.0.1", "10.0.0.1: private", url, [])


def check_public(r, servers):
    done = r.run("-q", "--delay=0", *[address(servers, host) for host in (PUBLIC[0], f"[{PUBLIC[1]}]")])
    same((done.returncode, done.stderr, done.stdout.count(b"WARC-Type: response")), (0, b"", 2), "result")


def set_up():
    for command in (["link", "set", "lo", "up"], *[["addr", "add", f"{a}/32", "dev", "lo"] for a in V4],
                    *[["addr", "add", f"{a}/128", "dev", "lo", "nodad"] for a in V6]):
        subprocess.run(["ip", *command], check=True)


def inside(build):
    set_up()
    r, servers = Runner(build), [Server("0.0.0.0"), Server("::")]
    try:
        for host, words in ROWS:
            r.case(f"from a list {host}", check_row, r, servers, host, words)
            r.case(f"redirect to {host}", check_redirect, r, servers, host, words)
        r.case("robots.txt redirects to a private address", check_robots, r, servers)
        r.case("a single private address", check_single, r, servers)
        r.case("public addresses", check_public, r, servers)
    finally:
        shutil.rmtree(r.folder, ignore_errors=True)
    print(f"{r.passed} passed, {r.failed} failed")
    return 1 if r.failed else 0


def main():
    if len(sys.argv) == 3 and sys.argv[1] == INSIDE:
        return inside(sys.argv[2])
    if len(sys.argv) != 2:
        print("usage: refused.py BUILD_DIR", file=sys.stderr)
        return 2
    return in_namespace(__file__, INSIDE, sys.argv[1])


if __name__ == "__main__":
    sys.exit(main())
