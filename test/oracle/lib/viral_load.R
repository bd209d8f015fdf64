# Reading viral loads as text: `<50`, `TND<50`, `>500000`, `1234.5`, empty.
viral_load_kind <- function(text)
  ifelse(is.na(text) | text == "", "missing",
         ifelse(grepl("<", text), "below", ifelse(grepl(">", text), "above", "exact")))
viral_load_number <- function(text) {
  number <- sub("^(TND)?[<>]?", "", text)
  number[number == ""] <- NA
  as.numeric(number)
}

# log10 copies as a censored sample.
log10_sample <- function(text) {
  kind <- viral_load_kind(text); y <- log10(viral_load_number(text))
  list(exact = y[kind == "exact"], below = y[kind == "below"], above = y[kind == "above"],
       missing = sum(kind == "missing"))
}

# Reduction log10(baseline / current).  A baseline above its limit or a current
# value below its limit leaves the reduction bounded from below ("above"); the
# other way round from above; one of each, opposed, says nothing: missing.
reduction_sample <- function(baseline, current) {
  b <- viral_load_kind(baseline); c <- viral_load_kind(current)
  y <- log10(viral_load_number(baseline) / viral_load_number(current))
  more <- b == "above" | c == "below"; less <- b == "below" | c == "above"
  kind <- ifelse(b == "missing" | c == "missing" | (more & less), "missing",
                 ifelse(more, "above", ifelse(less, "below", "exact")))
  list(exact = y[kind == "exact"], below = y[kind == "below"], above = y[kind == "above"],
       missing = sum(kind == "missing"), kind = kind, number = y)
}
