# Toxicity grades of results at, just below and just above every bound of the
# grading table, in each unit system.
#
# daids_2_1.csv is the table as it was compiled: one row a grade.  Everything
# is counted in millionths, which are whole numbers that doubles hold exactly;
# products with limits of normal are whole numbers too.  A censored value is
# graded by brute force: every cut of its block, its neighbours a millionth
# away and both far ends, as far as they are possible values.
source("test/oracle/lib/oracle.R")

table <- read.csv(oracle_path("daids_2_1.csv"), colClasses = "character", na.strings = "")
millionths <- function(text) round(as.numeric(text) * 1e6)

# The second way to a grade that some rows have, as (lower, upper) with closed
# ends and what they are multiples of.
arm_of <- function(rule) {
  if (is.na(rule) || !startsWith(rule, "OR ")) return(NULL)
  number <- as.numeric(regmatches(rule, gregexpr("[0-9]+[.]?[0-9]*", rule))[[1]])
  if (grepl("decrease", rule)) {           # a fall by 10 to <30 % leaves (0.7, 0.9]
    left <- 1 - number / 100
    return(if (length(number) == 2) list(lower = left[2], lower_in = FALSE, upper = left[1], upper_in = TRUE, of = "baseline")
           else list(lower = -Inf, lower_in = FALSE, upper = left[1], upper_in = TRUE, of = "baseline"))
  }
  of <- if (grepl("baseline", rule)) "baseline" else "lln"
  if (grepl("^OR <", rule)) return(list(lower = -Inf, lower_in = FALSE, upper = number[1], upper_in = FALSE, of = of))
  if (length(number) == 1) return(list(lower = number[1], lower_in = TRUE, upper = Inf, upper_in = FALSE, of = of))
  list(lower = number[1], lower_in = TRUE, upper = number[2], upper_in = FALSE, of = of)
}
arms <- lapply(table$or_rule, arm_of)
# Of these rows nobody verified a cell: what they could decide is not known.
memory <- table$verification == "MEMORY" | (grepl("(G2-G4)", table$verification, fixed = TRUE) & table$grade == "1")
clinical <- grepl("^with ", table$or_rule) | grepl("^without life", table$or_rule)

# A bound in millionths, given limits of normal in thousandths.
bound_of <- function(number, basis, result, empty) {
  if (is.na(number)) return(empty)
  if (basis == "abs") return(millionths(number))
  round(as.numeric(number) * 1000) * result[[if (basis == "xULN") "uln" else "lln"]]
}
inside <- function(x, lower, lower_in, upper, upper_in)
  (x > lower || (lower_in && x == lower)) && (x < upper || (upper_in && x == upper))

holds <- function(row, x, result) {
  r <- table[row, ]
  if (is.na(r$lower) && is.na(r$upper)) return(FALSE)
  if (inside(x, bound_of(r$lower, r$lower_basis, result, -Inf), identical(r$lower_inclusive, "Y"),
             bound_of(r$upper, r$upper_basis, result, Inf), identical(r$upper_inclusive, "Y"))) return(TRUE)
  arm <- arms[[row]]
  if (is.null(arm) || is.na(result[[arm$of]])) return(FALSE)
  inside(x, round(arm$lower * 1000) * result[[arm$of]], arm$lower_in,
         round(arm$upper * 1000) * result[[arm$of]], arm$upper_in)
}

# Grade of one number by some rows: NA where only clinical judgement could tell, or a row from memory.
grade_of <- function(rows, x, result) {
  if (length(rows) == 0) return(NA)
  known <- rows[!memory[rows]]
  true <- known[vapply(known, holds, logical(1), x = x, result = result)]
  plain <- true[!clinical[true]]
  if (length(plain) > 0) return(max(as.integer(table$grade[plain])))
  if (length(true) > 0 || any(memory[rows])) NA else 0L
}

