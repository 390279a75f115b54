#!/bin/sh
# Kills a process that fails to exit: a thread that waits for a name server or a disk blocks the exit until it gets an answer.
# Standard input is a pipe from that process; when it closes, the process has ended. Arguments: the seconds it has left, and its id.
sleep "$1" &
sleeper=$!
(cat >/dev/null; kill "$sleeper" 2>/dev/null) &
wait "$sleeper" && kill -KILL "$2" 2>/dev/null
