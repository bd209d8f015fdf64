#!/bin/bash
# The views of safety for each number of subjects of SIZES: seconds of processor
# time in one process (the best of three), microseconds per subject, and the cost per subject against
# that at the smallest number.  STATISTICS=none reads them as they are after a load,
# before ANALYZE; VIEWS chooses others.
set -euo pipefail
cd "$(dirname "$0")"
read -ra sizes <<<"${SIZES:-10000 100000}"
read -ra views <<<"${VIEWS:-safety_population exposure analysis_ae lab_grade analysis_lab endpoint_safety laboratory_shift laboratory_abnormality hys_law_candidate ecg_finding discontinuation time_to_discontinuation death safety_finding}"

# shellcheck source=bench/study/processor.sh
. study/processor.sh

declare -A first
printf '%9s | %-24s | %10s | %14s | %s\n' subjects view seconds 'µs per subject' 'to the smallest'
for size in "${sizes[@]}"; do
	database=safety_$size
	dropdb --if-exists "$database" 2>/dev/null
	createdb "$database"
	psql -X -q -v ON_ERROR_STOP=1 -d "$database" -c 'create extension virotrial' -c "call create_study('ral')"
	psql -X -q -v subjects="$size" -d "$database" -f study/safety.sql
	case ${STATISTICS:-all} in
		none) psql -X -q -v ON_ERROR_STOP=1 -d "$database" -f study/no_statistics.sql ;;
		*) psql -X -q -v ON_ERROR_STOP=1 -d "$database" -c 'vacuum (analyze)' ;;
	esac
	for view in "${views[@]}"; do
		time=$(best "$database" "$view")
		: "${first[$view]:=$(awk -v t="$time" -v n="$size" 'BEGIN { print t / n }')}"
		awk -v n="$size" -v view="$view" -v t="$time" -v first="${first[$view]}" \
			'BEGIN { printf "%9d | %-24s | %10.3f | %14.2f | %15.2f\n", n, view, t, 1e6 * t / n, (first > 0 ? t / n / first : 0) }'
	done
	dropdb "$database"
done
