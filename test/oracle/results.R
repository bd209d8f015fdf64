# Results of the report (analysis_result) of four simulated trials, from their plain tables:
# demographics, exposure, Kaplan and Meier's estimate at the visits and at each step, responses in subgroups,
# and the control limits of deviations.  Quartiles are of type 7.
for (file in c("oracle.R", "viral_load.R", "three_valued.R")) source(file.path("test", "oracle", "lib", file))
library(survival)

read <- function(file) {
  read.csv(oracle_path(file), stringsAsFactors = FALSE,
           colClasses = c(site_id = "character", subject_id = "character"))
}
people <- read("results_people.csv")
regimen <- read("results_regimen.csv")
times <- read("results_times.csv")
results <- read("endpoints_results.csv")
course <- read("endpoints_subjects.csv")
deviations <- read("results_deviations.csv")
people <- people[people$first_dose != "", ]
for (day in c("birth_date", "signed", "first_dose", "ended")) people[[day]] <- as.Date(people[[day]])
key <- function(x) paste(x$trial, x$site_id, x$subject_id)

# Whole years from one day to another.
years <- function(from, to) {
  a <- as.POSIXlt(from)
  b <- as.POSIXlt(to)
  b$year - a$year - (b$mon < a$mon | (b$mon == a$mon & b$mday < a$mday))
}
people$age <- years(people$birth_date, people$signed)

# The last result on or before the first dose, as text; only a number counts in a mean.
baseline <- function(test) {
  one <- results[results$test == test, ]
  one$first_dose <- people$first_dose[match(key(one), key(people))]
  one <- one[!is.na(one$first_dose) & as.Date(one$collected) <= one$first_dose, ]
  one <- one[order(key(one), one$collected, one$replicate), ]
  one <- one[!duplicated(key(one), fromLast = TRUE), ]
  one$result[match(key(people), key(one))]
}
number <- function(text) suppressWarnings(as.numeric(text))
people$rna_text <- baseline("viral load")
people$cd4_text <- baseline("CD4")
people$rna <- log10(number(people$rna_text))
people$cd4 <- number(people$cd4_text)

# Days on the drug: an open period ends with the last day in the study.
regimen$ended <- people$ended[match(key(regimen), key(people))]
stop <- as.Date(ifelse(regimen$stopped == "", as.character(regimen$ended + 1), regimen$stopped))
stop <- pmin(stop, regimen$ended + 1, na.rm = TRUE)
days <- tapply(as.numeric(stop - as.Date(regimen$started)), key(regimen), sum)
people$days <- as.numeric(days[key(people)])

