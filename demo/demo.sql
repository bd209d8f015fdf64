create extension virotrial;
select extname, extversion from pg_extension where extname = 'virotrial';
