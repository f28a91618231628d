"""Peak memory of a program with all its processes: what they have in memory, each shared page counted once, and the files without
a name that lie in memory."""
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


def own_bytes(pid):
    """Its proportional set size: of memory that several processes share each counts its part."""
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
        return sum(int(line.split()[1]) * 1024 for line in f if line.startswith("Pss:"))


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
    total, files = 0, {}
    for p in family(pid):
        try:
            total += own_bytes(p)
            memory_files(p, files)
        except OSError:
            pass
    return total + sum(files.values())


class Sampler(threading.Thread):
    """Looks at a process and those below it every tenth of a second."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak, self.over = pid, 0, threading.Event()

    def run(self):
        while not self.over.wait(EVERY_S):
            self.peak = max(self.peak, bytes_of_all(self.pid))


def run(command, **how):
    """Runs a command; its exit status, peak in MiB and seconds."""
    start = time.monotonic()
    process = subprocess.Popen(command, **how)
    sampler = Sampler(process.pid)
    sampler.start()
    status = process.wait()
    sampler.over.set()
    sampler.join()
    return status, sampler.peak / MIB, time.monotonic() - start
