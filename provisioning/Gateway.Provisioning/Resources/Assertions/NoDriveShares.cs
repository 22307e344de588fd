using Gateway.Provisioning.Diagnosis;
using Gateway.Provisioning.Machines;
using Gateway.Provisioning.Manifest.Values;

namespace Gateway.Provisioning.Resources.Assertions;

/// <summary>SEC-2: no shares beyond Windows' administrative defaults. Foreign shares are named, never removed.</summary>
public sealed record NoDriveShares : Assertion
{
    /// <inheritdoc/>
    public override ResourceId Id => Named("no-drive-shares", "machine");

    /// <inheritdoc/>
    protected override Wording Expectation => new("keine Freigaben außer denen von Windows selbst", "no shares beyond Windows' own");

    /// <inheritdoc/>
    protected override Provenance UsualProvenance(IMachine machine) => machine.Shares.Provenance;

    /// <inheritdoc/>
    protected override async Task<Finding> AskAsync(IMachine machine, DateTimeOffset now, CancellationToken cancel)
    {
        var shares = (await machine.Shares.ReadAsync(cancel)).Where(s => !s.IsAdministrativeDefault).Select(s => $"{s.Name} ({s.Path})").ToList();
        return Judge(shares.Count == 0, shares.Count == 0 ? new("keine", "none") : Wording.Same(string.Join(", ", shares)), machine.Shares.Provenance);
    }
}
