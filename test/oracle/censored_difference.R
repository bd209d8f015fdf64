# Difference of the most likely means of two groups of censored viral loads and log reductions:
# each group by survival::survreg, held against an optimiser of our own (lib/censored_normal.R),
# and a normal interval from both standard errors.  Shapes: regular; all below: a group of which
# every value is below a limit; equal: a group of equal exact values, whose mean is known and
# whose error is not; one: a group of one value; empty; exact: no censored value.
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/censored_normal.R")
source("test/oracle/lib/viral_load.R")
source("test/oracle/lib/generate.R")
set.seed(19780501)

shapes <- c("regular", "regular", "regular", "all below", "equal", "one", "empty", "exact")

viral_loads <- function(shape) {
  n <- set_size()
  if (shape == "empty") return(character(0))
  lower <- lower_limits(n, runif(1) < .35)
  upper <- if (runif(1) < .3) upper_limits(n, FALSE) else rep(NA, n)
  if (shape == "equal") return(c(rep("400", sample(1:5, 1)), rep("<1000", sample(0:3, 1)), rep(">50", sample(0:3, 1))))
  if (shape == "one") return(pick(c("60", "<50", ">500000")))
  if (shape == "all below") return(paste0("<", lower))
  if (shape == "exact") lower <- upper <- rep(NA, n)
  laboratory_text(10^rnorm(n, runif(1, 2, 5), runif(1, .3, 1.5)), lower, upper)
}

# The estimate of a group: NA where there is none.
group_fit <- function(text) {
  s <- log10_sample(text)
  if (length(text) == 0) return(c(mean = NA, se = NA))
  if (!has_maximum(s$exact, s$below, s$above)) {
    agrees <- length(unique(s$exact)) == 1
    return(c(mean = if (agrees) s$exact[1] else NA, se = NA))
  }
  own <- fit_censored_normal(s$exact, s$below, s$above)
  if (is.null(own)) return(NULL)
  other <- survreg_fit(s$exact, s$below, s$above)
  agrees <- !is.null(other) && max(abs(other - own) / pmax(abs(own), c(own[["sd"]], 0, 0))) < 1e-9
  (if (agrees) other else own)[c("mean", "se")]
}

rows <- lapply(1:600, function(id) repeat {
  shape <- shapes[(id - 1) %% length(shapes) + 1]
  texts <- list(treated = viral_loads(shape), control = viral_loads(if (shape == "exact") shape else "regular"))
  if (runif(1) < .5) texts <- setNames(rev(texts), names(texts))
  fits <- lapply(texts, group_fit)
  if (any(vapply(fits, is.null, NA))) next
  conf_level <- pick(c(.8, .9, .95, .99))
  difference <- fits$treated[["mean"]] - fits$control[["mean"]]
  error <- sqrt(fits$treated[["se"]]^2 + fits$control[["se"]]^2)
  half <- qnorm((1 + conf_level) / 2) * error
  margin <- round(runif(1, -1, 1), 2)
  joined <- function(text) paste(c(text, "."), collapse = " ")
  return(data.frame(data_set = id, shape = shape, conf_level = conf_level, treated_values = joined(texts$treated),
                    control_values = joined(texts$control), treated = length(texts$treated), control = length(texts$control),
                    difference = difference, std_error = error, ci_lower = difference - half, ci_upper = difference + half,
                    p_value = 2 * pnorm(-abs(difference / error)), margin = margin,
                    noninferiority = pnorm((difference - margin) / error, lower.tail = FALSE)))
})
write_oracle(do.call(rbind, rows), "censored_difference.csv")
