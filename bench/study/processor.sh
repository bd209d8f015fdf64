# shellcheck shell=bash
# Sourced by what measures views.

# Prints the seconds of the processor that a query of view $2 takes in database $1, in one
# process.  All columns are wanted: counting rows alone would leave the statistics out.
# The server drops them itself, since psql would keep all rows of a result.
seconds()
{
	psql -X -q -v ON_ERROR_STOP=1 -d "$1" <<-EOF | awk 'NR == 1 { t = $1 } END { printf "%.3f", ($1 - t) / 1e9 }'
		set jit = off;
		set max_parallel_workers_per_gather = 0;
		select pg_backend_pid() as pid \gset
		\setenv BACKEND :pid
		\! cat /proc/\$BACKEND/schedstat
		copy (select * from ral.$2) to '/dev/null';
		\! cat /proc/\$BACKEND/schedstat
	EOF
}

# The least of three.
best()
{
	for _ in 1 2 3; do
		seconds "$@"
		echo
	done | sort -n | head -n 1
}
