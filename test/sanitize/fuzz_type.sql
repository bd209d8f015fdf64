-- Fuzzes one type.  Variables of psql: type, payloads.
select format('%s payloads, %s accepted, %s calls, %s of them without an error, %s faults',
    :'payloads', accepted, calls, returned, faults)
from fuzz_target, fuzz_type(type, routines, :'payloads', 1)
where type = :'type'::regtype;
