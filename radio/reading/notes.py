"""Why something is doubtful: message ids, marked for the catalogue here and translated where they are shown."""


def N_(message: str) -> str:
    """Mark a message id for the catalogue without translating it yet."""
    return message


UNKNOWN_ACRONYM = N_("an acronym in no table: spelled letter by letter")
COMPOSED_ACRONYM = N_("an acronym put together from two known ones")
AMBIGUOUS = N_("has more than one meaning here")
FOREIGN = N_("not spelled as Vietnamese: is it said right?")
IMPOSSIBLE_DATE = N_("this date does not exist")
DATE_OR_RANGE = N_("a date or a range of days")
DATE_OR_FRACTION = N_("a date or a fraction")
SHORT_YEAR = N_("a year of two digits")
FRACTION_OR_COUNT = N_("a fraction or a count out of a total")
FALLING_RANGE = N_("a range that goes down, or a score, or a code")
ODD_NUMBER = N_("a comma or a dot that groups thousands, or marks decimals")
LONG_NUMBER = N_("a long number: a quantity or a code")
RELATIVE = N_("true only on certain days: do not air it later")
ANNOUNCED_HOUR = N_("an announced hour: do not air it later")
MISSING_NUMBER = N_("the document number has not been filled in")
BLANK = N_("a blank that has not been filled in")
UNREADABLE = N_("an unreadable character: from which font?")
IMPOSSIBLE_TIME = N_("this time of day does not exist")
WEB = N_("an address on the web is hard to catch by ear")
SYMBOL = N_("a symbol with no reading was left out")
ROMAN = N_("a Roman numeral or letters")
SPLIT_NUMBER = N_("one number, or several")
