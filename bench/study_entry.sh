#!/bin/bash
# One INSERT into each table that is entered daily, as psql sees it: every rule
# on, against the same table with primary and foreign keys and checks alone.
# The two take turns from row to row.  The last round waits for the disk.
set -euo pipefail
cd "$(dirname "$0")"
entries=1000

psql -X -q -v ON_ERROR_STOP=1 -v subjects="${SUBJECTS:-2000}" -f study/entry.sql >/dev/null

# The median latencies of each table's INSERTs of round $1, ms.
measure()
{
	local table
	printf '%-18s | %10s | %10s | %12s\n' table 'keys alone' 'every rule' 'rules / keys'
	for table in viral_load_result visit cd4_result lab_result adverse_event regimen; do
		{
			printf '%s\n' '\timing on'
			psql -X -q -At -v ON_ERROR_STOP=1 -c "select statement from feed.entries($1, $entries) where entered = '$table'"
		} | psql -X -q -v ON_ERROR_STOP=1 | sed -n 's/^Time: \([0-9.]*\) ms.*/\1/p' | awk '{ print (NR - 1) % 2, $1 }' | sort -k1,1n -k2,2n |
			awk -v table="$table" '{ t[$1, ++n[$1]] = $2 }
				END { for (i = 0; i < 2; i++) m[i] = t[i, int((n[i] + 1) / 2)]
					printf "%-18s | %10.3f | %10.3f | %12.2f\n", table, m[0], m[1], m[1] / m[0] }'
	done
}

for round in 1 2; do
	printf '\nINSERT of one row, median of %d, ms, without fsync\n' "$entries"
	measure "$round"
done
psql -X -q -c 'alter system set fsync = on' -c 'select pg_reload_conf()' -c 'select pg_sleep(0.5)' >/dev/null
printf '\nThe same, each commit on disk\n'
PGOPTIONS='-c synchronous_commit=on' measure 3
psql -X -q -c 'alter system reset fsync' -c 'select pg_reload_conf()' >/dev/null

psql -X -q -v ON_ERROR_STOP=1 <<END
set client_min_messages = warning;
call drop_study('ral', with_subjects => true);
call drop_study('keys', with_subjects => true);
drop schema feed cascade;
END
