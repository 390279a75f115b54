-- What all organizations together have used today.
create index run_usage_day on run_usage (day);
