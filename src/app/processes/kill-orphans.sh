#!/bin/sh
# Kills server processes that outlive the process that started them. They normally notice and shut down in order; this is for those that
# cannot: a process whose event loop hangs, or that is stopped.
# Reads their ids from standard input: all of them on one line each time they change. The system closes that pipe when the first process
# ends, even after kill -9. Argument: the seconds they then have left.
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
