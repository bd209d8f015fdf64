# Comparisons of a censored value with a threshold: NA where it can't be known.
# kind is exact, below (less than number), above (greater) or missing.
is_less <- function(kind, number, threshold)
  ifelse(kind == "exact", number < threshold,
         ifelse(kind == "below" & number <= threshold, TRUE,
                ifelse(kind == "above" & number >= threshold, FALSE, NA)))
is_greater <- function(kind, number, threshold)
  ifelse(kind == "exact", number > threshold,
         ifelse(kind == "above" & number >= threshold, TRUE,
                ifelse(kind == "below" & number <= threshold, FALSE, NA)))
