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

text <- function(v) paste(sprintf("%.17g", v), collapse = " ")
rows <- lapply(1:600, function(id) {
  shape <- names(shapes)[(id - 1) %% length(shapes) + 1]
  size <- function() pick(c(2, 3, 5, 20, 120))
  x <- shapes[[shape]](size(), 1); y <- shapes[[shape]](size(), 0)
  conf_level <- pick(c(.8, .9, .95, .95, .99))
  method <- pick(c("welch", "student"))
  # R subtracts rounded means: of values without their offset, the difference keeps its digits.
  offset <- if (shape == "offset") 1e8 else 0
  test <- t.test(x - offset, y - offset, conf.level = conf_level, var.equal = method == "student")
  data.frame(data_set = id, shape = shape, conf_level = conf_level, method = method,
             treated_values = paste(text(x), "."), control_values = text(y),
             treated = length(x), control = length(y), difference = mean(x - offset) - mean(y - offset), std_error = test$stderr,
             degrees_of_freedom = unname(test$parameter), ci_lower = test$conf.int[1], ci_upper = test$conf.int[2],
             p_value = test$p.value)
})
# Groups of one and of none, without spread, and of very different sizes.  t.test refuses some: there is
# no error of a group of one by itself, and no test without any spread.
edges <- list(list(5, c(1, 4, 9)), list(c(2, 7), 3), list(1, 2), list(numeric(0), c(1, 2)), list(numeric(0), numeric(0)),
  list(c(3, 3), c(3, 3, 3)), list(c(4, 4, 4), 7), list(c(1e15, 1e15 + 1), c(1e15, 1e15 - 2, 1e15 + 4)), list(c(0, 0), c(0, 1e-300, 0)),
  list(c(5, 6), rep(c(1, 2, 4), 2000)))
edge <- function(x, y, method) {
  offset <- if (length(x) > 0 && x[1] == 1e15) 1e15 else 0
  x0 <- x - offset; y0 <- y - offset
  test <- tryCatch(t.test(x0, y0, var.equal = method == "student"), error = function(e) NULL)
  known <- length(x) > 0 && length(y) > 0
  error <- if (!is.null(test)) test$stderr else if (known && length(x) + length(y) > 2 && (method == "student" || min(length(x), length(y)) > 1)) 0 else NA_real_
  figure <- function(f) if (is.null(test)) NA_real_ else unname(f(test))
  list(treated = length(x), control = length(y), difference = if (known) mean(x0) - mean(y0) else NA_real_, std_error = error,
       degrees_of_freedom = figure(function(t) t$parameter), ci_lower = figure(function(t) t$conf.int[1]),
       ci_upper = figure(function(t) t$conf.int[2]), p_value = figure(function(t) t$p.value))
}
for (e in edges) for (method in c("welch", "student"))
  rows[[length(rows) + 1]] <- data.frame(data_set = length(rows) + 1, shape = "edge", conf_level = .95, method = method,
    treated_values = paste(c(sprintf("%.17g", e[[1]]), "."), collapse = " "), control_values = paste(c(sprintf("%.17g", e[[2]]), "."), collapse = " "),
    edge(e[[1]], e[[2]], method))
write_oracle(do.call(rbind, rows), "mean_difference.csv")
