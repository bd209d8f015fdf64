# Regressions on groups, some of them censored throughout, on one side, or fitted
# perfectly.  Whether a group's mean is open is argued from its values; the others
# are those of survival::survreg without the open groups.
suppressPackageStartupMessages(library(survival))
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
set.seed(20111)

draw_group <- function(kind, n) {
  value <- round(rnorm(n, 2, .8), pick(c(1, 3)))
  side <- switch(kind, mixed = pick(c(0, 0, 0, -1, 1), n), exact = rep(0, n), below = rep(-1, n), above = rep(1, n),
                 same = { value <- rep(value[1], n); rep(0, n) },
                 consistent = {
                   s <- pick(c(0, -1, 1), n); value[s == 0] <- 2; value[s < 0] <- 2 + runif(sum(s < 0)); value[s > 0] <- 2 - runif(sum(s > 0)); s
                 },
                 crossed = rep(c(-1, 1), length.out = n))
  data.frame(value = round(value, 3), side = side)
}
# All values are of one side and none exact: the mean grows for ever.
is_open <- function(g) all(g$side < 0) || all(g$side > 0)
# One mean fits every value perfectly: of such groups alone the sd falls to 0.
is_perfect <- function(g) {
  least <- max(c(-Inf, g$value[g$side >= 0])); most <- min(c(Inf, g$value[g$side <= 0]))
  least <= most
}

one <- function(id) {
  k <- sample(2:4, 1)
  groups <- lapply(1:k, function(i) draw_group(pick(c("mixed", "mixed", "exact", "below", "above", "same", "consistent", "crossed")), sample(1:8, 1)))
  data <- do.call(rbind, lapply(1:k, function(i) cbind(groups[[i]], group = i)))
  open <- vapply(groups, is_open, TRUE)
  x <- sapply(2:k, function(i) as.integer(data$group == i)); x <- matrix(x, nrow(data))
  result <- data.frame(data_set = id,
    records = paste0(ifelse(data$side < 0, "<", ifelse(data$side > 0, ">", "")), sprintf("%.17g", data$value), ":",
                     apply(x, 1, paste, collapse = ";"), collapse = " "), coefficients = NA, std_errors = NA, sd = NA, log_likelihood = NA)
  if (all(vapply(groups, is_perfect, TRUE))) return(result)
  if (all(data$side != 0)) return(NULL)
  used <- data[data$group %in% which(!open), ]
  means <- if (sum(!open) > 1) factor(used$group) else NULL
  time <- ifelse(used$side < 0, NA, used$value); time2 <- ifelse(used$side > 0, NA, used$value)
  surv <- Surv(time, time2, type = "interval2")
  fit <- tryCatch(if (is.null(means)) survreg(surv ~ 1, dist = "gaussian", control = survreg.control(rel.tolerance = 1e-15, maxiter = 500))
    else survreg(surv ~ means - 1, dist = "gaussian", control = survreg.control(rel.tolerance = 1e-15, maxiter = 500)),
    warning = function(w) NULL, error = function(e) NULL)
  # survreg loses itself where a likelihood is flat to the last bit, or falls to a needle
  if (is.null(fit) || any(is.na(fit$coefficients)) || fit$scale < 1e-6 || any(!is.finite(diag(vcov(fit)))) || any(diag(vcov(fit)) < 0)) return(NULL)
  v <- vcov(fit); q <- sum(!open)
  mean_of <- variance <- rep(NA, k); mean_of[!open] <- fit$coefficients
  cov <- matrix(NA, k, k); cov[!open, !open] <- v[1:q, 1:q]
  b <- c(mean_of[1], mean_of[-1] - mean_of[1])
  se <- sqrt(c(cov[1, 1], vapply(2:k, function(i) cov[i, i] + cov[1, 1] - 2 * cov[1, i], 0)))
  text <- function(y) paste0("{", paste(ifelse(is.na(y), "NULL", sprintf("%.17g", y)), collapse = ";"), "}")
  result$coefficients <- text(b); result$std_errors <- text(se); result$sd <- fit$scale; result$log_likelihood <- fit$loglik[2]
  result
}
rows <- list(); id <- 0
while (length(rows) < 700) { id <- id + 1; r <- one(id); if (!is.null(r)) rows[[length(rows) + 1]] <- r }
all_rows <- do.call(rbind, rows)
cat(sum(is.na(all_rows$sd)), "without a maximum,", sum(grepl("NULL", all_rows$coefficients)), "with an open coefficient,", id, "drawn\n")
write_oracle(all_rows, "tobit_open.csv")
