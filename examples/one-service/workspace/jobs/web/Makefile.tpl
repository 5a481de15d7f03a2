PORT = {{ get "maand/bucket" "web_port" }}

.PHONY: start stop restart reload

# This target must end: the server runs in the background, with its output in logs/, which no deploy changes.
start:
	@mkdir -p data logs
	@if [ -f data/pid ] && kill -0 "$$(cat data/pid)" 2>/dev/null; then echo "runs already"; exit 0; fi; \
	setsid python3 -m http.server $(PORT) --directory site >>logs/web.log 2>&1 </dev/null & echo $$! >data/pid

stop:
	@[ -f data/pid ] || exit 0; pid=$$(cat data/pid); kill "$$pid" 2>/dev/null; \
	for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$$pid" 2>/dev/null || break; sleep 0.5; done; \
	kill -9 "$$pid" 2>/dev/null; rm -f data/pid

restart: stop start

# The server reads site/ for every request, so there is nothing to do.
reload:
	@true
