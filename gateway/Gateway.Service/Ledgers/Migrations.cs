namespace Gateway.Service.Ledgers;

/// <summary>
/// The schema of the ledger, as the steps that lead to it. A step that was released is never changed; a new one is added.
/// </summary>
internal static class Migrations
{
    public static IReadOnlyList<string> Steps { get; } =
    [
        """
        CREATE TABLE instance (
            name                TEXT    NOT NULL PRIMARY KEY,
            instance_hash       TEXT    NOT NULL,
            sop_class_uid       TEXT    NOT NULL,
            sop_instance_uid    TEXT    NOT NULL,
            study_instance_uid  TEXT,
            series_instance_uid TEXT,
            transfer_syntax_uid TEXT    NOT NULL,
            data_set_sha256     TEXT    NOT NULL,
            data_set_bytes      INTEGER NOT NULL,
            calling_ae_title    TEXT,
            received_at         TEXT    NOT NULL,
            state               TEXT    NOT NULL CHECK (state IN ('received'))
        ) WITHOUT ROWID;
        CREATE INDEX instance_by_hash ON instance (instance_hash);
        CREATE INDEX instance_by_study ON instance (study_instance_uid);
        """,
    ];
}
