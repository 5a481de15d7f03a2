"""Runs a command and prints its cost as JSON.

The cost is the wall and CPU seconds of all its processes, and the peak memory of the largest process.
"""
import json
import resource
import subprocess
import sys
import time

began = time.monotonic()
result = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
wall = time.monotonic() - began
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({
    "status": result.returncode,
    "wallSeconds": wall,
    "cpuSeconds": usage.ru_utime + usage.ru_stime,
    "peakMb": usage.ru_maxrss / 1024,
    "output": result.stdout.decode(errors="replace")[-2000:],
}))
