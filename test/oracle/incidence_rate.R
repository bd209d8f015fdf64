# Incidence rates with exact limits by stats::poisson.test, over events and
# person-years of groups of subjects.
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/generate.R")
set.seed(20101)

rows <- lapply(1:300, function(id) {
  n <- sample(c(1, 2, 5, 30, 200), 1)
  events <- rpois(n, pick(c(0.01, 0.3, 5, 1e4)))
  years <- round(rexp(n, 1 / pick(c(0.4, 2, 300))), pick(c(1, 3, 9))) + 0.001
  conf_level <- pick(c(.8, .9, .95, .95, .99))
  test <- poisson.test(sum(events), sum(years), conf.level = conf_level)
  data.frame(data_set = id, conf_level = conf_level,
             subjects = paste(sprintf("%d:%.17g", as.integer(events), years), collapse = " "),
             events = sum(events), person_years = sum(years), rate = unname(test$estimate),
             ci_lower = test$conf.int[1], ci_upper = test$conf.int[2])
})
write_oracle(do.call(rbind, rows), "incidence_rate.csv")
