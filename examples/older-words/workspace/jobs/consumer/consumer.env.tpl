QUEUE_URL=redis://{{ get "maand/job/queue" "worker_0" }}:{{ get "maand" "queue_port" }}
