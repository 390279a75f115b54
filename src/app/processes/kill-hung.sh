#!/bin/sh
# Ends a process that does not come to its end: one whose thread waits for a name server or a disk cannot exit before that answers.
# Standard input is a pipe from that process; when it closes, the process has ended. Arguments: seconds that it has, and its id.
sleep "$1" &
sleeper=$!
(cat >/dev/null; kill "$sleeper" 2>/dev/null) &
wait "$sleeper" && kill -KILL "$2" 2>/dev/null
