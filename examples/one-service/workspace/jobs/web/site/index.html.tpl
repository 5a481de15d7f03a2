<!doctype html>
<title>{{ get "vars/bucket" "domain" }}</title>
<p>Version {{ .NewVersion }}, served by {{ .WorkerIP }}.</p>
