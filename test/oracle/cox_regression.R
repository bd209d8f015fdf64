# Proportional hazards regression by survival::coxph, Efron's ties, with robust errors, in
# strata.  Kinds: regular; open: a group without an event, whose coefficient has no bound,
# and the others' are those without it; collinear; none: no event, or one subject.
suppressPackageStartupMessages(library(survival))
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
set.seed(19720401)
control <- coxph.control(eps = 1e-14, toler.chol = 1e-15, iter.max = 100)

draw <- function(n, p, strata) {
  d <- data.frame(x1 = rbinom(n, 1, .5), x2 = round(rnorm(n, 2008, 3), 3),
                  x3 = round(rexp(n), 1), x4 = round(runif(n) * 1e-3, 7))
  hazard <- exp(.5 * d$x1 + .1 * (d$x2 - 2008))
  d$stratum <- sample(strata, n, TRUE)
  d$time <- switch(sample(1:3, 1), ceiling(rexp(n, hazard) * 6), round(rexp(n, hazard), 5), round(rexp(n, hazard), 2))
  d$event <- as.integer(runif(n) < pick(c(.3, .7, 1)))
  d
}
names_of <- function(p) paste0("x", seq_len(p))
fit <- function(d, x) {
  if (length(x) == 0) x <- "1"
  warned <- FALSE
  f <- withCallingHandlers(tryCatch(coxph(as.formula(paste("Surv(time, event) ~", paste(x, collapse = " + "), "+ strata(stratum)")),
    d, robust = TRUE, control = control), error = function(e) NULL), warning = function(w) { warned <<- TRUE; invokeRestart("muffleWarning") })
  if (is.null(f) || warned) return(NULL)
  f
}
errors <- function(f) list(naive = sqrt(diag(as.matrix(f$naive.var))), robust = sqrt(diag(as.matrix(f$var))))
list_text <- function(v) paste(ifelse(is.na(v), "NULL", sprintf("%.17g", v)), collapse = ";")

row <- function(kind, d, x, coefficients, naive, robust, null, full)
  data.frame(kind = kind, times = paste(sprintf("%.15g", d$time), collapse = " "), events = paste(d$event, collapse = " "),
             strata = paste(d$stratum, collapse = " "),
             covariates = paste(apply(d[x], 1, function(v) paste0("{", paste(sprintf("%.15g", v), collapse = ";"), "}")), collapse = " "),
             n = nrow(d), event_count = sum(d$event), coefficients = paste0("{", list_text(coefficients), "}"),
             std_errors = paste0("{", list_text(naive), "}"), robust_std_errors = paste0("{", list_text(robust), "}"),
             null_log_likelihood = null, log_likelihood = full)

one <- function(id) repeat {
  kind <- if (id <= 420) "regular" else if (id <= 520) "open" else if (id <= 580) "collinear" else "none"
  p <- sample(1:4, 1)
  x <- names_of(p)
  d <- draw(pick(c(12, 25, 60, 150)), p, pick(c(1, 1, 2, 4)))
  if (kind == "regular") {
    f <- fit(d, x)
    if (is.null(f) || anyNA(coef(f)) || any(abs(coef(f)) * apply(d[x], 2, sd) > 6)) next
    e <- errors(f)
    return(row(kind, d, x, coef(f), e$naive, e$robust, f$loglik[1], f$loglik[2]))
  }
  if (kind == "open") {
    d$event[d$x1 == 0] <- 0L
    rest <- setdiff(x, "x1")
    subset <- d[d$x1 == 1, ]
    null <- fit(d, character(0))
    f <- fit(subset, rest)
    if (is.null(f) || is.null(null) || sum(d$x1 == 0) == 0) next
    # the group without an event has to be at risk in each stratum with an event
    if (!all(tapply(seq_len(nrow(d)), d$stratum, function(i) { e <- d[i, ]; !any(e$event == 1) ||
        any(e$x1 == 0 & e$time >= max(e$time[e$event == 1])) }))) next
    if (length(rest) > 0 && (anyNA(coef(f)) || any(abs(coef(f)) * apply(subset[rest], 2, sd) > 6))) next
    e <- if (length(rest) > 0) errors(f) else list(naive = numeric(0))
    return(row(kind, d, x, c(NA, coef(f)), c(NA, e$naive), rep(NA, p), tail(null$loglik, 1), tail(f$loglik, 1)))
  }
  if (kind == "collinear") {
    d$x3 <- 2 * d$x1 - d$x2 + 5
    x <- names_of(4)
    f <- fit(d, c("x1", "x2", "x4"))
    if (is.null(f) || anyNA(coef(f)) || any(abs(coef(f)) * apply(d[c("x1", "x2", "x4")], 2, sd) > 6)) next
    e <- errors(f)
    return(row(kind, d, x, c(NA, NA, NA, coef(f)["x4"]), c(NA, NA, NA, e$naive[3]), c(NA, NA, NA, e$robust[3]), f$loglik[1], f$loglik[2]))
  }
  d <- d[seq_len(pick(c(1, 5))), ]
  d$event <- 0L
  return(row(kind, d, x, rep(NA, p), rep(NA, p), rep(NA, p), 0, 0))
}
rows <- do.call(rbind, lapply(1:600, one))
# One event; a stratum without an event, where alone a covariate varies; everybody at one time; a stratum that separates, and one
# that does not.  A coefficient that coxph leaves out is missing.  Of the one event, who has it is among two of the four at risk with
# the higher covariate: the likelihood climbs to one half.
edges <- list(
  data.frame(time = 1:6, event = c(0, 0, 1, 0, 0, 0), x1 = c(0, 1, 1, 0, 1, 0), stratum = 1),
  data.frame(time = c(1:6, 1:6), event = c(0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0), x1 = c(rep(1, 6), 0, 1, 0, 1, 0, 1), stratum = rep(1:2, each = 6)),
  data.frame(time = c(1:6, 1:6), event = c(0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0), x1 = c(0, 1, 0, 1, 0, 1, rep(1, 6)), stratum = rep(1:2, each = 6)),
  data.frame(time = rep(3, 9), event = rep(c(1, 1, 0), 3), x1 = c(1, 0, 2, 4, 1, 0, 2, 2, 3), stratum = 1),
  data.frame(time = c(1:4, 1:4), event = 1, x1 = c(0, 0, 1, 1, 1, 0, 1, 0), stratum = rep(1:2, each = 4)),
  data.frame(time = c(1:30), event = rep(c(1, 1, 0), 10), x1 = rep(c(1e9, 1e9 + 1, 1e9 + 3, 1e9 + 1, 1e9), 6), stratum = 1))
for (d in edges) {
  at <- transform(d, x1 = x1 - min(x1))
  f <- fit(at, "x1")
  open <- is.null(f) || is.na(coef(f))
  e <- if (!open) errors(f)
  rows <- rbind(rows, row("edge", d, "x1", if (open) NA else coef(f), if (open) NA else e$naive, if (open) NA else e$robust,
                          fit(at, character(0))$loglik[1],
                          if (sum(d$event) == 1) -log(2) else if (open) tail(fit(at, character(0))$loglik, 1) else f$loglik[2]))
}
write_oracle(cbind(data_set = seq_len(nrow(rows)), rows), "cox_regression.csv")
