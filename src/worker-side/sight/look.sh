#!/bin/sh
# Answers a look that asks for the facts alone. Runs after facts.sh.
# shellcheck disable=SC2154 # facts.sh assigns it
echo 'maand-sight 1'
print_facts
echo end
