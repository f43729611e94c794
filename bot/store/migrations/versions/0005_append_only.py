"""Refuse, in the database itself, to rewrite steps, the audit log and what was said.

Messages may be deleted, because a resident may ask for it; steps and audit rows may not.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

LOGS = ("case_steps", "audit")
SAID = "id, conversation_id, direction, sender, staff_id, text, buttons, card, in_reply_to, created_at"
FUNCTION = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        op.execute(FUNCTION)
    for name, table, change in _triggers():
        action = (
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            if on_postgresql
            else f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} {action}")
    if on_postgresql:
        for table in LOGS:
            trigger = f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            op.execute(f"{trigger} EXECUTE FUNCTION refuse_change()")


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for name, table, _ in _triggers():
        op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if on_postgresql else ""))
    if on_postgresql:
        for table in LOGS:
            op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
        op.execute("DROP FUNCTION refuse_change()")


def _triggers() -> list[tuple[str, str, str]]:
    """Name, table and refused change of each row trigger."""
    logs = [(f"{table}_no_{change.lower()}", table, change) for table in LOGS for change in ("UPDATE", "DELETE")]
    return [*logs, ("messages_no_rewrite", "messages", f"UPDATE OF {SAID}")]
