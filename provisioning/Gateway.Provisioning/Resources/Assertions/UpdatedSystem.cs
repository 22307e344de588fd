using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Sections;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>OS-2: updates are installed promptly, none waits, no restart is pending, and the release is still mended by its maker.</summary>
public sealed record UpdatedSystem : Assertion
{
    /// <summary>The newest installed update may be this many days old.</summary>
    public required int MaximumAgeDays { get; init; }

    /// <summary>The releases, for their ends of support.</summary>
    public required IReadOnlyList<WindowsRelease> Supported { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("updated-system", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"neuestes Update höchstens {MaximumAgeDays} Tage alt, kein Update ausstehend, kein Neustart ausstehend, Version im Support",
        $"newest update at most {MaximumAgeDays} days old, no update waiting, no pending restart, release in support");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Facts.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var updates = await machine.Facts.UpdatesAsync(cancel);
        var system = await machine.Facts.OperatingSystemAsync(cancel);
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var end = Supported.FirstOrDefault(r => r.Covers(system))?.EndOfSupport;
        var age = updates.NewestInstalledOn is { } day ? today.DayNumber - day.DayNumber : (int?)null;
        Wording observed = new(
            $"neuestes Update {updates.NewestInstalledOn?.ToString("yyyy-MM-dd") ?? "unbekannt"}{(age is null ? "" : $" ({age} Tage)")}, {updates.Pending} ausstehend, "
            + $"{(updates.PendingRestart ? "Neustart ausstehend" : "kein Neustart ausstehend")}, Supportende {end?.ToString("yyyy-MM-dd") ?? "hier nicht bekannt"}",
            $"newest update {updates.NewestInstalledOn?.ToString("yyyy-MM-dd") ?? "unknown"}{(age is null ? "" : $" ({age} days)")}, {updates.Pending} waiting, "
            + $"{(updates.PendingRestart ? "restart pending" : "no restart pending")}, support ends {end?.ToString("yyyy-MM-dd") ?? "on no date known here"}");
        if (age > MaximumAgeDays || updates.Pending > 0 || updates.PendingRestart || end < today)
            return Judge(false, observed, machine.Facts.Provenance);
        return age is null || end is null
            ? Unknown(observed, machine.Facts.Provenance, age is null
                ? new("das Datum des neuesten Updates ist unbekannt", "the day of the newest update is unknown")
                : new("system.supported enthält kein endOfSupport für diese Version", "system.supported holds no endOfSupport of this release"))
            : Judge(true, observed, machine.Facts.Provenance);
    }
}
