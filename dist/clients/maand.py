"""Client of the runtime API for hook scripts: key/value store, secrets, demands, semaphores, facts, commands on
workers.

A copy of this file lies beside every hook script that runs: `import maand`. It needs Python 3.8 or newer and only the
standard library. Functions that call the API return a Response and do not raise for an HTTP error status. The short
forms (`kv`, `worker()`, `demands()`, `get_kv_value()`) return plain values and raise HTTPError. The functions that
run commands on workers (`run_ssh()`, `run_make_target()`, `run_runner_target()`) return the same kind of result as
`subprocess.run()`.
"""

import http.client
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

_REQUEST_TIMEOUT_S = 60
_WORKER_FACTS = ("worker_id", "hostname", "position", "labels", "worker_memory_mb", "worker_cpu_mhz", "jobs")
_VARIABLES = (
    "ALLOCATION_ID", "ALLOCATION_IP", "ALLOCATION_INDEX", "DISABLED", "JOB", "EVENT", "HOOK", "COMMAND",
    "CURRENT_VERSION", "NEW_VERSION", "BUCKET_ROOT", "BATCH_ALLOCATIONS", "BATCH_INDEX", "BATCH_COUNT",
    "DEPLOY_PHASE", "ROLLOUT_ORDER", "ROLLOUT_ORDER_SOURCE", "NEW_ALLOCATIONS", "UPDATED_ALLOCATIONS", "TARGET",
    "HOOK_API_HOST", "HOOK_API_PORT",
)  # fmt: skip


class HTTPError(OSError):
    """The API refused a request. `response` is the response of the API."""

    def __init__(self, message, response):
        super().__init__(message)
        self.response = response


class Response:
    """A response of the API: `status_code`, `ok`, `text`, `content`, `headers`, `json()`, `raise_for_status()`."""

    def __init__(self, request, status_code, headers, content):
        self.request = request
        self.status_code = status_code
        self.headers = headers
        self.content = content

    @property
    def ok(self):
        return self.status_code < 400

    @property
    def text(self):
        return self.content.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.content)

    def raise_for_status(self):
        """Raises HTTPError with the text of the response when the request failed."""
        if not self.ok:
            raise HTTPError(f"{self.request}: {self.status_code} {self.text.strip()}", self)

    def __repr__(self):
        return f"<Response [{self.status_code}]>"


def _request(method, path, fields=None, timeout_s=_REQUEST_TIMEOUT_S):
    # Uses http.client instead of urllib, because requests to this machine must not go to a proxy from the environment.
    host = os.environ.get("HOOK_API_HOST") or os.environ.get("JOB_COMMAND_API_HOST") or "127.0.0.1"
    port = os.environ.get("HOOK_API_PORT")
    if not port:
        raise RuntimeError("HOOK_API_PORT is not set: this script has to be started as a hook of a maand job")
    headers = {"Authorization": "Bearer " + os.environ.get("HOOK_API_TOKEN", "")}
    names = {"X-ALLOCATION-ID": allocation_id(), "EVENT": hook_event(), "COMMAND": hook_name(), "HOOK": hook_name()}
    headers.update({name: value for name, value in names.items() if value})
    target, body = path, None
    if method == "GET":
        target += "?" + urlencode(fields) if fields else ""
    elif fields is not None:
        body = json.dumps(fields).encode()
        headers["Content-Type"] = "application/json"
    connection = http.client.HTTPConnection(host, int(port), timeout=timeout_s)
    try:
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        return Response(f"{method} {path}", answer.status, dict(answer.getheaders()), answer.read())
    finally:
        connection.close()


# --- this allocation, from the environment -----------------------------------------------------------------------------


def allocation_id():
    return os.environ.get("ALLOCATION_ID")


def allocation_ip():
    return os.environ.get("ALLOCATION_IP")


def allocation_index():
    """The zero-based index as a string."""
    return os.environ.get("ALLOCATION_INDEX")


def is_allocation_disabled():
    return os.environ.get("DISABLED") == "1"


def job_name():
    return os.environ.get("JOB")


def hook_event():
    return os.environ.get("EVENT")


def hook_name():
    return os.environ.get("HOOK") or os.environ.get("COMMAND")


def env():
    """Returns the environment variables of this hook run, by name, without the token."""
    return {name: os.environ[name] for name in _VARIABLES if name in os.environ}


def job():
    """Returns this allocation and its job as a dict."""
    return {
        "allocation_id": allocation_id(),
        "name": job_name(),
        "job": job_name(),
        "allocation_ip": allocation_ip(),
        "allocation_index": allocation_index(),
        "disabled": is_allocation_disabled(),
        "current_version": os.environ.get("CURRENT_VERSION"),
        "new_version": os.environ.get("NEW_VERSION"),
        "event": hook_event(),
        "hook": hook_name(),
    }


