# ACTG 315 (46 adults): figures of a trial report, by R alone.
#   Rscript test/oracle/actg315.R [actg315.csv]
# The file is not part of the project (directory: hiv in VIROTRIAL_DATA); without it the script says so and leaves
# the committed figures alone.
# Reading of the file: log10 1.699 (half of 100) is `<100`; any other value is
# 10^log10.RNA. as a float8.  Baseline is day 0; a patient without one has no
# baseline.  A visit's result is the one nearest to its target day, within 14
# days, the later of two equally near; patients without one are missing.
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/censored_normal.R")
source("test/oracle/lib/three_valued.R")

file <- c(commandArgs(TRUE),
          file.path(Sys.getenv("VIROTRIAL_DATA", "../shared/data"), "hiv", "actg315.csv"))[1]
if (!file.exists(file)) {
  message("SKIPPED: ", file, " is not there; actg315_figures.csv keeps the figures of its last run.")
  quit(status = 0)
}
trial <- read.csv(file)
names(trial) <- c("row", "patient", "day", "log10_rna", "cd4")
trial$below <- trial$log10_rna == 1.699
trial$copies <- ifelse(trial$below, 100, 10^trial$log10_rna)
baseline <- trial[trial$day == 0, ]
stopifnot(!anyDuplicated(trial[c("patient", "day")]), !any(baseline$below))

nearest <- function(visits, target) {
  visits <- visits[abs(visits$day - target) <= 14, ]
  visits[order(abs(visits$day - target), -visits$day), ][1, ]
}

# Quantile set at p = 1/2 of values exact or above a limit: the median of the
# lower ends, and of the upper ends, which are infinite for those above.
median_reduction <- function(kind, number) {
  lower <- median(number); upper <- median(ifelse(kind == "above", Inf, number))
  if (lower == upper) return(c(median = lower, median_censored = 0))
  ends <- order(number, kind == "above")
  used <- ends[unique(c(floor((length(ends) + 1) / 2), ceiling((length(ends) + 1) / 2)))]
  if (is.infinite(upper) && any(kind[used] == "above"))
    c(median = lower, median_censored = 1) else c(median = NA, median_censored = NA)
}

rows <- NULL
record <- function(target, subject, figures)
  rows <<- rbind(rows, data.frame(target_day = target, subject = subject, figure = names(figures),
                                  value = number_text(as.double(figures))))
response <- function(target, subject, answer) {
  known <- answer[!is.na(answer)]
  record(target, subject, c(responders = sum(known), evaluable = length(known), missing = sum(is.na(answer)),
    rate = mean(known), setNames(binom.test(sum(known), length(known))$conf.int, c("ci_lower", "ci_upper"))))
}

patients <- unique(trial$patient)
for (target in c(28, 84, 168)) {
  visit <- do.call(rbind, lapply(patients, function(patient)
    nearest(trial[trial$patient == patient & trial$day > 0, ], target)))
  first <- baseline[match(patients, baseline$patient), ]
  kind <- ifelse(is.na(visit$copies), "missing", ifelse(visit$below, "below", "exact"))
  record(target, "visit", c(patients = length(patients), with_result = sum(kind != "missing"),
                            below_limit = sum(kind == "below")))
  # Every exact result lies above 100, so the median is exact with fewer than half below it.
  record(target, "viral load", c(median = median(visit$copies[kind != "missing"])))
  stopifnot(all(visit$copies[kind == "exact"] > 100), sum(kind == "below") < sum(kind == "exact"))
  response(target, "below 400 copies", is_less(kind, visit$copies, 400))
  response(target, "below 50 copies", is_less(kind, visit$copies, 50))

  fall <- log10(first$copies / visit$copies)
  fall_kind <- ifelse(is.na(fall), "missing", ifelse(kind == "below", "above", "exact"))
  response(target, "fall above 1 log10", is_greater(fall_kind, fall, 1))
  exact <- fall[fall_kind == "exact"]; above <- fall[fall_kind == "above"]
  ml <- likelihood_summary(exact, numeric(0), above, .95)
  cat(sprintf("day %d: survreg against the optimiser %.2g\n", target, ml$difference))
  record(target, "log reduction", c(n = length(exact) + length(above), missing = sum(fall_kind == "missing"),
    censored = length(above), substitution_summary(exact, numeric(0), above, .95), ml$figures))
  record(target, "log reduction", median_reduction(fall_kind[!is.na(fall)], fall[!is.na(fall)]))

  change <- visit$cd4 - first$cd4
  test <- t.test(change)
  record(target, "CD4 change", c(n = sum(!is.na(change)), missing = sum(is.na(change)),
    mean = mean(change, na.rm = TRUE), sd = sd(change, na.rm = TRUE),
    setNames(test$conf.int, c("ci_lower", "ci_upper"))))
}
write_oracle(rows, "actg315_figures.csv")
