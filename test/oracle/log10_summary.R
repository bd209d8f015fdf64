# Expected figures of viral_load_summary and log_reduction_summary.
# Substitution: mean, sd and stats::t.test with censored values at their limit.
# Likelihood: a normal with censoring, survival::survreg(dist = "gaussian") at
# its tightest tolerance, held against an optimiser of our own (lib/censored_normal.R);
# Wald interval of the mean from the observed information for (mean, log sd).
# The geometric means are 10^mean.  Sets without an interior maximum are skipped.
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/censored_normal.R")
source("test/oracle/lib/viral_load.R")
source("test/oracle/lib/generate.R")
set.seed(20091)

# One column of results; the share below or above is drawn between 0 and 95 %.
random_viral_loads <- function() {
  n <- set_size()
  scenario <- pick(c("below", "below", "below", "above", "both", "both", "none"))
  several <- runif(1) < .35
  lower <- if (scenario %in% c("below", "both")) lower_limits(n, several) else rep(NA, n)
  upper <- if (scenario %in% c("above", "both")) upper_limits(n, several) else rep(NA, n)
  spread <- if (scenario == "both") runif(1, .9, 2.8) else runif(1, .15, 1.5)
  quantile <- qnorm(runif(1, .001, .95))
  centre <- switch(scenario,
                   below = mean(log10(lower)) - spread * quantile,
                   above = mean(log10(upper)) + spread * quantile,
                   both = runif(1, 2, 5.5), none = runif(1, .5, 6))
  text <- laboratory_text(10^rnorm(n, centre, spread), lower, upper)
  text[runif(n) < pick(c(0, 0, .1))] <- ""
  list(results = text)
}

# Pairs: baselines mostly within limits, reductions large or small.
random_pairs <- function() {
  n <- set_size()
  several <- runif(1) < .5
  baseline <- rnorm(n, runif(1, 3, 5.6), runif(1, .3, .9))
  current <- baseline - rnorm(n, runif(1, -.5, 3.5), runif(1, .1, 1.2))
  limit <- function(limits, chance) if (runif(1) < chance) limits(n, several) else rep(NA, n)
  list(baseline = laboratory_text(10^baseline, limit(lower_limits, .35), limit(upper_limits, .5)),
       current = {
         text <- laboratory_text(10^current, limit(lower_limits, .85), limit(upper_limits, .25))
         text[runif(n) < pick(c(0, 0, .1))] <- ""
         text
       })
}

summarise <- function(sample, conf_level, geometric) {
  s <- sample
  censored <- length(s$below) + length(s$above)
  if (length(s$exact) + censored < 2 || !has_maximum(s$exact, s$below, s$above)) return("no maximum")
  if (sd(c(s$exact, s$below, s$above)) == 0) return("all equal")
  ml <- likelihood_summary(s$exact, s$below, s$above, conf_level)
  if (is.null(ml)) return("not converged")
  figures <- c(n = length(s$exact) + censored, missing = s$missing, censored = censored,
               substitution_summary(s$exact, s$below, s$above, conf_level), ml$figures)
  if (geometric)
    figures <- c(figures, geometric_mean = 10^figures[["mean"]],
                 geometric_mean_mle = 10^figures[["mean_mle"]])
  list(figures = figures, source = ml$source, difference = ml$difference)
}

make <- function(name, wanted, draw, read, geometric) {
  data <- list(); expected <- list(); skipped <- character()
  while (length(data) < wanted) {
    set <- draw()
    conf_level <- pick(c(.8, .9, .95, .95, .95, .99))
    result <- summarise(do.call(read, unname(set)), conf_level, geometric)
    if (is.character(result)) { skipped <- c(skipped, result); next }
    id <- length(data) + 1
    # A missing result is written `.`, so that the list splits at blanks.
    joined <- vapply(set, function(text) paste(ifelse(text == "", ".", text), collapse = " "), "")
    data[[id]] <- data.frame(data_set = id, conf_level = conf_level, t(joined))
    expected[[id]] <- list(data_set = id, figures = result$figures, source = result$source,
                           difference = result$difference)
  }
  write_oracle(do.call(rbind, data), paste0(name, "_data.csv"))
  figures <- as.data.frame(do.call(rbind, lapply(expected, `[[`, "figures")))
  source <- vapply(expected, `[[`, "", "source")
  difference <- vapply(expected, `[[`, 0, "difference")
  write_oracle(cbind(data_set = seq_along(data), figures, mle_source = source),
               paste0(name, "_expected.csv"))
  share <- figures$censored / figures$n
  cat(sprintf("%s: n %g to %g, censored %.0f%% to %.0f%%, skipped: %s\n", name,
              min(figures$n), max(figures$n), 100 * min(share), 100 * max(share),
              paste(names(table(skipped)), table(skipped), collapse = ", ")))
  cat(sprintf("  survreg agrees to 1e-9 in %d of %d sets; largest difference there %.2g, elsewhere %s\n",
              sum(source == "survreg"), length(source), max(difference[source == "survreg"]),
              paste(sprintf("%.2g", sort(difference[source != "survreg"], decreasing = TRUE, na.last = FALSE)), collapse = " ")))
}

make("viral_load_summary", 700, random_viral_loads, log10_sample, TRUE)
make("log_reduction_summary", 700, random_pairs, reduction_sample, FALSE)
