using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Machines.Abilities;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>X-DIN: the line to each partner was checked within a day with a synthetic image (DIN 6868-159, function check), and the partner has signed that it was accepted.</summary>
public sealed record LinesChecked : Assertion
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(25);

    /// <summary>The gateway's loopback port.</summary>
    public required int Port { get; init; }

    /// <summary>The ids of the partners.</summary>
    public required IReadOnlyList<string> Partners { get; init; }

    /// <inheritdoc/>
    public override ResourceId Id => Named("lines-checked", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new(
        $"die Leitung zu {string.Join(", ", Partners)} wurde binnen {Longest.TotalHours} Stunden mit einem Testbild geprüft, und der Partner hat es bestätigt",
        $"the line to {string.Join(", ", Partners)} was checked within {Longest.TotalHours} hours with a test image, and the partner has signed for it");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Gateway.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var health = await machine.Gateway.ReadAsync(Port, cancel) ?? throw new NotAssessableException(WebClientServed.Silent);
        if (health.FunctionChecks is not { } checks)
            throw new NotAssessableException(new("das Gateway sagt nichts über Funktionsprüfungen", "the gateway says nothing of function checks"));
        var found = Partners.Select(partner => (Id: partner, Check: checks.FirstOrDefault(check => check.Partner == partner))).ToList();
        if (found.All(one => one.Check is null))
            throw new NotAssessableException(new("noch keine Funktionsprüfung: gwctl gateway test-partner, oder die tägliche um mail.checkAt", "no function check yet: gwctl gateway test-partner, or the daily one at mail.checkAt"));
        return Judge(found.All(one => one.Check?.ProvedAt is { } at && now - at <= Longest), Wording.Join("; ", found.Select(one => Words(one.Id, one.Check))), machine.Gateway.Provenance);
    }

    private static Wording Words(string partner, LineCheckState? check) => check switch
    {
        null => new($"{partner}: nie geprüft", $"{partner}: never checked"),
        { ProvedAt: null } => new($"{partner}: geprüft {check.At:yyyy-MM-dd HH:mm} UTC, nie bestätigt", $"{partner}: checked {check.At:yyyy-MM-dd HH:mm} UTC, never signed for"),
        _ => new($"{partner}: zuletzt bestätigt {check.ProvedAt:yyyy-MM-dd HH:mm} UTC", $"{partner}: last signed for {check.ProvedAt:yyyy-MM-dd HH:mm} UTC"),
    };
}
