-- Admins are told of tools that have changed since one of them turned them on.
alter table notifications drop constraint notifications_kind_check;
alter table notifications add constraint notifications_kind_check
  check (kind in ('approval_asked', 'run_ended', 'start_failed', 'autonomy_off', 'tools_changed')) not valid;
alter table notifications validate constraint notifications_kind_check;
