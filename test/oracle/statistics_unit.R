# The expected values of the unit tests of survival, rank and censored-data
# statistics, computed by R.
suppressPackageStartupMessages(library(survival))
source("test/oracle/lib/oracle.R")
set.seed(20080714)
sink("test/unit/statistics/statistics_expected.h")
number <- function(x) {
  text <- formatC(x, digits = 17, format = "g")
  text[is.na(x)] <- "NAN"
  trimws(text)
}
emit <- function(name, x)
  cat(sprintf("static const double %s[] = {\n", name),
      paste0("\t", strwrap(paste(number(x), collapse = ", "), 100), "\n"), "};\n", sep = "")
cat("/* Made by test/oracle/statistics_unit.R; do not edit. */\n#include <math.h>\n\n")

# Rates: events, person-years, level, rate and limits.
rates <- list(c(0, 12.5, .95), c(1, 3.25, .95), c(17, 243.75, .9), c(708, 1051, .99))
for (i in seq_along(rates)) {
  r <- rates[[i]]
  ci <- poisson.test(r[1], r[2], conf.level = r[3])$conf.int
  emit(sprintf("rate_%d", i), c(r, r[1] / r[2], ci))
}

# Survival with ties, events and censorings at one time, and censored times alone.
n <- 60
group <- rep(1:3, each = 20)
time <- ceiling(rexp(n, 0.01 * group) / 7) * 7
event <- as.numeric(runif(n) < 0.7)
emit("survival_time", time)
emit("survival_event", event)
emit("survival_group", group)
for (level in c(0.95, 0.8)) {
  fit <- survfit(Surv(time, event) ~ 1, conf.type = "log-log", conf.int = level)
  tag <- if (level == 0.95) "95" else "80"
  emit(paste0("curve_survival_", tag), fit$surv)
  emit(paste0("curve_std_error_", tag), ifelse(fit$surv > 0, fit$std.err * fit$surv, NA))
  emit(paste0("curve_lower_", tag), ifelse(fit$surv < 1, fit$lower, NA))
  emit(paste0("curve_upper_", tag), ifelse(fit$surv < 1, fit$upper, NA))
  emit(paste0("median_", tag), summary(fit)$table[7:9])
}
emit("curve_time", fit$time)
emit("curve_at_risk", fit$n.risk)
# A curve that lies on one half for a while.
flat <- survfit(Surv(c(1, 2, 3, 4, 5, 6), c(1, 1, 1, 0, 1, 1)) ~ 1, conf.type = "log-log")
emit("median_flat", summary(flat)$table[7:9])

logrank <- function(data) {
  test <- survdiff(Surv(time, event) ~ group, data = data)
  df <- sum(test$exp > 0) - 1
  c(test$chisq, df, pchisq(test$chisq, df, lower.tail = FALSE))
}
all <- data.frame(time, event, group)
emit("logrank_three", logrank(all))
emit("logrank_two", logrank(all[all$group < 3, ]))

# Paired changes: few without ties, with ties and zeroes, and many.
walsh <- function(x, level) {
  sums <- outer(x, x, "+")
  sort(sums[lower.tri(sums, diag = TRUE)] / 2)
}
hodges <- function(x, level) {
  w <- walsh(x)
  n <- length(x)
  k <- max(qsignrank((1 - level) / 2, n), 1)
  c(median(w), w[k], w[length(w) + 1 - k])
}
few <- round(rnorm(15, 20, 60), 2)
tied <- round(rnorm(80, 12, 40) / 5) * 5
many <- round(rnorm(300, 8, 90), 3)
for (name in c("few", "tied", "many")) {
  x <- get(name)
  emit(paste0("change_", name), x)
  emit(paste0("hodges_lehmann_", name), hodges(x, 0.95))
  test <- suppressWarnings(wilcox.test(x))
  emit(paste0("wilcoxon_", name), c(sum(x != 0), test$statistic, test$p.value))
}
exact <- wilcox.test(few, conf.int = TRUE, conf.level = 0.95)
stopifnot(all.equal(as.numeric(exact$conf.int), hodges(few, 0.95)[2:3]),
          all.equal(as.numeric(exact$estimate), hodges(few, 0.95)[1]))