def find_bucket_root():
    """Returns the path of the bucket: BUCKET_ROOT, or else the nearest parent folder that contains maand.conf."""
    root = os.environ.get("BUCKET_ROOT")
    if root:
        return Path(root)
    for start in (Path.cwd(), Path(__file__).resolve().parent):
        for folder in (start, *start.parents):
            if (folder / "maand.conf").is_file():
                return folder
    raise FileNotFoundError("maand.conf not found")


# --- requests ----------------------------------------------------------------------------------------------------------


def get_store_value(namespace, key):
    return _request("GET", "/kv", {"namespace": namespace, "key": key})


def get_kv_value(namespace, key):
    """Returns the value as a string. Raises HTTPError when the value is missing or the hook may not read it."""
    response = get_store_value(namespace, key)
    response.raise_for_status()
    return response.json()["value"]


def put_job_variable(key, value):
    return _put(f"vars/job/{job_name()}", key, value)


def put_job_secret(key, value):
    return _put(f"secrets/job/{job_name()}", key, value, "/kv/secret")


def delete_job_variable(key):
    return _delete(f"vars/job/{job_name()}", key)


def delete_job_secret(key):
    return _delete(f"secrets/job/{job_name()}", key)


def list_job_keys(namespace=None):
    return _request("GET", "/kv/keys", {"namespace": namespace} if namespace else None)


def put_rollout_order(order):
    """Sets the order in which this deploy handles workers, given as a comma-separated string or an iterable."""
    entries = order.split(",") if isinstance(order, str) else [str(entry) for entry in order]
    text = ",".join(entry.strip() for entry in entries if entry.strip())
    return _put(f"maand/job/{job_name()}", "rollout_order", text)


def get_rollout_order():
    return get_store_value(f"maand/job/{job_name()}", "rollout_order")


def list_hook_demands():
    return _request("GET", "/demands")


def acquire_semaphore(name, capacity=1, timeout_seconds=600):
    """Waits until fewer than `capacity` allocations hold the semaphore. Returns status 408 after the timeout (0: 600
    seconds).
    """
    fields = {"name": name, "capacity": capacity, "timeout_seconds": timeout_seconds}
    return _request("POST", "/semaphore/acquire", fields, _patience(timeout_seconds, 600) + 30)


def release_semaphore(name):
    return _request("POST", "/semaphore/release", {"name": name})


def semaphore_status(name):
    return _request("GET", "/semaphore/status", {"name": name})


def _patience(asked, default):
    return asked if asked and asked > 0 else default


def _put(namespace, key, value, path="/kv"):
    return _request("PUT", path, {"namespace": namespace, "key": key, "value": value})


def _delete(namespace, key):
    path = "/kv/secret" if namespace.startswith("secrets/") else "/kv"
    return _request("DELETE", path, {"namespace": namespace, "key": key})


# --- short forms: they return plain values and raise HTTPError --------------------------------------------------------


def worker():
    """Returns the worker of this allocation: `worker_ip` and its facts (`worker_id`, `labels`, …), as strings."""
    facts = {"worker_ip": allocation_ip()}
    for name in _WORKER_FACTS:
        value = kv.get(f"maand/worker/{allocation_ip()}", name, None)
        if value is not None:
            facts[name] = value
    return facts


def demands():
    """Returns the hooks that demand this hook: dicts with `job`, `hook` (also as `command`) and `demand_config`."""
    response = list_hook_demands()
    response.raise_for_status()
    return response.json()


class _Store:
    """The class of `maand.kv`. The default namespace is `vars/job/<own job>`, or `secrets/job/<own job>` for
    `put_secret`.
    """

    _REQUIRED = object()

    def get(self, namespace, key, default=_REQUIRED):
        """Returns the value. Returns `default` instead when the key is missing and `default` is given."""
        response = get_store_value(namespace, key)
        if response.status_code == 404 and default is not self._REQUIRED:
            return default
        response.raise_for_status()
        return response.json()["value"]

    def put(self, *words):
        """Stores a variable: `put(key, value)` or `put(namespace, key, value)`."""
        namespace, key, value = self._own("vars", words, 3)
        _put(namespace, key, value).raise_for_status()

    def put_secret(self, *words):
        """Stores a secret: `put_secret(key, value)` or `put_secret(namespace, key, value)`."""
        namespace, key, value = self._own("secrets", words, 3)
        _put(namespace, key, value, "/kv/secret").raise_for_status()

    def delete(self, *words):
        """Deletes a variable: `delete(key)` or `delete(namespace, key)`."""
        namespace, key = self._own("vars", words, 2)
        _delete(namespace, key).raise_for_status()

    def keys(self, namespace=None):
        """Returns the sorted key names of `vars/job/<own job>` or `secrets/job/<own job>`."""
        namespace = namespace or f"vars/job/{job_name()}"
        response = list_job_keys(namespace)
        response.raise_for_status()
        return response.json()["namespaces"][namespace]

    @staticmethod
    def _own(family, words, count):
        if len(words) not in (count - 1, count):
            raise TypeError(f"expected {count - 1} or {count} arguments, got {len(words)}")
        return words if len(words) == count else (f"{family}/job/{job_name()}", *words)


