"""Everything that is kept: tables, transactions, queries, migrations."""
