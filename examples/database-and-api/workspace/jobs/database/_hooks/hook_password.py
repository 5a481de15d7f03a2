"""Makes the password of the database once. Templates of the same deploy read it with {{ getSecret "password" }}."""

import secrets

import maand

namespace = f"secrets/job/{maand.job_name()}"
if maand.kv.get(namespace, "password", None) is None:
    maand.kv.put_secret("password", secrets.token_hex(24))
    print("made the password")
