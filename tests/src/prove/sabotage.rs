//! Guarantees switched off from outside, in the database: no switch for it is in the product. Each must be seen within a few
//! seeds, or the checker is worth nothing.

/// A guarantee that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Sabotage {
    /// A change leaves no event: the trigger that copies it is off.
    ChangeWithoutEvent,
    /// Some events count as published and never were.
    PublishedUnsent,
    /// Some events are put behind those that come after them.
    Overtaking,
    /// Some events get another key.
    OtherKey,
    /// `(series_id, occurrence)` is not unique.
    TwinOccurrences,
    /// Next occurrences are due a day late.
    LateOccurrences,
    /// A reopening leaves the next occurrence where it is.
    KeptOccurrences,
    /// A deleted next occurrence holds its number for ever.
    EndedSeries,
    /// Some updates of a task are written over by what was there.
    LostUpdate,
    /// A reminder is notified although its task is done.
    UnwantedNotification,
    /// Some events are given up without a reason.
    GivenUp,
}

impl Sabotage {
    /// The statements that break it.
    pub fn sql(self) -> String {
        let (table, what, body) = self.trigger();
        format!(
            "CREATE OR REPLACE FUNCTION sabotage() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN
                {body};
                RETURN NEW;
             END
             $$;
             CREATE OR REPLACE TRIGGER sabotage BEFORE {what} ON {table} FOR EACH ROW EXECUTE FUNCTION sabotage();
             {beside}",
            beside = self.beside()
        )
    }

    /// The table, what is done to it, and what happens before that to each row.
    fn trigger(self) -> (&'static str, &'static str, &'static str) {
        match self {
            // Only now and then: a guarantee that never holds would be seen by any test.
            Self::ChangeWithoutEvent => (
                "tasks",
                "UPDATE",
                "IF NEW.version % 3 = 0 THEN NEW.event := OLD.event; END IF",
            ),
            Self::PublishedUnsent => (
                "outbox",
                "INSERT",
                "IF NEW.seq % 20 = 0 THEN NEW.published_at := now() AT TIME ZONE 'utc'; END IF",
            ),
            Self::Overtaking => (
                "outbox",
                "INSERT",
                "NEW.seq := NEW.seq + 100 * (NEW.seq % 5)",
            ),
            Self::OtherKey => (
                "outbox",
                "INSERT",
                "IF NEW.seq % 10 = 0 THEN NEW.user_id := NEW.user_id || '-' || NEW.seq; END IF",
            ),
            Self::TwinOccurrences => (
                "tasks",
                "INSERT",
                "IF NEW.occurrence > 1 THEN INSERT INTO sabotage_twins SELECT NEW.*; RETURN NULL; END IF",
            ),
            Self::LateOccurrences => (
                "tasks",
                "INSERT",
                "IF NEW.occurrence > 1 THEN NEW.due_date := NEW.due_date + interval '1 day'; END IF",
            ),
            Self::KeptOccurrences => (
                "tasks",
                "UPDATE",
                "IF NEW.withdrawn AND OLD.deleted_at IS NULL THEN RETURN NULL; END IF",
            ),
            Self::EndedSeries => (
                "tasks",
                "UPDATE",
                "IF NEW.withdrawn AND OLD.deleted_at IS NOT NULL THEN RETURN NULL; END IF",
            ),
            Self::LostUpdate => (
                "tasks",
                "UPDATE",
                "IF NEW.version % 4 = 0 THEN NEW.title := OLD.title; NEW.due_date := OLD.due_date; END IF",
            ),
            Self::UnwantedNotification => (
                "tasks",
                "UPDATE",
                "IF NEW.completed AND NOT OLD.completed AND NEW.due_date IS NOT NULL THEN
                    INSERT INTO notifications (id, user_id, task_id, remind_at, task_title, due_date, created_at)
                    SELECT gen_random_uuid(), user_id, task_id, remind_at, NEW.title, NEW.due_date,
                           now() AT TIME ZONE 'utc' + interval '1 second'
                      FROM reminders WHERE task_id = NEW.id AND remind_at IS NOT NULL
                    ON CONFLICT DO NOTHING;
                 END IF",
            ),
            Self::GivenUp => (
                "outbox",
                "INSERT",
                "IF NEW.seq % 20 = 0 THEN NEW.dead_at := now() AT TIME ZONE 'utc'; END IF",
            ),
        }
    }

    /// What it needs besides.
    fn beside(self) -> &'static str {
        match self {
            Self::ChangeWithoutEvent => {
                "CREATE OR REPLACE TRIGGER tasks_update_event AFTER UPDATE OF event ON tasks FOR EACH ROW
                   WHEN (NEW.event IS DISTINCT FROM OLD.event AND NEW.event IS NOT NULL) EXECUTE FUNCTION event_to_outbox();"
            }
            Self::TwinOccurrences => {
                "CREATE TABLE IF NOT EXISTS sabotage_twins () INHERITS (tasks);
                 CREATE OR REPLACE TRIGGER twins_event AFTER INSERT OR UPDATE OF event ON sabotage_twins
                     FOR EACH ROW WHEN (NEW.event IS NOT NULL) EXECUTE FUNCTION event_to_outbox();"
            }
            _ => "",
        }
    }

    /// The statements that mend it.
    pub fn undo(self) -> &'static str {
        "DROP FUNCTION IF EXISTS sabotage() CASCADE;
         DROP TABLE IF EXISTS sabotage_twins;
         CREATE OR REPLACE TRIGGER tasks_update_event AFTER UPDATE OF event ON tasks
             FOR EACH ROW WHEN (NEW.event IS NOT NULL) EXECUTE FUNCTION event_to_outbox();"
    }
}
