# Survival curves, their medians and log-rank tests by survival::survfit and
# survival::survdiff: ties, events and censorings at one time, heavy censoring,
# curves that end above one half, groups without events.
suppressPackageStartupMessages(library(survival))
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
set.seed(20102)

sets <- lapply(1:250, function(id) {
  n <- max(4, set_size())
  groups <- sample(2:4, 1)
  group <- c(seq_len(groups), sample.int(groups, n, replace = TRUE))[1:n]
  time <- rweibull(n, pick(c(.7, 1, 2)), 100 * (1 + group / 4))
  time <- switch(sample(1:3, 1), ceiling(time), ceiling(time / 28) * 28, round(time, 3))
  event <- runif(n) < pick(c(.1, .5, .8, 1))
  conf_level <- pick(c(.8, .9, .95, .95, .99))
  fit <- survfit(Surv(time, event) ~ 1, conf.type = "log-log", conf.int = conf_level)
  inside <- fit$surv < 1 & fit$surv > 0
  test <- if (any(event)) survdiff(Surv(time, event) ~ group)
  degrees <- sum(test$exp > 0) - 1
  tested <- any(event) && degrees > 0 && is.finite(test$chisq) && test$chisq > 1e-9
  list(
    set = data.frame(
      data_set = id, conf_level = conf_level,
      subjects = paste(sprintf("%.17g:%d:%d", time, as.integer(event), group), collapse = " "),
      median = summary(fit)$table[["median"]], ci_lower = summary(fit)$table[[8]],
      ci_upper = summary(fit)$table[[9]],
      chi_square = if (tested) test$chisq else NA_real_,
      degrees_of_freedom = if (tested) as.integer(degrees) else NA_integer_,
      p_value = if (tested) pchisq(test$chisq, degrees, lower.tail = FALSE) else NA_real_),
    curve = data.frame(
      data_set = id, time = fit$time, at_risk = as.integer(fit$n.risk),
      events = as.integer(fit$n.event), censored = as.integer(fit$n.censor), survival = fit$surv,
      std_error = ifelse(fit$surv > 0, fit$std.err * fit$surv, NA),
      ci_lower = ifelse(inside, fit$lower, NA), ci_upper = ifelse(inside, fit$upper, NA)))
})
write_oracle(do.call(rbind, lapply(sets, `[[`, "set")), "survival_curve_data.csv")
write_oracle(do.call(rbind, lapply(sets, `[[`, "curve")), "survival_curve_expected.csv")
