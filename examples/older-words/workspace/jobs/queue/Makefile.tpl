PORT = {{ get "maand/bucket" "queue_port" }}

start:
	mkdir -p data
	docker run --detach --name queue --restart unless-stopped --publish $(PORT):6379 --volume "$$PWD/data:/data" redis:7 \
	  redis-server --appendonly yes --maxmemory 128mb

stop:
	docker rm --force queue

restart: stop start
