#!/bin/bash
# Each statistic against R on the same values, read from the tables of
# bench/statistics.sql: R's time is that of the calculation alone, ours that of
# psql; the last column is the relative difference of the answers.  Where R
# takes the square of the number of values, or more memory than there is, both
# take the first ones, as many as the line says.  wilcox.test's estimate is a
# root near the median of the Walsh averages, and survfit of interval-censored
# times stops at differences of 5e-5.  Without timefix = FALSE R takes times for
# equal that differ in the eighth digit.
set -euo pipefail
command -v Rscript >/dev/null || { echo 'skipped: no R'; exit 0; }
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
table=bench_statistics.follow_up
psql -X -q -c "copy (select day, event::int, change, cd4_change, quantity(vl), case qualifier(vl) when '=' then 0 when '>' then 1 else -1 end,
	arm, age, whole_day, seen_before, coalesce(seen_after::text, 'NA'), coalesce(response::int::text, 'NA'), quantity(reduction), is_censored(reduction)::int
	from $table order by id) to stdout" >"$directory/values"

cat >"$directory/bench.R" <<'R'
suppressPackageStartupMessages(library(survival))
x <- scan(commandArgs(TRUE)[1], what = rep(list(0), 14), quiet = TRUE)
names(x) <- c("day", "event", "change", "cd4", "vl", "side", "arm", "age", "whole_day", "before", "after", "response", "reduction", "beyond")
timed <- function(work, expression) {
  seconds <- system.time(result <- force(expression))[["elapsed"]]
  cat(sprintf("%s\t%.0f\t%.12g\n", work, 1000 * seconds, result))
}
first <- function(n) seq_len(min(n, length(x$day)))
timed("incidence_rate", poisson.test(sum(x$event), sum(x$day))$conf.int[2])
timed("survival_curve, days", summary(survfit(Surv(whole_day, event) ~ 1, data = x, conf.type = "log-log"))$table[["median"]])
timed("survival_curve, all times distinct", summary(survfit(Surv(day, event) ~ 1, data = x, conf.type = "log-log", timefix = FALSE))$table[["median"]])
timed("logrank_test of 3 arms, days", survdiff(Surv(whole_day, event) ~ arm, data = x)$chisq)
few <- as.data.frame(lapply(x, `[`, first(1e6)))
timed("logrank_test, all times distinct, first 1,000,000", survdiff(Surv(day, event) ~ arm, data = few, timefix = FALSE)$chisq)
timed("wilcoxon_signed_rank, whole cells", wilcox.test(x$cd4)$statistic)
few <- x$cd4[first(1e4)]
timed("hodges_lehmann by wilcox.test, first 10,000", wilcox.test(few, conf.int = TRUE)$estimate)
timed("hodges_lehmann by all averages, first 10,000", {
  sums <- outer(few, few, "+")
  median(sums[lower.tri(sums, diag = TRUE)]) / 2
})
rm(sums, few)
top <- max(x$vl) + 1
timed("censored_quantile, limits below", top - quantile(survfit(Surv(top - x$vl, x$side >= 0) ~ 1), 0.5, conf.int = FALSE))
few <- first(3000)
timed("censored_quantile, both sides, first 3,000", {
  low <- pmin(x$vl, 400)[few]
  fit <- survfit(Surv(ifelse(x$vl[few] < 400, NA, x$vl[few]), ifelse(x$vl[few] < 400, 400, ifelse(x$vl[few] > 3000, NA, x$vl[few])), type = "interval2") ~ 1)
  quantile(fit, 0.7, conf.int = FALSE)
})
timed("interval_censored_curve, first 3,000", {
  fit <- survfit(Surv(x$before[few], x$after[few], type = "interval2") ~ 1)
  summary(fit, times = 84)$surv
})
timed("tobit_regression, first 1,000,000", {
  few <- as.data.frame(lapply(x[c("reduction", "beyond", "age", "whole_day")], `[`, first(1e6)))
  survreg(Surv(reduction, beyond == 0) ~ age + whole_day, data = few, dist = "gaussian")$coefficients[[3]]
})
n <- sum(!is.na(x$response))
timed("response_rate", binom.test(sum(x$response, na.rm = TRUE), n)$conf.int[2])
timed("response_rate, wilson", prop.test(sum(x$response, na.rm = TRUE), n, correct = FALSE)$conf.int[2])
timed("response_rate, jeffreys", qbeta(.975, sum(x$response, na.rm = TRUE) + .5, n - sum(x$response, na.rm = TRUE) + .5))
timed("response_rate, mid-p", {
  k <- sum(x$response, na.rm = TRUE)
  uniroot(function(p) pbinom(k - 1, n, p) + dbinom(k, n, p) / 2 - .025, c(k / n, k / n + 5 / sqrt(n)), tol = 1e-15)$root
})
timed("response_rate_ncf", binom.test(sum(x$response, na.rm = TRUE), length(x$response))$conf.int[2])
timed("mean_ci", t.test(x$change)$conf.int[2])
exact <- x$side == 0
timed("median of exact viral loads", median(x$vl[exact]))
timed("viral_load_summary, substitution", t.test(log10(x$vl))$conf.int[2])
few <- first(1e6)
timed("viral_load_summary, likelihood, first 1,000,000", {
  y <- log10(x$vl[few])
  survreg(Surv(ifelse(x$side[few] < 0, NA, y), ifelse(x$side[few] > 0, NA, y), type = "interval2") ~ 1, dist = "gaussian")$coefficients[[1]]
})
timed("log_reduction_summary, substitution", t.test(x$reduction)$conf.int[2])
timed("log_reduction_summary, likelihood, first 1,000,000",
      survreg(Surv(x$reduction[few], x$beyond[few] == 0) ~ 1, dist = "gaussian")$coefficients[[1]])
