# Every endpoint of endpoint_virology, endpoint_log_reduction and endpoint_cd4,
# from the plain tables of simulated trials (endpoints_export.sql), by R alone:
# windows, baseline, missing-data rules and data cut are done here again.  Then
# the same of the data files that are not part of the project, if they are there.
#   Rscript test/oracle/endpoints.R [directory of the tables and of the figures]
suppressPackageStartupMessages(library(survival))
source("test/oracle/lib/oracle.R")
source("test/oracle/lib/censored_normal.R")
source("test/oracle/lib/viral_load.R")
source("test/oracle/lib/three_valued.R")
source("test/oracle/lib/self_consistency.R")

directory <- c(commandArgs(TRUE), file.path("test", "oracle"))[1]
read_table <- function(file) read.csv(file.path(directory, file), colClasses = "character")
write_figures <- function(table, file) {
  numeric <- vapply(table, is.double, logical(1))
  table[numeric] <- lapply(table[numeric], number_text)
  write.table(table, file.path(directory, file), sep = ",", na = "", quote = FALSE, row.names = FALSE, eol = "\n")
  cat(sprintf("%s: %d rows\n", file, nrow(table)))
}
as_date <- function(text) as.Date(ifelse(text == "", NA, text))
# The protocol: analysis windows in study days (day 1 is that of the first dose).
windows <- data.frame(visit = c("week 4", "week 12", "week 24", "week 48"),
                      target = c(29, 85, 169, 337), first = c(2, 57, 127, 295), last = c(56, 126, 210, 378))
treatment_related <- c("lack of efficacy", "adverse event", "death")
rules <- c("observed", "non-completer = failure", "treatment-related discontinuation = failure", "last observation carried forward")

# What each subject's visit comes to.  Results are in the order of day and replicate.
visits_of <- function(subjects, results, cut) {
  closed_by <- if (is.na(cut)) as.Date("9999-12-31") else cut
  do.call(rbind, lapply(seq_len(nrow(subjects)), function(i) {
    s <- subjects[i, ]
    r <- results[results$site_id == s$site_id & results$subject_id == s$subject_id, ]
    r <- r[order(r$collected, r$replicate), ]
    day <- as.integer(r$collected - s$first_dose) + (r$collected >= s$first_dose)
    before <- r$result[day <= 1]
    baseline <- if (length(before)) before[length(before)] else ""
    do.call(rbind, lapply(seq_len(nrow(windows)), function(w) {
      closes <- s$first_dose + windows$last[w] - 1
      inside <- which(day >= windows$first[w] & day <= windows$last[w])
      if (!length(inside) && !(closes < closed_by)) return(NULL)
      found <- if (length(inside)) {
        distance <- abs(day[inside] - windows$target[w])
        max(inside[distance == min(distance)])
      } else NA
      earlier <- which(day > 1 & day <= windows$last[w])
      at <- if (is.na(found)) closes + 1 else r$collected[found]
      left <- s$outcome == "discontinued" && !is.na(s$ended) && s$ended < at
      data.frame(site_id = s$site_id, visit = windows$visit[w], result = if (is.na(found)) "" else r$result[found],
                 latest = if (length(earlier)) r$result[max(earlier)] else "", baseline = baseline,
                 left = left, left_for_treatment = left && s$reason %in% treatment_related)
    }))
  }))
}

# TRUE, FALSE, NA: cannot be known; "missing" is told apart by is_missing.
answers_of <- function(result, baseline, response) {
  if (response != "> 1.0 log10")
    return(is_less(viral_load_kind(result), viral_load_number(result), as.numeric(sub("< ", "", response))))
  fall <- reduction_sample(baseline, result)
  is_greater(fall$kind, fall$number, 1)
}

virology_rows <- function(v, group) {
  do.call(rbind, lapply(c("< 400", "< 50", "> 1.0 log10"), function(response) {
    needs_baseline <- response == "> 1.0 log10" & v$baseline == ""
    do.call(rbind, lapply(rules, function(rule) {
      used <- if (rule == rules[4]) ifelse(v$result == "", v$latest, v$result) else v$result
      is_missing <- used == "" | needs_baseline
      answer <- answers_of(used, v$baseline, response)
      failure <- switch(match(rule, rules), rep(FALSE, nrow(v)), v$left | is_missing, v$left_for_treatment, rep(FALSE, nrow(v)))
      unknown <- !failure & !is_missing & is.na(answer)
      responder <- !failure & !is_missing & !is.na(answer) & answer
      evaluable <- failure | (!is_missing & !unknown)
      x <- sum(responder); n <- sum(evaluable); u <- sum(unknown)
      limits <- function(x, n) if (n == 0) c(NA, NA, NA) else c(x / n, binom.test(x, n)$conf.int)
      low <- limits(x, n + u); high <- limits(x + u, n + u)
      known <- if (u == 0) low else c(NA, NA, NA)
      data.frame(group_value = group, response = response, rule = rule, subjects = nrow(v),
                 responders = x, evaluable = n, missing = sum(is_missing), unknown = u,
                 rate = known[1], ci_lower = known[2], ci_upper = known[3],
                 reported_rate = mean(c(responder[evaluable | unknown], if (n + u == 0) NA)),
                 reported_ci_lower = if (n + u) binom.test(x, n + u)$conf.int[1] else NA,
                 reported_ci_upper = if (n + u) binom.test(x, n + u)$conf.int[2] else NA,
                 lowest_rate = low[1], lowest_ci_lower = low[2], highest_rate = high[1], highest_ci_upper = high[3])
    }))
  }))
}

