using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>X-TIME: the clock has a source and agrees with it.</summary>
public sealed record AccurateClock : Assertion
{
    /// <summary>The most that it may differ, milliseconds.</summary>
    public required int MaximumOffsetMilliseconds { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("accurate-clock", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"eine Zeitquelle, höchstens {MaximumOffsetMilliseconds} ms Abweichung",
        $"a time source, at most {MaximumOffsetMilliseconds} ms away");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Facts.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var time = await machine.Facts.TimeAsync(cancel);
        return Judge(
            time.Source is not null && Math.Abs(time.OffsetMilliseconds) <= MaximumOffsetMilliseconds,
            time.Source is null ? new("keine Zeitquelle", "no time source") : Wording.Same($"{time.Source}, {time.OffsetMilliseconds} ms"),
            machine.Facts.Provenance,
            time.Source is not null ? null : new(
                "die Administratoren der Domäne um eine Zeitquelle bitten: Mitglieder einer Domäne fragen deren Domänencontroller (Typ NT5DS), andere einen NTP-Server, der auf UDP 123 antwortet",
                "ask the domain's administrators for a time source: members of a domain ask its controllers (type NT5DS), others an NTP server that answers on UDP 123"));
    }
}
