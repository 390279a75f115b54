#!/bin/sh
# Ends server processes that outlive the process which started them. They end by themselves, in order, when they learn of it; this is for
# those that cannot: a process whose event loop stands still, or that is stopped.
# Reads their ids from standard input, each time they change all of them on one line. The system closes that pipe when the first process
# ends, after kill -9 too. Argument: seconds that they then have.
pids=
while read -r line; do pids=$line; done
seconds=0
while [ "$seconds" -lt "$1" ]; do
  left=
  for pid in $pids; do kill -0 "$pid" 2>/dev/null && left="$left $pid"; done
  [ -z "$left" ] && exit 0
  pids=$left
  sleep 1
  seconds=$((seconds + 1))
done
kill -KILL $pids 2>/dev/null