t_figures <- function(y) {
  if (length(y) < 2) return(c(mean = if (length(y)) y else NA, sd = NA, ci_lower = NA, ci_upper = NA))
  limits <- if (sd(y) == 0) rep(mean(y), 2) else t.test(y)$conf.int
  c(mean = mean(y), sd = sd(y), ci_lower = limits[1], ci_upper = limits[2])
}
# NULL where the likelihood has no maximum inside: left out of the comparison.
mle_figures <- function(s) {
  if (!has_maximum(s$exact, s$below, s$above)) return(rep("skip", 4))
  fit <- likelihood_summary(s$exact, s$below, s$above, .95)
  if (is.null(fit)) rep("skip", 4) else number_text(fit$figures)
}
# Kaplan and Meier's median for one-sided values, Turnbull's otherwise.
median_figures <- function(value, kind) {
  if (!length(value)) return(c("", ""))
  fit <- self_consistent(value, kind)
  if (all(c(-1, 1) %in% kind) && min(abs(cumsum(fit$p) - .5)) < 1e-6) return(c("skip", "skip"))
  found <- quantile_of(fit, .5)
  # Where the curve is flat at 1/2, survfit takes the middle up to the last limit.
  if (!any(kind < 0) && any(kind == 0) && found$state == "=" && min(abs(cumsum(fit$p) - .5)) > 1e-6)
    stopifnot(abs(quantile(survfit(Surv(value - min(value) + 1, kind == 0) ~ 1), .5, conf.int = FALSE)
                  + min(value) - 1 - found$quantity) < 1e-5)
  c(number_text(found$quantity), found$state)
}
# The sign test's limits: order statistics of the least and of the greatest possible values.
sign_limits <- function(lower, upper) {
  n <- length(lower); r <- if (n) qbinom(.025, n, .5) else 0
  limits <- if (r == 0) c(NA, NA) else c(sort(lower)[r], sort(upper)[n + 1 - r])
  ifelse(is.finite(limits), limits, NA)
}

reduction_row <- function(v, group) {
  fall <- reduction_sample(v$baseline, v$result)
  known <- fall$kind != "missing"
  kind <- c(below = -1, exact = 0, above = 1)[fall$kind[known]]; value <- fall$number[known]
  absent <- v$result == "" | v$baseline == ""
  copies <- log10_sample(v$result)
  mle <- mle_figures(fall); geometric_mle <- mle_figures(copies)
  back <- function(text) if (text[1] == "skip") text else number_text(10 ^ as.numeric(text))
  middle <- median_figures(value, kind)
  limits <- sign_limits(ifelse(kind < 0, -Inf, value), ifelse(kind > 0, Inf, value))
  substituted <- t_figures(c(fall$exact, fall$below, fall$above))
  geometric <- t_figures(c(copies$exact, copies$below, copies$above))
  data.frame(group_value = group, subjects = nrow(v), n = sum(known), missing = sum(absent), unknown = sum(!known & !absent),
             censored = sum(kind != 0), as.list(substituted),
             mean_mle = mle[1], sd_mle = mle[2], mle_ci_lower = mle[3], mle_ci_upper = mle[4],
             median = middle[1], median_qualifier = middle[2], median_ci_lower = limits[1], median_ci_upper = limits[2],
             viral_loads = sum(v$result != ""), censored_viral_loads = length(copies$below) + length(copies$above),
             geometric_mean = 10 ^ geometric[["mean"]], geometric_ci_lower = 10 ^ geometric[["ci_lower"]],
             geometric_ci_upper = 10 ^ geometric[["ci_upper"]], geometric_mean_mle = back(geometric_mle[1]),
             geometric_mle_ci_lower = back(geometric_mle[3]), geometric_mle_ci_upper = back(geometric_mle[4]))
}

