# Times that differ in their last bits, or a little more: survfit and survdiff take
# those within a tolerance for ties (timefix).
suppressPackageStartupMessages(library(survival))
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
set.seed(20110)

rows <- lapply(1:600, function(id) {
  n <- sample(6:30, 1)
  time <- sample(1:12, n, TRUE) / 10 * pick(c(1, .1, 365.25, 1e-3, 1e5))
  moved <- runif(n) < .5
  time[moved] <- time[moved] * (1 + pick(c(1, -1, 3, 1e6, 1e7, 2e8, 1e9), sum(moved)) * .Machine$double.eps)
  event <- as.integer(runif(n) < .7)
  group <- sample(letters[1:sample(2:4, 1)], n, TRUE)
  curve <- summary(survfit(Surv(time, event) ~ 1), censored = TRUE)
  test <- if (length(unique(group)) > 1 && any(event == 1))
    tryCatch(survdiff(Surv(time, event) ~ group)$chisq, error = function(e) NA) else NA
  data.frame(data_set = id, times = paste(sprintf("%.17g", time), collapse = " "),
             events = paste(event, collapse = " "), groups = paste(group, collapse = " "),
             distinct_times = length(curve$time), survival_sum = sum(curve$surv), chi_square = test)
})
write_oracle(do.call(rbind, rows), "survival_ties.csv")
