"""The days of the demonstration."""

from datetime import date

IMPORT_DAY = date(2025, 11, 27)
SUBMIT_DAY = date(2025, 11, 28)
ACCEPT_DAY = date(2025, 12, 1)
RETURN_DAY = date(2025, 12, 2)
ANSWER_DAY = date(2025, 12, 5)
ENDORSE_DAY = date(2025, 12, 8)
SELECT_DAY = date(2025, 12, 10)
FORWARD_DAY = date(2025, 12, 11)
CHECK_DAY = date(2025, 12, 12)
APPRAISE_DAY = date(2025, 12, 15)
REPLACE_DAY = date(2025, 12, 16)
FREEZE_DAY = date(2025, 12, 18)
SIGN_DAY = date(2025, 12, 22)
DAYS_TO_ANSWER = 5  # working days