# Low, high and overall grade of an exact number.
grades_of <- function(rows, x, result) {
  low <- grade_of(rows[table$direction[rows] == "L"], x, result)
  high <- grade_of(rows[table$direction[rows] == "H"], x, result)
  known <- c(low, high)[!is.na(c(low, high))]
  has <- c(any(table$direction[rows] == "L"), any(table$direction[rows] == "H"))
  unknown <- any(is.na(c(low, high)[has]))
  overall <- if (length(known) && max(known) > 0) max(known) else if (unknown || !length(known)) NA else 0L
  c(low, high, overall)
}

cuts_of <- function(rows, result) {
  cuts <- numeric(0)
  for (row in rows) {
    r <- table[row, ]
    cuts <- c(cuts, bound_of(r$lower, r$lower_basis, result, NA), bound_of(r$upper, r$upper_basis, result, NA))
    arm <- arms[[row]]
    if (!is.null(arm) && !is.na(result[[arm$of]]))
      cuts <- c(cuts, round(c(arm$lower, arm$upper) * 1000) * result[[arm$of]])
  }
  sort(unique(cuts[is.finite(cuts)]))
}

censored_grades <- function(rows, qualifier, limit, result) {
  cuts <- cuts_of(rows, result)
  points <- unique(c(-1e15, cuts - 1, cuts, cuts + 1, 1e15))
  points <- if (qualifier == "<") points[points < limit] else points[points > limit]
  if (!length(points)) points <- if (qualifier == "<") -1e15 else 1e15
  each <- vapply(points, function(x) grades_of(rows, x, result), integer(3))
  apply(each, 1, function(g) if (length(unique(g)) == 1) g[1] else NA)
}

# Millionths as the shortest decimal.
decimal_text <- function(x) {
  text <- sprintf("%s%.0f.%06.0f", ifelse(x < 0, "-", ""), abs(x) %/% 1e6, abs(x) %% 1e6)
  sub("[.]$", "", sub("0+$", "", text))
}
thousandths_text <- function(x) ifelse(is.na(x), NA, decimal_text(x * 1000))

cases <- list()
add <- function(block, value, result, grades, unit = block$unit, hiv = block$hiv) {
  cases[[length(cases) + 1]] <<- data.frame(
    test = block$test, value = value, unit = unit, sex = block$sex, age = block$age, fasting = block$fasting,
    lln = thousandths_text(result$lln), uln = thousandths_text(result$uln),
    baseline = thousandths_text(result$baseline), hiv_infected = hiv,
    low = grades[1], high = grades[2], grade = grades[3])
}

# How far below and above a bound to look: its last digit, and a millionth.
steps_of <- function(texts) {
  digits <- nchar(sub("^[^.]*[.]?", "", texts))
  c(1, 10^(6 - max(digits)))
}

add_block <- function(block, rows, result) {
  bounds <- cuts_of(rows, result)
  steps <- steps_of(na.omit(c(table$lower[rows], table$upper[rows])))
  for (x in unique(c(outer(bounds, c(0, -steps, steps), "+"))))
    add(block, decimal_text(x), result, grades_of(rows, x, result))
  middle <- (head(bounds, -1) + tail(bounds, -1)) %/% 2
  for (limit in c(bounds, middle)) for (qualifier in c("<", ">"))
    add(block, paste0(qualifier, decimal_text(limit)), result, censored_grades(rows, qualifier, limit, result))
}

normal <- list(                                   # lower and upper limits, thousandths
  ALB = c(35000, 50000), CAION = c(1120, 1320), CREAT = c(500, 1200), PHOS = c(800, 1450), PH = c(7350, 7450),
  INR = c(800, 1200), BILI = c(0, 17100), LACTICAC = c(500, 2200), FIBRINO = c(2000, 4000))
limits_of <- function(test, unit) {
  limits <- if (test %in% names(normal)) normal[[test]] else c(3000, 40000)
  if (test == "ALB" && unit == "g/dL") limits <- limits / 10
  if (test == "CAION" && unit == "mg/dL") limits <- c(4500, 5300)
  if (test == "PHOS" && unit == "mg/dL") limits <- c(2500, 4500)
  limits
}

