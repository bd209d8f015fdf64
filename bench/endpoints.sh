#!/bin/bash
# The views of endpoints and outcomes of a study at ten thousand, a hundred
# thousand and a million subjects: seconds of the processor in one process (the best of
# three), microseconds per subject, and the plans for the largest.  SIZES and VIEWS choose
# others.
set -euo pipefail
cd "$(dirname "$0")"
read -ra sizes <<<"${SIZES:-10000 100000 1000000}"
views=${VIEWS:-endpoint_virology endpoint_log_reduction endpoint_cd4 snapshot_outcome tlovr_outcome
	time_to_loss_of_response virologic_failure viral_blip time_to_response cd4_crossing viral_load_davg}

# shellcheck source=bench/study/processor.sh
. study/processor.sh

for size in "${sizes[@]}"; do
	database=endpoints_$size
	dropdb --if-exists "$database" 2>/dev/null
	createdb "$database"
	psql -X -q -v ON_ERROR_STOP=1 -d "$database" -c 'create extension virotrial' -c "call create_study('ral')"
	psql -X -q -v ON_ERROR_STOP=1 -d "$database" -v subjects="$size" -f study/endpoints.sql
	psql -X -q -v ON_ERROR_STOP=1 -d "$database" -c 'vacuum (analyze)' -c checkpoint
done

printf '%-24s | %9s | %10s | %14s | %s\n' view subjects seconds 'µs per subject' 'to the smallest'
for view in $views; do
	first=
	for size in "${sizes[@]}"; do
		time=$(best "endpoints_$size" "$view")
		first=${first:-$(awk -v t="$time" -v n="$size" 'BEGIN { print t / n }')}
		awk -v view="$view" -v n="$size" -v t="$time" -v first="$first" \
			'BEGIN { printf "%-24s | %9d | %10.3f | %14.2f | %15.2f\n", view, n, t, 1e6 * t / n, t / n / first }'
	done
done

for view in $views; do
	printf '\nPlan of %s, %s subjects\n' "$view" "$size"
	psql -X -q -At -d "endpoints_$size" -c "explain (analyze, costs off, timing off, summary on) select * from ral.$view" |
		cut -c1-150
done
for size in "${sizes[@]}"; do
	dropdb "endpoints_$size"
done
