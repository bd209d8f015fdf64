# Tables of the report by R's own count over the datasets of one simulated trial: adverse events by class and
# term, in detail and by subgroup, populations, exposure, medical history, medication, vital signs, resistance.
source(file.path("test", "oracle", "lib", "oracle.R"))

read <- function(name) {
  read.csv(oracle_path(paste0("displays_", name, ".csv")), colClasses = "character", na.strings = "")
}
adsl <- read("adsl")
ae <- read("adae")
vs <- read("vs")
mh <- read("mh")
cm <- read("cm")
ms <- read("ms")
drug <- read("drug")
everybody <- adsl
everybody$pprotfl <- ifelse(everybody$saffl == "Y" & !everybody$usubjid %in% read("dv")$usubjid, "Y", "N")
out <- list()
analysis_set <- ""
keep <- function(..., value) {
  # the name of an analysis set follows that of the display
  id <- sub("/", paste0("/", analysis_set), paste(..., sep = "/"), fixed = TRUE)
  out[[length(out) + 1]] <<- data.frame(result_id = id, value = as.numeric(value))
}
# Subjects, and where `events` is asked for events, of the rows of a data set.
count <- function(display, variable, level, rows, events = FALSE) {
  for (group in names(groups)) {
    who <- adsl$usubjid[groups[[group]]]
    inside <- rows[rows$usubjid %in% who, , drop = FALSE]
    id <- c(display, group, variable, if (!is.na(level)) level)
    id <- paste(id, collapse = "/")
    n <- length(unique(inside$usubjid))
    keep(id, "n", value = n)
    keep(id, "percent", value = 100 * n / length(who))
    if (events) keep(id, "events", value = nrow(inside))
  }
}

# Populations
enrolled <- everybody[everybody$enrlfl == "Y", ]
sets <- c("Enrolled" = "enrlfl", "Treated: safety" = "saffl", "Treated, with a baseline of HIV-1 RNA: efficacy" = "fasfl",
          "Treated, without deviation that excludes: per protocol" = "pprotfl")
for (label in names(sets)) {
  keep("populations", "all", label, "n", value = sum(enrolled[[sets[[label]]]] == "Y"))
}