keys <- unique(table[c("lbtestcd", "unit", "fasting", "sex")])
keys <- keys[keys$lbtestcd != "TROPONI", ]
for (k in seq_len(nrow(keys))) {
  key <- keys[k, ]
  fasting <- c(fasting = "t", nonfasting = "f", any = "")[[key$fasting]]
  # Rows for all samples are graded beside those for one kind of them.
  rows <- which(table$lbtestcd == key$lbtestcd & table$unit == key$unit & table$sex == key$sex &
                  table$fasting %in% c(key$fasting, "any"))
  if (key$fasting == "any" && any(table$lbtestcd == key$lbtestcd & table$fasting != "any")) next
  sex <- if (key$sex == "B") c("F", "M")[1 + k %% 2] else key$sex
  block <- list(test = key$lbtestcd, unit = if (key$unit == "xULN") "U/L" else key$unit, sex = sex, age = 19 + k %% 50,
                fasting = if (fasting == "") c("t", "f")[1 + k %% 2] else fasting,
                hiv = if (key$lbtestcd %in% c("LYM", "CD4")) "f" else "t")
  limits <- limits_of(key$lbtestcd, key$unit)
  result <- list(lln = limits[1], uln = limits[2], baseline = NA)
  add_block(block, rows, result)
  if (block$hiv == "f")                             # the rows are for participants without HIV infection
    for (x in cuts_of(rows, result)) add(block, decimal_text(x), result, c(NA, NA, NA), hiv = "t")
  if (key$unit == "xULN")                           # other limits of normal, whose products round
    for (uln in c(3000, 1100, 900, 345, 67000)) {
      other <- list(lln = 0, uln = uln, baseline = NA)
      for (x in unique(c(outer(cuts_of(rows, other), c(0, -1, 1), "+"))))
        add(block, decimal_text(x), other, grades_of(rows, x, other))
    }
  if (any(grepl("baseline", table$or_rule[rows])))
    for (baseline in c(700, 1100, 45300, 88000, 132700)) {
      other <- list(lln = limits[1], uln = limits[2], baseline = baseline)
      for (x in unique(c(outer(cuts_of(rows, other), c(0, -1, 1), "+"))))
        add(block, decimal_text(x), other, grades_of(rows, x, other))
    }
  if (key$lbtestcd == "FIBRINO")
    for (lln in c(1500, 3000)) {
      other <- list(lln = lln, uln = 4000, baseline = NA)
      for (x in unique(c(outer(cuts_of(rows, other), c(0, -1, 1), "+"))))
        add(block, decimal_text(x), other, grades_of(rows, x, other))
    }
}

# Units that the table does not have: of these, so many make one of the table's.
converted <- read.csv(text = "
test,unit,table_unit,per
URATE,umol/L,mmol/L,1000
FIBRINO,mg/dL,g/L,100
SODIUM,mEq/L,mmol/L,1
K,mEq/L,mmol/L,1
NEUT,/uL,/mm3,1
NEUT,10*3/uL,10*9/L,1
WBC,10*6/L,/mm3,1
PLAT,K/uL,10*9/L,1
CA,mEq/L,mmol/L,2
METHB,1,%,0.01", colClasses = c("character", "character", "character", "numeric"))
for (i in seq_len(nrow(converted))) {
  unit <- converted[i, ]
  rows <- which(table$lbtestcd == unit$test & table$unit == unit$table_unit)
  block <- list(test = unit$test, unit = unit$unit, sex = "M", age = 40, fasting = "", hiv = "t")
  limits <- limits_of(unit$test, unit$table_unit)
  result <- list(lln = limits[1], uln = limits[2], baseline = NA)
  for (x in unique(c(outer(cuts_of(rows, result), c(0, -1000, 1000), "+"))))
    add(block, decimal_text(round(x * unit$per)),
        list(lln = result$lln * unit$per, uln = result$uln * unit$per, baseline = NA), grades_of(rows, x, result))
}

write_oracle(unique(do.call(rbind, cases)), "toxicity_grade.csv")
