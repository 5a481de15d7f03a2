{{- $host := index (split (get "maand/job/database" "workers") ",") 0 -}}
{{- $port := get "maand/bucket" "database_port" -}}
API_PORT={{ get "maand/bucket" "api_port" }}
DATABASE_URI=postgres://app:{{ get "secrets/job/database" "password" }}@{{ $host }}:{{ $port }}/app