# Values below several limits: Kaplan-Meier of the flipped values.
quantiles <- c(0.1, 0.25, 0.5, 0.75, 0.9)
load <- round(10 ^ rnorm(50, 2.6, 0.9), 1)
limit <- sample(c(50, 400), 50, replace = TRUE)
kind <- ifelse(load < limit, -1, 0)
value <- ifelse(load < limit, limit, load)
flipped <- survfit(Surv(1e7 - value, kind == 0) ~ 1)
emit("left_value", value)
emit("left_kind", kind)
emit("left_quantile", 1e7 - quantile(flipped, 1 - quantiles, conf.int = FALSE))

# Values censored on both sides: self-consistency iterated to the end, over
# every point that may carry probability.
turnbull <- function(value, kind) {
  sites <- sort(unique(c(value[kind == 0], -Inf, Inf)))
  n <- length(value)
  covers <- sapply(sites, function(s)
    ifelse(kind == 0, value == s, ifelse(kind < 0, s < value, s > value)))
  p <- rep(1 / length(sites), length(sites))
  for (i in 1:200000) {
    share <- t(t(covers) * p)
    new <- colSums(share / rowSums(share)) / n
    done <- max(abs(new - p)) < 1e-15
    p <- new
    if (done) break
  }
  list(sites = sites, p = p)
}
fall <- round(rnorm(120, 1.6, 0.8), 2)
low <- round(runif(120, 0.2, 1.2), 2)
high <- round(runif(120, 1.4, 3), 2)
kind2 <- ifelse(fall < low, -1, ifelse(fall > high, 1, 0))
value2 <- ifelse(kind2 < 0, low, ifelse(kind2 > 0, high, fall))
fit2 <- turnbull(value2, kind2)
at <- c(0.5, 1, 1.5, 2, 2.5)
emit("both_value", value2)
emit("both_kind", kind2)
emit("both_at", at)
emit("both_distribution", sapply(at, function(x) sum(fit2$p[fit2$sites <= x])))
emit("both_quantile", sapply(c(0.25, 0.5, 0.75), function(q)
  fit2$sites[min(which(cumsum(fit2$p) >= q - 1e-9))]))

# Time-averaged change.
day <- c(0, 28, 56, 84, 112, 168)
log10_load <- round(rnorm(6, 3, 1), 3)
emit("davg_day", day)
emit("davg_value", log10_load)
area <- sum(diff(day) * (head(log10_load, -1) + tail(log10_load, -1)) / 2)
emit("davg_expected", area / 168 - log10_load[1])

# Tobit regression with limits on both sides.
n <- 150
x1 <- round(rnorm(n, 250, 100))
x2 <- as.numeric(runif(n) < 0.4)
y <- round(4.5 - 0.004 * x1 + 0.7 * x2 + rnorm(n, 0, 0.8), 3)
status <- ifelse(y < 2.5, 2, ifelse(y > 4.9, 0, 1))
observed <- pmin(pmax(y, 2.5), 4.9)
fit <- survreg(Surv(ifelse(status == 2, NA, observed), ifelse(status == 0, NA, observed), type = "interval2") ~ x1 + x2,
               dist = "gaussian", control = survreg.control(rel.tolerance = 1e-14, maxiter = 100))
emit("tobit_x1", x1)
emit("tobit_x2", x2)
emit("tobit_value", observed)
emit("tobit_below", as.numeric(status == 2))
emit("tobit_above", as.numeric(status == 0))
emit("tobit_coefficient", unname(fit$coefficients))
emit("tobit_std_error", unname(sqrt(diag(vcov(fit)))[1:3]))
emit("tobit_scale", c(fit$scale, fit$loglik[2]))