# All tables over the subjects of an analysis set.
tables <- function(set, adsl) {
  analysis_set <<- set
  groups <<- list(all = rep(TRUE, nrow(adsl)), "sex/female" = adsl$sex == "F", "sex/male" = adsl$sex == "M")
  adsl <<- adsl
  first <- setNames(as.Date(adsl$trtsdt), adsl$usubjid)
  # a drug that is still taken has no last dose
  last <- setNames(as.Date(adsl$trtedt), adsl$usubjid)
  # Adverse events
  ae <- ae[ae$usubjid %in% adsl$usubjid, ]
  ae$class <- ifelse(is.na(ae$aebodsys), "Not coded", ae$aebodsys)
  ae$pt <- ifelse(is.na(ae$aedecod), ae$aterm, ae$aedecod)
  yes <- function(x) !is.na(x) & x == "Y"
  emergent <- ae[yes(ae$trtemfl), ]
  by_class <- function(display, rows) {
    count(display, "Any event", NA, rows, TRUE)
    for (class in unique(rows$class)) {
      part <- rows[rows$class == class, ]
      count(display, class, "any term", part, TRUE)
      for (pt in unique(part$pt)) count(display, class, pt, part[part$pt == pt, ], TRUE)
    }
  }
  by_class("adverse_events_by_class", emergent)
  by_class("serious_events_by_class", emergent[yes(emergent$aeser), ])
  by_class("discontinuation_events_by_class", emergent[yes(emergent$wdfl), ])
  by_class("fatal_events_by_class", ae[yes(ae$fatfl), ])
  for (pt in unique(emergent$pt)) {
    rows <- emergent[emergent$pt == pt, ]
    if (length(unique(rows$usubjid)) >= 0.05 * nrow(adsl)) count("common_adverse_events", "Preferred term", pt, rows, TRUE)
  }
  detail <- "adverse_events_in_detail"
  count(detail, "Serious, by criterion", "life-threatening", emergent[yes(emergent$aeslife), ])
  count(detail, "Serious, by criterion", "hospitalization", emergent[yes(emergent$aeshosp), ])
  count(detail, "Serious, by criterion", "death", emergent[yes(emergent$fatfl), ])
  count(detail, "Action taken with the study drug", "drug withdrawn", emergent[emergent$aeacn == "DRUG WITHDRAWN", ])
  worst <- tapply(as.numeric(emergent$atoxgrn), emergent$usubjid, max, na.rm = TRUE)
  for (grade in 1:5) {
    count(detail, "Highest grade", paste("grade", grade), data.frame(usubjid = names(worst)[worst == grade]))
  }

  # By subgroup: of the subjects of the subgroup
  limit <- function(text) as.numeric(sub("^[^0-9]*", "", text))
  over <- function(text, bound) {
    ifelse(is.na(text), "missing", ifelse(grepl("<", text), ifelse(limit(text) <= bound, "no", "not known"),
      ifelse(grepl(">", text), ifelse(limit(text) >= bound, "yes", "not known"), ifelse(limit(text) > bound, "yes", "no"))))
  }
  under <- function(text, bound) ifelse(is.na(text), "missing", ifelse(limit(text) < bound, "yes", "no"))
  age <- as.numeric(adsl$age)
  subgroup <- list("Age group, years" = as.character(cut(age, c(0, 18, 40, 65, 200), right = FALSE,
                                                         labels = c("17 and under", "18 to 39", "40 to 64", "65 and over"))),
                   Sex = ifelse(adsl$sex == "F", "female", "male"),
                   "HIV-1 RNA over 100000 copies/mL" = over(adsl$vlblc, 100000),
                   "CD4 count below 200 cells/\u00b5L" = under(adsl$cd4blc, 200))
  for (variable in names(subgroup)) for (level in unique(subgroup[[variable]])) for (group in names(groups)) {
    who <- adsl$usubjid[groups[[group]] & subgroup[[variable]] == level]
    for (display in c("adverse_events_by_subgroup", "serious_events_by_subgroup")) {
      rows <- if (display == "adverse_events_by_subgroup") emergent else emergent[yes(emergent$aeser), ]
      n <- length(intersect(who, rows$usubjid))
      keep(display, group, variable, level, "n", value = n)
      keep(display, group, variable, level, "evaluable", value = length(who))
      if (length(who) > 0) keep(display, group, variable, level, "percent", value = 100 * n / length(who))
    }
  }

  # Exposure
  for (span in list(c("1 day", 1), c("4 weeks", 28), c("12 weeks", 84), c("24 weeks", 168), c("48 weeks", 336), c("96 weeks", 672))) {
    count("exposure", "Treated for at least", span[1], adsl[as.numeric(adsl$trtdurd) >= as.numeric(span[2]), ])
  }

  # Medical history: a condition counts unless it surely began after the first dose
  first_day <- function(text) {
    as.Date(ifelse(is.na(text), NA, paste0(text, substr("-01-01", 1 + ifelse(is.na(text), 0, pmax(0, nchar(text) - 4)), 6))))
  }
  mh <- mh[mh$usubjid %in% adsl$usubjid, ]
  started <- first_day(mh$mhstdtc)
  mh <- mh[is.na(started) | started <= first[mh$usubjid], ]
  mh$class <- ifelse(is.na(mh$mhbodsys), "Not coded", mh$mhbodsys)
  mh$pt <- ifelse(is.na(mh$mhdecod), tolower(mh$mhterm), mh$mhdecod)
  count("medical_history", "Any condition", NA, mh)
  for (class in unique(mh$class)) {
    part <- mh[mh$class == class, ]
    count("medical_history", class, "any", part)
    for (pt in unique(part$pt)) count("medical_history", class, pt, part[part$pt == pt, ])
  }

  # Medication: before the first dose, and on it or after, up to 30 days after the last dose
  cm <- cm[cm$usubjid %in% adsl$usubjid, ]
  begin <- as.Date(cm$cmstdtc)
  end <- as.Date(cm$cmendtc)
  until <- last[cm$usubjid] + 30
  is_prior <- begin < first[cm$usubjid]
  is_concomitant <- (is.na(end) | end >= first[cm$usubjid]) & (is.na(until) | begin <= until)
  medication <- function(display, rows) {
    count(display, "Any medication", NA, rows)
    own <- rows[rows$cmcat == "CONCOMITANT MEDICATION", ]
    count(display, "Not coded", "any", own)
    for (name in unique(own$cmtrt)) count(display, "Not coded", tolower(name), own[own$cmtrt == name, ])
  }
  medication("prior_medication", cm[is_prior, ])
  medication("concomitant_medication", cm[is_concomitant, ])

  # Vital signs: the windows of the protocol in study days, and the nearest to their target, of two as near the later
  vs <- vs[vs$usubjid %in% adsl$usubjid, ]
  vs$value <- as.numeric(vs$vsstresn)
  vs$date <- as.Date(vs$vsdtc)
  vs$day <- as.numeric(vs$date - first[vs$usubjid])
  window <- data.frame(visit = c("week 4", "week 12", "week 24", "week 48"), first = c(2, 57, 127, 295), last = c(56, 126, 210, 378),
                       target = c(29, 85, 169, 337))
  sign_name <- c(SYSBP = "Systolic Blood Pressure, mmHg", DIABP = "Diastolic Blood Pressure, mmHg", PULSE = "Pulse Rate, beats/min")
  of_visit <- function(rows, w) {
    rows <- rows[rows$day + 1 >= w$first & rows$day + 1 <= w$last & rows$day > 0, ]
    rows <- rows[order(rows$usubjid, abs(rows$day + 1 - w$target), -rows$day), ]
    rows[!duplicated(rows$usubjid), ]
  }
  for (sign in names(sign_name)) {
    rows <- vs[vs$vstestcd == sign, ]
    before <- rows[rows$day <= 0, ]
    before <- before[order(before$usubjid, -before$day), ]
    before <- before[!duplicated(before$usubjid), ]
    for (group in names(groups)) {
      who <- adsl$usubjid[groups[[group]]]
      figures <- function(visit, x, change) {
        id <- function(statistic) paste("vital_signs", group, sign_name[[sign]], visit, statistic, sep = "/")
        keep(id("n"), value = length(x))
        keep(id("mean"), value = mean(x))
        keep(id("sd"), value = sd(x))
        keep(id("min"), value = min(x))
        keep(id("median"), value = median(x))
        keep(id("max"), value = max(x))
        if (!is.null(change)) {
          change <- change[!is.na(change)]
          half <- qt(0.975, length(change) - 1) * sd(change) / sqrt(length(change))
          keep(id("change_n"), value = length(change))
          keep(id("change_mean"), value = mean(change))
          keep(id("change_ci_lower"), value = mean(change) - half)
          keep(id("change_ci_upper"), value = mean(change) + half)
        }
      }
      figures("baseline", before$value[before$usubjid %in% who], NULL)
      for (i in seq_len(nrow(window))) {
        now <- of_visit(rows[rows$usubjid %in% who, ], window[i, ])
        if (nrow(now) > 2) figures(window$visit[i], now$value, now$value - before$value[match(now$usubjid, before$usubjid)])
      }
    }
  }
  on <- vs[vs$day > 0 & (is.na(last[vs$usubjid]) | vs$date <= last[vs$usubjid] + 30), ]
  pressure <- function(sign, variable, level, best, holds) {
    rows <- on[on$vstestcd == sign, ]
    extreme <- tapply(rows$value, rows$usubjid, best)
    for (group in names(groups)) {
      mine <- extreme[names(extreme) %in% adsl$usubjid[groups[[group]]]]
      keep("blood_pressure", group, variable, level, "n", value = sum(holds(mine)))
      keep("blood_pressure", group, variable, level, "evaluable", value = length(mine))
    }
  }
  pressure("SYSBP", "Highest systolic pressure, mmHg", "below 90", max, function(x) x < 90)
  for (bound in c(90, 120, 140, 160, 180)) {
    pressure("SYSBP", "Highest systolic pressure, mmHg", paste(bound, "or more"), max, function(x) x >= bound)
  }
  pressure("DIABP", "Highest diastolic pressure, mmHg", "below 60", max, function(x) x < 60)
  for (bound in c(60, 90, 110, 120)) {
    pressure("DIABP", "Highest diastolic pressure, mmHg", paste(bound, "or more"), max, function(x) x >= bound)
  }
  pressure("SYSBP", "Hypotension", "systolic below 90 mmHg", min, function(x) x < 90)
  pressure("DIABP", "Hypotension", "diastolic below 60 mmHg", min, function(x) x < 60)

  # Resistance: any call up to enrolment
  enrolment <- setNames(as.Date(adsl$enrldt), adsl$usubjid)
  ms <- ms[ms$usubjid %in% adsl$usubjid, ]
  ms <- ms[as.Date(ms$msdtc) <= enrolment[ms$usubjid] & ms$msagent %in% drug$drug, ]
  for (agent in unique(ms$msagent)) for (group in names(groups)) {
    rows <- ms[ms$msagent == agent & ms$usubjid %in% adsl$usubjid[groups[[group]]], ]
    one <- drug[drug$drug == agent, ]
    keep("resistance_at_baseline", group, one$class, one$name, "n", value = length(unique(rows$usubjid[rows$msstresc == "RESISTANT"])))
    keep("resistance_at_baseline", group, one$class, one$name, "evaluable", value = length(unique(rows$usubjid)))
  }
}
treated <- everybody[everybody$saffl == "Y", ]
tables("", treated)
tables("efficacy/", treated[treated$fasfl == "Y", ])
tables("per protocol/", treated[!treated$usubjid %in% read("dv")$usubjid, ])

expected <- do.call(rbind, out)
write.table(transform(expected, result_id = paste0('"', result_id, '"'), value = number_text(as.double(value))),
            oracle_path("displays_expected.csv"), sep = ",", na = "", quote = FALSE, row.names = FALSE, eol = "\n", fileEncoding = "UTF-8")
cat(sprintf("displays_expected.csv: %d rows\n", nrow(expected)))