subject <- 1 + (seq_along(x$day) %/% 6)
timed("davg of 6 records a subject, mean", {
  o <- order(subject, x$day)
  s <- subject[o]
  day <- x$day[o]
  value <- x$change[o]
  same <- s[-1] == s[-length(s)]
  area <- rowsum((diff(day) * (value[-1] + value[-length(value)]) / 2)[same], s[-1][same])
  start <- !duplicated(s)
  end <- !duplicated(s, fromLast = TRUE)
  many <- s[start] %in% s[-1][same]
  mean(area / (day[end] - day[start])[many] - value[start][many])
})
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

declare -A query=(
	['incidence_rate']="select (incidence_rate(event::int, day)).ci_upper from $table"
	['survival_curve, days']="select median_survival(survival_curve(whole_day, event)) from $table"
	['survival_curve, all times distinct']="select median_survival(survival_curve(day, event)) from $table"
	['logrank_test of 3 arms, days']="select (logrank_test(whole_day, event, arm)).chi_square from $table"
	['logrank_test, all times distinct, first 1,000,000']="select (logrank_test(day, event, arm)).chi_square from $table where id <= 1000000"
	['wilcoxon_signed_rank, whole cells']="select (wilcoxon_signed_rank(cd4_change)).statistic from $table"
	['hodges_lehmann by wilcox.test, first 10,000']="select (hodges_lehmann(cd4_change)).estimate from $table where id <= 10000"
	['hodges_lehmann by all averages, first 10,000']="select (hodges_lehmann(cd4_change)).estimate from $table where id <= 10000"
	['censored_quantile, limits below']="select quantity(censored_quantile(case when qualifier(vl) = '>' then '500000' else vl end, 0.5)) from $table"
	['censored_quantile, both sides, first 3,000']="select quantity(censored_quantile(case when quantity(vl) < 400 then '<400' when quantity(vl) > 3000 then '>' || quantity(vl) else quantity(vl)::text end::viral_load, 0.7)) from $table where id <= 3000"
	['interval_censored_curve, first 3,000']="select survival from (select interval_censored_curve(seen_before, seen_after) as curve from $table where id <= 3000) as c, interval_censored_curve_rows(curve) as r where upper <= 84 order by upper desc limit 1"
	['tobit_regression, first 1,000,000']="select ((tobit_regression(reduction, array[age, whole_day])).coefficients)[3] from $table where id <= 1000000"
	['response_rate']="select (response_rate(response)).ci_upper from $table"
	['response_rate, wilson']="select (response_rate(response_tally(response), 0.95, 'wilson')).ci_upper from $table"
	['response_rate, jeffreys']="select (response_rate(response_tally(response), 0.95, 'jeffreys')).ci_upper from $table"
	['response_rate, mid-p']="select (response_rate(response_tally(response), 0.95, 'mid-p')).ci_upper from $table"
	['response_rate_ncf']="select (response_rate_ncf(response)).ci_upper from $table"
	['mean_ci']="select (mean_ci(change)).ci_upper from $table"
	['median of exact viral loads']="select quantity(median(vl)) from $table where not is_censored(vl)"
	['viral_load_summary, substitution']="select (viral_load_summary(vl)).ci_upper from $table"
	['viral_load_summary, likelihood, first 1,000,000']="select (viral_load_summary(vl)).mean_mle from $table where id <= 1000000"
	['log_reduction_summary, substitution']="select (log_reduction_summary(reduction)).ci_upper from $table"
	['log_reduction_summary, likelihood, first 1,000,000']="select (log_reduction_summary(reduction)).mean_mle from $table where id <= 1000000"
	['davg of 6 records a subject, mean']="select avg(change) from (select davg(day, change) as change from $table group by subject) as courses"
)
printf '%-52s | %10s | %10s | %12s | %-36s | %s\n' work 'ours, ms' 'R, ms' 'times faster' 'ours and R' difference
while IFS=$'\t' read -r work milliseconds figure; do
	IFS=$'\t' read -r own result <<<"$(ours "${query[$work]}")"
	printf '%-52s | %10d | %10d | %12s | %-36s | %s\n' "$work" "$own" "$milliseconds" \
		"$(awk -v a="$milliseconds" -v b="$own" 'BEGIN { printf "%.1f", a / b }')" "$result $figure" \
		"$(awk -v a="$result" -v b="$figure" 'BEGIN { d = a - b; s = b < 0 ? -b : b; d = d < 0 ? -d : d; printf "%.1e", (s > 0 ? d / s : d) }')"
done <"$directory/r"
