# Difference of two means by stats::t.test, Welch's and Student's, of groups from
# 2 to 120 values: CD4-like integers, large offsets, small and large scales
# (R squares variances), one group without spread, missing values.
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
set.seed(19470128)

shapes <- list(
  cd4 = function(n, shift) round(rgamma(n, 4, scale = 70) + 40 * shift),
  offset = function(n, shift) 1e8 + shift + round(rnorm(n), 3),
  huge = function(n, shift) (rnorm(n) + shift) * 1e70,
  tiny = function(n, shift) (rnorm(n, sd = 1 + 9 * shift) + shift) * 1e-70,
  constant = function(n, shift) if (shift) rep(7, n) else rnorm(n, 5))

rows <- lapply(1:600, function(id) {
  shape <- names(shapes)[(id - 1) %% length(shapes) + 1]
  size <- function() pick(c(2, 3, 5, 20, 120))
  x <- shapes[[shape]](size(), 1); y <- shapes[[shape]](size(), 0)
  conf_level <- pick(c(.8, .9, .95, .95, .99))
  method <- pick(c("welch", "student"))
  # R subtracts rounded means: of values without their offset, the difference keeps its digits.
  offset <- if (shape == "offset") 1e8 else 0
  test <- t.test(x - offset, y - offset, conf.level = conf_level, var.equal = method == "student")
  text <- function(v) paste(sprintf("%.17g", v), collapse = " ")
  data.frame(data_set = id, shape = shape, conf_level = conf_level, method = method,
             treated_values = paste(text(x), "."), control_values = text(y),
             treated = length(x), control = length(y), difference = mean(x - offset) - mean(y - offset), std_error = test$stderr,
             degrees_of_freedom = unname(test$parameter), ci_lower = test$conf.int[1], ci_upper = test$conf.int[2],
             p_value = test$p.value)
})
write_oracle(do.call(rbind, rows), "mean_difference.csv")
