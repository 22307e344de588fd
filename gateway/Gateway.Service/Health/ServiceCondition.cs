namespace Gateway.Service.Health;

/// <summary>
/// Whether the service is whole. What degrades it is logged where it happens, and stays until a restart reconciles; but a spool that takes nothing
/// loses nothing either, and is whole again with the next image, and so are keys and partners once a person has mended them.
/// </summary>
internal sealed class ServiceCondition
{
    private volatile bool degraded;
    private volatile bool ledgerDamaged;
    private volatile bool ledgerUnwritable;
    private volatile bool spoolUnwritable;
    private volatile string? partnersProblem;

    public bool IsDegraded => degraded || spoolUnwritable || partnersProblem is not null;

    /// <summary>Whether the ledger lacks lines.</summary>
    public bool IsLedgerDamaged => ledgerDamaged;

    /// <summary>Whether the ledger cannot be written at the moment.</summary>
    public bool IsLedgerUnwritable => ledgerUnwritable;

    /// <summary>Whether the spool could not take the last image.</summary>
    public bool IsSpoolUnwritable => spoolUnwritable;

    /// <summary>Why keys or the partner directory cannot be used as they lie there, with a code; null where they can.</summary>
    public string? PartnersProblem
    {
        get => partnersProblem;
        set => partnersProblem = value;
    }

    public void Degrade() => degraded = true;

    /// <summary>The ledger lacks lines.</summary>
    public void LedgerLacksLines() => degraded = ledgerDamaged = true;

    /// <summary>The ledger could not be written.</summary>
    public void LedgerFails() => degraded = ledgerUnwritable = true;

    /// <summary>The spool could not take an image.</summary>
    public void SpoolFails() => spoolUnwritable = true;

    /// <summary>The spool took an image.</summary>
    public void SpoolTakesImages() => spoolUnwritable = false;

    /// <summary>The ledger was written.</summary>
    public void LedgerTakesLines() => ledgerUnwritable = false;
}
