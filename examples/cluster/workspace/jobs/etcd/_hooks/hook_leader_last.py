"""Puts the leader at the end of the rollout order, so that leadership moves only once. Does nothing before the first start."""

import urllib.request

import maand

workers = maand.kv.get(f"maand/job/{maand.job_name()}", "workers").split(",")
port = maand.kv.get("maand/bucket", "etcd_metrics_port")


def is_leader(worker):
    try:
        with urllib.request.urlopen(f"http://{worker}:{port}/metrics", timeout=3) as answer:
            return "\netcd_server_is_leader 1\n" in answer.read().decode()
    except OSError:
        return False  # not started yet, or down: the health check handles that


leaders = [worker for worker in workers if is_leader(worker)]
if leaders:
    order = [worker for worker in workers if worker not in leaders] + leaders
    maand.put_rollout_order(order).raise_for_status()
    print(f"rollout order: {', '.join(order)}")