cd4_row <- function(v, group) {
  change <- as.numeric(v$result) - as.numeric(v$baseline)
  x <- change[!is.na(change)]; n <- length(x)
  sums <- outer(x, x, "+") / 2
  walsh <- sort(sums[lower.tri(sums, diag = TRUE)])
  k <- if (n) qsignrank(.025, n) else 0
  limits_of_all <- if (k > 0) c(walsh[k], walsh[length(walsh) + 1 - k]) else c(NA, NA)
  p <- if (any(x != 0)) suppressWarnings(wilcox.test(x))$p.value else NA
  limits <- sign_limits(x, x)
  counts <- as.numeric(v$result[v$result != ""])
  data.frame(group_value = group, subjects = nrow(v), n = n, missing = sum(is.na(change)), as.list(t_figures(x)),
             median = if (n) median(x) else NA, median_ci_lower = limits[1], median_ci_upper = limits[2],
             hodges_lehmann = if (n) median(walsh) else NA,
             hodges_lehmann_ci_lower = limits_of_all[1], hodges_lehmann_ci_upper = limits_of_all[2],
             signed_rank_p_value = p, cd4_counts = length(counts), mean_cd4_count = if (length(counts)) mean(counts) else NA)
}

by_group <- function(v, rows) do.call(rbind, lapply(split(seq_len(nrow(v)), v$visit), function(of_visit) {
  here <- v[of_visit, ]
  cbind(visit = here$visit[1], rbind(rows(here, "all"), do.call(rbind, lapply(split(here, here$site_id), function(g) rows(g, g$site_id[1])))))
}))

# Writes the figures of all trials and cuts; the names of the files begin with prefix.
write_endpoints <- function(all_subjects, all_results, cuts, prefix) {
  data_sets <- expand.grid(trial = unique(all_subjects$trial), cut = cuts, stringsAsFactors = FALSE)
  figures <- lapply(seq_len(nrow(data_sets)), function(d) {
    cut <- as.Date(data_sets$cut[d])
    subjects <- all_subjects[all_subjects$trial == data_sets$trial[d] & !is.na(all_subjects$first_dose), ]
    results <- all_results[all_results$trial == data_sets$trial[d], ]
    if (!is.na(cut)) {
      subjects <- subjects[subjects$first_dose <= cut, ]
      subjects$outcome[is.na(subjects$ended) | subjects$ended > cut] <- ""
      results <- results[results$collected <= cut, ]
    }
    id <- data.frame(trial = data_sets$trial[d], cut = ifelse(is.na(cut), "", as.character(cut)))
    viral_loads <- visits_of(subjects, results[results$test == "viral load", ], cut)
    counts <- visits_of(subjects, results[results$test == "CD4", ], cut)
    list(virology = cbind(id, by_group(viral_loads, virology_rows)), log_reduction = cbind(id, by_group(viral_loads, reduction_row)),
         cd4 = cbind(id, by_group(counts, cd4_row)))
  })
  for (name in c("virology", "log_reduction", "cd4"))
    write_figures(do.call(rbind, lapply(figures, `[[`, name)), paste0(prefix, name, ".csv"))
}

all_subjects <- read_table("endpoints_subjects.csv")
for (column in c("first_dose", "ended")) all_subjects[[column]] <- as_date(all_subjects[[column]])
all_results <- read_table("endpoints_results.csv")
all_results$collected <- as_date(all_results$collected)
all_results$replicate <- as.integer(all_results$replicate)

write_endpoints(all_subjects, all_results, c(NA, "2009-03-01"), "endpoints_")

# The data files: the first dose is on day 0 of each, a 1 January.  ACTG 315 has
# half the limit of 100 in place of results below it; virload50 marks those below 50.
hiv <- file.path(Sys.getenv("VIROTRIAL_DATA", "../shared/data"), "hiv")
files <- file.path(hiv, c("actg315.csv", "virload.csv", "virload50.csv"))
if (!all(file.exists(files))) {
  message("SKIPPED: ", paste(files[!file.exists(files)], collapse = ", "),
          " not there; endpoints_files_*.csv keep the figures of their last run.")
  quit(status = 0)
}
actg315 <- read.csv(files[1]); virload <- read.csv(files[2]); virload50 <- read.csv(files[3])
day_one <- as.Date("2000-01-01")
copies <- function(log10_copies) sprintf("%.17g", 10 ^ log10_copies)
result_rows <- function(trial, subject, day, test, result)
  data.frame(trial = trial, site_id = paste0("S", subject %% 2), subject_id = as.character(subject), test = test,
             collected = day_one + day, replicate = 1L, result = result)
names(actg315) <- c("row", "patient", "day", "log10_rna", "cd4")
results <- rbind(
  result_rows("actg315", actg315$patient, actg315$day, "viral load", ifelse(actg315$log10_rna == 1.699, "<100", copies(actg315$log10_rna))),
  result_rows("actg315", actg315$patient, actg315$day, "CD4", as.character(round(actg315$cd4))),
  result_rows("virload", virload$ID, virload$Time, "viral load", copies(virload$Log_VL)),
  result_rows("virload50", virload50$ID, virload50$Time, "viral load", ifelse(virload50$cens == 1, "<50", copies(virload50$Log_VL))))
subjects <- unique(results[c("trial", "site_id", "subject_id")])
subjects <- cbind(subjects, first_dose = day_one, outcome = "", reason = "", ended = as.Date(NA))
write_endpoints(subjects, results, NA, "endpoints_files_")
