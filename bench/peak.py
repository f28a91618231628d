"""Peak memory of a program with all its processes, in two ways: what they have in memory at a moment, each shared page counted once,
which is looked at ten times a second; and the sum of the most that each has ever had, as the kernel keeps it, which misses nothing, and counts what they
share several times. Files without a name that lie in memory count in both."""
import os
import subprocess
import threading
import time

EVERY_S = 0.1
MIB = 1 << 20


def family(pid):
    """The process and all below it."""
    found, rest = [], [pid]
    while rest:
        found.append(rest.pop())
        try:
            for task in os.listdir(f"/proc/{found[-1]}/task"):
                with open(f"/proc/{found[-1]}/task/{task}/children", encoding="ascii") as f:
                    rest += f.read().split()
        except OSError:
            pass  # it has ended
    return found


def field(pid, file, name):
    """Bytes of a line of /proc/PID/FILE that are given in KiB."""
    with open(f"/proc/{pid}/{file}", encoding="ascii", errors="replace") as f:
        return sum(int(line.split()[1]) * 1024 for line in f if line.startswith(name + ":"))


def memory_files(pid, seen):
    """Adds the size of each file without a name that lies in memory (memfd) to seen, by its number."""
    folder = f"/proc/{pid}/fd"
    for fd in os.listdir(folder):
        try:
            if os.readlink(f"{folder}/{fd}").startswith("/memfd:"):
                s = os.stat(f"{folder}/{fd}")
                seen[s.st_ino] = s.st_blocks * 512
        except OSError:
            pass  # it was closed meanwhile


def bytes_of_all(pid):
    """Proportional set sizes, and the most that there ever were of resident pages."""
    now, most, files = 0, 0, {}
    for p in family(pid):
        try:
            now += field(p, "smaps_rollup", "Pss")
            most += field(p, "status", "VmHWM")
            memory_files(p, files)
        except OSError:
            pass
    in_files = sum(files.values())
    return now + in_files, most + in_files


class Sampler(threading.Thread):
    """Looks at a process and those below it ten times a second."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak, self.bound, self.over = pid, 0, 0, threading.Event()

    def run(self):
        while not self.over.wait(EVERY_S):
            now, most = bytes_of_all(self.pid)
            self.peak, self.bound = max(self.peak, now), max(self.bound, most)


def run(command, **how):
    """Runs a command; its exit status, both peaks in MiB, and seconds."""
    start = time.monotonic()
    process = subprocess.Popen(command, **how)
    sampler = Sampler(process.pid)
    sampler.start()
    status = process.wait()
    sampler.over.set()
    sampler.join()
    return status, sampler.peak / MIB, sampler.bound / MIB, time.monotonic() - start
