#!/bin/bash
# The statistics against R on the same 10 million values, read from the tables
# of bench/statistics.sql; R's time is that of the calculation alone, ours that of
# psql.  wilcox.test cannot estimate from 10 million values, and its estimate is a
# root near the median of the Walsh averages.
set -euo pipefail
command -v Rscript >/dev/null || { echo 'skipped: no R'; exit 0; }
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
psql -X -q -c "copy (select day, event::int, change, cd4_change, quantity(vl), is_censored(vl)::int from bench_statistics.follow_up) to stdout" >"$directory/values"

cat >"$directory/bench.R" <<'R'
suppressPackageStartupMessages(library(survival))
x <- scan(commandArgs(TRUE)[1], what = list(0, 0, 0, 0, 0, 0), quiet = TRUE)
names(x) <- c("day", "event", "change", "cd4", "vl", "censored")
timed <- function(work, expression) {
  seconds <- system.time(result <- force(expression))[["elapsed"]]
  cat(sprintf("%s\t%.0f\t%.10g\n", work, 1000 * seconds, result))
}
timed("incidence_rate", poisson.test(sum(x$event), sum(x$day))$conf.int[2])
timed("survival_curve, days", summary(survfit(Surv(ceiling(x$day), x$event) ~ 1, conf.type = "log-log"))$table[["median"]])
timed("survival_curve, all times distinct", summary(survfit(Surv(x$day, x$event) ~ 1, conf.type = "log-log"))$table[["median"]])
timed("wilcoxon_signed_rank, whole cells", wilcox.test(x$cd4)$statistic)
few <- x$cd4[1:1e4]
timed("hodges_lehmann of the first 10,000 by wilcox.test", wilcox.test(few, conf.int = TRUE)$estimate)
top <- max(x$vl) + 1
timed("censored_quantile, limits below", top - quantile(survfit(Surv(top - x$vl, x$censored == 0) ~ 1), 0.5, conf.int = FALSE))
R
Rscript --vanilla "$directory/bench.R" "$directory/values" >"$directory/r"

ours()
{
	local start end result
	start=$(date +%s%N)
	result=$(PGOPTIONS='-c max_parallel_workers_per_gather=0' psql -X -qAt -c "$1")
	end=$(date +%s%N)
	printf '%d\t%s' $(((end - start) / 1000000)) "$result"
}

table=bench_statistics.follow_up
declare -A query=(
	['incidence_rate']="select (incidence_rate(event::int, day)).ci_upper from $table"
	['survival_curve, days']="select median_survival(survival_curve(whole_day, event)) from $table"
	['survival_curve, all times distinct']="select median_survival(survival_curve(day, event)) from $table"
	['wilcoxon_signed_rank, whole cells']="select (wilcoxon_signed_rank(cd4_change)).statistic from $table"
	['hodges_lehmann of the first 10,000 by wilcox.test']="select (hodges_lehmann(cd4_change)).estimate from (select cd4_change from $table limit 10000) as few"
	['censored_quantile, limits below']="select quantity(censored_quantile(case when qualifier(vl) = '>' then '<500000' else vl end, 0.5)) from $table"
)
printf '%-52s %10s %10s %8s  %s\n' work 'ours, ms' 'R, ms' faster 'ours and R'
while IFS=$'\t' read -r work milliseconds figure; do
	IFS=$'\t' read -r own result <<<"$(ours "${query[$work]}")"
	printf '%-52s %10d %10d %8s  %s %s\n' "$work" "$own" "$milliseconds" \
		"$(awk -v a="$milliseconds" -v b="$own" 'BEGIN { printf "%.1f", a / b }')" "$result" "$figure"
done <"$directory/r"
