# Mean, standard deviation and t interval by base::mean, stats::sd and
# stats::t.test, over data that hurt a careless accumulator: CD4-like integers,
# large offsets with small spread, tiny and huge scales, missing values.
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
set.seed(20092)

shapes <- list(
  cd4 = function(n) round(rgamma(n, 4, scale = 70)),
  cd4_change = function(n) round(rnorm(n, 60, 90)),
  log10 = function(n) round(rnorm(n, 4.5, .8), 4),
  offset = function(n) 1e8 + round(rnorm(n), 3),
  large_offset = function(n) 1e8 + round(rnorm(n) * 100) / 128,
  negative_offset = function(n) -1e6 + rnorm(n, 0, .01),
  huge = function(n) rnorm(n) * 1e150,
  tiny = function(n) rnorm(n) * 1e-150,
  skewed = function(n) 10^runif(n, -3, 9))

rows <- lapply(1:360, function(id) {
  shape <- names(shapes)[(id - 1) %% length(shapes) + 1]
  n <- max(2, set_size())
  x <- shapes[[shape]](n)
  while (sd(x) == 0) x <- shapes[[shape]](n)
  x[-(1:2)][runif(n - 2) < pick(c(0, .2))] <- NA
  conf_level <- pick(c(.8, .9, .95, .95, .99))
  known <- x[!is.na(x)]
  interval <- if (sd(known) > 0) t.test(known, conf.level = conf_level)$conf.int else rep(mean(known), 2)
  data.frame(data_set = id, shape = shape, conf_level = conf_level,
             results = paste(ifelse(is.na(x), ".", sprintf("%.17g", x)), collapse = " "),
             n = length(known), missing = sum(is.na(x)), mean = mean(known), sd = sd(known),
             ci_lower = interval[1], ci_upper = interval[2])
})
write_oracle(do.call(rbind, rows), "mean_ci.csv")
