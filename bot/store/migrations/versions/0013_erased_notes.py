"""Let a step lose its words, and nothing else, when a resident whom they name is erased.

What was done, by whom and when can still be neither changed nor deleted: one fixed mark is the only other note a step
may get, and no step with the mark gets its words back.
"""

from alembic import op

revision = "0013"
down_revision = "0012"

MARK = "（居民信息已按规定删除）"
KEPT = (
    "id, case_kind, case_id, at, actor_kind, actor_id, actor_name, from_status, to_status, deed, round, party_id, facts"
)


def upgrade() -> None:
    _drop("case_steps_no_update")
    _create("case_steps_no_rewrite", f"UPDATE OF {KEPT}")
    _create("case_steps_no_other_words", "UPDATE OF note", f"WHEN (NEW.note <> '{MARK}')")


def downgrade() -> None:
    _drop("case_steps_no_rewrite")
    _drop("case_steps_no_other_words")
    _create("case_steps_no_update", "UPDATE")


def _create(name: str, change: str, when: str = "") -> None:
    if _on_postgresql():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON case_steps FOR EACH ROW {when} EXECUTE FUNCTION refuse_change()"
        )
        return
    action = "SELECT RAISE(ABORT, 'case_steps is append-only')"
    op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON case_steps {when} BEGIN {action}; END")


def _drop(name: str) -> None:
    op.execute(f"DROP TRIGGER {name}" + (" ON case_steps" if _on_postgresql() else ""))


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
