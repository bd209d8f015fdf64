# Regression of censored values by survival::survreg with a normal distribution:
# one to three covariates, limits below, above and on both sides.
suppressPackageStartupMessages(library(survival))
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
set.seed(20106)

array_text <- function(x) paste0("{", paste(sprintf("%.17g", x), collapse = ";"), "}")

rows <- lapply(1:120, function(id) {
  n <- sample(c(20, 60, 200), 1)
  x <- cbind(round(rnorm(n, 250, 100)), rbinom(n, 1, .4), round(rnorm(n), 2))[, seq_len(sample(3, 1)), drop = FALSE]
  y <- drop(round(2 + x %*% c(-0.003, 0.6, 0.2)[seq_len(ncol(x))] + rnorm(n, 0, 0.7), 3))
  low <- if (runif(1) < .7) quantile(y, pick(c(.1, .3, .5)), type = 1) else -Inf
  high <- if (runif(1) < .5) quantile(y, pick(c(.7, .9)), type = 1) else Inf
  below <- y < low
  above <- !below & y > high
  value <- ifelse(below, low, ifelse(above, high, y))
  fit <- survreg(Surv(ifelse(below, NA, value), ifelse(above, NA, value), type = "interval2") ~ x,
                 dist = "gaussian", control = survreg.control(rel.tolerance = 1e-15, maxiter = 200))
  q <- ncol(x) + 1
  covariates <- apply(x, 1, function(r) paste(sprintf("%.17g", r), collapse = ";"))
  data.frame(data_set = id,
             records = paste0(ifelse(below, "<", ifelse(above, ">", "")), sprintf("%.17g", value), ":", covariates, collapse = " "),
             n = n, censored = sum(below | above), coefficients = array_text(fit$coefficients),
             std_errors = array_text(sqrt(diag(vcov(fit)))[seq_len(q)]), sd = fit$scale, log_likelihood = fit$loglik[2])
})
write_oracle(do.call(rbind, rows), "tobit_regression.csv")
