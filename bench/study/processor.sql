-- The processor's time of a session: other work on the machine changes it little.
-- Parallel workers have their own, so that there are none.
set max_parallel_workers_per_gather = 0;
create or replace function public.processor_seconds() returns double precision
    language sql
    begin atomic
        -- On an idle processor the kernel counts only every few milliseconds, and when a process stops.
        select pg_sleep(0.0001);
        select split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::double precision / 1e9;
    end;
-- What a query takes of it, in milliseconds.
create or replace function public.processor_milliseconds(query text) returns double precision
    language plpgsql
as $$
declare
    used double precision := public.processor_seconds();
begin
    execute query;
    return (public.processor_seconds() - used) * 1000;
end
$$;