kv = _Store()


# --- commands on workers, over the connection of the run ---------------------------------------------------------------


class CompletedProcess(subprocess.CompletedProcess):
    """The result of a command: `returncode`, `stdout`, `stderr` (the last 64 KiB of each), and methods to check it.
    """

    def raise_for_status(self):
        """Raises subprocess.CalledProcessError when the command failed."""
        self.check_returncode()


def run_ssh(worker_ip, remote_cmd, *, timeout=300, check=True, connect_timeout=15):
    """Runs a command with `sh` in the login folder of a worker that has this job, or a job that this job demands.

    The return code is 124 when the time limit has passed, and 255 when the worker could not be reached. With `check`,
    the output of a failed command is printed and subprocess.CalledProcessError is raised. `connect_timeout` exists
    only for older scripts and is ignored.
    """
    command = remote_cmd if isinstance(remote_cmd, str) else shlex.join(remote_cmd)
    done = _run_on_worker("/worker/command", command, {"worker": worker_ip, "command": command}, timeout)
    if check and done.returncode != 0:
        print(f"{worker_ip}: {command}: exit {done.returncode}", file=sys.stderr)
        for text in (done.stdout, done.stderr):
            if text:
                print(text.rstrip("\n"), file=sys.stderr)
        done.check_returncode()
    return done


def run_make_target(target, *, worker_ip=None, job=None, timeout=300):
    """Runs a make target on a worker, as a deploy does. The defaults are this job and the worker of this allocation.

    The output is shown line by line, and CURRENT_VERSION and NEW_VERSION are set. Raises
    subprocess.CalledProcessError when the target fails.
    """
    fields = {"worker": worker_ip or allocation_ip(), "job": job or job_name(), "target": target}
    done = _run_on_worker("/worker/target", f"make {target}", fields, timeout)
    if done.returncode == 255 and done.stderr:
        print(done.stderr, file=sys.stderr)
    done.check_returncode()
    return done


# Older name: workers no longer have runner.py, which only called make.
run_runner_target = run_make_target


def load_ssh():
    """Returns `(user, key_path, use_sudo)` from maand.conf, for tools that the hook starts. `run_ssh()` needs no key.
    """
    root = find_bucket_root()
    settings = _read_settings(root / "maand.conf")
    name = settings.get("ssh_key") or "worker.key"
    places = [root / "secrets" / name, root / name]
    for place in places:
        if place.is_file():
            return settings.get("ssh_user") or "agent", str(place), settings.get("use_sudo") != "false"
    raise FileNotFoundError(f"no SSH key: neither {places[0]} nor {places[1]} exists")


def _run_on_worker(path, command, fields, timeout):
    fields = {**fields, "timeout_seconds": timeout}
    response = _request("POST", path, fields, _patience(timeout, 300) + 60)
    if response.status_code == 502:
        return CompletedProcess(command, 255, "", response.text.strip())
    response.raise_for_status()
    ended = response.json()
    return CompletedProcess(command, ended["exit_code"], ended["stdout"], ended["stderr"])


def _read_settings(path):
    settings = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, sign, value = line.partition("=")
        if sign and not line.lstrip().startswith("#"):
            value = value.strip()
            quote = value[:1]
            if quote in ("'", '"') and quote in value[1:]:
                value = value[1 : value.index(quote, 1)]
            else:
                value = value.split("#")[0].strip()
            settings[name.strip()] = value
    return settings


# --- older names -------------------------------------------------------------------------------------------------------

get_allocation_id = allocation_id
get_allocation_ip = allocation_ip
get_allocation_index = allocation_index
get_job = job_name
command_event = get_event = hook_event
command_name = get_command = hook_name
kv_get = get_store_value
kv_put = put_job_variable
kv_put_secret = put_job_secret
put_deploy_order = put_rollout_order
get_deploy_order = get_rollout_order
get_demands = list_command_demands = list_hook_demands
