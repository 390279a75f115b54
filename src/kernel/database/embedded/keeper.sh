#!/bin/sh
# Runs PostgreSQL for as long as whoever started this holds the other end of standard input, then shuts it down in order.
# The system closes that pipe even when the holder is killed with -9, so no PostgreSQL is ever left behind.
exec 3<&0
"$@" </dev/null 3<&- &
postgres=$!
(cat <&3 >/dev/null; kill -INT "$postgres" 2>/dev/null) &
keeper=$!
wait "$postgres"
code=$?
kill "$keeper" 2>/dev/null
exit "$code"
