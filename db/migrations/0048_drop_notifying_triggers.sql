-- The triggers of 0019 stayed for servers that write no events to the outbox. Every version that runs on this schema writes them now, and
-- TypeScript decides who is notified.
drop trigger approvals_told on approvals;
drop trigger autonomy_switches_told on autonomy_switches;
drop trigger runs_end_told on runs;
drop trigger schedule_occurrences_told on schedule_occurrences;
drop trigger trigger_occurrences_told on trigger_occurrences;

drop function tell_of_approval();
drop function tell_of_run();
drop function tell_of_schedule();
drop function tell_of_switch();
drop function tell_of_trigger();
drop function tell(uuid, uuid, text, text, jsonb);
drop function notify_member(uuid, uuid, uuid, text, text, jsonb);
drop function is_in_outbox(text, uuid, text);
drop function is_of_sender(text);
drop function role_rank(text);
