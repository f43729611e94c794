"""Taking figures and the register of events out of the service: spreadsheets, CSV and the monthly report."""
