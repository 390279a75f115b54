#!/bin/sh
# Runs PostgreSQL while the parent process keeps the other end of standard input open, then shuts it down in order.
# The system closes that pipe even when the parent is killed with -9, so no PostgreSQL is ever left behind.
exec 3<&0
"$@" </dev/null 3<&- &
postgres=$!
(cat <&3 >/dev/null; kill -INT "$postgres" 2>/dev/null) &
keeper=$!
wait "$postgres"
code=$?
kill "$keeper" 2>/dev/null
exit "$code"