measure <- function(trial, group, display, variable, x) {
  n <- sum(!is.na(x))
  y <- x[!is.na(x)]
  q <- quantile(y, c(0, 0.25, 0.5, 0.75, 1), type = 7, names = FALSE)
  data.frame(trial = trial,
             result_id = paste(display, group, variable, c("n", "missing", "mean", "sd", "min", "p25", "median", "p75", "max"), sep = "/"),
             value = c(n, sum(is.na(x)), mean(y), if (n > 1) sd(y) else NA, q))
}
of_group <- function(trial, group, p) {
  sexes <- c("female", "male")
  counts <- vapply(sexes, function(s) sum(p$sex == s), numeric(1))
  rbind(measure(trial, group, "demographics", "Age, years", p$age),
        measure(trial, group, "demographics", "HIV-1 RNA, log10 copies/mL", p$rna),
        measure(trial, group, "demographics", "CD4 count, cells/\u00b5L", p$cd4),
        measure(trial, group, "exposure", "Days on treatment", p$days),
        measure(trial, group, "exposure", "Person-years", p$days / 365.25),
        data.frame(trial = trial, result_id = c(paste("demographics", group, "Sex", sexes, "n", sep = "/"),
                                                paste("demographics", group, "Sex", sexes, "percent", sep = "/")),
                   value = c(counts, 100 * counts / nrow(p))))
}
# The estimate 28, 84, 168 and 336 days after the first dose; not known after the last day of anybody.
of_curve <- function(trial, threshold, t) {
  fit <- survfit(Surv(time, event) ~ 1, data = t, conf.type = "log-log")
  do.call(rbind, lapply(c(4, 12, 24, 48), function(week) {
    day <- 7 * week
    last <- sum(fit$time <= day)
    known <- day <= max(t$time)
    s <- if (last == 0) 1 else fit$surv[last]
    limits <- if (last == 0 || !known) c(NA, NA) else c(fit$lower[last], fit$upper[last])
    data.frame(trial = trial,
               result_id = sprintf("kaplan_meier/all/Time to response, < %d copies/mL/week %d/%s", threshold, week,
                                   c("days", "at_risk", "percent", "ci_lower", "ci_upper")),
               value = c(day, sum(t$time >= day), if (known || s == 0) 100 * s else NA, 100 * limits))
  }))
}
# Each step of the curve, by survfit.
of_steps <- function(trial, threshold, t) {
  fit <- survfit(Surv(time, event) ~ 1, data = t)
  one <- function(statistic, value)
    data.frame(trial = trial, value = value,
               result_id = sprintf("kaplan_meier/all/Time to response, < %d copies/mL/day %d/%s", threshold, fit$time, statistic))
  rbind(one("percent", 100 * fit$surv), one("at_risk", fit$n.risk), one("events", fit$n.event), one("censored", fit$n.censor))
}
# Whether each subject is below 50 at week 48, days 295 to 378: the result nearest to day 337, of two the later.
# Who left before it, or has none, is no response; what a limit leaves open is NA.
week_48 <- function(p) {
  loads <- results[results$test == "viral load", ]
  left <- course[match(key(p), key(course)), ]
  vapply(seq_len(nrow(p)), function(i) {
    r <- loads[key(loads) == key(p[i, ]), ]
    r <- r[order(r$collected, r$replicate), ]
    day <- as.numeric(as.Date(r$collected) - p$first_dose[i]) + 1
    inside <- which(day >= 295 & day <= 378)
    if (!length(inside)) return("missing")
    found <- max(inside[abs(day[inside] - 337) == min(abs(day[inside] - 337))])
    if (left$outcome[i] == "discontinued" && as.Date(left$ended[i]) < as.Date(r$collected[found])) return("FALSE")
    as.character(is_less(viral_load_kind(r$result[found]), viral_load_number(r$result[found]), 50))
  }, character(1))
}
of_subgroup <- function(trial, variable, level, answer) {
  n <- sum(answer %in% "TRUE")
  open <- sum(is.na(answer))
  data.frame(trial = trial,
             result_id = paste("response_by_subgroup/all", variable, level, "week 48",
                               c("n", "evaluable", "unknown", "missing", "percent", "ci_lower", "ci_upper", "percent_highest"), sep = "/"),
             value = c(n, length(answer), open, sum(answer %in% "missing"), 100 * n / length(answer),
                       100 * binom.test(n, length(answer))$conf.int, 100 * (n + open) / length(answer)))
}
of_subgroups <- function(trial, p) {
  answer <- week_48(p)
  above <- is_greater(viral_load_kind(p$rna_text), viral_load_number(p$rna_text), 100000)
  below <- is_less(viral_load_kind(p$cd4_text), viral_load_number(p$cd4_text), 200)
  yes <- function(is, text) ifelse(is.na(text), "missing", ifelse(is.na(is), "not known", ifelse(is, "yes", "no")))
  divided <- list("All subjects" = rep("all", nrow(p)), "Sex" = p$sex, "Site" = p$site_id,
                  "HIV-1 RNA over 100000 copies/mL" = yes(above, p$rna_text),
                  "CD4 count below 200 cells/\u00b5L" = yes(below, p$cd4_text))
  do.call(rbind, lapply(names(divided), function(variable)
    do.call(rbind, lapply(sort(unique(divided[[variable]])), function(level)
      of_subgroup(trial, variable, level, answer[divided[[variable]] == level])))))
}
# Spiegelhalter's interpolated limits (Statistics in Medicine 2005; 24: 1185-1202, appendix A.1.1).
of_sites <- function(trial, p) {
  has <- key(p) %in% key(deviations)
  limit <- function(n, p) {
    r <- qbinom(p, n, mean(has))
    max(0, (r - (pbinom(r, n, mean(has)) - p) / dbinom(r, n, mean(has))) / n)
  }
  do.call(rbind, lapply(sort(unique(p$site_id)), function(site) {
    n <- sum(p$site_id == site)
    data.frame(trial = trial, result_id = paste("site_deviation", site, c("percent", "lower_95", "upper_95", "lower_998", "upper_998"), sep = "/"),
               value = 100 * c(mean(has[p$site_id == site]), limit(n, 0.025), limit(n, 0.975), limit(n, 0.001), limit(n, 0.999)))
  }))
}
# The same answers over the treated without the deviation that excludes.
of_per_protocol <- function(trial, p) {
  p <- p[!key(p) %in% key(deviations[deviations$rule == "visit_out_of_window", ]), ]
  answer <- week_48(p)
  n <- sum(answer %in% "TRUE")
  id <- "response/per protocol/all/HIV-1 RNA < 50 copies/mL/non-completer = failure/week 48"
  rbind(data.frame(trial = trial, result_id = paste(id, c("n", "evaluable", "unknown", "missing", "percent", "ci_lower", "ci_upper"), sep = "/"),
                   value = c(n, length(answer), sum(is.na(answer)), sum(answer %in% "missing"), 100 * n / length(answer),
                             100 * binom.test(n, length(answer))$conf.int)),
        of_group(trial, "per protocol/all", p))
}
expected <- do.call(rbind, lapply(unique(people$trial), function(trial) {
  p <- people[people$trial == trial, ]
  t <- times[times$trial == trial, ]
  rbind(of_group(trial, "all", p),
        do.call(rbind, lapply(sort(unique(p$site_id)), function(s) of_group(trial, paste0("site_id/", s), p[p$site_id == s, ]))),
        do.call(rbind, lapply(unique(t$threshold), function(one) of_curve(trial, one, t[t$threshold == one, ]))),
        do.call(rbind, lapply(unique(t$threshold), function(one) of_steps(trial, one, t[t$threshold == one, ]))),
        of_subgroups(trial, p), of_per_protocol(trial, p), of_sites(trial, p))
}))
write.table(transform(expected, result_id = paste0('"', result_id, '"'), value = number_text(as.double(value))),
            oracle_path("results_expected.csv"), sep = ",", na = "", quote = FALSE, row.names = FALSE, eol = "\n", fileEncoding = "UTF-8")
cat(sprintf("results_expected.csv: %d rows\n", nrow(expected)))
